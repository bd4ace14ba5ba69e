"""What customers are written about their orders: one message an occasion, whatever happens."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import changes
from store.database import take_turn
from store.models import CustomerMessage, Order

# makes the id of a message from what it is about, so that a retry finds the one that is there
NAMESPACE = uuid.UUID("6f0f5c0e-0d0a-4f5e-9a43-8b7f9d2f6c11")
KINDS = (
    *("placed", "substitution", "ready", "reminder", "last_day", "expired", "cancelled"),
    "receipt",
)


def write(
    session: Session,
    order: Order,
    kind: str,
    *,
    occasion: str,
    now: datetime,
    facts: dict[str, Any] | None = None,
) -> CustomerMessage | None:
    """Write a message beside what it tells of, in its transaction; an occasion has one message.

    `occasion` is the uid of an event, or the date that a reminder is about. `facts` are what the
    words need beyond the order itself. A delivery at home is not ours to tell of: None.
    """
    if order.fulfilment != "pickup":
        return None
    take_turn(session, changes.TURN)
    uid = str(uuid.uuid5(NAMESPACE, f"{order.uid}:{kind}:{occasion}"))
    known = session.scalar(select(CustomerMessage).where(CustomerMessage.uid == uid))
    if known is not None:
        return known
    message = CustomerMessage(
        uid=uid,
        order_id=order.id,
        store_id=order.store_id,
        kind=kind,
        occasion=occasion,
        facts=facts or {},
        created_at=now,
        next_attempt_at=now,
    )
    session.add(message)
    session.flush()
    return message
