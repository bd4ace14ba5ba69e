"""Collecting an order: it is announced by its QR or its six digits, and the tablets ring."""

from dataclasses import dataclass

from flask import Response, g, render_template, session, url_for

from kiosk.blueprint import kiosk
from kiosk.screen import session as kiosk_session
from store import pickups
from store.loyalty import FoundOrder
from store.models import Order
from store.web import auth
from store.web.clock import now
from store.web.extensions import db
from store.web.htmx import page_or_block, see_other


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What the customer who waits may read, and everybody behind them too: no goods, no name
    but the first."""

    first_name: str
    number: str
    waiting_number: int
    ahead: int
    helper: str  # first name of who has taken it, or empty
    state: str


@kiosk.get("/pickup")
@auth.device("kiosk")
def pickup() -> str:
    """Ask for the order's QR or its six digits."""
    return render_template("kiosk/pickup.html", refusal=None)


def arrive(found: FoundOrder) -> str:
    """Announce the customer of an order, and return where to go next; the caller commits.

    Raises what `pickups.check_in` raises.
    """
    order = db.session.get_one(Order, found.id)
    pickups.check_in(db.session(), order, store=g.store, now=now(), proof=found.proof)
    session["arrival"] = order.uid
    return url_for("kiosk.waiting")


@kiosk.get("/pickup/waiting")
@auth.device("kiosk")
def waiting() -> Response:
    """Show the waiting number, who comes, and that the screen will forget."""
    order = _announced()
    if order is None:
        return see_other(url_for("kiosk.pickup"))
    return page_or_block(
        "kiosk/waiting.html",
        "progress",
        waiting=_waiting(order),
        order=order,
        idle=None,
        forget_seconds=kiosk_session.seconds("confirmation_seconds"),
    )


def _announced() -> Order | None:
    uid = session.get("arrival")
    order = db.session.query(Order).filter_by(uid=uid).one_or_none() if uid else None
    return order if order is not None and order.store_id == g.store.id else None


def _waiting(order: Order) -> Waiting:
    queue = pickups.list_waiting(db.session(), g.store.id)
    before = [one for one in queue if (one.waiting_number or 0) < (order.waiting_number or 0)]
    return Waiting(
        first_name=order.customer_name.partition(" ")[0],
        number=order.number,
        waiting_number=order.waiting_number or 0,
        ahead=len(before) if order.state == "customer_waiting" else 0,
        helper=order.taken_by.name.partition(" ")[0] if order.taken_by else "",
        state=order.state,
    )
