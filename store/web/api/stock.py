"""What stands where, and the movements that change it."""

from contextlib import suppress
from typing import Any

from sqlalchemy import select, tuple_

from store import as_records, disputed_returns, stock
from store.errors import NotFound
from store.json_catalogue import read_movement, write_stock
from store.json_records import Json
from store.models import StockLevel, Store, Variant
from store.records import StockPlan
from store.web.api import cursors
from store.web.api.calls import reads, writes
from store.web.api.passing_on import passes_on
from store.web.api.schema_words import Schema, text
from store.web.clock import now
from store.web.extensions import db

WHERE: dict[str, Schema] = {"sku": text(64), "store": text(64)}


@reads("/stock", scope="stock:read", answer="StockPage", query={**WHERE, **cursors.PAGING})
def list_stock(query: dict[str, Any]) -> Json:
    """List what each store holds of each SKU, by SKU and store."""
    limit = cursors.limit_of(query)
    rows = select(StockLevel).join(StockLevel.variant).join(StockLevel.store)
    rows = rows.order_by(Variant.sku, Store.code).limit(limit + 1)
    for name, column in (("sku", Variant.sku), ("store", Store.code)):
        if query.get(name):
            rows = rows.where(column == query[name].strip().upper())
    if query.get("cursor"):
        sku, code = cursors.read(query["cursor"], str, str)
        rows = rows.where(tuple_(Variant.sku, Store.code) > tuple_(sku, code))
    levels = db.session().scalars(rows).all()
    items = [write_level(level) for level in levels[:limit]]
    more = len(levels) > limit
    return {
        "items": items,
        "next": cursors.write(items[-1]["sku"], items[-1]["store"]) if more else None,
    }


@writes(
    "POST",
    "/stock/movements",
    scope="stock:write",
    body="Movements",
    answers={200: "Applied"},
)
def post_movements(body: Json) -> tuple[int, Json]:
    """Apply movements, each once by (source, source_id), in whatever order they arrive.

    What a store learns this way and did not know is passed on to its hub. The goods of a return
    that was set aside are not counted.
    """
    movements = [read_movement(item) for item in body["items"]]
    disputed = disputed_returns.find_disputed(db.session(), movements)
    taken = [place for place in range(len(movements)) if place not in disputed]
    applied = stock.apply(db.session(), [movements[place] for place in taken], now=now())
    if passes_on():
        stock.tell(db.session(), applied.fresh, now=now())
    _place(body["items"])
    reasons = disputed | {taken[index]: reason for index, reason in applied.refused}
    refused = [{"index": index, "reason": reasons[index]} for index in sorted(reasons)]
    return 200, {"applied": applied.applied, "repeated": applied.repeated, "refused": refused}


def _place(items: list[Json]) -> None:
    """Note where articles stand, of those that a store has."""
    for item in items:
        if item.get("aisle"):
            standing = StockPlan(store=item["store"], sku=item["sku"], aisle=item["aisle"])
            with suppress(NotFound):
                stock.plan(db.session(), standing, now=now())


def write_level(level: StockLevel) -> Json:
    """Return a level as the API has it."""
    available = max(0, level.on_hand - max(0, level.reserved) - level.safety_stock)
    return write_stock(as_records.of_level(level), available=available)
