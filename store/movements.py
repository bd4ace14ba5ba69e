"""Every change of stock, taken in once by its source and source id, whatever the order of arrival.

The truth is the movements; a level is what they add up to (`store.levels`) and can be written
anew from them at any time.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from store import changes, json_catalogue, levels, outbox
from store.database import is_sqlite, take_turn
from store.errors import Invalid, NotFound
from store.models import StockLevel, StockMovement, Store, Variant
from store.records import MovementRecord, StockPlan, StockRecord

KINDS = (*levels.COUNTS, *levels.RESERVATIONS, "delta", "hold", "release", "handover", "return")
SIGNED_KINDS = ("delta",)
TOLD = ("source", "source_id", "kind", "quantity", "occurred_at", "reason")
COLUMNS = (*TOLD, "store_id", "variant_id", "recorded_at")
HUB = "hub"
GREATEST_QUANTITY = 1_000_000_000
LONGEST_AISLE = 20


@dataclass(frozen=True, kw_only=True)
class Applied:
    """What became of a batch: how many were new, how many known already, which were refused.

    A refusal is (place in the batch, reason): unknown_store, unknown_sku, unknown_kind or
    bad_quantity. `fresh` are the new ones and `pairs` the (store id, variant id) that they moved.
    """

    applied: int
    repeated: int
    refused: tuple[tuple[int, str], ...]
    fresh: tuple[MovementRecord, ...] = ()
    pairs: frozenset[levels.Pair] = frozenset()


def apply(session: Session, movements: Sequence[MovementRecord], *, now: datetime) -> Applied:
    """Take movements in, each once by (source, source_id), and bring their levels up to date.

    Any order of arrival and any repetition ends in the same levels. What cannot be read is
    refused, the rest goes in. Meant for up to 1,000 movements a call.
    """
    take_turn(session, changes.TURN)
    rows, refused = _resolve(session, movements, now=now)
    names = _insert(session, rows)
    moved = [row for row in rows if (row["source"], row["source_id"]) in names]
    pairs = frozenset((row["store_id"], row["variant_id"]) for row in moved)
    if moved:
        levels.refresh(session, pairs, is_news=True, now=now)
        changes.record_all(session, "stock", sorted({row["sku"] for row in moved}), now=now)
    return Applied(
        applied=len(names),
        repeated=len(rows) - len(names),
        refused=tuple(refused),
        fresh=tuple({(row["source"], row["source_id"]): row["told"] for row in moved}.values()),
        pairs=pairs,
    )


def tell(session: Session, fresh: Sequence[MovementRecord], *, now: datetime) -> int:
    """Write for the central system what this store learnt from somebody else; return how many.

    What was pulled is never told back: it does not come this way. What the hub itself says by its
    own name, such as through a webhook, is left out too.
    """
    news = [movement for movement in fresh if movement.source != HUB]
    if news:
        write_fact(session, news, subject=f"stock:{news[0].store}", now=now)
    return len(news)


def write_fact(
    session: Session,
    moved: Iterable[MovementRecord],
    *,
    subject: str,
    now: datetime,
    uid: str | None = None,
) -> None:
    """Write movements for the central system as one fact; `subject` and `uid` as in the outbox."""
    items = {"items": [json_catalogue.write_movement(movement) for movement in moved]}
    outbox.add(session, kind="stock_movements", subject=subject, payload=items, now=now, uid=uid)


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
        told_plan = StockPlan(
            store=record.store,
            sku=record.sku,
            safety_stock=record.safety_stock,
            incoming=record.incoming,
            incoming_on=record.incoming_on,
        )
        plan(session, told_plan, now=now)
        _hear(session, record, now=now)
    return result


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


def plan(session: Session, told: StockPlan, *, now: datetime) -> bool:
    """Write down what is kept back in a store and what is on its way; return whether it is new.

    Raises NotFound when the store has never had the article, Invalid for a number below 0 or an
    aisle of more than 20 characters.
    """
    for field in ("safety_stock", "incoming"):
        if not 0 <= (getattr(told, field) or 0) <= GREATEST_QUANTITY:
            raise Invalid(field=field, problem="out_of_range")
    level = _level(session, told.store, told.sku)
    before = (level.safety_stock, level.incoming, level.incoming_on, level.aisle)
    if told.aisle is not None:
        level.aisle = cleaned_aisle(told.aisle)
    if told.safety_stock is not None:
        level.safety_stock = told.safety_stock
    if told.incoming is not None:
        level.incoming, level.incoming_on = told.incoming, told.incoming_on
    if (level.safety_stock, level.incoming, level.incoming_on, level.aisle) == before:
        return False
    session.flush()
    changes.record(session, "stock", level.variant.sku, now=now)
    return True


def cleaned_aisle(text: str) -> str:
    """Return an aisle as it is written; raise Invalid above 20 characters."""
    aisle = " ".join(text.split())
    if len(aisle) > LONGEST_AISLE:
        raise Invalid(field="aisle", problem="too_long")
    return aisle


def _hear(session: Session, record: StockRecord, *, now: datetime) -> None:
    _level(session, record.store, record.sku).learnt_at = now
    session.flush()


def _level(session: Session, store: str, sku: str) -> StockLevel:
    level = session.scalar(
        select(StockLevel)
        .join(Store, Store.id == StockLevel.store_id)
        .join(Variant, Variant.id == StockLevel.variant_id)
        .where(Store.code == store.strip().upper(), Variant.sku == sku.strip().upper())
        .execution_options(populate_existing=True)
    )
    if level is None:
        raise NotFound(kind="stock", key=sku)
    return level


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
        row |= {"sku": movement.sku, "recorded_at": now, "told": movement}
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
    values = [{name: row[name] for name in COLUMNS} for row in rows]
    return {(row[0], row[1]) for row in session.execute(statement, values)}
