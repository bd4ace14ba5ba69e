"""CSV of purchases: one line per article; the lines of a purchase follow one another."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from store import purchases
from store.errors import Invalid
from store.imports import fields
from store.imports.batches import Written
from store.imports.fields import Values
from store.imports.kinds import Kind, Reading
from store.imports.tables import Column
from store.records import PurchaseLineRecord, PurchaseRecord

COLUMNS = (
    Column(name="source"),
    Column(name="external_id", is_required=True, others=("number", "numero", "numéro", "ticket")),
    Column(name="occurred_at", is_required=True, others=("date",)),
    Column(name="store", others=("magasin",)),
    Column(name="channel", others=("canal",)),
    Column(name="kind", others=("type",)),
    Column(name="customer", others=("client", "customer_id")),
    Column(name="customer_source"),
    Column(name="sku", others=("code", "article")),
    Column(name="label", others=("libelle", "libellé")),
    Column(name="quantity", is_required=True, others=("quantite", "quantité")),
    Column(name="amount", is_required=True, others=("montant", "total")),
    Column(name="currency", others=("devise",)),
)
FIELDS = {"unknown_store": "store", "unknown_customer": "customer", "unknown_sku": "sku"}


def key(values: Values, reading: Reading) -> str:
    """Name the purchase that a line belongs to."""
    return fields.text(values, "source", reading.source) + "\0" + fields.text(values, "external_id")


def build(lines: Sequence[Values], reading: Reading) -> PurchaseRecord:
    """`amount` is that of the whole line; a return has amounts below zero."""
    first = lines[0]
    source = fields.text(first, "source", reading.source)
    written = tuple(_line(values) for values in lines)
    customer = fields.text(first, "customer")
    return PurchaseRecord(
        source=source,
        external_id=fields.required(first, "external_id"),
        customer=(fields.text(first, "customer_source", source), customer) if customer else None,
        store=fields.text(first, "store").upper(),
        channel=fields.choice(first, "channel", "store", "web"),
        kind=fields.choice(first, "kind", "sale", "return"),
        occurred_at=fields.moment(first, "occurred_at", reading.zone),
        total_minor=sum(line.amount_minor for line in written),
        currency=fields.text(first, "currency", "EUR").upper(),
        lines=written,
    )


def _line(values: Values) -> PurchaseLineRecord:
    sku = fields.text(values, "sku").upper()
    return PurchaseLineRecord(
        sku=sku,
        label="" if sku else fields.required(values, "label"),
        quantity=fields.integer(values, "quantity"),
        amount_minor=fields.money(values, "amount"),
    )


def write(session: Session, records: Sequence[Any], reading: Reading) -> Written:
    """Write a batch by the rule of purchases; what it refuses is told by its place."""
    result = purchases.take_in(session, records, now=reading.now)
    refused = tuple(
        (place, Invalid(field=FIELDS.get(reason, "kind"), problem=reason))
        for place, reason in result.refused
    )
    return Written(changed=result.added, refused=refused)


KIND = Kind(columns=COLUMNS, key=key, build=build, write=write)
