"""How a pickup ends without its customer: kept until a day, put off, not fetched, opened again."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from store import pickup_facts, pickup_steps, shelf_returns, stock_holds, stores
from store.errors import ExtensionsUsed, Invalid, NotEnoughStock, OrderExpired
from store.models import Order, Staff, Store, Variant
from store.pickup_board import day_start, queue_start, today_in
from store.pickup_states import (
    COLLECTABLE,
    HAPPENINGS,
    LACKING,
    OPEN,
    OPEN_LINES,
    PREPARED,
    SHOP_CLOSED,
)
from store.pickup_steps import Happened

NO_SHOW = "no_show"
LONGEST_KEPT = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How long a ready order is kept, how far its last day is put off, how often by customers.

    After `answer_hours` without an answer about a missing article the shop has to decide.
    """

    keep_days: int = 7
    extension_days: int = 3
    extensions: int = 1
    answer_hours: int = 24


def last_day(store: Store, *, terms: Terms, now: datetime) -> date:
    """Return the last day of an order that is ready now and whose source says nothing of one.

    It is a day on which the shop opens.
    """
    return stores.open_day(store, today_in(store, now) + timedelta(days=terms.keep_days))


def extended_to(order: Order, *, terms: Terms, now: datetime) -> date:
    """Return the last day that one more extension gives: one on which the shop opens."""
    today = today_in(order.store, now)
    until = max(order.pickup_by or today, today) + timedelta(days=terms.extension_days)
    return stores.open_day(order.store, until)


def may_extend(order: Order, *, terms: Terms, now: datetime) -> bool:
    """Tell whether the customer may put the last day off by one tap."""
    is_kept = order.pickup_by is not None and not pickup_facts.has_passed(order, now)
    return is_kept and order.state in COLLECTABLE and order.extensions < terms.extensions


def extend(
    session: Session,
    order_uid: str,
    *,
    terms: Terms,
    by: str = "",
    staff: Staff | None = None,
    until: date | None = None,
    now: datetime,
) -> Order:
    """Put the last day of a ready order off: the central system hears of it.

    `by` is "customer", who may do so `terms.extensions` times, or empty with `staff`, who always
    may, and who alone may choose the day (`until`, at most a year ahead).

    Raises NotFound; ExtensionsUsed; Invalid for the day; OrderExpired when the last day has passed;
    AlreadyCollected, OrderCancelled, NotReady or ForbiddenTransition.
    """
    order = pickup_steps.get_locked(session, order_uid)
    if order.state not in COLLECTABLE:
        raise pickup_steps.refusal(order, "extended")
    if by == "customer" and not may_extend(order, terms=terms, now=now):
        raise _too_late(order, now)
    until = until or extended_to(order, terms=terms, now=now)
    _require_possible(order, until, now)
    happened = Happened(
        type="extended",
        occurred_at=now,
        by=by,
        staff=staff,
        details={"pickup_by": until.isoformat()},
    )
    pickup_steps.happen(session, order, happened, now=now, tells=True)
    return order


# --- a last day on which the shop does not open -----------------------------------------------


def keep_past(
    session: Session, store: Store, closed: date, *, staff: Staff | None = None, now: datetime
) -> None:
    """Put off what is kept, or will be, until a day on which the shop does not open any more."""
    session.flush()
    on_it = select(Order.uid).where(*_to_come(store), Order.pickup_by == closed)
    for uid in session.scalars(on_it.order_by(Order.id)).all():
        reach_opening(session, uid, staff=staff, now=now)


def list_closed(session: Session, own: Store, *, now: datetime) -> Sequence[str]:
    """Return the uids of orders whose last day is one on which the shop does not open; two queries.

    Whoever said the day, and whoever closed it: its manager, an import, the usual hours.
    """
    told = session.scalars(select(Order.pickup_by).where(*_to_come(own)).distinct()).all()
    closed = [day for day in told if _next_opening(own, day, now)]
    query = select(Order.uid).where(*_to_come(own), Order.pickup_by.in_(closed))
    return session.scalars(query.order_by(Order.id)).all() if closed else []


def reach_opening(session: Session, uid: str, *, staff: Staff | None = None, now: datetime) -> bool:
    """Put the last day of an order off to the next on which its shop opens; tell whether it was.

    The central system hears of it. The customer may put it off all the same. Raises NotFound.
    """
    order = pickup_steps.get_locked(session, uid)
    until = _next_opening(order.store, order.pickup_by, now)
    if order.state not in OPEN or until is None:
        return False
    happened = Happened(
        type="extended",
        occurred_at=now,
        reason=SHOP_CLOSED,
        by="" if staff else "system",
        staff=staff,
        details={"pickup_by": until.isoformat()},
    )
    pickup_steps.happen(session, order, happened, now=now, tells=True)
    return True


def _to_come(store: Store) -> tuple[ColumnElement[bool], ...]:
    here = Order.store_id == store.id, Order.fulfilment == "pickup", Order.state.in_(OPEN)
    return *here, Order.pickup_by.is_not(None)


def _next_opening(store: Store, last: date | None, now: datetime) -> date | None:
    """Return the day on which a shop opens after a last one on which it does not.

    None where it does, and where that day is over as well.
    """
    if last is None:
        return None
    until = stores.open_day(store, last)
    return until if until > last and until >= today_in(store, now) else None


# --- opened again -----------------------------------------------------------------------------


def reopen(
    session: Session,
    order_uid: str,
    *,
    terms: Terms,
    staff: Staff,
    now: datetime,
) -> Order:
    """Keep an order again that was not fetched in time, when its goods are still to be had.

    Where they lie prepared they go on waiting, and the customer is told that they do; where they
    are back on the shelf they are to be picked again first.

    Raises NotFound; NotEnoughStock when they have been promised to somebody else meanwhile;
    ForbiddenTransition.
    """
    order = pickup_steps.get_locked(session, order_uid)
    pickup_steps.require(order, "reopened")
    _require_free(session, order)
    lie_ready = shelf_returns.keep(session, order, now=now)
    if not lie_ready and any(line.state in PREPARED for line in order.lines):
        order.staging_place = ""
        put_back = Happened(type="put_back", occurred_at=now, staff=staff)
        pickup_steps.happen(session, order, put_back, now=now, tells=True)
    until = last_day(order.store, terms=terms, now=now)
    happened = Happened(
        type="reopened", occurred_at=now, staff=staff, details={"pickup_by": until.isoformat()}
    )
    pickup_steps.happen(session, order, happened, now=now, tells=True)
    return order


# --- what ends by itself ----------------------------------------------------------------------


def end_no_show(session: Session, uid: str, *, terms: Terms, now: datetime) -> bool:
    """End one order that nobody fetched in time; tell whether it was ended now. Raises NotFound."""
    order = pickup_steps.get_locked(session, uid)
    if order.state == "customer_waiting" and _has_left(order, now):
        left = Happened(type="gone", occurred_at=now, by="system", reason=NO_SHOW)
        pickup_steps.happen(session, order, left, now=now, tells=True)
    if order.state not in _UNFETCHED or not _is_over(order, terms, now):
        return False
    happened = Happened(type="expired", occurred_at=now, by="system", reason=NO_SHOW)
    pickup_steps.happen(session, order, happened, now=now, tells=True)
    return True


def list_no_shows(session: Session, own: Store, *, terms: Terms, now: datetime) -> Sequence[str]:
    """Return the uids of orders whose last day has passed, or who waited until the shop closed."""
    today = today_in(own, now)
    ready_before = day_start(own, now) - timedelta(days=terms.keep_days)
    undated = Order.pickup_by.is_(None) & (Order.ready_at < ready_before)
    unfetched = Order.state.in_(_UNFETCHED) & or_(Order.pickup_by < today, undated)
    left = (Order.state == "customer_waiting") & (Order.arrived_at < queue_start(own, now))
    here = Order.store_id == own.id, Order.fulfilment == "pickup"
    query = select(Order.uid).where(*here, or_(unfetched, left)).order_by(Order.id)
    return session.scalars(query).all()


def count_no_shows(session: Session, store_id: int, *, since: datetime) -> int:
    """Return how many orders were not fetched since a moment; cancellations are not among them."""
    found: ColumnElement[bool] = (Order.state == "expired") & (Order.reason == NO_SHOW)
    query = select(func.count()).where(Order.store_id == store_id, found, Order.closed_at >= since)
    return session.scalar(query) or 0


_UNFETCHED = HAPPENINGS["expired"].orders & COLLECTABLE


def _is_over(order: Order, terms: Terms, now: datetime) -> bool:
    last = order.pickup_by
    if last is None and order.ready_at is not None:
        last = today_in(order.store, order.ready_at) + timedelta(days=terms.keep_days)
    return last is not None and last < today_in(order.store, now)


def _has_left(order: Order, now: datetime) -> bool:
    return order.arrived_at is not None and order.arrived_at < queue_start(order.store, now)


def _too_late(order: Order, now: datetime) -> ExtensionsUsed | OrderExpired:
    if pickup_facts.has_passed(order, now):
        facts = pickup_steps.facts_of(order, "extended")
        return OrderExpired(**facts, pickup_by=pickup_facts.kept_until(order))
    return ExtensionsUsed(pickup_by=order.pickup_by)


def _require_possible(order: Order, until: date, now: datetime) -> None:
    today = today_in(order.store, now)
    if not today <= until <= today + LONGEST_KEPT:
        raise Invalid(field="until", problem="out_of_range")
    held_until = pickup_facts.held_until(order, until)
    if held_until is not None and held_until <= now:
        raise Invalid(field="until", problem="past")


def _require_free(session: Session, order: Order) -> None:
    """Check that what was given back when the order ended has been promised to nobody else.

    What lacked already is not looked for here.
    """
    wanted: Counter[int] = Counter()
    for line in order.lines:
        if line.state in OPEN_LINES - LACKING and line.goods_id is not None:
            wanted[line.goods_id] += line.quantity
    for variant_id, quantity in wanted.items():
        free = stock_holds.available(session, variant_id, store_id=order.store_id)
        if free < quantity:
            sku = session.get_one(Variant, variant_id).sku
            raise NotEnoughStock(sku=sku, available=free)
