"""Orders collected in the store: found by a code, announced, taken in hand and handed over.

Every act first waits for its turn, so that what it reads is still true when it writes; the lines
of a handover move by a conditional UPDATE whose row count says who was first.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from store import (
    codes,
    disputed_returns,
    handovers,
    json_records,
    pickup_facts,
    pickup_goods,
    pickup_steps,
    told_answers,
)
from store.arrivals import check_in, require_here, take
from store.errors import (
    Invalid,
    NotAllScanned,
    NotFound,
    UnknownCode,
)
from store.handovers import CHECKS
from store.models import Order, OrderEvent, OrderLine, Staff, Store, Variant
from store.pickup_board import (
    Day,
    Pickup,
    day,
    day_start,
    list_by_uid,
    list_done,
    list_open,
    list_waiting,
    today_in,
)
from store.pickup_orders import upsert
from store.pickup_states import COLLECTABLE, HAPPENINGS, LACKING, OPEN, PREPARED, WITHDRAWN
from store.pickup_steps import Happened, get_locked
from store.records import OrderEventRecord

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
BEFORE_HANDOVER = ("accepted", "picked", "put_back", "ready")


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


# --- told by another program ------------------------------------------------------------------


def record_event(
    session: Session,
    record: OrderEventRecord,
    order_uid: str,
    *,
    now: datetime,
    tells: bool = False,
    pickup_by: date | None = None,
) -> Order:
    """Let happen what another program says has happened; the same event twice is one.

    A return of units that came back before is set aside, see `disputed_returns`.

    `tells` passes it on to the central system. `pickup_by` is the last day of an order that is
    ready and for which nobody has said one. Raises NotFound; Invalid for an unknown type or an
    article that the order does not have; a ForbiddenTransition (or one of its kinds) that
    changes nothing.
    """
    if record.type not in HAPPENINGS:
        raise Invalid(field="type", problem="unknown")
    order = get_locked(session, order_uid)
    if record.uid and session.scalar(select(OrderEvent.id).where(OrderEvent.uid == record.uid)):
        return order
    if _is_overtaken(order, record):
        return order
    pickup_steps.require(order, record.type)
    if disputed_returns.settle(session, order, record, now=now):
        return order
    lines = _told_lines(session, order, record)
    if record.type == "substituted":
        told_answers.learn_substitutes(session, lines or (), record, now=now)
    if record.type == "accepted" and order.promised_at is None:
        order.promised_at = json_records.read_time(record.details.get("promised_at"))
    dated = pickup_facts.last_day_of(order, pickup_by, at=record.occurred_at)
    pickup_steps.happen(
        session,
        order,
        Happened(
            type=record.type,
            occurred_at=record.occurred_at,
            reason=record.reason,
            identity_check=record.identity_check,
            details=dated | dict(record.details),
            staff=session.scalar(select(Staff).where(Staff.code == record.staff)),
            by="central",
            uid=record.uid,
        ),
        lines=lines,
        now=now,
        tells=tells,
        is_hearsay=not tells and _has_fewer(lines, record),
    )
    told_answers.learn(session, order, record)
    return order


def _has_fewer(lines: Sequence[OrderLine] | None, record: OrderEventRecord) -> bool:
    """Tell whether units were told of that are out of the order here: their shop tells of stock."""
    told = sum(quantity for _sku, quantity in record.lines or ())
    return lines is not None and sum(line.quantity for line in lines) < told


def _is_overtaken(order: Order, record: OrderEventRecord) -> bool:
    """Tell whether goods that one shop sends another were taken in before we heard of them."""
    if order.channel != pickup_goods.TRANSFER or order.state != "collected":
        return False
    is_before = order.closed_at is not None and record.occurred_at <= order.closed_at
    return is_before and record.type in BEFORE_HANDOVER


def _told_lines(
    session: Session, order: Order, record: OrderEventRecord
) -> Sequence[OrderLine] | None:
    """Return the lines that (sku, quantity) mean, a line in two where only a part is meant."""
    if record.lines is None:
        return None
    wanted: Counter[str] = Counter()  # an article may be told twice: its lines move together
    for sku, quantity in record.lines:
        if quantity <= 0:
            raise Invalid(field="lines", problem="unknown")
        wanted[sku.strip().upper()] += quantity
    concerned: list[OrderLine] = []
    for sku, quantity in wanted.items():
        concerned += _units(session, order, sku, quantity, record)
    return concerned


def _units(
    session: Session, order: Order, sku: str, quantity: int, record: OrderEventRecord
) -> list[OrderLine]:
    event = record.type
    of_article = [line for line in order.lines if line.sku == sku]
    if not of_article:
        raise Invalid(field="lines", problem="unknown")
    concerned = [line for line in of_article if line.state in HAPPENINGS[event].lines]
    concerned.sort(key=lambda line: line.state != record.details.get("was"))
    if event == "handover_reversed":
        concerned.reverse()  # what was given last is undone
    found, wanting = pickup_goods.part_units(session, concerned, quantity)
    # what the source took out meanwhile does not hold back what is told of the rest
    taken_out = sum(line.quantity for line in of_article if line.reason == WITHDRAWN)
    if wanting > taken_out and HAPPENINGS[event].lines:
        raise pickup_steps.refusal(order, event)
    return found
