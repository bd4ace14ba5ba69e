"""The shop's kiosks: closed or open, after how long a silence they forget, what they announce."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Response, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from clienteling.blueprint import tablet
from store import screen_times, screens
from store.errors import Invalid
from store.models import Device, Store
from store.screens import Closed
from store.web import auth, kiosk_times
from store.web.clock import now
from store.web.extensions import db
from store.web.forms import once, shown_again

HOURS = {"1h": 1, "3h": 3, "3d": 72, "7d": 168}


@dataclass(frozen=True, kw_only=True)
class Kiosk:
    """One kiosk as the page shows it."""

    uid: str
    name: str
    closed: Closed | None
    follows_hours: bool
    times: dict[str, int]


@tablet.get("/screens", endpoint="screens")
@auth.staff("manager")
def show_screens() -> Response:
    """Show the shop's kiosks and what they announce."""
    return _page()


@tablet.post("/screens/<uid>/closed", endpoint="close_screen")
@auth.staff("manager")
@once
def close(uid: str) -> str:
    """Close one kiosk, or open it again."""
    device = _kiosk(uid)
    is_closed = request.form.get("closed") == "yes"
    screens.close(db.session(), device, closed=is_closed, now=now(), staff=g.staff)
    return url_for("tablet.screens")


@tablet.post("/screens/<uid>/times", endpoint="set_screen")
@auth.staff("manager")
@shown_again(lambda fault, uid: _page(fault=fault, at=uid, status=422))
@once
def set_times(uid: str) -> str:
    """Keep the times of one kiosk and whether it follows the shop's hours."""
    device = _kiosk(uid)
    seconds = {name: _number(name) for name in screen_times.LIMITS}
    screens.set_times(db.session(), device, seconds, now=now(), staff=g.staff)
    follows = "follows_hours" in request.form
    if follows != bool(device.settings.get("follows_hours")):
        screens.follow_hours(db.session(), device, follows=follows, now=now(), staff=g.staff)
    return url_for("tablet.screens")


@tablet.post("/screens/messages", endpoint="announce")
@auth.staff("manager")
@shown_again(lambda fault: _page(fault=fault, at="message", status=422))
@once
def announce() -> str:
    """Show a message on all kiosks of the shop."""
    text = {name: request.form.get(name, "") for name in ("text_fr", "text_en")}
    ends_at = _end(request.form.get("lasts", ""), g.store)
    screens.announce(db.session(), g.store, ends_at=ends_at, now=now(), staff=g.staff, **text)
    return url_for("tablet.screens")


@tablet.post("/screens/messages/withdraw", endpoint="withdraw_message")
@auth.staff("manager")
@once
def withdraw() -> str:
    """Take a message from the kiosks."""
    uid = request.form.get("uid", "")
    screens.withdraw(db.session(), uid, store=g.store, now=now())
    return url_for("tablet.screens")


def _kiosk(uid: str) -> Device:
    return screens.get_kiosk(db.session(), uid, store_id=g.store.id)


def _number(name: str) -> int:
    text = request.form.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        lowest, highest = screen_times.LIMITS[name]
        raise Invalid(field=name, problem="out_of_range", lowest=lowest, highest=highest)
    return int(text)


def _end(lasts: str, shop: Store) -> datetime:
    """Return when a message ends: after some hours, or with the day in the shop's zone."""
    if lasts in HOURS:
        return now() + timedelta(hours=HOURS[lasts])
    here = now().astimezone(ZoneInfo(shop.time_zone))
    return here.replace(hour=23, minute=59, second=59, microsecond=0)


def _page(*, fault: Invalid | None = None, at: str = "", status: int = 200) -> Response:
    session = db.session()
    page = render_template(
        "clienteling/screens.html",
        kiosks=[_shown(each) for each in screens.list_kiosks(session, g.store.id)],
        messages=screens.list_announced(session, g.store.id, now=now()),
        limits=screen_times.LIMITS,
        most=screens.LONGEST_MESSAGE,
        fault=fault.data if fault else {},
        advice=_advice(fault) if fault else "",
        at=at,
        sent=request.form,
    )
    return make_response(page, status)


def _shown(device: Device) -> Kiosk:
    return Kiosk(
        uid=device.uid,
        name=device.name,
        closed=screens.find_closed(device, now=now()),
        follows_hours=bool(device.settings.get("follows_hours")),
        times=screens.times(device, kiosk_times.defaults()),
    )


def _advice(fault: Invalid) -> str:
    match fault.data.get("problem"):
        case "out_of_range":
            if fault.data["field"] == "more_time_factor":
                return _("De %(lowest)s à %(highest)s fois.", **_range(fault))
            return _("De %(lowest)s à %(highest)s secondes.", **_range(fault))
        case "too_long":
            return _("%(most)s lettres au plus.", most=fault.data["most"])
        case _:
            return _("Écrivez le message en français.")


def _range(fault: Invalid) -> dict[str, int]:
    return {"lowest": fault.data["lowest"], "highest": fault.data["highest"]}
