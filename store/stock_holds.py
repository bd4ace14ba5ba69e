"""Units set aside for somebody: taken out of what can be promised, and given back once.

A hold is a movement like any other, so that levels can be rebuilt. What makes it a promise is one
conditional UPDATE of the level: of two who ask for the last unit at once, the database lets one
through, on SQLite and on PostgreSQL alike.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, select, update
from sqlalchemy.orm import Session

from store import changes, levels, shelf_checks
from store.database import affected, take_turn
from store.errors import HoldEnded, Invalid, NotEnoughStock, NotFound
from store.models import StockLevel, StockMovement, Variant

HELD, RELEASED = "hold", "release"


@dataclass(frozen=True, kw_only=True)
class Held:
    """What a hold set aside; `missing` of the `quantity` are promised but are not there."""

    quantity: int
    missing: int = 0


def hold(
    session: Session,
    variant_id: int,
    *,
    store_id: int,
    quantity: int,
    source: str,
    source_id: str,
    now: datetime,
    is_promised: bool = False,
    reason: str = "",
) -> Held:
    """Set units aside, so that nobody else is promised them.

    `source` and `source_id` name the hold: the same name again changes nothing, and ends it with
    `release`. `is_promised` is for goods that somebody else has promised already, or that a
    customer has in hand: these are never refused; the difference is told and makes a shelf check.

    Raises NotEnoughStock when fewer are free, HoldEnded when a hold of this name was released,
    Invalid for a quantity below 1, NotFound for an unknown variant.
    """
    take_turn(session, changes.TURN)
    if quantity < 1:
        raise Invalid(field="quantity", problem="out_of_range")
    sku = _sku(session, variant_id)
    known = _find(session, HELD, source=source, source_id=source_id)
    if known is not None:
        if _find(session, RELEASED, source=source, source_id=source_id) is not None:
            raise HoldEnded(source_id=source_id)
        return Held(quantity=known.quantity)
    free = available(session, variant_id, store_id=store_id)
    if not _take(session, variant_id, store_id=store_id, quantity=quantity) and not is_promised:
        raise NotEnoughStock(sku=sku, available=free)
    missing = max(0, quantity - free)
    moved = StockMovement(kind=HELD, variant_id=variant_id, store_id=store_id, quantity=quantity)
    moved.reason = reason or (f"missing {missing}" if missing else "")
    _record(session, moved, sku=sku, source=source, source_id=source_id, now=now)
    if missing:
        shelf_checks.ask(session, variant_id, store_id=store_id, reason="promised", now=now)
    return Held(quantity=quantity, missing=missing)


def release(session: Session, *, source: str, source_id: str, now: datetime) -> int:
    """Give back what the hold of this name set aside; return how many units, 0 the second time.

    Raises NotFound when there never was such a hold.
    """
    take_turn(session, changes.TURN)
    held = _find(session, HELD, source=source, source_id=source_id)
    if held is None:
        raise NotFound(kind="hold", key=source_id)
    if _find(session, RELEASED, source=source, source_id=source_id) is not None:
        return 0
    moved = StockMovement(kind=RELEASED, variant_id=held.variant_id, store_id=held.store_id)
    moved.quantity = held.quantity
    sku = _sku(session, held.variant_id)
    # a clock that was set back must not put the end of a hold before its beginning
    at = max(now, held.occurred_at)
    _record(session, moved, sku=sku, source=source, source_id=source_id, now=at)
    return held.quantity


def available(session: Session, variant_id: int, *, store_id: int) -> int:
    """Return how many units of a variant may still be promised in a store, never below 0."""
    here = StockLevel.store_id == store_id, StockLevel.variant_id == variant_id
    return max(0, session.scalar(select(_free()).where(*here)) or 0)


def overbooked(session: Session, variant_id: int, *, store_id: int) -> int:
    """Return how many more units of a variant are promised in a store than are there, or 0."""
    here = StockLevel.store_id == store_id, StockLevel.variant_id == variant_id
    return max(0, -(session.scalar(select(_free()).where(*here)) or 0))


def name_of(source_id: str, kind: str) -> str:
    """Return the source id of the movement that begins (`hold`) or ends (`release`) a hold."""
    return f"{source_id}:{kind}"


def _free() -> ColumnElement[int]:
    reserved = case((StockLevel.reserved > 0, StockLevel.reserved), else_=0)
    return StockLevel.on_hand - reserved - StockLevel.safety_stock


def _take(session: Session, variant_id: int, *, store_id: int, quantity: int) -> bool:
    """Take the units if they are free, in one statement: the database says who was first."""
    statement = (
        update(StockLevel)
        .where(StockLevel.store_id == store_id, StockLevel.variant_id == variant_id)
        .where(_free() >= quantity)
        .values(reserved=StockLevel.reserved + quantity)
    )
    return affected(session, statement) == 1


def _find(session: Session, kind: str, *, source: str, source_id: str) -> StockMovement | None:
    name = name_of(source_id, kind)
    query = select(StockMovement).where(StockMovement.source == source)
    return session.scalar(query.where(StockMovement.source_id == name))


def _sku(session: Session, variant_id: int) -> str:
    sku = session.scalar(select(Variant.sku).where(Variant.id == variant_id))
    if sku is None:
        raise NotFound(kind="product", key=str(variant_id))
    return sku


def _record(
    session: Session, moved: StockMovement, *, sku: str, source: str, source_id: str, now: datetime
) -> None:
    moved.source, moved.source_id = source, name_of(source_id, moved.kind)
    moved.occurred_at = moved.recorded_at = now
    session.add(moved)
    session.flush()
    pair = (moved.store_id, moved.variant_id)
    levels.refresh(session, [pair], is_news=False, now=now)
    changes.record(session, "stock", sku, now=now)
