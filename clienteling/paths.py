"""Addresses that a form of the tablet brings along: only pages of the tablet are gone back to."""

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from clienteling.blueprint import tablet
from store.web import addresses
from store.web.htmx import is_partial


def here() -> str:
    """Return the page that somebody looks at while this is drawn.

    A part of it that is read again knows it from the browser; a form that was refused is drawn at
    an address that cannot be opened, under the page that it was sent from.
    """
    address = request.headers.get("HX-Current-URL", "") if is_partial() else request.full_path
    return _page(address) or ""


def told() -> str | None:
    """Return the page of the tablet that the form was sent from, None when it names none."""
    return _page(request.form.get("path", ""))


@tablet.context_processor
def around() -> dict[str, object]:
    """Let the parts of every page of the tablet ask where they stand."""
    return {"here": here}


def _page(address: str) -> str | None:
    """Return an address of the tablet that can be opened: this one, or the nearest above it."""
    parts = addresses.parts(address)
    path, query = parts.path, parts.query
    while path.startswith(f"{tablet.url_prefix}/"):
        if _opens(path):
            return f"{path}?{query}" if query else path
        path, query = path.rpartition("/")[0], ""
    return None


def _opens(path: str) -> bool:
    try:
        current_app.url_map.bind("localhost").match(path, method="GET")
    except HTTPException:
        return False
    return True
