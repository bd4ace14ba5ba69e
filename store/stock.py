"""How much of what stands where, how fresh that knowledge is, and every change of it.

The truth is the movements; a level is what they add up to (`store.levels`) and can be written
anew from them at any time.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from store import changes, levels, stores
from store.database import is_sqlite, take_turn
from store.errors import NotFound
from store.models import StockLevel, StockMovement, Store, Variant
from store.records import MovementRecord, StockRecord

KINDS = (*levels.COUNTS, *levels.RESERVATIONS, "delta", "hold", "release", "handover", "return")
SIGNED_KINDS = ("delta",)
FIGURE_COLUMNS = (
    *("on_hand", "reserved", "safety_stock", "counted_at", "counted", "moved_at", "learnt_at"),
    *("source", "incoming", "incoming_on"),
)
TOLD = ("source", "source_id", "kind", "quantity", "occurred_at", "reason")
GREATEST_QUANTITY = 1_000_000_000
EVERY_STORE = 100_000
# levels are written behind the session's back
FRESH = {"populate_existing": True}


@dataclass(frozen=True, kw_only=True)
class Applied:
    """What became of a batch: how many were new, how many known already, which were refused.

    A refusal is (place in the batch, reason): unknown_store, unknown_sku, unknown_kind or
    bad_quantity.
    """

    applied: int
    repeated: int
    refused: tuple[tuple[int, str], ...]


@dataclass(frozen=True, kw_only=True)
class Trust:
    """How long a figure is believed, from the settings; and when we last heard the central system.

    `heard_at` is the last successful pull: what has not changed since then is as fresh as that.
    A shop that `is_alone`, without a central system, is the source of its own figures, which are
    then always live; those of other stores are as old as what it heard of them.
    """

    live_seconds: int = 10
    recent_seconds: int = 900
    low_level: int = 3
    heard_at: datetime | None = None
    is_alone: bool = False


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What is known of one variant in one store.

    `level` is in | low | out | unknown. It is low at the safety stock, or at the low level where
    there is none. It is unknown, whatever the numbers are, when the figure is older than is
    trusted, when nobody has ever counted, or when more has left than was there.
    `age` is live | recent | stale | unknown, the time since `as_of`.
    `moved_since` is what came (above 0) or went (below 0) since the count.
    """

    on_hand: int = 0
    reserved: int = 0
    safety_stock: int = 0
    available: int = 0  # never below 0
    level: str = "unknown"
    age: str = "unknown"
    as_of: datetime | None = None
    counted_at: datetime | None = None
    counted: int | None = None
    moved_since: int = 0
    moved_at: datetime | None = None
    source: str = ""  # who counted
    incoming: int = 0
    incoming_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """What another store has, and how far it is (None when a position is not known)."""

    store: Store
    kilometres: float | None
    figure: Figure


@dataclass(frozen=True, kw_only=True)
class Drift:
    """A level that was not what its movements add up to."""

    store_id: int
    variant_id: int
    kept: tuple[Any, ...] | None  # in the order of levels.DERIVED
    derived: tuple[Any, ...] | None


def apply(session: Session, movements: Sequence[MovementRecord], *, now: datetime) -> Applied:
    """Take movements in, each once by (source, source_id), and bring their levels up to date.

    Any order of arrival and any repetition ends in the same levels. What cannot be read is
    refused, the rest goes in. Meant for up to 1,000 movements a call.
    """
    take_turn(session, changes.TURN)
    rows, refused = _resolve(session, movements, now=now)
    fresh = _insert(session, rows)
    if fresh:
        _bring_up_to_date(session, fresh, rows, now=now)
    return Applied(applied=len(fresh), repeated=len(rows) - len(fresh), refused=tuple(refused))


def learn(session: Session, record: StockRecord, *, with_reserved: bool, now: datetime) -> Applied:
    """Take in what another system says that a store holds, as a count at its own time.

    `with_reserved` is for stores whose orders we do not know; where we do, our holds are the
    truth. Safety stock and what is on its way are taken as they are told.
    """
    told = [("count", record.on_hand)]
    if with_reserved:
        told.append(("reserved", record.reserved))
    result = apply(session, [_told(record, kind, quantity) for kind, quantity in told], now=now)
    if not result.refused:
        _note_plans(session, record, now=now)
    return result


def figure(
    session: Session, variant_id: int, *, store_id: int, now: datetime, trust: Trust
) -> Figure:
    """Return what is known of one variant in one store."""
    return figures(session, [variant_id], store_id=store_id, now=now, trust=trust)[variant_id]


def figures(
    session: Session, variant_ids: Sequence[int], *, store_id: int, now: datetime, trust: Trust
) -> dict[int, Figure]:
    """Return the figure of every given variant in one store, by variant id; one query."""
    of_these = StockLevel.store_id == store_id, StockLevel.variant_id.in_(variant_ids)
    held = session.scalars(select(StockLevel).where(*of_these).execution_options(**FRESH))
    known = {level.variant_id: figure_of(level, now=now, trust=trust) for level in held}
    return {variant_id: known.get(variant_id, Figure()) for variant_id in variant_ids}


def best(figures: Iterable[Figure]) -> Figure:
    """Return the figure that stands for a product: the most available that is known to be here.

    Raises ValueError when there is none.
    """
    return max(figures, key=lambda figure: (figure.level in ("in", "low"), figure.available))


def list_elsewhere(
    session: Session,
    variant_id: int,
    *,
    store: Store,
    now: datetime,
    trust: Trust,
    limit: int = 10,
    only_in_stock: bool = False,
) -> list[Elsewhere]:
    """Return what the other stores have of a variant, the nearest store first; two queries."""
    of_this = StockLevel.variant_id == variant_id
    held = session.scalars(select(StockLevel).where(of_this).execution_options(**FRESH))
    of_others = replace(trust, is_alone=False)
    known = {level.store_id: figure_of(level, now=now, trust=of_others) for level in held}
    found = [
        Elsewhere(
            store=near.store,
            kilometres=near.kilometres,
            figure=known.get(near.store.id, Figure()),
        )
        for near in stores.list_near(session, store, limit=EVERY_STORE)
    ]
    if only_in_stock:
        found = [one for one in found if one.figure.level in ("in", "low")]
    return found[:limit]


def rebuild(session: Session, *, now: datetime) -> list[Drift]:
    """Write every level anew from the movements; return those that were not equal before."""
    take_turn(session, changes.TURN)
    drifts = compare(session)
    levels.refresh(session, is_news=False, now=now)
    return drifts


def compare(session: Session) -> list[Drift]:
    """Return the levels that are not what their movements add up to; none when all is well."""
    kept = {tuple(row[:2]): tuple(row[2:]) for row in session.execute(_kept_levels())}
    derived = {tuple(row[:2]): tuple(row[2:]) for row in session.execute(levels.derive(session))}
    return [
        Drift(store_id=pair[0], variant_id=pair[1], kept=kept.get(pair), derived=derived.get(pair))
        for pair in sorted(kept.keys() | derived.keys())
        if kept.get(pair) != derived.get(pair)
    ]


def figure_of(level: Any, *, now: datetime, trust: Trust) -> Figure:
    """Return what a stock level means; a row with FIGURE_COLUMNS does as well as the model."""
    heard_at = now if trust.is_alone else trust.heard_at
    as_of = max(level.learnt_at, heard_at or level.learnt_at)
    age = _age(as_of, now=now, trust=trust)
    reserved = max(0, level.reserved)
    available = max(0, level.on_hand - reserved - level.safety_stock)
    is_doubtful = age == "stale" or level.counted_at is None or level.on_hand < 0
    threshold = level.safety_stock or trust.low_level
    return Figure(
        on_hand=level.on_hand,
        reserved=reserved,
        safety_stock=level.safety_stock,
        available=available,
        level="unknown" if is_doubtful else _level(available, threshold),
        age=age,
        as_of=as_of,
        counted_at=level.counted_at,
        counted=level.counted,
        moved_since=level.on_hand - (level.counted or 0),
        moved_at=level.moved_at,
        source=level.source,
        incoming=level.incoming,
        incoming_on=level.incoming_on,
    )


def _age(as_of: datetime, *, now: datetime, trust: Trust) -> str:
    seconds = (now - as_of).total_seconds()
    if seconds <= trust.live_seconds:
        return "live"
    return "recent" if seconds <= trust.recent_seconds else "stale"


def _level(available: int, threshold: int) -> str:
    if available == 0:
        return "out"
    return "low" if available <= threshold else "in"


def _kept_levels() -> Any:
    derived_columns = (getattr(StockLevel, name) for name in levels.DERIVED)
    return select(StockLevel.store_id, StockLevel.variant_id, *derived_columns)


def _told(record: StockRecord, kind: str, quantity: int) -> MovementRecord:
    return MovementRecord(
        source=record.source,
        source_id=f"{kind}:{record.store}:{record.sku}:{record.as_of.isoformat()}",
        store=record.store,
        sku=record.sku,
        kind=kind,
        quantity=quantity,
        occurred_at=record.as_of,
    )


def _note_plans(session: Session, record: StockRecord, *, now: datetime) -> None:
    level = session.scalar(
        select(StockLevel)
        .join(Store, Store.id == StockLevel.store_id)
        .join(Variant, Variant.id == StockLevel.variant_id)
        .where(Store.code == record.store.strip().upper())
        .where(Variant.sku == record.sku.strip().upper())
        .execution_options(**FRESH)
    )
    if level is None:
        raise NotFound(kind="stock", key=record.sku)
    plans = (record.safety_stock, record.incoming, record.incoming_on)
    level.learnt_at = now
    if plans != (level.safety_stock, level.incoming, level.incoming_on):
        level.safety_stock, level.incoming, level.incoming_on = plans
        changes.record(session, "stock", record.sku, now=now)


def _resolve(
    session: Session, movements: Sequence[MovementRecord], *, now: datetime
) -> tuple[list[dict[str, Any]], list[tuple[int, str]]]:
    written = [_normalised(movement) for movement in movements]
    stores = _ids(session, Store.code, Store.id, {one.store for one in written})
    variants = _ids(session, Variant.sku, Variant.id, {one.sku for one in written})
    rows, refused = [], []
    for place, movement in enumerate(written):
        reason = _refusal(movement, stores, variants)
        if reason:
            refused.append((place, reason))
            continue
        row = {name: getattr(movement, name) for name in TOLD}
        row |= {"store_id": stores[movement.store], "variant_id": variants[movement.sku]}
        row |= {"sku": movement.sku, "recorded_at": now}
        rows.append(row)
    return rows, refused


def _normalised(movement: MovementRecord) -> MovementRecord:
    code, sku = movement.store.strip().upper(), movement.sku.strip().upper()
    if (code, sku) == (movement.store, movement.sku):
        return movement
    return replace(movement, store=code, sku=sku)


def _ids(session: Session, name: Any, number: Any, wanted: Collection[str]) -> dict[str, int]:
    found = session.execute(select(name, number).where(name.in_(wanted)))
    return {row[0]: row[1] for row in found}


def _refusal(
    movement: MovementRecord, stores: dict[str, int], variants: dict[str, int]
) -> str | None:
    if movement.kind not in KINDS:
        return "unknown_kind"
    if abs(movement.quantity) > GREATEST_QUANTITY:
        return "bad_quantity"
    if movement.quantity < 0 and movement.kind not in SIGNED_KINDS:
        return "bad_quantity"
    if movement.store not in stores:
        return "unknown_store"
    return None if movement.sku in variants else "unknown_sku"


def _insert(session: Session, rows: list[dict[str, Any]]) -> set[tuple[str, str]]:
    if not rows:
        return set()
    dialect = sqlite if is_sqlite(session) else postgresql
    statement = (
        dialect.insert(StockMovement)
        .on_conflict_do_nothing(index_elements=["source", "source_id"])
        .returning(StockMovement.source, StockMovement.source_id)
    )
    values = [{name: value for name, value in row.items() if name != "sku"} for row in rows]
    return {(row[0], row[1]) for row in session.execute(statement, values)}


def _bring_up_to_date(
    session: Session, fresh: set[tuple[str, str]], rows: Iterable[dict[str, Any]], *, now: datetime
) -> None:
    moved = [row for row in rows if (row["source"], row["source_id"]) in fresh]
    pairs = {(row["store_id"], row["variant_id"]) for row in moved}
    levels.refresh(session, pairs, is_news=True, now=now)
    changes.record_all(session, "stock", sorted({row["sku"] for row in moved}), now=now)
