"""The staff's door on the kiosk: a gesture in a corner, a PIN, and what somebody may do there."""

from flask import (
    Response,
    current_app,
    g,
    make_response,
    render_template,
    request,
    session,
    url_for,
)

from kiosk.blueprint import kiosk
from kiosk.screen import session as kiosk_session
from kiosk.screen import visitor
from store import audit, screens, staff
from store.errors import Locked, WrongPin
from store.models import Staff
from store.web import auth, errors, forms, pins
from store.web.clock import now
from store.web.extensions import db, limiter, lookups
from store.web.htmx import see_other

OPEN_SECONDS = 120
LOCK_FACTOR = 10  # the floor is open to everybody: a lock holds that much longer than on a tablet


@kiosk.get("/staff")
@auth.device("kiosk")
def staff_door() -> Response:
    """Show the people of the store; `?who=UID` shows the keypad for one of them."""
    return _form(_chosen())


@kiosk.post("/staff")
@auth.device("kiosk")
@limiter.limit(lookups)
@forms.shown_again(lambda error: _form(_chosen(), fault=errors.fault_of(error)), WrongPin, Locked)
def open_door() -> Response:
    """Let somebody of the staff in by the PIN; it is in the audit."""
    person = pins.typed(staff.confirm, lock_factor=LOCK_FACTOR)
    _note("device.maintenance", person)
    db.session.commit()
    session["maintenance"] = {"staff": person.uid, "until": now().timestamp() + OPEN_SECONDS}
    return see_other(url_for("kiosk.maintenance"))


@kiosk.get("/maintenance")
@auth.device("kiosk")
def maintenance() -> Response | str:
    """Show what this kiosk is and how it does."""
    person = _inside()
    if person is None:
        return see_other(url_for("kiosk.staff_door"))
    return render_template(
        "kiosk/maintenance.html",
        person=person,
        device=g.device,
        is_closed=bool(g.device.settings.get("closed")),
        version=current_app.config["COMPTOIR_VERSION"],
        idle=kiosk_session.idle(personal=True),
    )


@kiosk.post("/maintenance/closed")
@auth.device("kiosk")
def close_here() -> Response:
    """Close this kiosk, or open it again."""
    person = _inside()
    if person is None:
        return see_other(url_for("kiosk.staff_door"))
    is_closed = request.form.get("closed") == "yes"
    screens.close(db.session(), g.device, closed=is_closed, now=now(), staff=person)
    db.session.commit()
    return see_other(url_for("kiosk.maintenance"))


@kiosk.post("/maintenance/restart")
@auth.device("kiosk")
def restart() -> Response:
    """Wipe the session and let the browser close itself: the machine starts it again."""
    person = _inside()
    if person is None:
        return see_other(url_for("kiosk.staff_door"))
    _note("device.restarted", person)
    visitor.end()
    db.session.commit()
    return see_other(url_for("kiosk.restarting"))


@kiosk.get("/restarting")
@auth.device("kiosk")
def restarting() -> str:
    """Say that the screen restarts; its script closes the window."""
    return render_template("kiosk/restarting.html", idle=None)


def _inside() -> Staff | None:
    """Return who came in by the PIN a short while ago, and let them stay."""
    held = session.get("maintenance") or {}
    if not 0 <= held.get("until", 0) - now().timestamp() <= OPEN_SECONDS:
        return None
    session["maintenance"] = {**held, "until": now().timestamp() + OPEN_SECONDS}
    person = staff.find(db.session(), held["staff"])
    return person if person and person.store_id in (None, g.store.id) else None


def _note(act: str, person: Staff) -> None:
    audit.write(
        db.session(),
        act,
        now=now(),
        staff=person,
        device=g.device,
        subject_kind="device",
        subject_uid=g.device.uid,
    )


def _chosen() -> Staff | None:
    return staff.find(db.session(), request.values.get("who", ""))


def _form(chosen: Staff | None, *, fault: errors.Fault | None = None) -> Response:
    people = staff.list_for(db.session(), g.store)
    page = render_template(
        "kiosk/staff.html",
        people=people,
        called=pins.called(people),
        chosen=chosen,
        fault=fault,
        idle=kiosk_session.idle(personal=True),
    )
    return make_response(page, fault.status if fault else 200)
