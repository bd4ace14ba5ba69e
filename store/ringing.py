"""Arrivals that ring: who waits and whom nobody looks after, and how far that has come."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from store.models import Delegate, Order, OrderEvent, OrderLine, Staff, Store
from store.pickup_board import queue_start
from store.pickup_states import TO_PREPARE, UNPREPARED
from store.prepared import Prepared
from store.stages import Stages


@dataclass(frozen=True, kw_only=True)
class Times(Stages):
    """How long an arrival waits before it rings louder, and before the manager is called."""

    louder: timedelta = timedelta(seconds=60)
    unanswered: timedelta = timedelta(seconds=120)


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """Somebody who waits and whom nobody has said to look after; `missing` counts lines.

    `delegate` is the first name of whom the customer sent, empty when they came themselves.
    `to` is the id of the colleague who was asked to go, `asked_by` the name of who asked.
    """

    uid: str
    number: str
    customer_name: str
    delegate: str
    state: str
    is_provisional: bool
    staging_place: str
    arrived_at: datetime
    ready_at: datetime | None
    arrival_by: str
    arrival_place: str
    counter: str
    waiting_number: int | None
    to: int | None
    to_name: str
    asked_by: str
    asked_at: datetime | None
    missing: int

    @property
    def has_waited_for_it(self) -> bool:
        """Whether the order became ready while its customer waited."""
        return self.ready_at is not None and self.ready_at > self.arrived_at


def _is_any(column: Any, values: Collection[str]) -> Any:
    """Return an IN without its list, which a prepared statement cannot have."""
    return or_(*(column == value for value in sorted(values)))


def _sent() -> Any:
    """Select the first name of whoever showed a code of their own when they came for an order."""
    order, event, person = Order.__table__.c, OrderEvent.__table__.c, Delegate.__table__.c
    came = event.order_id == order.id, event.type == "arrived"
    shown = select(event.details["delegate"].as_string()).where(*came).order_by(event.id.desc())
    is_here = order.state == "customer_waiting"
    theirs = person.order_id == order.id, person.uid == shown.limit(1).scalar_subquery()
    return select(person.first_name).where(is_here, *theirs).scalar_subquery()


def _untaken() -> Select[Any]:
    order, line = Order.__table__.c, OrderLine.__table__.c
    goes, asked = aliased(Staff.__table__), aliased(Staff.__table__)
    missing = (line.order_id == order.id) & _is_any(line.state, UNPREPARED)
    waits = or_(order.state == "customer_waiting", _is_any(order.state, TO_PREPARE))
    return (
        select(
            order.uid,
            order.number,
            order.customer_name,
            func.coalesce(_sent(), "").label("delegate"),
            order.state,
            order.is_provisional,
            order.staging_place,
            order.arrived_at,
            order.ready_at,
            order.arrival_by,
            order.arrival_place,
            order.counter,
            order.waiting_number,
            order.taken_by_id.label("to"),
            func.coalesce(goes.c.name, "").label("to_name"),
            func.coalesce(asked.c.name, "").label("asked_by"),
            order.taken_at.label("asked_at"),
            func.count(line.id).label("missing"),
        )
        .outerjoin_from(Order.__table__, OrderLine.__table__, missing)
        .outerjoin(goes, goes.c.id == order.taken_by_id)
        .outerjoin(asked, asked.c.id == order.entrusted_by_id)
        .where(order.store_id == bindparam("store_id"), waits)
        .where(order.arrived_at > bindparam("since"))
        .where(or_(order.taken_by_id.is_(None), order.entrusted_by_id.is_not(None)))
        .group_by(order.id, goes.c.name, asked.c.name)
        .order_by(order.arrived_at.desc(), order.id.desc())
    )


# asked by every page of every tablet: built once, since that costs more than to run it
_UNTAKEN = Prepared(_untaken())


def list_untaken(session: Session, store: Store, *, now: datetime) -> Sequence[Arrival]:
    """Return who came, waits and is looked after by nobody yet, the newest first; one query.

    Among them those whose order turned out, once it was known, not to be ready.
    """
    values = {"store_id": store.id, "since": queue_start(store, now)}
    return [Arrival(**row._asdict()) for row in _UNTAKEN.all(session, values)]


def concerns(arrival: Arrival, staff_id: int, *, times: Times, now: datetime) -> bool:
    """Tell whether it rings where this person works: entrusted to one, it rings there alone.

    Unless they say nothing for as long as an arrival waits before it rings louder.
    """
    if arrival.to is None or arrival.to == staff_id or arrival.asked_at is None:
        return True
    return now - arrival.asked_at >= times.louder
