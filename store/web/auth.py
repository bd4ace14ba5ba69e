"""Doors: who may open which page. Every view carries a rule; one without is closed to all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, g, request, session, url_for

from store import devices, seats, tokens
from store import staff as people
from store.errors import NotAllowed, Unauthorised
from store.models import Device, Staff
from store.web import sightings
from store.web.clock import now
from store.web.extensions import db
from store.web.htmx import see_other

View = TypeVar("View", bound=Callable[..., Any])
RULE = "access_rule"
# by the first folder of an address: whose page it would be
KINDS = {"kiosk": "kiosk", "tablet": "tablet", "hub": "tablet"}
TOUCH_SECONDS = 3
SEE_OTHER = 303
COOKIE_SECONDS = 400 * 24 * 3600  # the longest that browsers keep one


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Who may open a view: `kind` is public, device, staff or token; `needs` says which.

    `late` lets the person in whose session the lock has overtaken, for this one answer. `shows` is
    a view that only shows: device, shop and person are records for it, which nobody can write.
    """

    kind: str
    needs: str = ""
    late: bool = False
    shows: bool = False


def public(view: View) -> View:
    """Let everybody in."""
    return _ruled(view, Rule(kind="public"))


def device(kind: str) -> Callable[[View], View]:
    """Let in the shop's enrolled devices of this kind."""
    return lambda view: _ruled(view, Rule(kind="device", needs=kind))


def staff(
    role: str = "assistant", *, late: bool = False, shows: bool = False
) -> Callable[[View], View]:
    """Let in people signed in on an enrolled tablet, from this role upwards.

    A form that takes what somebody typed may come `late`, when the server was away for longer
    than the lock waits: it is accepted, and the tablet is locked with the answer. What tablets
    read all day `shows` only, behind the same door with cheaper hinges.
    """
    return lambda view: _ruled(view, Rule(kind="staff", needs=role, late=late, shows=shows))


def token(scope: str) -> Callable[[View], View]:
    """Let in programs with a live bearer token of this scope; it is then `g.token`."""
    return lambda view: _ruled(view, Rule(kind="token", needs=scope))


def rule_of(view: Callable[..., Any]) -> Rule | None:
    """Return the rule that a view carries."""
    return getattr(view, RULE, None)


def _ruled(view: View, rule: Rule) -> View:
    setattr(view, RULE, rule)
    return view


def init_app(app: Flask) -> None:
    """Check every request of the application against its view's rule."""
    public(app.view_functions["static"])
    app.before_request(guard)
    app.after_request(_lock_after_late)


def cookie_name(kind: str) -> str:
    """Return the cookie of a device; the role keeps a store and a hub on one host apart."""
    role = current_app.config["COMPTOIR"].server.role
    return f"comptoir_{role}_{kind}"


def remember_device(answer: Response, found: Device, secret: str) -> Response:
    """Make this browser the device: its secret goes into a cookie no script can read."""
    answer.set_cookie(
        cookie_name(found.kind),
        secret,
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )
    return answer


def sign_in(person: Staff) -> None:
    """Begin the person's session on this tablet, with nothing left of the one before."""
    _forget_all_but_the_language()
    session.permanent = True
    session["staff"] = person.uid
    session["seen_at"] = now().timestamp()


def sign_out(*, path: str | None = None) -> None:
    """Lock the tablet; `path` is the page that the next person to sign in finds again."""
    _forget_all_but_the_language()
    session["locked_path"] = path


def _forget_all_but_the_language() -> None:
    language = session.get("language")  # the tablet's, whoever works on it
    session.clear()
    if language:
        session["language"] = language


def guard() -> Response | None:
    """Let this request in by its view's rule, or return what is answered instead."""
    if request.endpoint is None:  # no such page, which is said in the device's language
        kind = KINDS.get(request.path.split("/")[1])
        g.device = _find_device(kind) if kind else None
        return None
    rule = rule_of(current_app.view_functions[request.endpoint])
    if rule is None:
        abort(403)
    return _CHECKS[rule.kind](rule)


def _open(_rule: Rule) -> None:
    return None


def _check_device(rule: Rule) -> Response | None:
    return _enter(_find_device(rule.needs))


def _enter(found: Device | None) -> Response | None:
    if found is None:
        return see_other(url_for("enrol.form"))
    g.device, g.store = found, found.store
    sightings.of(current_app).note(found.id, now())
    return None


def _check_staff(rule: Rule) -> Response | None:
    tablet, person = _find_tablet_and_staff(shows=rule.shows)
    answer = _enter(tablet)
    if answer is not None:
        return answer
    g.is_late = _is_overdue()
    is_in_time = rule.late or not g.is_late
    if person is None or person.store_id not in (None, g.store.id) or not is_in_time:
        return _ask_who()
    _note_touch()
    if not people.may(person, rule.needs):
        raise NotAllowed(needs=rule.needs)
    g.staff = person
    return None


def _check_token(rule: Rule) -> None:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    found = tokens.find(db.session(), secret) if scheme.lower() == "bearer" else None
    if found is None:
        raise Unauthorised()
    if rule.needs not in found.scopes:
        raise NotAllowed(needs=rule.needs)
    g.token = found


def _find_device(kind: str) -> Device | None:
    secret = request.cookies.get(cookie_name(kind))
    found = devices.find_by_token(db.session(), secret) if secret else None
    return found if found and found.kind == kind else None


def _find_tablet_and_staff(*, shows: bool) -> tuple[Device | None, Staff | None]:
    """Return the tablet that asks, and whose session this is; one query for both."""
    uid, secret = session.get("staff"), request.cookies.get(cookie_name("tablet"))
    if not uid or not secret:
        return _find_device("tablet"), None
    find = seats.find if shows else devices.find_by_token_with_staff
    found, person = find(db.session(), secret, uid)
    return (found, person) if found and found.kind == "tablet" else (None, None)


def _is_overdue() -> bool:
    """Tell whether the tablet lay untouched for so long that it counts as locked."""
    lock_seconds: int = current_app.config["COMPTOIR"].staff.lock_seconds
    return now().timestamp() - float(session.get("seen_at", 0)) > lock_seconds


def _lock_after_late(answer: Response) -> Response:
    """Lock the tablet once a late form was taken; `kept` tells the page that it was."""
    if g.get("is_late") and g.get("staff") and answer.status_code == SEE_OTHER:
        sign_out(path=answer.location)
        answer.location = url_for("tablet.sign_in", kept="yes")
    return answer


def _note_touch() -> None:
    """Remember the moment, unless it was noted just now: signing a cookie takes a tenth of a ms."""
    if g.is_late or ("HX-Request" in request.headers and request.method == "GET"):
        return  # a block that re-reads itself is nobody's touch
    touched_at = now().timestamp()
    if abs(touched_at - session["seen_at"]) > TOUCH_SECONDS:
        session["seen_at"] = touched_at


def _ask_who() -> Response:
    path = request.full_path if request.method == "GET" else None
    if path and "HX-Request" not in request.headers:
        sign_out(path=path)
    return see_other(url_for("tablet.sign_in"))


_CHECKS: dict[str, Callable[[Rule], Response | None]] = {
    "public": _open,
    "device": _check_device,
    "staff": _check_staff,
    "token": _check_token,
}
