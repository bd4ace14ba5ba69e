"""CSV of stock: one line per count, or per thing that came in or went out."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from store import stock
from store.errors import Invalid
from store.imports import fields
from store.imports.batches import Written
from store.imports.fields import Values
from store.imports.kinds import Kind, Reading, alone
from store.imports.tables import Column
from store.movements import GREATEST_QUANTITY, cleaned_aisle
from store.records import MovementRecord, StockPlan

COLUMNS = (
    Column(name="store", is_required=True, others=("magasin",)),
    Column(name="sku", is_required=True, others=("code", "article")),
    Column(name="quantity", is_required=True, others=("quantite", "quantité", "on_hand", "stock")),
    Column(name="kind", others=("type",)),
    Column(name="occurred_at", others=("date", "as_of")),
    Column(name="safety_stock", others=("stock_de_securite", "stock de sécurité")),
    Column(name="incoming", others=("en_route", "attendu")),
    Column(name="incoming_on", others=("attendu_le",)),
    Column(name="aisle", others=("allee", "allée", "rayon")),
    Column(name="source"),
    Column(name="source_id", others=("id",)),
)
PLANS = ("safety_stock", "incoming", "incoming_on", "aisle")
FIELDS = {"unknown_store": "store", "unknown_sku": "sku", "bad_quantity": "quantity"}


@dataclass(frozen=True, kw_only=True)
class Line:
    """A movement, and what is planned for the article there when the file has such columns."""

    movement: MovementRecord
    plan: StockPlan | None


def build(lines: Sequence[Values], reading: Reading) -> Line:
    """A count may go without an id: it is known again by its shop, article and time.

    A delta may not: two equal sales of one day are two.
    """
    values = lines[0]
    kind = fields.choice(values, "kind", "count", "delta")
    store, sku = fields.required(values, "store").upper(), fields.required(values, "sku").upper()
    at = fields.optional_moment(values, "occurred_at", reading.zone) or reading.as_of
    if kind == "delta" and not fields.text(values, "source_id"):
        raise Invalid(field="source_id", problem="needed_by_delta")
    movement = MovementRecord(
        source=fields.text(values, "source", reading.source),
        source_id=fields.text(values, "source_id", f"{kind}:{store}:{sku}:{at.isoformat()}"),
        store=store,
        sku=sku,
        kind=kind,
        quantity=fields.integer(values, "quantity"),
        occurred_at=at,
    )
    return Line(movement=movement, plan=_plan(values, store=store, sku=sku))


def _plan(values: Values, *, store: str, sku: str) -> StockPlan | None:
    """Read the plans of a line; None for one that says nothing of them."""
    if not any(fields.text(values, name) for name in PLANS):
        return None
    return StockPlan(
        store=store,
        sku=sku,
        safety_stock=_units(values, "safety_stock"),
        incoming=_units(values, "incoming"),
        incoming_on=fields.day(values, "incoming_on"),
        aisle=cleaned_aisle(fields.text(values, "aisle")) or None,
    )


def _units(values: Values, name: str) -> int | None:
    if not fields.text(values, name):
        return None
    found = fields.integer(values, name)
    if not 0 <= found <= GREATEST_QUANTITY:
        raise Invalid(field=name, problem="out_of_range")
    return found


def write(session: Session, records: Sequence[Line], reading: Reading) -> Written:
    """Write a batch by the rule of stock, all at once; what it refuses is told by its place."""
    result = stock.apply(session, [line.movement for line in records], now=reading.now)
    refused = {
        place: Invalid(field=FIELDS.get(reason, "kind"), problem=reason)
        for place, reason in result.refused
    }
    planned = [
        stock.plan(session, line.plan, now=reading.now)
        for place, line in enumerate(records)
        if line.plan and place not in refused
    ]
    return Written(changed=max(result.applied, sum(planned)), refused=tuple(refused.items()))


KIND = Kind(columns=COLUMNS, key=alone, build=build, write=write)
