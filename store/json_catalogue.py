"""Products, movements and stock as the machine API writes them in JSON, and back."""

from datetime import date
from typing import Any

from store import shades
from store.json_records import Body, Json, moment, write_money, write_time
from store.records import (
    MovementRecord,
    ProductRecord,
    StockChange,
    StockPlan,
    StockRecord,
    VariantRecord,
)

PRODUCT_TEXTS = ("name_en", "description", "brand", "category", "source")
VARIANT_TEXTS = ("size", "colour", "tone", "content")
# The machine API knows counts and signed deltas; our kinds are finer.
PLAIN_KINDS = {"count": ("count", 1), "shelf_check": ("count", 1), "handover": ("delta", -1)}


def write_product(record: ProductRecord) -> Json:
    """Return a product with all its variants."""
    variants = [_write_variant(variant) for variant in record.variants]
    return {**_write_head(record), "variants": variants}


def write_variant(record: ProductRecord, variant: VariantRecord) -> Json:
    """Return one SKU with what its product says."""
    return {**_write_head(record), **_write_variant(variant)}


def read_product(body: Body) -> ProductRecord:
    """Return a product with all its variants."""
    variants = tuple(_read_variant(one, sku=one["sku"]) for one in body["variants"])
    return _read_head(body, reference=body["reference"], variants=variants)


def read_variant(body: Body, *, sku: str) -> ProductRecord:
    """Return the product of one SKU; its reference is the SKU when the body has none."""
    variant = _read_variant(body, sku=sku)
    return _read_head(body, reference=body.get("reference") or sku, variants=(variant,))


def _write_head(record: ProductRecord) -> Json:
    texts = ("reference", "name", "family", *PRODUCT_TEXTS)
    return {name: getattr(record, name) for name in texts}


def _read_head(body: Body, *, reference: str, variants: tuple[VariantRecord, ...]) -> ProductRecord:
    return ProductRecord(
        reference=reference,
        name=body["name"],
        family=body.get("family") or "gift",
        variants=variants,
        **{name: body.get(name) or "" for name in PRODUCT_TEXTS},
    )


def _write_variant(variant: VariantRecord) -> Json:
    texts: dict[str, Any] = {name: getattr(variant, name) for name in ("sku", *VARIANT_TEXTS)}
    price = write_money(variant.price_minor, variant.currency)
    return {**texts, "gtin": variant.gtin, "price": price}


def _read_variant(body: Body, *, sku: str) -> VariantRecord:
    texts = {name: body.get(name) or "" for name in VARIANT_TEXTS}
    return VariantRecord(
        sku=sku,
        price_minor=int(body["price"]["amount_minor"]),
        currency=body["price"]["currency"],
        gtin=body.get("gtin") or None,
        **(texts | {"tone": texts["tone"] or shades.tone(texts["colour"])}),
    )


def write_movement(record: MovementRecord) -> Json:
    """Return a movement as a central system knows it: a count or a signed delta."""
    kind, sign = PLAIN_KINDS.get(record.kind, ("delta", 1))
    return {
        "source": record.source,
        "source_id": record.source_id,
        "store": record.store,
        "sku": record.sku,
        "kind": kind,
        "quantity": sign * record.quantity,
        "occurred_at": write_time(record.occurred_at),
        "reason": record.reason or ("" if record.kind == kind else record.kind),
    }


def read_movement(body: Body) -> MovementRecord:
    """Return the movement that `body` tells."""
    return MovementRecord(
        source=body["source"],
        source_id=body["source_id"],
        store=body["store"],
        sku=body["sku"],
        kind=body["kind"],
        quantity=int(body["quantity"]),
        occurred_at=moment(body["occurred_at"]),
        reason=body.get("reason") or "",
    )


def write_stock(record: StockRecord, *, available: int) -> Json:
    """Return what a store holds; `available` is on hand without what is reserved or kept back."""
    return {
        "store": record.store,
        "sku": record.sku,
        "on_hand": record.on_hand,
        "reserved": record.reserved,
        "safety": record.safety_stock,
        "available": available,
        "aisle": record.aisle,
        "incoming": record.incoming,
        "incoming_on": record.incoming_on.isoformat() if record.incoming_on else None,
        "as_of": write_time(record.as_of),
        "source": record.source,
    }


def read_stock(body: Body) -> StockRecord:
    """Return what a store holds."""
    incoming_on = body.get("incoming_on")
    return StockRecord(
        store=body["store"],
        sku=body["sku"],
        on_hand=int(body["on_hand"]),
        reserved=int(body.get("reserved", 0)),
        safety_stock=int(body.get("safety", 0)),
        incoming=int(body.get("incoming", 0)),
        incoming_on=date.fromisoformat(incoming_on) if incoming_on else None,
        as_of=moment(body["as_of"]),
        source=body["source"],
    )


def write_plan(record: StockPlan) -> Json:
    """Return what is kept back in a store and what is on its way there."""
    return {
        "store": record.store,
        "safety": record.safety_stock,
        "incoming": record.incoming,
        "incoming_on": record.incoming_on.isoformat() if record.incoming_on else None,
        "aisle": record.aisle or "",
    }


def _read_plan(body: Body, *, sku: str) -> StockPlan:
    incoming_on = body.get("incoming_on")
    return StockPlan(
        store=body["store"],
        sku=sku,
        safety_stock=int(body["safety"]),
        incoming=int(body["incoming"]),
        incoming_on=date.fromisoformat(incoming_on) if incoming_on else None,
        aisle=body.get("aisle") or None,
    )


def read_stock_change(body: Body) -> StockChange:
    """Return what a central system says of one SKU."""
    return StockChange(
        sku=body["sku"],
        movements=tuple(read_movement(one) for one in body["movements"]),
        levels=tuple(read_stock(one) for one in body["levels"]),
        plan=_read_plan(body["plan"], sku=body["sku"]) if body.get("plan") else None,
    )
