"""What the movements add up to, as one statement: the same for one article and for all.

on hand  = the newest count (or shelf check) + what came and went after it;
reserved = the newest reservation told by another system + holds and releases after it.

Both depend on the set of movements alone, never on the order in which they arrived. Of two
counts at one instant, the one with the greater (source, source_id) holds.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    Subquery,
    Text,
    and_,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from store import changes
from store.database import is_sqlite, take_turn
from store.models import StockLevel, StockMovement, Variant

Pair = tuple[int, int]  # store id, variant id

COUNTS = ("count", "shelf_check")
RESERVATIONS = ("reserved",)
AT_ONCE = 1000  # values in one condition
DERIVED = ("on_hand", "reserved", "counted_at", "counted", "moved_at", "source")


@dataclass(frozen=True, kw_only=True)
class Drift:
    """A level that was not what its movements add up to; each side in the order of DERIVED.

    Nothing is `kept` where the level is missing, nothing `derived` where no movement is known.
    """

    store_id: int
    variant_id: int
    kept: tuple[Any, ...] | None
    derived: tuple[Any, ...] | None


def derive(*, on_sqlite: bool, of_pairs: bool = False) -> Select[Any]:
    """Return the query of the levels that the movements add up to.

    With `of_pairs` it wants the parameter `pairs`, see `packed`; else it gives all of them.
    """
    moved = _moved(on_sqlite=on_sqlite, of_pairs=of_pairs)
    count, told = _newest(moved, COUNTS), _newest(moved, RESERVATIONS)
    on_hand = func.coalesce(func.max(count.c.quantity), 0) + _sum_after(moved, _step(moved), count)
    reserved = func.coalesce(func.max(told.c.quantity), 0) + _sum_after(moved, _hold(moved), told)
    return (
        select(
            moved.c.store_id,
            moved.c.variant_id,
            on_hand.label("on_hand"),
            reserved.label("reserved"),
            func.max(count.c.occurred_at).label("counted_at"),
            func.max(count.c.quantity).label("counted"),
            func.max(moved.c.occurred_at).label("moved_at"),
            func.coalesce(func.max(count.c.source), "").label("source"),
        )
        .outerjoin(count, _same_pair(count, moved))
        .outerjoin(told, _same_pair(told, moved))
        .where(literal(True))  # SQLite would read ON CONFLICT as a condition of the join
        .group_by(moved.c.store_id, moved.c.variant_id)
    )


def refresh(
    session: Session, pairs: Collection[Pair] | None = None, *, is_news: bool, now: datetime
) -> None:
    """Write the levels of these pairs of store and variant anew; all of them without `pairs`.

    `is_news` says that something was learnt just now, so that the figures are fresh.
    """
    statement = _write(on_sqlite=is_sqlite(session), of_pairs=pairs is not None, is_news=is_news)
    values = {"learnt": now} | ({} if pairs is None else {"pairs": packed(pairs)})
    session.execute(statement, values, execution_options={"synchronize_session": False})


@cache  # to put it together costs ten times as much as to run it
def _write(*, on_sqlite: bool, of_pairs: bool, is_news: bool) -> Any:
    columns = ("store_id", "variant_id", *DERIVED, "safety_stock", "incoming", "learnt_at")
    learnt = bindparam("learnt", type_=StockLevel.learnt_at.type)
    derived = derive(on_sqlite=on_sqlite, of_pairs=of_pairs)
    derived = derived.add_columns(literal(0), literal(0), learnt)
    dialect = sqlite if on_sqlite else postgresql
    written = (*DERIVED, "learnt_at") if is_news else DERIVED
    insert = dialect.insert(StockLevel.__table__).from_select(columns, derived)
    return insert.on_conflict_do_update(
        index_elements=["store_id", "variant_id"],
        set_={name: insert.excluded[name] for name in written},
    )


def compare(session: Session) -> list[Drift]:
    """Return the levels that are not what their movements add up to; none when all is well.

    The database compares, and only what differs is read: by store and variant.
    """
    derived = derive(on_sqlite=is_sqlite(session)).subquery()
    same = and_(
        StockLevel.store_id == derived.c.store_id, StockLevel.variant_id == derived.c.variant_id
    )
    kept = [getattr(StockLevel, name) for name in DERIVED]
    meant = [derived.c[name] for name in DERIVED]
    differs = or_(*(k.is_distinct_from(m) for k, m in zip(kept, meant, strict=True)))
    wrong = select(derived.c.store_id, derived.c.variant_id, StockLevel.store_id, *kept, *meant)
    wrong = wrong.outerjoin(StockLevel, same).where(or_(StockLevel.store_id.is_(None), differs))
    found = [_drift(tuple(row)) for row in session.execute(wrong)]
    orphans = select(StockLevel.store_id, StockLevel.variant_id, *kept).where(~_has_movements())
    found += [
        Drift(store_id=row[0], variant_id=row[1], kept=tuple(row[2:]), derived=None)
        for row in session.execute(orphans)
    ]
    return sorted(found, key=lambda drift: (drift.store_id, drift.variant_id))


def rebuild(session: Session, *, now: datetime) -> list[Drift]:
    """Write every level anew from the movements; return those that were not equal before.

    The screens that show one of them are told.
    """
    take_turn(session, changes.TURN)
    drifts = compare(session)
    session.execute(
        delete(StockLevel).where(~_has_movements()),
        execution_options={"synchronize_session": False},
    )
    refresh(session, is_news=False, now=now)
    mended = sorted({drift.variant_id for drift in drifts})
    for start in range(0, len(mended), AT_ONCE):
        of_these = Variant.id.in_(mended[start : start + AT_ONCE])
        skus = session.scalars(select(Variant.sku).where(of_these).order_by(Variant.sku)).all()
        changes.record_all(session, "stock", skus, now=now)
    return drifts


def _drift(row: tuple[Any, ...]) -> Drift:
    sides, width = row[3:], len(DERIVED)
    kept = None if row[2] is None else sides[:width]
    return Drift(store_id=row[0], variant_id=row[1], kept=kept, derived=sides[width:])


def _has_movements() -> ColumnElement[bool]:
    return exists().where(
        StockMovement.store_id == StockLevel.store_id,
        StockMovement.variant_id == StockLevel.variant_id,
    )


def _moved(*, on_sqlite: bool, of_pairs: bool) -> CTE:
    """Return the movements of the pairs, found by the index, pair by pair.

    A list of pairs in the condition would not do: SQLite then reads every movement there is.
    """
    names = ("store_id", "variant_id", "kind", "quantity", "occurred_at", "source", "source_id")
    query = select(*(getattr(StockMovement, name) for name in names))
    if of_pairs:
        store_id, variant_id = unpacked(on_sqlite=on_sqlite)
        same_store = StockMovement.store_id == store_id
        query = query.where(same_store, StockMovement.variant_id == variant_id)
    return query.cte("moved")


def packed(pairs: Collection[Pair]) -> str:
    """Return the pairs as the one JSON text in which they travel to the database."""
    return json.dumps([list(pair) for pair in pairs])


def unpacked(*, on_sqlite: bool) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Return the two columns of a table made of the parameter `pairs`: store and variant ids."""
    packed = bindparam("pairs", type_=Text())
    if on_sqlite:
        each = func.json_each(packed).table_valued("value").c.value
        return (
            func.json_extract(each, "$[0]", type_=Integer()),
            func.json_extract(each, "$[1]", type_=Integer()),
        )
    of_json = func.json_array_elements(cast(packed, postgresql.JSON)).table_valued("value")
    each = of_json.c.value
    return cast(each.op("->>")(0), Integer), cast(each.op("->>")(1), Integer)


def _step(moved: CTE) -> ColumnElement[int]:
    came = (moved.c.kind.in_(("delta", "return")), moved.c.quantity)
    return case(came, (moved.c.kind == "handover", -moved.c.quantity), else_=0)


def _hold(moved: CTE) -> ColumnElement[int]:
    held = (moved.c.kind == "hold", moved.c.quantity)
    return case(held, (moved.c.kind == "release", -moved.c.quantity), else_=0)


def _newest(moved: CTE, kinds: Collection[str]) -> Subquery:
    place = func.row_number().over(
        partition_by=(moved.c.store_id, moved.c.variant_id),
        order_by=(moved.c.occurred_at.desc(), moved.c.source.desc(), moved.c.source_id.desc()),
    )
    ranked = select(moved, place.label("place")).where(moved.c.kind.in_(kinds)).subquery()
    return select(ranked).where(ranked.c.place == 1).subquery()


def _same_pair(newest: Subquery, moved: CTE) -> ColumnElement[bool]:
    return and_(newest.c.store_id == moved.c.store_id, newest.c.variant_id == moved.c.variant_id)


def _sum_after(moved: CTE, quantity: ColumnElement[int], newest: Subquery) -> ColumnElement[int]:
    is_after = or_(newest.c.occurred_at.is_(None), moved.c.occurred_at > newest.c.occurred_at)
    return func.coalesce(func.sum(case((is_after, quantity), else_=0)), 0)
