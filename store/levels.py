"""What the movements add up to, as one statement: the same for one article and for all.

on hand  = the newest count (or shelf check) + what came and went after it;
reserved = the newest reservation told by another system + holds and releases after it.

Both depend on the set of movements alone, never on the order in which they arrived. Of two
counts at one instant, the one with the greater (source, source_id) holds.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from store.database import is_sqlite
from store.models import StockLevel, StockMovement

Pair = tuple[int, int]  # store id, variant id

COUNTS = ("count", "shelf_check")
RESERVATIONS = ("reserved",)
DERIVED = ("on_hand", "reserved", "counted_at", "counted", "moved_at", "source")

_M = StockMovement
_STEP = case(
    (_M.kind.in_(("delta", "return")), _M.quantity), (_M.kind == "handover", -_M.quantity), else_=0
)
_HOLD = case((_M.kind == "hold", _M.quantity), (_M.kind == "release", -_M.quantity), else_=0)


def derive(pairs: Collection[Pair] | None = None) -> Select[Any]:
    """Return the query of the levels that the movements add up to; all of them without `pairs`."""
    wanted = _wanted(pairs)
    count, told = _newest(COUNTS, wanted), _newest(RESERVATIONS, wanted)
    return (
        select(
            _M.store_id,
            _M.variant_id,
            (func.coalesce(func.max(count.c.quantity), 0) + _sum_after(_STEP, count)).label(
                "on_hand"
            ),
            (func.coalesce(func.max(told.c.quantity), 0) + _sum_after(_HOLD, told)).label(
                "reserved"
            ),
            func.max(count.c.occurred_at).label("counted_at"),
            func.max(count.c.quantity).label("counted"),
            func.max(_M.occurred_at).label("moved_at"),
            func.coalesce(func.max(count.c.source), "").label("source"),
        )
        .outerjoin(count, _same_pair(count))
        .outerjoin(told, _same_pair(told))
        .where(wanted)
        .group_by(_M.store_id, _M.variant_id)
    )


def refresh(
    session: Session, pairs: Collection[Pair] | None = None, *, is_news: bool, now: datetime
) -> None:
    """Write the levels of these pairs of store and variant anew; all of them without `pairs`.

    `is_news` says that something was learnt just now, so that the figures are fresh.
    """
    columns = ("store_id", "variant_id", *DERIVED, "safety_stock", "incoming", "learnt_at")
    derived = derive(pairs).add_columns(
        literal(0), literal(0), literal(now, StockLevel.learnt_at.type)
    )
    dialect = sqlite if is_sqlite(session) else postgresql
    written = (*DERIVED, "learnt_at") if is_news else DERIVED
    insert = dialect.insert(StockLevel).from_select(columns, derived)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["store_id", "variant_id"],
            set_={name: insert.excluded[name] for name in written},
        ),
        execution_options={"synchronize_session": False},
    )


def _wanted(pairs: Collection[Pair] | None) -> ColumnElement[bool]:
    if pairs is None:
        return literal(True)
    return tuple_(_M.store_id, _M.variant_id).in_(list(pairs))


def _newest(kinds: Collection[str], wanted: ColumnElement[bool]) -> Subquery:
    place = func.row_number().over(
        partition_by=(_M.store_id, _M.variant_id),
        order_by=(_M.occurred_at.desc(), _M.source.desc(), _M.source_id.desc()),
    )
    ranked = (
        select(
            _M.store_id,
            _M.variant_id,
            _M.quantity,
            _M.occurred_at,
            _M.source,
            place.label("place"),
        )
        .where(_M.kind.in_(kinds), wanted)
        .subquery()
    )
    return select(ranked).where(ranked.c.place == 1).subquery()


def _same_pair(newest: Subquery) -> ColumnElement[bool]:
    return and_(newest.c.store_id == _M.store_id, newest.c.variant_id == _M.variant_id)


def _sum_after(quantity: ColumnElement[int], newest: Subquery) -> ColumnElement[int]:
    is_after = or_(newest.c.occurred_at.is_(None), _M.occurred_at > newest.c.occurred_at)
    return func.coalesce(func.sum(case((is_after, quantity), else_=0)), 0)
