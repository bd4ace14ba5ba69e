"""Goods that left this shop though the web had cancelled them: told until a manager has seen it.

The audit keeps both, that they left and who has seen it: nothing of the order changes by it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from store import audit, changes
from store.errors import NotFound
from store.models import AuditEntry, Device, Order, OrderLine, Staff, Store
from store.pickup_states import CANCELLED, COLLECTED, WITHDRAWN
from store.records import OrderRecord

KIND = "late_cancellation"  # of the subject in the audit, whose uid is that of the order
LEFT, SEEN = "pickup.left_cancelled", "pickup.left_cancelled_seen"


def note(session: Session, order: Order, record: OrderRecord, *, now: datetime) -> None:
    """Note once that goods left the own shop which the source says it had cancelled."""
    if not _left(order, record) or audit.list_about(session, KIND, order.uid, limit=1):
        return
    audit.write(session, LEFT, now=now, subject_kind=KIND, subject_uid=order.uid)
    changes.record(session, "sync", KIND, now=now)


def _left(order: Order, record: OrderRecord) -> bool:
    """Tell whether lines were given of which the source says that it had taken them out."""
    known = (line for line in record.lines if line.reason == WITHDRAWN)
    taken_out = {line.sku for line in known if line.state == COLLECTED}
    left = {line.sku for line in order.lines if line.state == COLLECTED}
    return bool(left if record.state == CANCELLED else left & taken_out)


def list_unseen(session: Session, store: Store, *, limit: int) -> Sequence[Order]:
    """Return the orders of a store of which goods left so, and nobody has seen it, newest first.

    Not those that came back to the counter since.
    """
    query = select(Order).join(AuditEntry, AuditEntry.subject_uid == Order.uid)
    query = query.where(*_unseen(store)).options(selectinload(Order.lines))
    return session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit)).all()


def count_unseen(session: Session, store: Store) -> int:
    """Return how many orders `list_unseen` would return; one query."""
    query = select(func.count(Order.id)).join(AuditEntry, AuditEntry.subject_uid == Order.uid)
    return session.scalar(query.where(*_unseen(store))) or 0


def see(
    session: Session,
    order_uid: str,
    *,
    store: Store,
    staff: Staff,
    device: Device | None = None,
    now: datetime,
) -> None:
    """Note that a manager has seen it; again it changes nothing.

    Raises NotFound where there is nothing to be seen.
    """
    known = session.scalar(
        select(Order.id).where(Order.uid == order_uid, Order.store_id == store.id)
    )
    told = audit.list_about(session, KIND, order_uid, limit=1)
    if known is None or not told:
        raise NotFound(kind="order", key=order_uid)
    if told[0].action != SEEN:
        who: dict[str, Any] = {"staff": staff, "device": device}
        audit.write(session, SEEN, now=now, subject_kind=KIND, subject_uid=order_uid, **who)
        changes.record(session, "sync", KIND, now=now)


def _unseen(store: Store) -> list[Any]:
    of_kind = AuditEntry.subject_kind == KIND
    seen = select(AuditEntry.subject_uid).where(of_kind, AuditEntry.action == SEEN)
    line = OrderLine.order_id == Order.id, OrderLine.state == COLLECTED
    return [
        of_kind,
        AuditEntry.action == LEFT,
        AuditEntry.subject_uid.not_in(seen),
        Order.store_id == store.id,
        select(OrderLine.id).where(*line).exists(),
    ]
