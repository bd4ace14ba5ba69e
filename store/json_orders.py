"""Orders and what happens to them as the machine API writes them in JSON, and back.

The `read_` functions expect a body that is valid by store/web/api/schemas.py.
"""

from datetime import date

from store.json_records import (
    Body,
    Json,
    moment,
    read_ref,
    read_time,
    write_money,
    write_ref,
    write_time,
)
from store.pickup_states import WITHDRAWN
from store.records import (
    AnswerRecord,
    DeliveryRecord,
    OrderEventRecord,
    OrderLineRecord,
    OrderRecord,
    ReturnRecord,
)

ADDRESS = ("name", "address", "postcode", "city", "country", "email", "phone")


def write_delivery(record: DeliveryRecord | None) -> Json | None:
    """Return where an order goes, None for one that is collected."""
    return None if record is None else {name: getattr(record, name) for name in ADDRESS}


def read_delivery(body: Body | None) -> DeliveryRecord | None:
    """Return where an order goes, None for one that is collected."""
    if body is None:
        return None
    told = {name: body.get(name) or "" for name in ADDRESS}
    return DeliveryRecord(**told | {"country": told["country"] or "FR"})


def write_order(record: OrderRecord) -> Json:
    """Return an order with what a store needs to recognise its code."""
    lines = [
        {
            "sku": line.sku,
            "quantity": line.quantity,
            "unit_price": write_money(line.unit_price_minor, record.currency),
            "label": line.label,
        }
        for line in record.lines
    ]
    return {
        "id": record.uid,
        "source": record.source,
        "external_id": record.external_id,
        "number": record.number,
        "store": record.store,
        "customer": write_ref(record.customer),
        "placed_at": write_time(record.placed_at),
        "promised_at": write_time(record.promised_at),
        "pickup_by": record.pickup_by.isoformat() if record.pickup_by else None,
        "paid": record.paid,
        "channel": record.channel or "web",
        "fulfilment": record.fulfilment or "pickup",
        "hold_until": write_time(record.hold_until),
        "delivery": write_delivery(record.delivery),
        "state": record.state,
        "code": record.code,
        "pickup_code": record.pickup_code,
        "staging_place": record.staging_place,
        "language": record.language,
        "answers": [
            {"proposal": one.proposal, "choice": one.choice, "at": write_time(one.at)}
            for one in record.answers
        ],
        "lines": lines,
    }


def read_order(body: Body, *, source: str, external_id: str) -> OrderRecord:
    """Return the order that `body` describes."""
    pickup_by = body.get("pickup_by")
    names = (
        *("state", "code", "pickup_code", "ticket", "staging_place"),
        *("channel", "fulfilment", "language"),
    )
    return OrderRecord(
        source=source,
        external_id=external_id,
        uid=body.get("id"),
        number=body["number"],
        store=body["store"],
        customer=read_ref(body.get("customer")),
        placed_at=moment(body["placed_at"]),
        promised_at=read_time(body.get("promised_at")),
        state_at=read_time(body.get("state_at")),
        pickup_by=date.fromisoformat(pickup_by) if pickup_by else None,
        paid=bool(body.get("paid", True)),
        hold_until=read_time(body.get("hold_until")),
        delivery=read_delivery(body.get("delivery")),
        currency=_currency(body["lines"]),
        lines=tuple(_read_line(line) for line in _standing(body["lines"])),
        answers=tuple(read_answer(one) for one in body.get("answers") or ()),
        returns=tuple(_read_return(one) for one in body.get("returns") or ()),
        **{name: body.get(name) or "" for name in names},
    )


def read_answer(body: Body) -> AnswerRecord:
    """Return what a customer answered elsewhere."""
    return AnswerRecord(proposal=body["proposal"], choice=body["choice"], at=moment(body["at"]))


def write_return(one: ReturnRecord) -> Json:
    """Return what came back of an order."""
    lines = list(one.lines)
    return {"id": one.uid, "store": one.store, "at": write_time(one.at), "lines": lines}


def _read_return(body: Body) -> ReturnRecord:
    lines = tuple(dict(one) for one in body["lines"])
    return ReturnRecord(uid=body["id"], store=body["store"], at=moment(body["at"]), lines=lines)


def _standing(lines: list[Body]) -> list[Body]:
    """Return the lines that the source has not taken out; all when it took all out."""
    return [line for line in lines if not _is_taken_out(line)] or lines


def _is_taken_out(line: Body) -> bool:
    return line.get("reason") == WITHDRAWN and line.get("state") != "collected"


def _read_line(body: Body) -> OrderLineRecord:
    price = body.get("unit_price") or {}
    return OrderLineRecord(
        sku=body["sku"],
        quantity=int(body["quantity"]),
        unit_price_minor=int(price.get("amount_minor", 0)),
        label=body.get("label") or "",
        state=body.get("state") or "",
        reason=body.get("reason") or "",
        substitute=_read_substitute(body.get("substitute")),
    )


def _read_substitute(body: Body | None) -> Json:
    if not body:
        return {}
    price = (body.get("unit_price") or {}).get("amount_minor")
    return {"sku": body["sku"], "label": body.get("label") or "", "price_minor": price}


def _currency(lines: list[Body]) -> str:
    priced = [line["unit_price"]["currency"] for line in lines if line.get("unit_price")]
    return priced[0] if priced else "EUR"


def write_event(record: OrderEventRecord) -> Json:
    """Return something that happened to an order."""
    lines = None
    if record.lines is not None:
        lines = [{"sku": sku, "quantity": quantity} for sku, quantity in record.lines]
    return {
        "id": record.uid,
        "type": record.type,
        "lines": lines,
        "reason": record.reason or None,
        "identity_check": record.identity_check,
        "staff": record.staff,
        "details": dict(record.details),
        "occurred_at": write_time(record.occurred_at),
    }


def read_event(body: Body) -> OrderEventRecord:
    """Return what `body` tells of an order."""
    lines = body.get("lines")
    names = ("reason", "identity_check", "staff")
    return OrderEventRecord(
        uid=body.get("id"),
        type=body["type"],
        lines=None if lines is None else tuple((ln["sku"], int(ln["quantity"])) for ln in lines),
        occurred_at=moment(body["occurred_at"]),
        details=body.get("details") or {},
        **{name: body.get(name) or "" for name in names},
    )
