"""Customers, found by any identity and written by the system that owns them."""

from dataclasses import replace
from typing import Any

from store import as_records, customers, timeline
from store.errors import Invalid
from store.json_records import (
    Json,
    read_customer,
    write_customer,
    write_money,
    write_purchase_lines,
    write_time,
)
from store.models import Customer
from store.records import CustomerRef, PurchaseRecord
from store.web.api import cursors
from store.web.api.calls import reads, writes
from store.web.api.schema_words import Schema, text
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


@reads(
    "/customers/{id}/timeline",
    scope="customers:read",
    answer="TimelinePage",
    query=cursors.PAGING,
)
def list_timeline(query: dict[str, Any], uid: str) -> Json:
    """List what a customer did in every channel, the newest first."""
    session = db.session()
    customer = customers.get_by_uid(session, uid)
    before = cursors.read(query["cursor"], str)[0] if query.get("cursor") else ""
    page = timeline.page(session, customer.id, before=before, limit=cursors.limit_of(query))
    bought = [event.id for event in page.events if event.kind == "purchase"]
    purchases = as_records.of_purchases(session, bought)
    return {
        "items": [
            _write_event(event, purchases[event.id] if event.kind == "purchase" else None)
            for event in page.events
        ],
        "next": cursors.write(page.next) if page.next else None,
    }


def _write_event(event: timeline.Event, purchase: PurchaseRecord | None) -> Json:
    minutes = (event.ended_at - event.at).total_seconds() / 60 if event.ended_at else None
    return {
        "kind": event.kind,
        "id": event.uid or f"{event.kind}-{event.id}",
        "at": write_time(event.at),
        "store": event.store_code or None,
        "title": event.text or event.who,
        "detail": event.detail,
        "channel": event.channel,
        "articles": event.count,
        "amount": write_money(event.amount, event.currency) if event.currency else None,
        "points": event.amount if event.kind == "points" else None,
        "minutes": None if minutes is None else round(minutes),
        "source": purchase.source if purchase else None,
        "lines": write_purchase_lines(purchase) if purchase else None,
    }


def _write(customer: Customer) -> Json:
    return write_customer(as_records.of_customer(db.session(), customer))
