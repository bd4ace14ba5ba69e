"""Handovers that stand, and the receipts of those that were undone since: they are worth nothing.

A receipt that still waits then never leaves; one that its customer may have is put right.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import json_records, message_queue
from store.message_states import VOID, occasion_of
from store.models import CustomerMessage, Order, OrderEvent

RECEIPT = "receipt"
MAY_HAVE_COME = ("claimed", "sent", "delivered")  # whoever claimed it may have sent it by now


def list_standing(session: Session, order: Order) -> list[OrderEvent]:
    """Return the handovers of an order that were not undone, the first first."""
    kinds = OrderEvent.type.in_(("collected", "handover_reversed"))
    events = select(OrderEvent).where(OrderEvent.order_id == order.id, kinds)
    standing: list[OrderEvent] = []
    for event in session.scalars(events.order_by(OrderEvent.id)):
        if event.type == "collected":
            standing.append(event)
        else:
            _take_out(standing, event)
    return standing


def _take_out(standing: list[OrderEvent], undo: OrderEvent) -> None:
    """Drop the handover that was undone: the last one of these goods, or all of them."""
    if undo.lines is None:
        standing.clear()
        return
    same = [one for one in standing if one.lines == undo.lines]
    for one in (same or standing)[-1:]:
        standing.remove(one)


def void(session: Session, order: Order, *, now: datetime) -> dict[str, Any] | None:
    """Let the receipts of handovers that do not stand say nothing any more.

    Returns the facts of the message that puts right what a customer may have received: since when
    it was given (`given_at`). None when no receipt has left.
    """
    standing = {event.uid for event in list_standing(session, order)}
    of_order = CustomerMessage.order_id == order.id, CustomerMessage.kind == RECEIPT
    receipts = session.scalars(select(CustomerMessage).where(*of_order)).all()
    undone = [one for one in receipts if _is_news(one, standing)]
    for receipt in undone:
        receipt.facts = receipt.facts | {VOID: True}
    session.flush()
    uids = [one.uid for one in undone]
    message_queue.withdraw(session, CustomerMessage.uid.in_(uids), now=now)
    return _facts(session, [one for one in undone if one.state in MAY_HAVE_COME])


def _is_news(receipt: CustomerMessage, standing: set[str]) -> bool:
    return occasion_of(receipt) not in standing and not receipt.facts.get(VOID)


def _facts(session: Session, left: Sequence[CustomerMessage]) -> dict[str, Any] | None:
    if not left:
        return None
    uids = [occasion_of(one) for one in left]
    given = select(OrderEvent.occurred_at).where(OrderEvent.uid.in_(uids))
    given_at = session.scalar(given.order_by(OrderEvent.id.desc()).limit(1))
    facts = {"given_at": json_records.write_time(given_at)}
    emails = [one.facts["email"] for one in left if one.facts.get("email")]
    return facts | {"email": emails[-1]} if emails else facts
