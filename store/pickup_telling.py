"""What an event of a pickup tells the central system and its customer, written beside it.

The table of states says what (store/pickup_states.py).
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import json_orders, messages, outbox, receipts
from store.models import Order, OrderEvent, OrderLine, OutboxMessage, Staff
from store.movements import write_fact
from store.pickup_states import CENTRAL, HAPPENINGS, UNPREPARED, Happening
from store.records import MovementRecord, OrderEventRecord

WEB = "web"  # the channel of an order that a web shop sold
LEFT = ("handover", "return", "delta")  # movements of goods, which the central system must learn


def let_know(
    session: Session,
    order: Order,
    event: OrderEvent,
    movements: Sequence[MovementRecord],
    lines: Collection[OrderLine],
    *,
    now: datetime,
) -> None:
    """Write what the central system and the customer must learn, in the event's transaction.

    `lines` are those to which it happened.
    """
    rule = HAPPENINGS[event.type]
    if rule.tells:
        _tell(session, order, event, uid=event.uid, now=now)
        _tell_of_goods(session, order, movements, now=now)
    facts = receipts.void(session, order, event, lines, now=now) if rule.voids else {}
    is_known = rule.told_by_web and order.channel == WEB and event.actor in CENTRAL
    if rule.message and facts is not None and not is_known and _is_so(order, rule):
        messages.write(session, order, rule.message, occasion=event.uid, facts=facts, now=now)


def _is_so(order: Order, rule: Happening) -> bool:
    """Tell whether what happened made true what the message of its rule says."""
    lacks = any(line.state in UNPREPARED for line in order.lines)
    return order.state in rule.message_in and not (rule.message == "ready" and lacks)


def tell_again(
    session: Session, order: Order, events: Sequence[OrderEvent], *, now: datetime
) -> None:
    """Tell the central system anew what it left aside; it knows an event that it took by its id.

    Not while something of the order is still to be told, or was refused: that people see to.
    """
    of_order = OutboxMessage.subject == subject(order), OutboxMessage.state != "delivered"
    if session.scalar(select(OutboxMessage.id).where(*of_order).limit(1)) is None:
        for event in events:
            _tell(session, order, event, uid=None, now=now)


def subject(order: Order) -> str:
    """Return whose facts in the outbox leave in their order."""
    return f"order:{order.uid}"


def _tell(
    session: Session, order: Order, event: OrderEvent, *, uid: str | None, now: datetime
) -> None:
    staff = session.get(Staff, event.staff_id) if event.staff_id else None
    record = OrderEventRecord(
        type=event.type,
        occurred_at=event.occurred_at,
        lines=None
        if event.lines is None
        else tuple((one["sku"], one["quantity"]) for one in event.lines),
        reason=event.reason,
        identity_check=event.identity_check,
        staff=staff.code if staff else "",
        details={"store": order.store.code} | event.details,  # it may be moved meanwhile
        uid=event.uid,
    )
    payload = {"order": order.uid, **json_orders.write_event(record)}
    outbox.add(
        session, kind="order_event", subject=subject(order), payload=payload, now=now, uid=uid
    )


def _tell_of_goods(
    session: Session, order: Order, movements: Sequence[MovementRecord], *, now: datetime
) -> None:
    left = [movement for movement in movements if movement.kind in LEFT]
    if left:
        write_fact(session, left, subject=subject(order), now=now)
