"""The pickups of a store as people look at them: who waits, what is late, what is done."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from store import stores
from store.models import Order, OrderLine, Staff, Store
from store.pickup_states import AT_COUNTER, OPEN, TO_PREPARE
from store.prepared import Prepared

NEVER = date.max
PICKUP = "pickup"  # what is delivered at home is nobody's to prepare here


@dataclass(frozen=True, kw_only=True)
class Pickup:
    """One order as a list shows it; `articles` counts units, `lines` counts different ones."""

    uid: str
    number: str
    customer_name: str
    state: str
    paid: bool
    channel: str  # web | kiosk | phone | tablet
    hold_until: datetime | None
    placed_at: datetime
    promised_at: datetime | None
    ready_at: datetime | None
    arrived_at: datetime | None
    waiting_number: int | None
    staging_place: str
    pickup_by: date | None
    closed_at: datetime | None
    closed_by: str
    taken_by: str  # the name, empty when nobody has
    taken_at: datetime | None
    counter: str
    arrival_by: str  # counter | car
    arrival_place: str
    is_provisional: bool  # known by its signed code only
    articles: int
    lines: int
    answered: int  # units that the customer chose in place of others, and nobody has fetched yet
    awaited: int  # units that come from another shop

    def column(self, *, now: datetime, today: date) -> str:
        """Return to_prepare | ready | waiting | late | done; late counts from what was promised."""
        if self.state not in OPEN:
            return "done"
        if self.state == "customer_waiting":
            return "waiting"
        if self.is_late(now=now, today=today):
            return "late"
        is_to_prepare = self.state in TO_PREPARE or self.is_answered
        return "to_prepare" if is_to_prepare else "ready"

    @property
    def is_answered(self) -> bool:
        """Whether the customer has answered, and what they chose is still to be fetched."""
        return self.answered > 0 and self.state in TO_PREPARE | AT_COUNTER

    def is_late(self, *, now: datetime, today: date) -> bool:
        """Tell whether it should be prepared by now, or have been collected by yesterday."""
        if self.state in TO_PREPARE:
            return self.promised_at is not None and self.promised_at < now
        return (self.pickup_by or NEVER) < today


@dataclass(frozen=True, kw_only=True)
class Day:
    """How the day goes: orders handed over, and the median seconds that people waited."""

    collected: int
    median_wait_seconds: int | None


def today_in(store: Store, now: datetime) -> date:
    """Return the date of the store's day, which past midnight lasts until the shop closes."""
    return _day_of(store, stores.opening(store, now).opened_at, now)


def day_start(store: Store, now: datetime) -> datetime:
    """Return the moment at which the store's day began: a midnight."""
    return _midnight(store, today_in(store, now))


def queue_start(store: Store, now: datetime) -> datetime:
    """Return the moment since which whoever came may still wait: a midnight.

    It is that of the store's day; where a shop does not close between two days, of the one before.
    """
    return _midnight(store, _day_of(store, stores.open_since(store, now), now))


def _day_of(store: Store, opened_at: datetime | None, now: datetime) -> date:
    today = now.astimezone(ZoneInfo(store.time_zone)).date()
    return min(today, opened_at.date()) if opened_at else today


def _midnight(store: Store, day: date) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(store.time_zone))


def list_open(
    session: Session, store_id: int, *, states: Collection[str] = OPEN
) -> Sequence[Pickup]:
    """Return the pickups that are not over, those promised first before the others; one query."""
    found = _of_states(frozenset(states)).all(session, {"store_id": store_id})
    return [Pickup(**row._asdict()) for row in found]


def list_by_uid(session: Session, store_id: int, uids: Collection[str]) -> Sequence[Pickup]:
    """Return those of these pickups that wait or waited in the store, as `list_open` sorts them."""
    here = Order.store_id == store_id, Order.fulfilment == PICKUP
    query = _rows().where(*here, Order.uid.in_(list(uids)))
    return _pickups(session, query.order_by(*_FIRST))


def list_of_customer(session: Session, store_id: int, customer_id: int) -> Sequence[Pickup]:
    """Return the pickups of a customer that are not over, as `list_open` sorts them."""
    here = Order.store_id == store_id, Order.fulfilment == PICKUP, Order.state.in_(OPEN)
    return _pickups(
        session, _rows().where(*here, Order.customer_id == customer_id).order_by(*_FIRST)
    )


def list_waiting(session: Session, store_id: int) -> Sequence[Pickup]:
    """Return the pickups whose customer stands in the store, the longest wait first."""
    return [Pickup(**row._asdict()) for row in _WAITING.all(session, {"store_id": store_id})]


def list_done(
    session: Session, store_id: int, *, since: datetime, limit: int = 20
) -> Sequence[Pickup]:
    """Return the pickups handed over since a moment, the latest first."""
    query = _rows().where(*_done(store_id, since)).order_by(Order.closed_at.desc(), Order.id.desc())
    return _pickups(session, query.limit(limit))


def day(session: Session, store_id: int, *, since: datetime) -> Day:
    """Return how many were handed over since a moment, and how long people waited for it."""
    query = select(Order.arrived_at, Order.closed_at).where(*_done(store_id, since))
    rows = session.execute(query).all()
    waits = [(row.closed_at - row.arrived_at).total_seconds() for row in rows if row.arrived_at]
    return Day(collected=len(rows), median_wait_seconds=int(median(waits)) if waits else None)


def _done(store_id: int, since: datetime) -> tuple[Any, ...]:
    here = Order.store_id == store_id, Order.fulfilment == PICKUP
    return *here, Order.closed_at >= since, Order.state == "collected"


def _rows() -> Any:
    order, line, person = Order.__table__.c, OrderLine.__table__.c, Staff.__table__.c
    counted = (line.order_id == order.id) & (line.state != "cancelled")
    chosen = (line.state == "substituted") & (line.checked < line.quantity)
    return (
        select(
            order.uid,
            order.number,
            order.customer_name,
            order.state,
            order.paid,
            order.channel,
            order.hold_until,
            order.placed_at,
            order.promised_at,
            order.ready_at,
            order.arrived_at,
            order.waiting_number,
            order.staging_place,
            order.pickup_by,
            order.closed_at,
            order.closed_by,
            order.taken_at,
            order.counter,
            order.arrival_by,
            order.arrival_place,
            order.is_provisional,
            func.coalesce(person.name, "").label("taken_by"),
            func.coalesce(func.sum(line.quantity), 0).label("articles"),
            func.count(line.id).label("lines"),
            _units(chosen, line.quantity - line.checked).label("answered"),
            _units(line.state == "awaiting_transfer", line.quantity).label("awaited"),
        )
        .outerjoin_from(Order.__table__, OrderLine.__table__, counted)
        .outerjoin(Staff.__table__, person.id == order.taken_by_id)
        .group_by(order.id, person.name)
    )


def _units(which: ColumnElement[bool], units: Any) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((which, units), else_=0)), 0)


# asked by every page of every tablet: built once, since that costs more than to run it
_ORDER = Order.__table__.c
_WAITING = Prepared(
    _rows()
    .where(_ORDER.store_id == bindparam("store_id"), _ORDER.state == "customer_waiting")
    .order_by(_ORDER.arrived_at, _ORDER.id)
)
_FIRST = (_ORDER.promised_at.is_(None), _ORDER.promised_at, _ORDER.placed_at, _ORDER.id)


@cache
def _of_states(states: frozenset[str]) -> Prepared:
    # 300 rows of the board come in half of the time; not IN, which is compiled at each execution
    which = or_(*(_ORDER.state == state for state in sorted(states)))
    here = _ORDER.store_id == bindparam("store_id"), _ORDER.fulfilment == PICKUP
    return Prepared(_rows().where(*here, which).order_by(*_FIRST))


def _pickups(session: Session, query: Any) -> list[Pickup]:
    return [Pickup(**row._mapping) for row in session.execute(query)]
