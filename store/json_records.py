"""Records as the machine API writes them in JSON, and back; what leaves is what is accepted.

The `read_` functions expect a body that is valid by store/web/api/schemas.py.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from store.records import (
    ConsentRecord,
    CustomerRecord,
    CustomerRef,
    PurchaseLineRecord,
    PurchaseRecord,
    ShownRecord,
    VisitRecord,
)

Json = dict[str, Any]
Body = Mapping[str, Any]


def write_time(moment: datetime | None) -> str | None:
    """Return an RFC 3339 time in UTC."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def read_time(text: str | None) -> datetime | None:
    """Return the aware UTC moment of an RFC 3339 time, None for none."""
    return None if text is None else moment(text)


def moment(text: str) -> datetime:
    """Return the aware UTC moment of an RFC 3339 time."""
    return datetime.fromisoformat(text).astimezone(UTC)


def write_money(amount_minor: int, currency: str) -> Json:
    """Return an amount as the API has it."""
    return {"amount_minor": amount_minor, "currency": currency}


# --- customers --------------------------------------------------------------------------------


def write_ref(ref: CustomerRef | None) -> Json | None:
    """Return the identities that are known, None for nobody."""
    if ref is None:
        return None
    names = ("id", "source", "external_id", "code", "email", "phone", "name")
    return {name: getattr(ref, name) for name in names if getattr(ref, name)}


def read_ref(body: Body | None) -> CustomerRef | None:
    """Return whom a body speaks of, None for nobody."""
    if body is None:
        return None
    names = ("id", "source", "external_id", "code", "email", "phone", "name")
    return CustomerRef(**{name: body.get(name) or "" for name in names})


def write_customer(record: CustomerRecord) -> Json:
    """Return a customer as the API and the feed of changes tell it."""
    return {
        "id": record.uid,
        "source": record.source,
        "external_id": record.external_id,
        "first_name": record.first_name,
        "last_name": record.last_name,
        "email": record.email,
        "phone": record.phone,
        "city": record.city,
        "country": record.country,
        "language": record.language,
        "joined_on": record.joined_on.isoformat() if record.joined_on else None,
        "tier": record.tier,
        "points": record.points,
        "points_at": write_time(record.points_at),
        "cards": list(record.cards),
        "consents": [write_statement(consent) for consent in record.consents],
        "purchases": record.purchases,
    }


def read_told_customer(body: Body) -> CustomerRecord:
    """Return the customer that a hub tells, with what stands of consents and purchases."""
    record = read_customer(body, source=body["source"], external_id=body["external_id"])
    mine = {"customer": {"id": body["id"]}}
    statements = tuple(read_consent({**one, **mine}) for one in body.get("consents") or ())
    return replace(record, consents=statements, purchases=body.get("purchases"))


def read_customer(body: Body, *, source: str, external_id: str) -> CustomerRecord:
    """Return the customer that `body` describes."""
    names = ("first_name", "last_name", "email", "phone", "city", "country", "tier")
    texts: Json = {name: body.get(name) or "" for name in names}
    joined_on = body.get("joined_on")
    return CustomerRecord(
        source=source,
        external_id=external_id,
        uid=body.get("id"),
        language=body.get("language") or "fr",
        joined_on=date.fromisoformat(joined_on) if joined_on else None,
        points=body.get("points"),
        points_at=read_time(body.get("points_at")),
        cards=tuple(body.get("cards") or ()),
        **texts,
    )


# --- purchases --------------------------------------------------------------------------------


def write_purchase_lines(record: PurchaseRecord) -> list[Json]:
    """Return the lines of a purchase; without SKU for postage, a fee or a discount."""
    return [
        {
            "sku": line.sku or None,
            "label": line.label,
            "quantity": line.quantity,
            "amount": write_money(line.amount_minor, record.currency),
        }
        for line in record.lines
    ]


def read_purchase(body: Body) -> PurchaseRecord:
    """Return the purchase that an entry of a timeline tells; whose it is, is not told."""
    return PurchaseRecord(
        source=body["source"],
        external_id=body["id"],
        occurred_at=moment(body["at"]),
        total_minor=int(body["amount"]["amount_minor"]),
        currency=body["amount"]["currency"],
        lines=tuple(_read_purchase_line(line) for line in body["lines"]),
        store=body.get("store") or "",
        channel=body["channel"],
        kind=body["detail"],
    )


def _read_purchase_line(body: Body) -> PurchaseLineRecord:
    return PurchaseLineRecord(
        sku=body.get("sku") or "",
        label=body.get("label") or "",
        quantity=int(body["quantity"]),
        amount_minor=int(body["amount"]["amount_minor"]),
    )


# --- visits and consents ----------------------------------------------------------------------


def write_visit(record: VisitRecord) -> Json:
    """Return a closed visit."""
    return {
        "id": record.id,
        "store": record.store,
        "staff": record.staff,
        "staff_name": record.staff_name,
        "customer": write_ref(record.customer),
        "opened_by": record.opened_by,
        "started_at": write_time(record.started_at),
        "ended_at": write_time(record.ended_at),
        "reason": record.reason,
        "outcome": record.outcome,
        "products": [{"sku": shown.sku, "kind": shown.kind} for shown in record.products],
        "note": record.note,
        "next_step": record.next_step,
    }


def read_visit(body: Body) -> VisitRecord:
    """Return the visit that `body` tells."""
    names = ("staff", "staff_name", "reason", "outcome", "note", "next_step")
    return VisitRecord(
        id=body["id"].lower(),
        store=body["store"],
        customer=read_ref(body.get("customer")),
        opened_by=body.get("opened_by") or "scan",
        started_at=moment(body["started_at"]),
        ended_at=moment(body["ended_at"]),
        products=tuple(_read_shown(shown) for shown in body.get("products") or ()),
        **{name: body.get(name) or "" for name in names},
    )


def _read_shown(body: Body) -> ShownRecord:
    """Take {"sku", "kind": "tried"} and the short {"sku", "tried": true}."""
    short = [kind for kind in ("wanted", "tried") if body.get(kind)]
    return ShownRecord(sku=body["sku"], kind=body.get("kind") or (short or ["shown"])[0])


def write_consent(record: ConsentRecord) -> Json:
    """Return one dated statement, and whose it is."""
    return {**write_statement(record), "customer": write_ref(record.customer)}


def write_statement(record: ConsentRecord) -> Json:
    """Return one dated statement of somebody who is told already."""
    return {
        "source": record.source,
        "source_id": record.source_id,
        "purpose": record.purpose,
        "channel": record.channel,
        "state": record.state,
        "text_version": record.text_version,
        "language": record.language,
        "place": record.place,
        "staff": record.staff,
        "proof": record.proof,
        "stated_at": write_time(record.stated_at),
    }


def read_consent(body: Body) -> ConsentRecord:
    """Return the statement that `body` tells."""
    names = ("channel", "text_version", "place", "staff", "proof")
    return ConsentRecord(
        source=body["source"],
        source_id=body["source_id"],
        customer=read_ref(body["customer"]) or CustomerRef(),
        purpose=body["purpose"],
        state=body["state"],
        stated_at=moment(body["stated_at"]),
        language=body.get("language") or "fr",
        **{name: body.get(name) or "" for name in names},
    )
