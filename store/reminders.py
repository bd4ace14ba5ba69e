"""Whom to remind that an order waits: some days before the last day, and on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import messages, pickup_steps
from store.message_states import TRUE_WHILE
from store.models import Order, Store

REMINDED = tuple(sorted(TRUE_WHILE["reminder"]))


@dataclass(frozen=True, kw_only=True)
class Terms:
    """When a shop reminds: days before the last one (0: never), from that hour of its own day."""

    days_before: int = 2
    from_hour: int = 10


@dataclass(frozen=True, kw_only=True)
class Due:
    """One reminder to write: its kind, reminder or last_day, and the id that it will have."""

    order_uid: str
    kind: str
    uid: str


def list_due(session: Session, store: Store, terms: Terms, *, now: datetime) -> Sequence[Due]:
    """Return the reminders that have to be written now, the nearest last day first; two queries.

    What is written is left out. Nobody is reminded on the day on which the order became ready, nor
    before `from_hour`.
    """
    local = now.astimezone(ZoneInfo(store.time_zone))
    if not terms.days_before or local.hour < terms.from_hour:
        return []
    last = local.date() + timedelta(days=terms.days_before)
    query = select(Order).where(
        Order.store_id == store.id,
        Order.fulfilment == "pickup",
        Order.state.in_(REMINDED),
        Order.pickup_by.between(local.date(), last),
    )
    rows = session.scalars(query.order_by(Order.pickup_by, Order.id)).all()
    due = [_due(order, local) for order in rows if not _is_fresh(order, local)]
    written = messages.list_written(session, [one.uid for one in due])
    return [one for one in due if one.uid not in written]


def write(session: Session, due: Due, *, now: datetime) -> bool:
    """Write one reminder if it is still true; tell whether it was written. Raises NotFound."""
    order = pickup_steps.get_locked(session, due.order_uid)
    if order.state not in REMINDED or order.pickup_by is None:
        return False
    occasion = order.pickup_by.isoformat()
    if messages.uid_of(order, due.kind, occasion) != due.uid:
        return False  # its last day was moved meanwhile
    return messages.write(session, order, due.kind, occasion=occasion, now=now) is not None


def _due(order: Order, local: datetime) -> Due:
    last_day = order.pickup_by or local.date()
    kind = "last_day" if last_day == local.date() else "reminder"
    uid = messages.uid_of(order, kind, last_day.isoformat())
    return Due(order_uid=order.uid, kind=kind, uid=uid)


def _is_fresh(order: Order, local: datetime) -> bool:
    """Tell whether the customer has heard only today that it is ready."""
    ready_at = order.ready_at
    return ready_at is not None and ready_at.astimezone(local.tzinfo).date() >= local.date()
