"""Orders laid aside until their customer has answered: ready by themselves once nothing lacks.

Only goods that lie at their staging place make an order ready: what must still be taken from a
shelf, or is in somebody's basket, waits for a person.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import (
    changes,
    messages,
    pickup_ends,
    pickup_facts,
    pickup_steps,
    preparing,
    waves,
)
from store.models import Order, OrderEvent, OrderLine, Store, WaveOrder
from store.pickup_ends import Terms
from store.pickup_states import AT_COUNTER, LACKING, PREPARED, TO_PREPARE
from store.pickup_steps import Happened

# after one of these nobody has touched the goods: they lie where they were laid
ABOUT_WHAT_LACKS = frozenset(
    {"short", "substitute_proposed", "substitute_refused", "cancelled", "awaiting_transfer"}
)


def list_whole(session: Session, store: Store) -> Sequence[str]:
    """Return the uids of orders that lie aside in the store and may lack nothing; one query."""
    in_wave = select(WaveOrder.order_id).where(WaveOrder.order_id == Order.id).exists()
    unfinished = LACKING | {"to_pick"}
    open_line = OrderLine.state.in_(unfinished) | (
        (OrderLine.state == "substituted") & (OrderLine.checked < OrderLine.quantity)
    )
    lacks = select(OrderLine.id).where(OrderLine.order_id == Order.id, open_line).exists()
    query = select(Order.uid).where(
        Order.store_id == store.id,
        Order.state.in_(TO_PREPARE),
        Order.staging_place != "",
        ~in_wave,
        ~lacks,
    )
    return session.scalars(query.order_by(Order.id)).all()


def finish(session: Session, order_uid: str, *, terms: Terms, now: datetime) -> bool:
    """Make an order ready that lies aside and lacks nothing any more; tell whether it is.

    Its customer is told, as when somebody lays it down. Raises NotFound.
    """
    order = pickup_steps.get_locked(session, order_uid)
    if not _lies_whole(session, order):
        return False
    last_day = pickup_ends.last_day(order.store, terms=terms, now=now)
    dated = pickup_facts.last_day_of(order, last_day, at=now)
    happened = Happened(type="ready", occurred_at=now, by="system", details=dated)
    pickup_steps.happen(session, order, happened, now=now, tells=True)
    return True


def _lies_whole(session: Session, order: Order) -> bool:
    if order.state not in TO_PREPARE or not order.staging_place:
        return False
    if preparing.left_of(order) or not any(line.state in PREPARED for line in order.lines):
        return False
    if waves.find_of(session, order) is not None:
        return False
    last = select(OrderEvent.type).where(OrderEvent.order_id == order.id)
    return session.scalar(last.order_by(OrderEvent.id.desc()).limit(1)) in ABOUT_WHAT_LACKS


# --- what was missed at the counter -----------------------------------------------------------


def fetch(session: Session, order_uid: str, line_uid: str, *, now: datetime) -> Order:
    """Note that what the customer chose at the counter, or after it, lies with their order.

    Whoever has left is told once nothing lacks. Raises NotFound; a ForbiddenTransition for
    another line, or while the order is still prepared: it is scanned then.
    """
    order = pickup_steps.get_locked(session, order_uid)
    line = pickup_steps.get_line(order, line_uid)
    if order.state not in AT_COUNTER or line.state != "substituted":
        raise pickup_steps.refusal(order, "picked")
    line.checked = line.quantity
    session.flush()
    changes.record(session, "orders", order.uid, now=now)
    tell_whole(session, order, occasion=line.uid, now=now)
    return order


def tell_whole(session: Session, order: Order, *, occasion: str, now: datetime) -> None:
    """Write to a customer who took a part that the rest is there; nothing while something lacks.

    `occasion` is the uid of the line that came last: it is told once.
    """
    if order.state == "partly_collected" and not preparing.left_of(order):
        messages.write(session, order, "ready", occasion=occasion, now=now)
