"""Where orders are delivered: kept while they are needed, and no longer."""

from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from store.database import affected
from store.models import DeliveryAddress, Order, OutboxMessage
from store.records import DeliveryRecord

TOLD = "order"  # the kind of the fact that carries an address


def keep(session: Session, order: Order, record: DeliveryRecord | None, *, now: datetime) -> None:
    """Write where the order goes, if that is told; the same again changes nothing."""
    if record is None:
        return
    found = session.get(DeliveryAddress, order.id)
    if found is None:
        found = DeliveryAddress(order_id=order.id, written_at=now)
        session.add(found)
    for name in ("name", "address", "postcode", "city", "country", "email", "phone"):
        setattr(found, name, getattr(record, name))
    session.flush()


def forget(session: Session, *, before: datetime) -> int:
    """Drop the addresses that were told, or whose order was closed, before that moment.

    The fact that told one loses it too, and so does one that was set aside and whose order is over.
    Returns how many were dropped.
    """
    told = select(OutboxMessage.subject).where(
        OutboxMessage.kind == TOLD,
        OutboxMessage.state == "delivered",
        OutboxMessage.delivered_at < before,
    )
    of_told = select(Order.id).where(("order:" + Order.uid).in_(told))
    of_closed = select(Order.id).where(Order.closed_at < before)
    _empty_facts(session, before=before)
    old = or_(DeliveryAddress.order_id.in_(of_told), DeliveryAddress.order_id.in_(of_closed))
    return affected(session, delete(DeliveryAddress).where(old))


def _empty_facts(session: Session, *, before: datetime) -> None:
    over = select("order:" + Order.uid).where(Order.closed_at < before)
    is_told = (OutboxMessage.state == "delivered") & (OutboxMessage.delivered_at < before)
    is_in_vain = (OutboxMessage.state == "set_aside") & OutboxMessage.subject.in_(over)
    query = select(OutboxMessage.id, OutboxMessage.payload).where(OutboxMessage.kind == TOLD)
    for row in session.execute(query.where(is_told | is_in_vain)).all():
        if row.payload.get("delivery"):
            emptied = {**row.payload, "delivery": None, "customer": None}
            statement = update(OutboxMessage).where(OutboxMessage.id == row.id)
            session.execute(statement.values(payload=emptied))
