"""Sales and returns of every channel, taken in by batches, with the sums kept beside them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Table, case, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from store import changes
from store.database import is_sqlite
from store.models import (
    Base,
    Customer,
    CustomerMonth,
    CustomerVariant,
    Product,
    Purchase,
    PurchaseLine,
    Store,
    Variant,
)
from store.records import PurchaseRecord

KINDS = ("sale", "return", "correction")
Key = tuple[str, str]  # source, external id


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a batch: how many were new, how many known, which were refused.

    A refusal is (place in the batch, reason): unknown_kind, unknown_store, unknown_customer,
    unknown_sku or no_lines.
    """

    added: int
    repeated: int
    refused: tuple[tuple[int, str], ...]


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What a batch names, by the names that it uses."""

    purchases: frozenset[Key]
    stores: dict[str, int]
    customers: dict[Key, tuple[int, str]]  # id, uid
    variants: dict[str, tuple[int, str]]  # id, label


def take_in(session: Session, records: Sequence[PurchaseRecord], *, now: datetime) -> Taken:
    """Write purchases, each once by (source, external_id), and the customers' sums.

    A purchase is a fact: one that is known already stays as it is. What names a store, customer
    or SKU that is not known is refused, the rest goes in. Meant for up to 1,000 a call.
    """
    known = _look_up(session, records)
    fresh: dict[Key, PurchaseRecord] = {}
    refused, repeated = [], 0
    for place, record in enumerate(records):
        key = (record.source, record.external_id)
        reason = _refusal(record, known)
        if key in known.purchases or key in fresh:
            repeated += 1
        elif reason:
            refused.append((place, reason))
        else:
            fresh[key] = record
    if fresh:
        _write(session, list(fresh.values()), known, now=now)
    return Taken(added=len(fresh), repeated=repeated, refused=tuple(refused))


def list_known(session: Session, source: str) -> frozenset[str]:
    """Return the external ids of all purchases of a source."""
    query = select(Purchase.external_id).where(Purchase.source == source)
    return frozenset(session.scalars(query))


def _look_up(session: Session, records: Sequence[PurchaseRecord]) -> _Known:
    skus = {line.sku for record in records for line in record.lines if line.sku}
    codes = {record.store for record in records if record.store}
    query = select(Variant.sku, Variant.id, Product.name, Variant.colour).join(Variant.product)
    variants = session.execute(query.where(Variant.sku.in_(skus)))
    stores = session.execute(select(Store.code, Store.id).where(Store.code.in_(codes)))
    return _Known(
        purchases=_known_purchases(session, records),
        stores={row[0]: row[1] for row in stores},
        customers=_known_customers(session, records),
        variants={row[0]: (row[1], ", ".join(filter(None, row[2:]))) for row in variants},
    )


def _known_purchases(session: Session, records: Sequence[PurchaseRecord]) -> frozenset[Key]:
    found: set[Key] = set()
    for source, ids in _by_source((r.source, r.external_id) for r in records).items():
        query = select(Purchase.external_id).where(
            Purchase.source == source, Purchase.external_id.in_(ids)
        )
        found |= {(source, number) for number in session.scalars(query)}
    return frozenset(found)


def _known_customers(
    session: Session, records: Sequence[PurchaseRecord]
) -> dict[Key, tuple[int, str]]:
    found: dict[Key, tuple[int, str]] = {}
    for source, ids in _by_source(r.customer for r in records if r.customer).items():
        query = select(Customer.external_id, Customer.id, Customer.uid).where(
            Customer.source == source, Customer.external_id.in_(ids)
        )
        found |= {(source, row[0]): (row[1], row[2]) for row in session.execute(query)}
    return found


def _by_source(keys: Iterable[Key]) -> dict[str, set[str]]:
    grouped: dict[str, set[str]] = defaultdict(set)
    for source, external_id in keys:
        grouped[source].add(external_id)
    return grouped


def _refusal(record: PurchaseRecord, known: _Known) -> str | None:
    if record.kind not in KINDS:
        return "unknown_kind"
    if not record.lines:
        return "no_lines"
    if record.store and record.store not in known.stores:
        return "unknown_store"
    if record.customer and record.customer not in known.customers:
        return "unknown_customer"
    are_known = all(line.sku in known.variants for line in record.lines if line.sku)
    return None if are_known else "unknown_sku"


def _write(
    session: Session, records: Sequence[PurchaseRecord], known: _Known, *, now: datetime
) -> None:
    # the tables, not the models: through the ORM half a million lines take twice as long
    rows = [_purchase_row(record, known) for record in records]
    session.execute(insert(_table(Purchase)), rows)
    numbers = _numbers(session, records)
    rows = [
        _line_row(numbers[record.source, record.external_id], line, known)
        for record in records
        for line in record.lines
    ]
    session.execute(insert(_table(PurchaseLine)), rows)
    named = [record for record in records if record.customer]
    _add_to_months(session, named, known)
    _add_to_variants(session, named, known)
    uids = sorted({known.customers[record.customer][1] for record in named if record.customer})
    changes.record_all(session, "customers", uids, now=now)


def _purchase_row(record: PurchaseRecord, known: _Known) -> dict[str, Any]:
    customer = known.customers[record.customer][0] if record.customer else None
    first = record.lines[0]
    return {
        "source": record.source,
        "external_id": record.external_id,
        "customer_id": customer,
        "store_id": known.stores.get(record.store),
        "channel": record.channel,
        "kind": record.kind,
        "occurred_at": record.occurred_at,
        "total_minor": record.total_minor,
        "currency": record.currency,
        "articles": sum(abs(line.quantity) for line in record.lines if line.sku),
        "lines_count": len(record.lines),
        "summary": known.variants[first.sku][1] if first.sku else first.label,
    }


def _line_row(purchase_id: int, line: Any, known: _Known) -> dict[str, Any]:
    return {
        "purchase_id": purchase_id,
        "variant_id": known.variants[line.sku][0] if line.sku else None,
        "label": "" if line.sku else line.label,
        "quantity": line.quantity,
        "amount_minor": line.amount_minor,
    }


def _numbers(session: Session, records: Sequence[PurchaseRecord]) -> dict[Key, int]:
    numbers: dict[Key, int] = {}
    for source, ids in _by_source((r.source, r.external_id) for r in records).items():
        query = select(Purchase.external_id, Purchase.id).where(
            Purchase.source == source, Purchase.external_id.in_(ids)
        )
        numbers |= {(source, row[0]): row[1] for row in session.execute(query)}
    return numbers


def _add_to_months(session: Session, records: Sequence[PurchaseRecord], known: _Known) -> None:
    """Add sales and returns to the customers' months (UTC); only sales count as purchases."""
    sums: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for record in records:
        assert record.customer
        at = record.occurred_at.astimezone(UTC)
        entry = sums[known.customers[record.customer][0], at.year * 100 + at.month]
        entry[0] += record.kind == "sale"
        entry[1] += record.total_minor
    if not sums:
        return
    statement = _dialect(session).insert(_table(CustomerMonth))
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=["customer_id", "month"],
        set_={
            "purchases": CustomerMonth.purchases + new.purchases,
            "total_minor": CustomerMonth.total_minor + new.total_minor,
        },
    )
    names = ("customer_id", "month", "purchases", "total_minor")
    rows = [dict(zip(names, (*key, *entry), strict=True)) for key, entry in sorted(sums.items())]
    session.execute(statement, rows)


def _add_to_variants(session: Session, records: Sequence[PurchaseRecord], known: _Known) -> None:
    """Add sold lines to what customers usually take; a return takes units off, not a time."""
    rows = _variant_rows(records, known)
    if not rows:
        return
    statement = _dialect(session).insert(_table(CustomerVariant))
    new, kept = statement.excluded, CustomerVariant
    statement = statement.on_conflict_do_update(
        index_elements=["customer_id", "variant_id"],
        set_={
            "times": kept.times + new.times,
            "quantity": kept.quantity + new.quantity,
            "last_at": case((new.last_at > kept.last_at, new.last_at), else_=kept.last_at),
        },
    )
    session.execute(statement, rows)


def _variant_rows(records: Sequence[PurchaseRecord], known: _Known) -> list[dict[str, Any]]:
    sums: dict[tuple[int, int], dict[str, Any]] = {}
    for record in records:
        assert record.customer
        customer_id, seen = known.customers[record.customer][0], set()
        for line in record.lines:
            if not line.sku:
                continue
            key = (customer_id, known.variants[line.sku][0])
            entry = sums.setdefault(key, {"times": 0, "quantity": 0, "last_at": record.occurred_at})
            entry["times"] += record.kind == "sale" and line.sku not in seen
            entry["quantity"] += line.quantity
            entry["last_at"] = max(entry["last_at"], record.occurred_at)
            seen.add(line.sku)
    return [
        {"customer_id": customer_id, "variant_id": variant_id, **entry}
        for (customer_id, variant_id), entry in sorted(sums.items())
    ]


def _dialect(session: Session) -> Any:
    return sqlite if is_sqlite(session) else postgresql


def _table(model: type[Base]) -> Table:
    return cast(Table, model.__table__)
