"""CSV of online orders to collect: one line per article, those of an order side by side."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from store import pickups
from store.imports import fields
from store.imports.batches import Written, write_each
from store.imports.fields import Values
from store.imports.kinds import Kind, Reading
from store.imports.tables import Column
from store.records import CustomerRef, OrderLineRecord, OrderRecord

COLUMNS = (
    Column(name="source"),
    Column(name="external_id", is_required=True, others=("id",)),
    Column(name="number", is_required=True, others=("numero", "numéro")),
    Column(name="store", is_required=True, others=("magasin",)),
    Column(name="customer", others=("client", "customer_id")),
    Column(name="customer_source"),
    Column(name="email", others=("e-mail", "mail", "courriel")),
    Column(name="phone", others=("telephone", "téléphone")),
    Column(name="customer_name", others=("nom",)),
    Column(name="placed_at", is_required=True, others=("date",)),
    Column(name="promised_at", others=("promis_le",)),
    Column(name="pickup_by", others=("avant_le",)),
    Column(name="paid", others=("payee", "payée")),
    Column(name="sku", is_required=True, others=("code", "article")),
    Column(name="label", others=("libelle", "libellé")),
    Column(name="quantity", is_required=True, others=("quantite", "quantité")),
    Column(name="unit_price", is_required=True, others=("prix", "price")),
    Column(name="currency", others=("devise",)),
)


def key(values: Values, reading: Reading) -> str:
    """Name the order that a line belongs to."""
    return fields.text(values, "source", reading.source) + "\0" + fields.text(values, "external_id")


def build(lines: Sequence[Values], reading: Reading) -> OrderRecord:
    """Return the order that its lines make; the first says whose it is."""
    first = lines[0]
    source = fields.text(first, "source", reading.source)
    return OrderRecord(
        source=source,
        external_id=fields.required(first, "external_id"),
        number=fields.required(first, "number"),
        store=fields.required(first, "store").upper(),
        customer=_customer(first, source),
        placed_at=fields.moment(first, "placed_at", reading.zone),
        promised_at=fields.optional_moment(first, "promised_at", reading.zone),
        pickup_by=fields.day(first, "pickup_by"),
        paid=fields.flag(first, "paid", default=True),
        currency=fields.text(first, "currency", "EUR").upper(),
        lines=tuple(_line(values) for values in lines),
    )


def _customer(values: Values, source: str) -> CustomerRef | None:
    found = CustomerRef(
        source=fields.text(values, "customer_source", source) if values.get("customer") else "",
        external_id=fields.text(values, "customer"),
        email=fields.text(values, "email"),
        phone=fields.text(values, "phone"),
        name=fields.text(values, "customer_name"),
    )
    return None if found == CustomerRef() else found


def _line(values: Values) -> OrderLineRecord:
    return OrderLineRecord(
        sku=fields.required(values, "sku").upper(),
        label=fields.text(values, "label"),
        quantity=fields.integer(values, "quantity"),
        unit_price_minor=fields.money(values, "unit_price"),
    )


def write(session: Session, records: Sequence[Any], reading: Reading) -> Written:
    """Write a batch by the rule of pickups; what it refuses is told by its place."""
    return write_each(session, records, lambda s, one: pickups.upsert(s, one, now=reading.now))


KIND = Kind(columns=COLUMNS, key=key, build=build, write=write)
