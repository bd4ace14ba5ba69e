"""Customers by the thousand: who is new goes in at once, who has changed by the rule.

As with `many_goods`: the rule takes some milliseconds a customer.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from store import changes, codes, customers
from store.models import Card, Customer, CustomerToken, Identity, new_uid
from store.records import CustomerRecord

PLAIN = ("first_name", "last_name", "city", "country", "language")
KEPT = ("email", "phone", "joined_on", "tier", "points_snapshot", "points_at")

Key = tuple[str, str]


def write(session: Session, records: Sequence[CustomerRecord], *, now: datetime) -> int:
    """Write customers as `customers.upsert` does, up to 1,000 a call; return how many changed."""
    kept, taken = _kept(session, records), _taken(session, records)
    fresh, other = [], []
    for record in records:
        known, marks = kept.get((record.source, record.external_id)), _marks(record)
        if known is None and _is_plain(record) and not marks & taken:
            taken |= marks
            fresh.append(record)
        elif known != _values(record) or record.cards:
            other.append(record)
    _insert(session, fresh, now=now)
    before = changes.last_number(session)
    for record in other:
        customers.upsert(session, record, now=now)
    return len(fresh) + len(changes.list_after(session, before, kinds=["customers"], limit=1000))


def _is_plain(record: CustomerRecord) -> bool:
    return len(set(record.cards)) == len(record.cards) and all(
        len(getattr(record, name)) <= customers.LONGEST for name in customers.TEXTS
    )


def _values(record: CustomerRecord) -> dict[str, Any]:
    """Return a customer's columns as the rule would fill them."""
    phone = customers.normalise_phone(record.phone, record.country) if record.phone else ""
    has_points = record.points is not None
    return {
        **{name: getattr(record, name).strip() for name in PLAIN},
        "email": customers.normalise_email(record.email),
        "phone": phone,
        "joined_on": record.joined_on,
        "tier": record.tier,
        "points_snapshot": record.points or 0,
        "points_at": record.points_at if has_points else None,
    }


def _marks(record: CustomerRecord) -> set[Key]:
    """Return what must be nobody else's for the record to be written plainly."""
    values = _values(record)
    marks = {("uid", record.uid or "")}
    marks |= {(kind, values[kind]) for kind in ("email", "phone")}
    marks |= {("card", customers.normalise_card(card)) for card in record.cards}
    return {(kind, value) for kind, value in marks if value}


def _kept(session: Session, records: Iterable[CustomerRecord]) -> dict[Key, dict[str, Any]]:
    names = (*PLAIN, *KEPT)
    columns = [getattr(Customer, name) for name in names]
    query = select(Customer.source, Customer.external_id, *columns).where(
        Customer.external_id.in_([record.external_id for record in records])
    )
    return {
        (row[0], row[1]): dict(zip(names, row[2:], strict=True)) for row in session.execute(query)
    }


def _taken(session: Session, records: Iterable[CustomerRecord]) -> set[Key]:
    """Return which of the records' ids, contacts and cards somebody has already."""
    marks = [mark for record in records for mark in _marks(record)]
    by_kind = {kind: [value for named, value in marks if named == kind] for kind, _ in marks}
    taken: set[Key] = set()
    for kind, values in by_kind.items():
        query = select(Identity.value).where(Identity.kind == kind, Identity.value.in_(values))
        if kind == "uid":
            query = select(Customer.uid).where(Customer.uid.in_(values))
        elif kind == "card":
            query = select(Card.code).where(Card.code.in_(values))
        taken |= {(kind, value) for value in session.scalars(query)}
    return taken


def _insert(session: Session, records: list[CustomerRecord], *, now: datetime) -> None:
    if not records:
        return
    rows = [_row(record, now) for record in records]
    ids = _insert_customers(session, rows)
    tables: tuple[tuple[Any, list[dict[str, Any]]], ...] = (
        (CustomerToken, [row for record in records for row in _token_rows(record, ids)]),
        (Identity, [row for record in records for row in _identity_rows(record, ids)]),
        (Card, [row for record in records for row in _card_rows(record, ids, now)]),
    )
    for table, filled in tables:
        if filled:
            session.execute(insert(table), filled)
    changes.record_all(session, "customers", [row["uid"] for row in rows], now=now)


def _row(record: CustomerRecord, now: datetime) -> dict[str, Any]:
    return {
        "source": record.source,
        "external_id": record.external_id,
        "uid": record.uid or new_uid(),
        "changed_at": now,
        **_values(record),
    }


def _insert_customers(session: Session, rows: list[dict[str, Any]]) -> dict[Key, int]:
    columns = (Customer.source, Customer.external_id, Customer.id)
    written = session.execute(insert(Customer).returning(*columns), rows)
    return {(row.source, row.external_id): row.id for row in written}


def _token_rows(record: CustomerRecord, ids: dict[Key, int]) -> Iterable[dict[str, Any]]:
    named = Customer(first_name=record.first_name.strip(), last_name=record.last_name.strip())
    number = ids[record.source, record.external_id]
    return [{"token": token, "customer_id": number} for token in customers.tokens_of(named)]


def _identity_rows(record: CustomerRecord, ids: dict[Key, int]) -> Iterable[dict[str, Any]]:
    values, number = _values(record), ids[record.source, record.external_id]
    for kind in ("email", "phone"):
        if values[kind]:
            row = {"customer_id": number, "kind": kind, "value": values[kind]}
            yield {**row, "source": record.source}


def _card_rows(
    record: CustomerRecord, ids: dict[Key, int], now: datetime
) -> Iterable[dict[str, Any]]:
    number = ids[record.source, record.external_id]
    for code in (customers.normalise_card(card) for card in record.cards):
        kind = "own" if codes.kind_of(code) is codes.Kind.CARD else "programme"
        yield {"customer_id": number, "code": code, "kind": kind, "issued_at": now}
