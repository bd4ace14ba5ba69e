"""New orders must be seen: they ring until somebody takes them on, and what is left escalates.

Every tablet rings; then louder; then says that it is left; then a ticket is printed.
The time counts from when the order came to this shop, or from when the shop opened after that.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, func, literal, select
from sqlalchemy.orm import Session

from store import pickup_steps, stores
from store.models import Order, OrderLine, Staff, Store
from store.pickup_steps import Happened
from store.prepared import Prepared
from store.stages import Stages

MOST_NAMED = 50


@dataclass(frozen=True, kw_only=True)
class Times(Stages):
    """After how long a new order rings louder, calls the manager, and is printed."""

    louder: timedelta = timedelta(seconds=120)
    manager: timedelta = timedelta(seconds=300)
    printed: timedelta = timedelta(seconds=600)


@dataclass(frozen=True, kw_only=True)
class NewOrder:
    """An order that nobody has taken on; `articles` counts units."""

    uid: str
    number: str
    customer_name: str
    channel: str
    promised_at: datetime | None
    received_at: datetime
    articles: int


@dataclass(frozen=True, kw_only=True)
class Unseen:
    """The new orders of a shop, the oldest first; the eldest waits since `since`.

    `count` is of all of them, also where only the first are named; `newest` is the uid of the one
    that came last.
    `stage` is how far it has come, `ringing` or one of Times; empty while the shop is closed, when
    nothing rings.
    """

    orders: Sequence[NewOrder]
    count: int
    newest: str
    since: datetime
    stage: str


def _new() -> Select[Any]:
    order, line = Order.__table__.c, OrderLine.__table__.c
    counted = (line.order_id == order.id) & (line.state != "cancelled")
    latest_first = order.received_at.desc(), order.id.desc()
    return (
        select(
            order.uid,
            order.number,
            order.customer_name,
            order.channel,
            order.promised_at,
            order.received_at,
            func.coalesce(func.sum(line.quantity), 0).label("articles"),
            # of all groups, before the limit
            func.count().over().label("total"),
            func.first_value(order.uid).over(order_by=latest_first).label("newest"),
        )
        .outerjoin_from(Order.__table__, OrderLine.__table__, counted)
        .where(order.store_id == bindparam("store_id"), order.state == literal("new"))
        .where(order.received_at.is_not(None), order.fulfilment == literal("pickup"))
        .group_by(order.id)
        .order_by(order.received_at, order.id)
        .limit(MOST_NAMED)
    )


# asked by every page of every tablet: built once, since that costs more than to run it
_NEW = Prepared(_new())


def find_unseen(session: Session, store: Store, *, times: Times, now: datetime) -> Unseen | None:
    """Return the orders that nobody has taken on, None when there are none; one query.

    At most 50 of them are named: who accepts these is shown the others.
    """
    rows = _NEW.all(session, {"store_id": store.id})
    if not rows:
        return None
    facts = [field.name for field in fields(NewOrder)]
    orders = [NewOrder(**{name: getattr(row, name) for name in facts}) for row in rows]
    since = waits_since(store, orders[0].received_at, now=now)
    found = times.reached(now - since) if since else ""
    return Unseen(
        orders=orders,
        count=rows[0].total,
        newest=rows[0].newest,
        since=since or orders[0].received_at,
        stage=found,
    )


def waits_since(store: Store, received_at: datetime, *, now: datetime) -> datetime | None:
    """Return since when somebody could have seen the order; None while the shop is closed.

    A shop whose hours are not known is always there.
    """
    if not store.opening_hours:
        return received_at
    opening = stores.opening(store, now)
    if not opening.is_open or opening.opened_at is None:
        return None
    return max(received_at, opening.opened_at)


def list_to_print(
    session: Session, store: Store, *, times: Times, now: datetime
) -> Sequence[NewOrder]:
    """Return the orders that nobody has taken on for so long that they go on paper."""
    found = find_unseen(session, store, times=times, now=now)
    if found is None or found.stage != "printed":
        return ()
    return [order for order in found.orders if _is_over(store, order, times, now)]


def _is_over(store: Store, order: NewOrder, times: Times, now: datetime) -> bool:
    since = waits_since(store, order.received_at, now=now)
    return since is not None and times.reached(now - since) == "printed"


def accept_all(
    session: Session, uids: Collection[str], *, store: Store, staff: Staff, now: datetime
) -> int:
    """Take on these orders of the store; return how many. What is not new any more is left."""
    accepted = 0
    for uid in sorted(set(uids)):
        order = pickup_steps.get_locked(session, uid)
        if order.store_id != store.id or order.state != "new":
            continue
        happened = Happened(type="accepted", occurred_at=now, staff=staff)
        pickup_steps.happen(session, order, happened, now=now, tells=True)
        accepted += 1
    return accepted
