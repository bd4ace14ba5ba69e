"""CSV of stock: one line per count, or per thing that came in or went out."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from store import stock
from store.errors import Invalid
from store.imports import fields
from store.imports.batches import Written
from store.imports.fields import Values
from store.imports.kinds import Kind, Reading, alone
from store.imports.tables import Column
from store.records import MovementRecord

COLUMNS = (
    Column(name="store", is_required=True, others=("magasin",)),
    Column(name="sku", is_required=True, others=("code", "article")),
    Column(name="quantity", is_required=True, others=("quantite", "quantité", "on_hand", "stock")),
    Column(name="kind", others=("type",)),
    Column(name="occurred_at", others=("date", "as_of")),
    Column(name="source"),
    Column(name="source_id", others=("id",)),
)
FIELDS = {"unknown_store": "store", "unknown_sku": "sku", "bad_quantity": "quantity"}


def build(lines: Sequence[Values], reading: Reading) -> MovementRecord:
    """A count may go without an id: it is known again by its shop, article and time.

    A delta may not: two equal sales of one day are two.
    """
    values = lines[0]
    kind = fields.choice(values, "kind", "count", "delta")
    store, sku = fields.required(values, "store").upper(), fields.required(values, "sku").upper()
    at = fields.optional_moment(values, "occurred_at", reading.zone) or reading.as_of
    if kind == "delta" and not fields.text(values, "source_id"):
        raise Invalid(field="source_id", problem="needed_by_delta")
    return MovementRecord(
        source=fields.text(values, "source", reading.source),
        source_id=fields.text(values, "source_id", f"{kind}:{store}:{sku}:{at.isoformat()}"),
        store=store,
        sku=sku,
        kind=kind,
        quantity=fields.integer(values, "quantity"),
        occurred_at=at,
    )


def write(session: Session, records: Sequence[Any], reading: Reading) -> Written:
    """Write a batch by the rule of stock, all at once; what it refuses is told by its place."""
    result = stock.apply(session, records, now=reading.now)
    refused = tuple(
        (place, Invalid(field=FIELDS.get(reason, "kind"), problem=reason))
        for place, reason in result.refused
    )
    return Written(changed=result.applied, refused=refused)


KIND = Kind(columns=COLUMNS, key=alone, build=build, write=write)
