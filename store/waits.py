"""How long customers wait for their goods, told from the last handovers."""

from datetime import datetime, timedelta
from math import ceil
from statistics import median

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from store import pickup_facts
from store.models import Order

HANDOVERS = 10  # the last ones say how long the next ones take
RECENT = timedelta(days=3)
LONGEST_WAIT = timedelta(hours=1)  # longer ones were forgotten on the screen, not in the shop


def ahead(session: Session, order: Order) -> int:
    """Return how many wait with a smaller number, one query."""
    if order.state != "customer_waiting" and not pickup_facts.has_come(order):
        return 0
    before = Order.store_id == order.store_id, Order.state == "customer_waiting"
    query = select(func.count(Order.id)).where(*before)
    return session.scalar(query.where(Order.waiting_number < (order.waiting_number or 0))) or 0


def minutes(session: Session, order: Order, *, counters: int, now: datetime) -> int | None:
    """Return in how many minutes the customer will be served, or None when nothing tells.

    From the median of the last handovers of the past three days: the time until somebody comes,
    and for each one before, the time that the goods take at one of so many counters.
    """
    if order.state != "customer_waiting" or order.arrived_at is None:
        return None
    reaction, service = _last_times(session, order.store_id, since=now - RECENT)
    if not reaction:
        return None
    whole = median(reaction) + ahead(session, order) * median(service) / max(1, counters)
    return max(1, ceil((whole - (now - order.arrived_at).total_seconds()) / 60))


def _last_times(
    session: Session, store_id: int, *, since: datetime
) -> tuple[list[float], list[float]]:
    query = select(Order.arrived_at, Order.taken_at, Order.closed_at).where(
        Order.store_id == store_id,
        Order.state == "collected",
        Order.closed_at >= since,
        Order.arrived_at.is_not(None),
        # else they waited for their goods, not for somebody to come
        or_(Order.ready_at.is_(None), Order.ready_at <= Order.arrived_at),
    )
    rows = session.execute(query.order_by(Order.closed_at.desc()).limit(HANDOVERS)).all()
    rows = [row for row in rows if row.closed_at - row.arrived_at < LONGEST_WAIT]
    taken = [row.taken_at or row.closed_at for row in rows]
    reaction = [(at - row.arrived_at).total_seconds() for at, row in zip(taken, rows, strict=True)]
    service = [(row.closed_at - at).total_seconds() for at, row in zip(taken, rows, strict=True)]
    return reaction, service
