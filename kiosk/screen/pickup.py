"""Collecting an order: it is announced by its QR or its six digits, and the tablets ring."""

from dataclasses import dataclass

from flask import Response, g, render_template, session, url_for

from kiosk.blueprint import kiosk
from kiosk.screen import session as kiosk_session
from store import arrivals, waits
from store.loyalty import FoundOrder, FoundTicket
from store.models import Order
from store.pickup_states import TO_PREPARE
from store.web import arriving, auth, counters
from store.web.catalogue import gettext as _
from store.web.extensions import db
from store.web.filters import typo
from store.web.htmx import page_or_block, see_other


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What the customer who waits may read, and everybody behind them too: no goods, no name
    but the first. `minutes` is None when nothing tells how long."""

    first_name: str
    number: str
    waiting_number: int
    ahead: int
    minutes: int | None
    counter: str
    way: str
    helper: str  # first name of who has taken it, or empty
    state: str
    is_provisional: bool
    news: str  # what has turned out meanwhile, or empty
    tone: str  # of the news: ok | warn


@kiosk.get("/pickup")
@auth.device("kiosk")
def pickup() -> str:
    """Ask for the order's QR or its six digits."""
    return render_template("kiosk/pickup.html", refusal=None)


def arrive(found: FoundOrder | FoundTicket) -> str:
    """Announce the customer of an order, and return where to go next; the caller commits.

    Raises what `arriving.announce` raises.
    """
    session["arrival"] = arriving.announce(found).uid
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
    counter, way = counters.in_words(order.counter)
    delegate = arrivals.find_delegate(db.session(), order)
    return Waiting(
        first_name=delegate.first_name if delegate else order.customer_name.partition(" ")[0],
        number=order.number,
        waiting_number=order.waiting_number or 0,
        ahead=waits.ahead(db.session(), order),
        minutes=arriving.minutes(order),
        counter=typo(counter),
        way=typo(way),
        helper=arriving.helper(order),
        state=order.state,
        is_provisional=order.is_provisional,
        news=typo(_news(order)),
        tone="ok" if arriving.became_ready(order) else "warn",
    )


def _news(order: Order) -> str:
    """Say what became known of the order since its customer was welcomed."""
    if arriving.became_ready(order):
        return f"{_('Votre commande est prête')}."
    if order.state in TO_PREPARE:
        return arriving.not_ready_yet()
    if order.state in ("cancelled", "expired"):
        return _("Cette commande n'est plus gardée : un conseiller vient voir avec vous.")
    return ""
