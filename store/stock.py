"""How much of what stands where, how fresh that knowledge is, and every change of it.

The door to the rooms behind it: what came and went (`store.movements`), what it adds up to
(`store.levels`), what is held for whom (`store.stock_holds`). Here: what a figure means.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import movements, shelf_checks, stores
from store.levels import Drift, compare, rebuild
from store.models import StockLevel, Store
from store.movements import Applied, learn, plan, tell
from store.records import MovementRecord
from store.stock_holds import Held, hold, overbooked, release

__all__ = [
    "FIGURE_COLUMNS",
    "Applied",
    "Drift",
    "Elsewhere",
    "Figure",
    "Held",
    "Trust",
    "apply",
    "best",
    "compare",
    "figure",
    "figure_of",
    "figures",
    "hold",
    "learn",
    "list_elsewhere",
    "overbooked",
    "plan",
    "rebuild",
    "release",
    "tell",
]

FIGURE_COLUMNS = (
    *("on_hand", "reserved", "safety_stock", "counted_at", "counted", "moved_at", "learnt_at"),
    *("source", "incoming", "incoming_on", "aisle"),
)
EVERY_STORE = 100_000
# levels are written behind the session's back
FRESH = {"populate_existing": True}


@dataclass(frozen=True, kw_only=True)
class Trust:
    """How long a figure is believed, from the settings; and when we last heard the central system.

    A count is believed for `trust_days`; the share of it that has moved since shortens that, by
    `moved_percent` when all has. See `is_doubtful` for the whole rule.

    `heard_at` is the last successful pull: what has not changed since then is as fresh as that.
    A shop that `is_alone`, without a central system, is the source of its own figures, which are
    then always live; those of other stores are as old as what it heard of them.
    """

    live_seconds: int = 10
    recent_seconds: int = 900
    trust_days: int = 90
    moved_percent: int = 50
    low_level: int = 3
    heard_at: datetime | None = None
    is_alone: bool = False


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What is known of one variant in one store.

    `level` is in | low | out | unknown. It is low at the safety stock, or at the low level where
    there is none. It is unknown, "à vérifier", whatever the numbers are, by `is_doubtful`.
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
    aisle: str = ""  # where it stands in the store, empty when nobody has said


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """What another store has, and how far it is (None when a position is not known)."""

    store: Store
    kilometres: float | None
    figure: Figure


def apply(session: Session, moved: Sequence[MovementRecord], *, now: datetime) -> Applied:
    """Take movements in as `movements.apply` does, and ask for a look where more left than was.

    Goods in a customer's hands are never refused: the difference is what the shelf check finds.
    """
    applied = movements.apply(session, moved, now=now)
    shelf_checks.ask_below_nothing(session, applied.pairs, now=now)
    return applied


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


def best(figures: Mapping[int, Figure], variant_ids: Iterable[int]) -> int:
    """Return which variant stands for a product: the most available that is known to be here.

    Of several alike it is the first. Raises ValueError when there is none.
    """

    def worth(variant_id: int) -> tuple[bool, int]:
        figure = figures[variant_id]
        return figure.level in ("in", "low"), figure.available

    return max(variant_ids, key=worth)


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


def figure_of(level: Any, *, now: datetime, trust: Trust) -> Figure:
    """Return what a stock level means; a row with FIGURE_COLUMNS does as well as the model."""
    heard_at = now if trust.is_alone else trust.heard_at
    as_of = max(level.learnt_at, heard_at or level.learnt_at)
    age = _age(as_of, now=now, trust=trust)
    reserved = max(0, level.reserved)
    available = max(0, level.on_hand - reserved - level.safety_stock)
    doubtful = is_doubtful(level, age=age, now=now, trust=trust)
    threshold = level.safety_stock or trust.low_level
    return Figure(
        on_hand=level.on_hand,
        reserved=reserved,
        safety_stock=level.safety_stock,
        available=available,
        level="unknown" if doubtful else _level(available, threshold),
        age=age,
        as_of=as_of,
        counted_at=level.counted_at,
        counted=level.counted,
        moved_since=level.on_hand - (level.counted or 0),
        moved_at=level.moved_at,
        source=level.source,
        incoming=level.incoming,
        incoming_on=level.incoming_on,
        aisle=level.aisle,
    )


def is_doubtful(level: Any, *, age: str, now: datetime, trust: Trust) -> bool:
    """Tell whether a figure is "à vérifier": the rule by which it loses our trust.

    It does when any of these holds:
    - the link is older than `trust.recent_seconds`: others may have sold since (`age` is stale);
    - nobody has ever counted;
    - more has left than was there, so that the computed stock is below 0;
    - the count is too old: it is believed for `trust.trust_days`, less `trust.moved_percent` of
      them times the share of the counted units that went or came since (at most all of them).
    """
    if age == "stale" or level.counted_at is None or level.on_hand < 0:
        return True
    moved = abs(level.on_hand - level.counted)
    share = min(1.0, moved / max(1, level.counted))
    days = trust.trust_days * (1 - share * trust.moved_percent / 100)
    return bool(now - level.counted_at > timedelta(days=days))


def _age(as_of: datetime, *, now: datetime, trust: Trust) -> str:
    seconds = (now - as_of).total_seconds()
    if seconds <= trust.live_seconds:
        return "live"
    return "recent" if seconds <= trust.recent_seconds else "stale"


def _level(available: int, threshold: int) -> str:
    if available == 0:
        return "out"
    return "low" if available <= threshold else "in"
