"""Products by the thousand: what is new goes in at once, what has changed by its rule.

The rule reads and writes one product at a time, some milliseconds each. What it would leave
untouched is found by one query, and what nobody knows yet is written as it would write it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from store import changes, products, search_index
from store.models import Product, ProductToken, Variant
from store.records import ProductRecord, VariantRecord

PRODUCT_FIELDS = ("name", "name_en", "description", "brand", "category", "family", "source")
VARIANT_FIELDS = ("gtin", "size", "colour", "tone", "content", "price_minor", "currency")

Told = tuple[Any, ...]


def write(session: Session, records: Sequence[ProductRecord], *, now: datetime) -> int:
    """Write products as `products.upsert` does, up to 1,000 a call; return how many changed."""
    kept, taken = _kept_products(session, records), _taken_skus(session, records)
    fresh, other = [], []
    for record in records:
        known = kept.get(record.reference)
        if known is None and not taken.intersection(one.sku for one in record.variants):
            fresh.append(record)
        elif known != _told(record):
            other.append(record)
    _insert_products(session, fresh, now=now)
    for record in other:
        products.upsert(session, record, now=now)
    return len(fresh) + len(other)


def _told(record: ProductRecord) -> Told:
    own = tuple(getattr(record, name) for name in PRODUCT_FIELDS)
    return own, tuple((one.sku, *_variant(one)) for one in record.variants)


def _variant(record: VariantRecord) -> Told:
    written = products.normalise_gtin(record.gtin)
    return (written, *(getattr(record, name) for name in VARIANT_FIELDS[1:]))


def _kept_products(session: Session, records: Iterable[ProductRecord]) -> dict[str, Told]:
    """Return what we know of these products in the shape of `_told`; withdrawn ones differ."""
    names = [getattr(Product, name) for name in PRODUCT_FIELDS]
    details = [getattr(Variant, name) for name in ("sku", *VARIANT_FIELDS)]
    query = (
        select(Product.reference, Product.withdrawn_at, *names, *details)
        .join(Product.variants)
        .where(Product.reference.in_([record.reference for record in records]))
        .order_by(Variant.position, Variant.id)
    )
    own: dict[str, Told] = {}
    variants: dict[str, list[Told]] = defaultdict(list)
    for reference, withdrawn_at, *rest in session.execute(query):
        own[reference] = (withdrawn_at,) if withdrawn_at else tuple(rest[: len(names)])
        variants[reference].append(tuple(rest[len(names) :]))
    return {reference: (told, tuple(variants[reference])) for reference, told in own.items()}


def _taken_skus(session: Session, records: Iterable[ProductRecord]) -> set[str]:
    skus = [one.sku for record in records for one in record.variants]
    return set(session.scalars(select(Variant.sku).where(Variant.sku.in_(skus))))


def _insert_products(session: Session, records: list[ProductRecord], *, now: datetime) -> None:
    if not records:
        return
    for record in records:
        products.check(record)
    rows = [_product_row(record, now) for record in records]
    session.execute(insert(Product), rows)
    references = [record.reference for record in records]
    query = select(Product.reference, Product.id).where(Product.reference.in_(references))
    ids = {row[0]: row[1] for row in session.execute(query)}
    session.execute(insert(Variant), list(_variant_rows(records, ids)))
    session.execute(insert(ProductToken), list(_token_rows(records, ids)))
    skus = [one.sku for record in records for one in record.variants]
    changes.record_all(session, "products", skus, now=now)


def _product_row(record: ProductRecord, now: datetime) -> dict[str, Any]:
    own = {name: getattr(record, name) for name in PRODUCT_FIELDS}
    return {"reference": record.reference, "changed_at": now, **own}


def _variant_rows(
    records: Iterable[ProductRecord], ids: dict[str, int]
) -> Iterable[dict[str, Any]]:
    for record in records:
        for position, one in enumerate(record.variants):
            yield {
                "product_id": ids[record.reference],
                "sku": one.sku,
                "position": position,
                **dict(zip(VARIANT_FIELDS, _variant(one), strict=True)),
            }


def _token_rows(records: Iterable[ProductRecord], ids: dict[str, int]) -> Iterable[dict[str, Any]]:
    for record in records:
        for token, weight in search_index.tokens_of(_unsaved(record)).items():
            yield {"token": token, "product_id": ids[record.reference], "weight": weight}


def _unsaved(record: ProductRecord) -> Product:
    """Return the product as the search reads it, kept out of the session."""
    own = {name: getattr(record, name) for name in PRODUCT_FIELDS}
    variants = [Variant(sku=one.sku, colour=one.colour, size=one.size) for one in record.variants]
    return Product(reference=record.reference, variants=variants, **own)
