"""Calling an assistant: the tablets ring, and the screen shows who is coming."""

from dataclasses import dataclass

from flask import Response, g, request, session, url_for

from kiosk.blueprint import kiosk
from store import baskets, calls, products
from store.errors import NotFound
from store.models import AssistanceCall
from store.web import acts, auth
from store.web.clock import now
from store.web.extensions import db
from store.web.htmx import page_or_block, see_other


@dataclass(frozen=True, kw_only=True)
class Called:
    """What the customer reads; `stage` is ringing, louder, unanswered, coming or over."""

    uid: str
    stage: str
    helper: str  # first name of who comes


@kiosk.post("/help", endpoint="help")
@auth.device("kiosk")
def call() -> Response:
    """Ring the tablets with what is on the screen; a call under way is shown again."""
    if _find() is None:
        ringing = calls.ring(
            db.session(),
            g.device,
            about=request.form.get("about", ""),
            variant_id=_shown(),
            articles=baskets.count(db.session(), session.get("visitor", "")),
            times=acts.call_times(),
            now=now(),
        )
        session["call"] = ringing.uid
        db.session.commit()
    return see_other(url_for("kiosk.called"))


@kiosk.get("/help")
@auth.device("kiosk")
def called() -> Response:
    """Say who comes, or that nobody could yet and what else there is."""
    found = _find()
    if found is None:
        return see_other(url_for("kiosk.home"))
    return page_or_block("kiosk/called.html", "progress", call=_called(found), shop=g.store)


@kiosk.post("/help/cancel")
@auth.device("kiosk")
def cancel_call() -> Response:
    """Let the tablets fall silent."""
    uid = session.pop("call", None)
    if uid:
        calls.cancel(db.session(), uid, now=now())
        db.session.commit()
    return see_other(url_for("kiosk.home"))


def _find() -> AssistanceCall | None:
    """Return this visitor's call while somebody may still come."""
    uid = session.get("call")
    try:
        found = calls.get(db.session(), uid) if uid else None
    except NotFound:
        return None
    is_going_on = found is not None and found.ended_at is None and _called(found).stage != "over"
    return found if is_going_on else None


def _called(call: AssistanceCall) -> Called:
    name = call.taken_by.name.partition(" ")[0] if call.taken_by else ""
    stage = acts.call_times().reached(now() - call.called_at)
    return Called(uid=call.uid, stage="coming" if name and stage != "over" else stage, helper=name)


def _shown() -> int | None:
    """Return the article that was on the screen, when the form says which."""
    found = products.find_by_sku(db.session(), request.form.get("sku", ""))
    return found.id if found else None
