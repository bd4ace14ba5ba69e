"""A kiosk that is closed, and what the shop announces on those that are not."""

from typing import Any

from flask import Response, g, render_template, request, url_for

from kiosk.blueprint import kiosk
from kiosk.screen import visitor
from store import screens
from store.web import auth, languages, opening_words
from store.web.clock import now
from store.web.extensions import db
from store.web.htmx import fragment, see_other


@kiosk.context_processor
def context() -> dict[str, Any]:
    """Let a screen show what is announced."""
    return {"announced": announced}


def announced() -> list[str]:
    """Return the shop's messages of now in the language of the screen, the newest first."""
    is_english = languages.choose() == "en"
    found = screens.list_announced(db.session(), g.store.id, now=now())
    return [one.text_en if is_english and one.text_en else one.text_fr for one in found]


@kiosk.get("/closed")
@auth.device("kiosk")
def closed() -> Response | str:
    """Say that the kiosk is closed, and when it opens; once it is open, show the home."""
    if not _is_closed():
        return see_other(url_for("kiosk.home"))
    why = screens.find_closed(g.device, now=now())
    return render_template(
        "kiosk/closed.html",
        shop=g.store,
        hours=opening_words.hours(g.store) if why and why.opens_at else "",
        idle=None,
    )


@kiosk.get("/notices")
@auth.device("kiosk")
def notices() -> Response:
    """Answer the announcements again, or lead to the page that now counts.

    `at` is the page that asks: home or closed. Somebody who is at the kiosk may finish first.
    """
    is_at_home = request.args.get("at") != "closed"
    if is_at_home and _is_closed():
        return see_other(url_for("kiosk.closed"))
    if not is_at_home and not _is_closed():
        return see_other(url_for("kiosk.home"))
    return fragment("kiosk/_notices.html", at="home" if is_at_home else "closed")


def way_out() -> Response | None:
    """Return the way to the closed page when nobody may begin here now."""
    return see_other(url_for("kiosk.closed")) if _is_closed() else None


def _is_closed() -> bool:
    return not visitor.is_used() and screens.find_closed(g.device, now=now()) is not None
