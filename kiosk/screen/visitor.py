"""Whose session this is: a mark on every page and answer, and a calm way home for what is late."""

from typing import Any

from flask import Response, g, request, session, url_for
from flask_wtf.csrf import CSRFError

from kiosk.blueprint import kiosk
from store import visitors
from store.web.clock import now
from store.web.extensions import SAFE_METHODS, db
from store.web.htmx import see_other

MARK = "Comptoir-Visitor"
# pages that stand open without anybody before them
UNTOUCHED = ("kiosk.home", "kiosk.afresh", "kiosk.closed", "kiosk.notices")


@kiosk.before_request
def know() -> Response | None:
    """Give a newcomer an id, and send home a form of somebody who has left."""
    uid = session.get("visitor")
    if uid is None:
        session["visitor"] = visitors.new()
    elif visitors.has_ended(db.session(), uid):
        begin()
        if request.method not in SAFE_METHODS:
            return go_home()
    if request.endpoint not in UNTOUCHED and not is_used():
        session["used"] = True  # once: whatever is written here is signed and sent again
    return None


@kiosk.after_request
def sign(answer: Response) -> Response:
    """Mark the answer as this visitor's, so that a page of another one drops it."""
    if "visitor" in session and g.get("device") is not None:
        answer.headers[MARK] = visitors.mark(session["visitor"])
    return answer


@kiosk.context_processor
def context() -> dict[str, Any]:
    """Give every screen of the kiosk the mark of its visitor."""
    return {"visitor_mark": visitors.mark(session["visitor"]) if "visitor" in session else ""}


@kiosk.errorhandler(CSRFError)
def is_late(_error: CSRFError) -> Response:
    """Send home a form of a session that is over: its words are of no use to who stands there."""
    return go_home()


def is_used() -> bool:
    """Tell whether this visitor has done anything yet that the next one must not find."""
    return bool(session.get("used"))


def begin() -> None:
    """Start a session with nothing in it but a new visitor."""
    session.clear()
    session["visitor"] = visitors.new()


def end() -> None:
    """End this visitor's session and begin the next one; the caller commits."""
    visitors.end(db.session(), session["visitor"], device=g.device, now=now())
    begin()


def go_home() -> Response:
    """Lead to the home of the kiosk."""
    return see_other(url_for("kiosk.home"))
