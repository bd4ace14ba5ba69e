"""The exchange with the central system: what waits, why, and how to send it again."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Response, current_app, g, render_template, request, url_for
from flask_babel import gettext as _

from clienteling import late_notices
from clienteling import sync_words as say
from clienteling.blueprint import tablet
from store import audit, devices, flows, outbox, pickups
from store import staff as people
from store.models import Device
from store.web import auth, sightings
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import typo
from store.web.forms import once
from store.web.htmx import fragment

SHOWN = 100


@tablet.get("/sync", endpoint="sync")
@auth.staff()
def show_sync() -> str:
    """Show both directions of the exchange and what has not left."""
    return render_template("clienteling/sync.html", lead=_lead(), **_state())


@tablet.get("/sync/state", endpoint="sync_state")
@auth.staff()
def state() -> Response:
    """Answer the part of the page that changes, as it is now."""
    return fragment("clienteling/_sync.html", **_state())


@tablet.get("/sync/pill", endpoint="sync_pill")
@auth.staff(shows=True)
def pill() -> Response:
    """Answer what every page says of the exchange."""
    return fragment("clienteling/_sync_pill.html")


@tablet.post("/sync/now", endpoint="sync_now")
@auth.staff()
@once
def send_now() -> str:
    """Let everything that has not left try again at once."""
    outbox.retry_all(db.session(), now=now())
    _note("outbox.retried")
    return url_for("tablet.sync")


@tablet.post("/sync/retry", endpoint="sync_retry")
@auth.staff()
@once
def retry() -> str:
    """Let one fact try again at once."""
    uid = request.form.get("uid", "")
    outbox.retry(db.session(), uid, now=now())
    _note("outbox.retried", uid)
    return url_for("tablet.sync")


@tablet.post("/sync/set-aside", endpoint="sync_set_aside")
@auth.staff("manager")
@once
def set_aside() -> str:
    """Keep one fact here, out of the way of the others, until somebody lets it leave again."""
    uid = request.form.get("uid", "")
    who = g.staff.name.partition(" ")[0]
    outbox.set_aside(db.session(), uid, reason=f"{outbox.BY_HAND}: {who}", now=now())
    _note("outbox.set_aside", uid)
    return url_for("tablet.sync")


def _note(action: str, uid: str = "") -> None:
    audit.write(
        db.session(),
        action,
        now=now(),
        staff=g.staff,
        device=g.device,
        subject_kind="outbox",
        subject_uid=uid,
    )


def _hub_url() -> str:
    return str(current_app.config["COMPTOIR"].sync.hub_url)


def _lead() -> str:
    if not _hub_url():
        return str(g.store.name)
    host = urlsplit(_hub_url()).netloc
    return typo(_("%(store)s · siège : %(host)s", store=g.store.name, host=host))


def _state() -> dict[str, Any]:
    moment = now()
    status = flows.status(db.session(), now=moment)
    is_alone = not _hub_url()
    return {
        "message": say.message(status, is_alone=is_alone),
        "late": late_notices.list_shown(),
        "is_manager": people.may(g.staff, "manager"),
        "flows": [] if is_alone else [say.flow_row(flow) for flow in status.flows],
        "waiting": _waiting(status, moment),
        "devices": [_device(one) for one in devices.list_live(db.session(), g.store)],
    }


def _device(row: Device) -> say.Device:
    return say.device(row, at=sightings.of(current_app).latest(row.id) or row.last_seen_at)


def _waiting(status: flows.Status, moment: datetime) -> dict[str, Any]:
    session = db.session()
    rows = outbox.list_by_state(session, limit=SHOWN)
    told = {str(row.payload.get("order", "")) for row in rows if row.kind == "order_event"}
    numbers = pickups.numbers_of(session, told) if told else {}
    oldest = (moment - status.oldest_at).total_seconds() if status.oldest_at else None
    return {
        "count": status.waiting + status.set_aside,
        "oldest": say.duration(oldest) if oldest is not None else "",
        "items": [say.item(row, numbers=numbers) for row in rows],
        "may_set_aside": people.may(g.staff, "manager"),
        "sent": outbox.count_delivered(session, since=pickups.day_start(g.store, moment)),
    }
