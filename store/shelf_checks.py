"""Shelf checks: somebody doubts a figure, an assistant goes to look, and the answer is a movement.

A task is open until it is answered, or until a count that is newer than the question comes from
elsewhere. There is one open task for an article and store, however many ask.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, contains_eager, joinedload

from store import changes, levels, movements
from store.database import affected, is_sqlite, take_turn
from store.errors import AlreadyChecked, Invalid, NotFound
from store.models import Order, OrderLine, ShelfCheck, Staff, StockLevel, Store, Variant
from store.pickup_states import COLLECTABLE, OPEN, PREPARED
from store.prepared import Prepared
from store.records import MovementRecord

SOURCE = "shelf_check"
REASONS = ("doubt", "customer", "negative", "promised")
MOST_SEEN = 99_999
MOST_ASKED = 200  # tasks made at once where an import went below nothing


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What the figures say that somebody will see: `aside` lies prepared and is not counted."""

    on_shelf: int  # never below 0
    aside: int


def ask(
    session: Session,
    variant_id: int,
    *,
    store_id: int,
    reason: str,
    staff: Staff | None = None,
    now: datetime,
) -> ShelfCheck:
    """Ask for a look at the shelf; whoever asks again is given the task that is open already.

    `reason` is one of REASONS. Raises Invalid for another one, NotFound for an unknown variant.
    """
    if reason not in REASONS:
        raise Invalid(field="reason", problem="unknown")
    take_turn(session, changes.TURN)
    variant = session.get(Variant, variant_id)
    if variant is None:
        raise NotFound(kind="product", key=str(variant_id))
    known = _find_unanswered(session, variant_id, store_id)
    if known is not None and not _is_settled(session, known):
        return known
    task = known or ShelfCheck(variant_id=variant_id, store_id=store_id)
    task.reason, task.asked_at, task.asked_by = reason, now, staff
    session.add(task)
    session.flush()
    _signal(session, task, variant.sku, now=now)
    return task


def ask_below_nothing(session: Session, pairs: Collection[levels.Pair], *, now: datetime) -> int:
    """Ask for a look where more has left than was counted; return how many new tasks there are."""
    if not pairs:
        return 0
    statement = _short_of(on_sqlite=is_sqlite(session))
    short = session.execute(statement, {"pairs": levels.packed(pairs)}).all()
    for store_id, variant_id in short:
        ask(session, variant_id, store_id=store_id, reason="negative", now=now)
    return len(short)


def answer(
    session: Session, uid: str, *, store: Store, seen: int, staff: Staff, now: datetime
) -> ShelfCheck:
    """Write down how many were seen: the task is done, the stock is counted, the hub will hear.

    `seen` are the units on the shelf and in the stockroom; what lies prepared for pickups is added.
    Raises NotFound, Invalid for a number that cannot be, AlreadyChecked when a colleague was
    quicker.
    """
    take_turn(session, changes.TURN)
    if not 0 <= seen <= MOST_SEEN:
        raise Invalid(field="seen", problem="out_of_range")
    task = get(session, uid, store=store)
    aside = expected(session, task.variant_id, store_id=store.id).aside
    _close(session, task, seen=seen, aside=aside, staff=staff, now=now)
    counted = MovementRecord(
        source=SOURCE,
        source_id=task.uid,
        store=store.code,
        sku=task.variant.sku,
        kind="shelf_check",
        quantity=seen + aside,
        occurred_at=now,
    )
    movements.apply(session, [counted], now=now)
    subject = f"stock:{counted.store}:{counted.sku}"
    movements.write_fact(session, [counted], subject=subject, now=now, uid=task.uid)
    _signal(session, task, task.variant.sku, now=now)
    return task


def get(session: Session, uid: str, *, store: Store) -> ShelfCheck:
    """Return a task of the store; raises NotFound."""
    query = select(ShelfCheck).where(ShelfCheck.uid == uid, ShelfCheck.store_id == store.id)
    task = session.scalar(query.options(joinedload(ShelfCheck.variant)))
    if task is None:
        raise NotFound(kind="shelf_check", key=uid)
    return task


def find_open(session: Session, variant_id: int, *, store_id: int) -> ShelfCheck | None:
    """Return the open task for an article in a store."""
    return session.scalar(_open(store_id).where(ShelfCheck.variant_id == variant_id))


def is_waiting(
    session: Session, variant_id: int, *, store_id: int, counted_at: datetime | None
) -> bool:
    """Tell whether somebody was asked to look since the newest count, known to the caller."""
    task = _find_unanswered(session, variant_id, store_id)
    return task is not None and (counted_at is None or counted_at <= task.asked_at)


def find_answered(session: Session, uid: str, *, store_id: int) -> ShelfCheck | None:
    """Return a task of the store that is done."""
    query = select(ShelfCheck).where(ShelfCheck.uid == uid, ShelfCheck.store_id == store_id)
    return session.scalar(query.where(ShelfCheck.answered_at.is_not(None)))


def list_open(session: Session, store_id: int, *, limit: int = 100) -> Sequence[ShelfCheck]:
    """Return the open tasks of a store, the oldest first, with their articles; one query."""
    query = _open(store_id).join(ShelfCheck.variant).join(Variant.product)
    article = contains_eager(ShelfCheck.variant).contains_eager(Variant.product)
    query = query.options(article, joinedload(ShelfCheck.asked_by))
    return session.scalars(query.order_by(ShelfCheck.asked_at, ShelfCheck.id).limit(limit)).all()


def count_open(session: Session, store_id: int) -> int:
    """Return how many tasks of a store are open."""
    (row,) = _COUNT.all(session, {"store_id": store_id})
    return int(row.waiting)


# of a line that is being picked, the units that were scanned lie in a basket
_ASIDE = case(
    (OrderLine.state.in_(("picked", "arrived")), OrderLine.quantity),
    (Order.state.in_(COLLECTABLE), OrderLine.quantity),
    else_=OrderLine.checked,
)


def expected(session: Session, variant_id: int, *, store_id: int) -> Expected:
    """Return how many units the figures put on the shelf, and how many lie prepared."""
    level = session.get(StockLevel, (store_id, variant_id), populate_existing=True)
    given = func.coalesce(OrderLine.substitute_id, OrderLine.variant_id)
    prepared = (
        select(func.sum(_ASIDE))
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.store_id == store_id, Order.state.in_(OPEN))
        .where(given == variant_id, OrderLine.state.in_(PREPARED | {"to_pick"}))
    )
    aside = session.scalar(prepared) or 0
    return Expected(on_shelf=max(0, (level.on_hand if level else 0) - aside), aside=aside)


@cache
def _short_of(*, on_sqlite: bool) -> Select[int, int]:
    """Select those of the pairs that are below nothing since a count, and have no open task."""
    store_id, variant_id = levels.unpacked(on_sqlite=on_sqlite)
    asked = exists().where(
        ShelfCheck.store_id == StockLevel.store_id,
        ShelfCheck.variant_id == StockLevel.variant_id,
        ShelfCheck.answered_at.is_(None),
        StockLevel.counted_at <= ShelfCheck.asked_at,
    )
    return (
        select(StockLevel.store_id, StockLevel.variant_id)
        .where(StockLevel.store_id == store_id, StockLevel.variant_id == variant_id)
        .where(StockLevel.on_hand < 0, StockLevel.counted_at.is_not(None), ~asked)
        .limit(MOST_ASKED)
    )


def _open(store_id: int | BindParameter[int]) -> Select[ShelfCheck]:
    """Select the tasks that wait; a count newer than the question has answered it."""
    here = and_(
        StockLevel.store_id == ShelfCheck.store_id,
        StockLevel.variant_id == ShelfCheck.variant_id,
    )
    return (
        select(ShelfCheck)
        .outerjoin(StockLevel, here)
        .where(ShelfCheck.store_id == store_id, ShelfCheck.answered_at.is_(None))
        .where(_is_unsettled())
    )


def _is_unsettled() -> ColumnElement[bool]:
    counted_at = StockLevel.counted_at
    return or_(counted_at.is_(None), counted_at <= ShelfCheck.asked_at)


def _is_settled(session: Session, task: ShelfCheck) -> bool:
    return find_open(session, task.variant_id, store_id=task.store_id) is None


def _find_unanswered(session: Session, variant_id: int, store_id: int) -> ShelfCheck | None:
    here = ShelfCheck.store_id == store_id, ShelfCheck.variant_id == variant_id
    return session.scalar(select(ShelfCheck).where(*here, ShelfCheck.answered_at.is_(None)))


def _close(
    session: Session, task: ShelfCheck, *, seen: int, aside: int, staff: Staff, now: datetime
) -> None:
    """Answer the task unless somebody else just did: the database says who was first."""
    values = {"answered_at": now, "answered_by_id": staff.id, "seen": seen, "aside": aside}
    statement = (
        update(ShelfCheck)
        .where(ShelfCheck.id == task.id, ShelfCheck.answered_at.is_(None))
        .values(values)
    )
    won = affected(session, statement) == 1
    session.refresh(task)
    if not won:
        name = task.answered_by.name if task.answered_by else ""
        raise AlreadyChecked(by=name, at=task.answered_at, seen=task.seen)


def _signal(session: Session, task: ShelfCheck, sku: str, *, now: datetime) -> None:
    """Let the tablets count their tasks, and the article's pages say that somebody looks."""
    changes.record(session, "staff", f"shelf_check:{task.uid}", now=now)
    changes.record(session, "stock", sku, now=now)


# asked by every page of every tablet
_COUNT = Prepared(
    select(func.count().label("waiting")).select_from(_open(bindparam("store_id")).subquery())
)
