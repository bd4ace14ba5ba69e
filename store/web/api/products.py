"""The catalogue, one SKU at a time."""

from dataclasses import replace
from typing import Any

from store import as_records, products
from store.json_catalogue import read_variant, write_variant
from store.json_records import Json
from store.models import Variant
from store.records import ProductRecord
from store.web.api.calls import reads, writes
from store.web.clock import now
from store.web.extensions import db


@reads("/products/{sku}", scope="catalogue:read", answer="Product")
def get_product(_query: dict[str, Any], sku: str) -> Json:
    """Get one SKU with what its product says."""
    return _write(products.get_by_sku(db.session(), sku))


@writes(
    "PUT",
    "/products/{sku}",
    scope="catalogue:write",
    body="ProductBody",
    answers={200: "Product", 201: "Product"},
)
def put_product(body: Json, sku: str) -> tuple[int, Json]:
    """Write one SKU and its product; the other variants of the product stay."""
    session = db.session()
    known = products.find_by_sku(session, sku)
    reference = body.get("reference") or (known.product.reference if known else sku)
    record = read_variant({**body, "reference": reference}, sku=products.normalise(sku))
    products.upsert(session, _among_its_own(record), now=now())
    return (200 if known else 201), _write(products.get_by_sku(session, sku))


def _among_its_own(record: ProductRecord) -> ProductRecord:
    """Return the record with the variants that the product has already, in their order."""
    known = products.find_by_reference(db.session(), record.reference)
    if known is None:
        return record
    told = record.variants[0]
    variants = {one.sku: one for one in as_records.of_product(known).variants}
    return replace(record, variants=tuple({**variants, told.sku: told}.values()))


def _write(variant: Variant) -> Json:
    record = as_records.of_product(variant.product)
    return write_variant(record, as_records.of_variant(variant))
