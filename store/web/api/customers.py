"""Customers, found by any identity and written by the system that owns them."""

from dataclasses import replace
from typing import Any

from store import as_records, customers
from store.errors import Invalid
from store.json_records import Json, read_customer, write_customer
from store.models import Customer
from store.records import CustomerRef
from store.web.api.calls import reads, writes
from store.web.api.schemas import Schema, text
from store.web.clock import now
from store.web.extensions import db

IDENTITIES: dict[str, Schema] = {
    "code": text(200, description="a loyalty card, as scanned"),
    "email": text(320),
    "phone": text(40),
    "external_id": text(200),
    "source": text(100, description="of the external_id; any when left out"),
}


@reads("/customers", scope="customers:read", answer="CustomerPage", query=IDENTITIES)
def find_customers(query: dict[str, Any]) -> Json:
    """Find a customer by one identity; no item when nobody has it."""
    if not any(query.get(name) for name in ("code", "email", "phone", "external_id")):
        raise Invalid(field="query", problem="needs code, email, phone or external_id")
    found = customers.resolve(db.session(), CustomerRef(**query))
    return {"items": [_write(found)] if found else [], "next": None}


@reads("/customers/{id}", scope="customers:read", answer="Customer")
def get_customer(_query: dict[str, Any], uid: str) -> Json:
    """Get a customer."""
    return _write(customers.get_by_uid(db.session(), uid))


@writes(
    "PUT",
    "/customers/{source}/{external_id}",
    scope="customers:write",
    body="CustomerBody",
    answers={200: "Customer", 201: "Customer"},
)
def put_customer(body: Json, source: str, external_id: str) -> tuple[int, Json]:
    """Write a customer as its source tells it; what the body leaves out is emptied."""
    session = db.session()
    known = customers.find_by_external_id(session, source, external_id)
    record = read_customer(body, source=source, external_id=external_id)
    if record.points is not None and record.points_at is None:
        record = replace(record, points_at=now())
    customer = customers.upsert(session, record, now=now())
    return (200 if known else 201), _write(customer)


def _write(customer: Customer) -> Json:
    return write_customer(as_records.of_customer(db.session(), customer))
