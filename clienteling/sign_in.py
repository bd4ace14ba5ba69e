"""Who works on this tablet: choosing oneself, the PIN, and the lock."""

from flask import (
    Response,
    current_app,
    flash,
    g,
    make_response,
    render_template,
    request,
    session,
    url_for,
)

from clienteling import files, locked, paths
from clienteling.blueprint import tablet
from store import staff
from store.errors import Locked, NotFound, WrongPin
from store.models import Staff
from store.web import auth, errors, forms, pins
from store.web.catalogue import gettext as _
from store.web.clock import now
from store.web.extensions import db, limiter, lookups
from store.web.filters import typo
from store.web.htmx import see_other


@tablet.get("/sign-in")
@auth.device("tablet")
def sign_in() -> Response:
    """Show the people of the store; `?who=UID` shows the keypad for one of them."""
    return _form(_chosen())


@tablet.post("/sign-in")
@auth.device("tablet")
@limiter.limit(lookups)
@forms.shown_again(lambda error: _form(_chosen(), fault=errors.fault_of(error)), WrongPin, Locked)
def sign_in_with_pin() -> Response:
    """Sign the person in and show the page that the last one left, or the scan."""
    person = pins.typed(staff.sign_in)
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


def with_badge(uid: str) -> bool:
    """Sign in the colleague who showed a badge, if they work in this store."""
    try:
        person = staff.sign_in_with_badge(db.session(), uid, device=g.device, now=now())
    except NotFound:
        return False
    db.session.commit()
    auth.sign_in(person)
    name = person.name.partition(" ")[0]
    flash(typo(_("La tablette est à %(name)s.", name=name)))
    return True


def _chosen() -> Staff | None:
    return staff.find(db.session(), request.values.get("who", ""))


def _form(chosen: Staff | None, *, fault: errors.Fault | None = None) -> Response:
    people = staff.list_for(db.session(), g.store)
    called = pins.called(people)
    settings = current_app.config["COMPTOIR"]
    page = render_template(
        "clienteling/sign_in.html",
        people=people,
        chosen=chosen,
        called=called,
        fault=fault,
        is_hub=settings.server.role == "hub",
        lock_minutes=settings.staff.lock_seconds // 60,
        **locked.context(),
    )
    return make_response(page, fault.status if fault else 200)
