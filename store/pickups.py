"""Orders collected in the store: found by a code, announced, taken in hand and handed over.

Every act first waits for its turn, so that what it reads is still true when it writes; the lines
of a handover move by a conditional UPDATE whose row count says who was first.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from store import codes, handovers, pickup_facts, pickup_steps
from store.arrivals import check_in, require_here, take
from store.errors import Invalid, NotAllScanned, NotFound, UnknownCode
from store.handovers import CHECKS
from store.models import Order, OrderEvent, OrderLine, Staff, Store, Variant
from store.pickup_board import (
    Day,
    Pickup,
    day,
    day_start,
    list_by_uid,
    list_done,
    list_of_customer,
    list_open,
    list_waiting,
    today_in,
)
from store.pickup_orders import upsert
from store.pickup_states import COLLECTABLE, LACKING, OPEN, PREPARED
from store.pickup_steps import Happened, get_locked
from store.told_events import record_event

__all__ = [
    "CHECKS",
    "Day",
    "Pickup",
    "accept",
    "check_in",
    "day",
    "day_start",
    "find_by_code",
    "find_event",
    "get",
    "hand_over",
    "is_collectable",
    "list_by_uid",
    "list_done",
    "list_of_customer",
    "list_open",
    "list_waiting",
    "prepare",
    "record_event",
    "take",
    "today_in",
    "upsert",
]

PICKUP_CODE_LENGTH = 6
LONGEST_PLACE = 20


# --- found ------------------------------------------------------------------------------------


def find_by_code(session: Session, code: str, *, store: Store) -> Order:
    """Return the order that an order code or a six-digit pickup code opens in this store.

    Its state is not looked at: `check_in` says why one cannot be collected. Six digits are looked
    for among the open orders first, since they are used again.

    Raises UnknownCode; WrongStore with that `store` and its distance in `kilometres` (or None).
    """
    order = _find(session, code, store)
    if order is None:
        raise UnknownCode(reason="unknown_order")
    require_here(order, store)
    return order


def get(session: Session, order_uid: str, *, store: Store) -> Order:
    """Return an order of this store with its lines and their articles; three queries.

    Raises NotFound; WrongStore when it waits elsewhere.
    """
    articles = selectinload(Order.lines).joinedload(OrderLine.variant)
    order = session.scalar(
        select(Order)
        .where(Order.uid == order_uid)
        .options(articles.joinedload(Variant.product), joinedload(Order.taken_by))
        .execution_options(populate_existing=True)
    )
    if order is None:
        raise NotFound(kind="order", key=order_uid)
    require_here(order, store)
    return order


def is_collectable(order: Order) -> bool:
    """Tell whether some goods of the order lie ready to be handed over."""
    return order.state in COLLECTABLE and any(line.state in PREPARED for line in order.lines)


def numbers_of(session: Session, uids: Collection[str]) -> dict[str, str]:
    """Return the number of each of some orders that are known here, by uid; one query."""
    rows = session.execute(select(Order.uid, Order.number).where(Order.uid.in_(uids)))
    return {row.uid: row.number for row in rows}


def find_event(session: Session, order: Order, event_type: str) -> OrderEvent | None:
    """Return the latest event of a type that happened to the order, or None."""
    of_type = OrderEvent.order_id == order.id, OrderEvent.type == event_type
    return session.scalar(
        select(OrderEvent).where(*of_type).order_by(OrderEvent.id.desc()).limit(1)
    )


def _find(session: Session, code: str, store: Store) -> Order | None:
    digits = "".join(code.split())
    if len(digits) == PICKUP_CODE_LENGTH and digits.isascii() and digits.isdigit():
        where: Any = (Order.store_id == store.id) & (Order.pickup_code == digits)
    else:
        where = Order.code == codes.normalise(code)
    newest = (Order.state.not_in(OPEN), Order.placed_at.desc(), Order.id.desc())
    return session.scalar(select(Order).where(where).order_by(*newest).limit(1))


# --- prepared ---------------------------------------------------------------------------------


def accept(session: Session, order_uid: str, *, staff: Staff | None, now: datetime) -> Order:
    """Say that the store takes the order on; raises ForbiddenTransition."""
    order = get_locked(session, order_uid)
    happened = Happened(type="accepted", occurred_at=now, staff=staff)
    pickup_steps.happen(session, order, happened, now=now, tells=True)
    return order


def prepare(
    session: Session,
    order_uid: str,
    *,
    staff: Staff | None,
    place: str,
    pickup_by: date | None = None,
    now: datetime,
) -> Order:
    """Note that all lines lie ready at a staging place of at most 20 characters.

    `pickup_by` is the last day of an order whose source has said none, or one that has passed.

    Raises Invalid for the place; NotAllScanned while something lacks; AlreadyCollected,
    OrderCancelled or ForbiddenTransition.
    """
    place = place.strip().upper()
    if not place:
        raise Invalid(field="place", problem="empty")
    if len(place) > LONGEST_PLACE:
        raise Invalid(field="place", problem="too_long")
    order = get_locked(session, order_uid)
    pickup_steps.require(order, "ready")
    _require_whole(order)
    order.staging_place = place
    dated = pickup_facts.last_day_of(order, pickup_by, at=now)
    happened = Happened(type="ready", occurred_at=now, staff=staff, details=dated)
    pickup_steps.happen(session, order, happened, now=now, tells=True)
    return order


def _require_whole(order: Order) -> None:
    lacking = [line.quantity for line in order.lines if line.state in LACKING]
    if lacking:
        raise NotAllScanned(number=order.number, left=sum(lacking))


# --- handed over ------------------------------------------------------------------------------


def hand_over(
    session: Session,
    order_uid: str,
    *,
    line_uids: Collection[str],
    staff: Staff | None,
    check: str,
    now: datetime,
) -> Order:
    """Give whole lines to the customer, once; see `handovers.give` for all that can be said."""
    lines = {uid: handovers.Outcome() for uid in line_uids}
    handing = handovers.Handing(lines=lines, check=check)
    return handovers.give(session, order_uid, handing, staff=staff, now=now)
