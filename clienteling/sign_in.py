"""Who works on this tablet: choosing oneself, the PIN, and the lock."""

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

from clienteling import files, paths
from clienteling.blueprint import tablet
from store import staff
from store.errors import Locked, WrongPin
from store.models import Staff
from store.web import auth, errors
from store.web.clock import now
from store.web.extensions import db, limiter, lookups
from store.web.htmx import see_other


@tablet.get("/sign-in")
@auth.device("tablet")
def sign_in() -> Response:
    """Show the people of the store; `?who=UID` shows the keypad for one of them."""
    chosen = staff.find(db.session(), request.args.get("who", ""))
    return _form(chosen)


@tablet.post("/sign-in")
@auth.device("tablet")
@limiter.limit(lookups)
def sign_in_with_pin() -> Response:
    """Sign the person in and show the page that the last one left, or the scan."""
    uid, pin = request.form.get("who", ""), request.form.get("pin", "")
    try:
        person = staff.sign_in(db.session(), uid, pin, device=g.device, policy=policy(), now=now())
    except (WrongPin, Locked) as error:
        db.session.commit()  # the count of wrong PINs must outlive the refusal
        return _form(staff.find(db.session(), uid), fault=errors.fault_of(error))
    resume = session.get("locked_path")
    g.staff = person
    files.resume(resume or "")
    db.session.commit()
    auth.sign_in(person)
    return see_other(resume or url_for("root.index"))


@tablet.post("/lock")
@auth.device("tablet")
def lock() -> Response:
    """Lock the tablet; the page on it is found again after the next PIN."""
    auth.sign_out(path=paths.told())
    return see_other(url_for("tablet.sign_in"))


def policy() -> staff.PinPolicy:
    """Return how many wrong PINs are borne here."""
    settings = current_app.config["COMPTOIR"].staff
    return staff.PinPolicy(
        attempts=settings.pin_attempts, lock_out_seconds=settings.lock_out_seconds
    )


def _form(chosen: Staff | None, *, fault: errors.Fault | None = None) -> Response:
    people = staff.list_for(db.session(), g.store)
    page = render_template(
        "clienteling/sign_in.html",
        people=people,
        chosen=chosen,
        fault=fault,
        lock_minutes=current_app.config["COMPTOIR"].staff.lock_seconds // 60,
    )
    return make_response(page, fault.status if fault else 200)
