"""A customer at a kiosk asks for somebody: every tablet rings until one of them goes."""

from collections.abc import Sequence
from typing import Any

from flask import Response, g, request, url_for

from clienteling.blueprint import tablet
from store import calls
from store.calls import Call
from store.web import auth
from store.web.clock import now
from store.web.extensions import db
from store.web.forms import once
from store.web.htmx import fragment


@tablet.get("/calls", endpoint="calls")
@auth.staff()
def list_calls() -> Response:
    """Show the calls that nobody answered, to be read again."""
    return fragment("clienteling/_calls.html")


@tablet.post("/calls/<device_uid>", endpoint="answer_call")
@auth.staff()
@once
def answer(device_uid: str) -> str:
    """Go to the kiosk that called, and show the same page again."""
    calls.answer(db.session(), device_uid, now=now())
    path = request.form.get("path", "")
    return path if path.startswith("/tablet/") else url_for("tablet.scan")


@tablet.context_processor
def waiting() -> dict[str, Any]:
    """Let every page of the tablet ask who calls."""
    return {"waiting_calls": _waiting}


def _waiting() -> Sequence[Call]:
    return calls.list_recent(db.session(), g.store.id, now=now()) if g.get("staff") else ()
