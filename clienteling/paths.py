"""Addresses that a form of the tablet brings along: only pages of the tablet are gone back to."""

from flask import request

from clienteling.blueprint import tablet


def told() -> str | None:
    """Return the page of the tablet that the form was sent from, None when it names none."""
    path = request.form.get("path", "")
    return path if path.startswith(f"{tablet.url_prefix}/") else None
