"""An order's customer announces themselves on a screen of the shop, or on their phone."""

from datetime import timedelta

from flask import current_app, g

from store import arrivals, provisional, waits
from store.arrivals import Coming
from store.loyalty import FoundOrder, FoundTicket
from store.models import Order
from store.ringing import Times
from store.web import counters
from store.web.catalogue import gettext as _
from store.web.clock import now
from store.web.extensions import db


def announce(found: FoundOrder | FoundTicket) -> Order:
    """Note that the customer of a scanned order stands here; the caller commits.

    Raises what `arrivals.check_in` and `provisional.welcome` raise.
    """
    session = db.session()
    delegate = "" if isinstance(found, FoundTicket) else found.delegate
    coming = Coming(counter=counters.choose(), delegate=delegate)
    if isinstance(found, FoundTicket):
        return provisional.welcome(session, found.ticket, store=g.store, coming=coming, now=now())
    order = session.get_one(Order, found.id)
    return arrivals.check_in(
        session, order, store=g.store, now=now(), proof=found.proof, coming=coming
    )


def is_demo() -> bool:
    """Tell whether this shop is a sample, tried at any hour, whose visitor plays the staff too."""
    return bool(current_app.config["COMPTOIR"].demo.on)


def times() -> Times:
    """Return how long an arrival may wait at each stage."""
    chosen = current_app.config["COMPTOIR"].pickups
    return Times(
        louder=timedelta(seconds=chosen.arrival_louder_seconds),
        unanswered=timedelta(seconds=chosen.arrival_manager_seconds),
    )


def minutes(order: Order) -> int | None:
    """Return in how many minutes a waiting customer will be served, None when nothing tells."""
    return waits.minutes(db.session(), order, counters=counters.how_many(), now=now())


def became_ready(order: Order) -> bool:
    """Tell whether the order became ready while its customer waited here for it."""
    if order.state != "customer_waiting" or order.ready_at is None or order.arrived_at is None:
        return False
    return order.ready_at > order.arrived_at


def not_ready_yet() -> str:
    """Say to somebody who stands here, and has a number, that their order is still prepared."""
    return _("Votre commande n'est pas encore prête : un conseiller vient vous dire quand.")


def helper(order: Order) -> str:
    """Return the first name of who has said to look after the customer, or empty."""
    if order.taken_by is None or order.entrusted_by_id is not None:
        return ""
    return order.taken_by.name.partition(" ")[0]
