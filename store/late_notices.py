"""Goods that left this shop though the web had cancelled them: told until a manager has seen it.

The audit keeps both, what left and who has seen it: nothing of the order changes by it. What leaves
so later is told anew, also of an order that a manager has seen.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, aliased, selectinload

from store import audit, changes, receipts
from store.errors import NotFound
from store.models import AuditEntry, Device, Order, OrderLine, Staff, Store
from store.pickup_states import CANCELLED, COLLECTED, WITHDRAWN
from store.prepared import Prepared
from store.records import OrderRecord

KIND = "late_cancellation"  # of the subject in the audit, whose uid is that of the order
LEFT, SEEN = "pickup.left_cancelled", "pickup.left_cancelled_seen"


def note(session: Session, order: Order, record: OrderRecord, *, now: datetime) -> None:
    """Note goods that left the own shop and that the source says it had cancelled, each once."""
    left = _left(session, order, record)
    if left and left - _noted(session, order):
        _keep(session, LEFT, order.uid, reason="\n".join(sorted(left)), now=now)


def _left(session: Session, order: Order, record: OrderRecord) -> set[str]:
    """Return what was given though the source had taken it out: article and handover of each."""
    known = (line for line in record.lines if line.reason == WITHDRAWN)
    taken_out = {line.sku for line in known if line.state == COLLECTED}
    left = {line.sku for line in order.lines if line.state == COLLECTED}
    if record.state != CANCELLED:
        left &= taken_out
    standing = receipts.list_standing(session, order) if left else ()
    return {f"{one.event.uid} {sku}" for one in standing for sku in left & one.units.keys()}


def _noted(session: Session, order: Order) -> set[str]:
    noted = audit.list_about(session, KIND, order.uid)
    return {each for one in noted if one.action == LEFT for each in one.reason.splitlines()}


def list_unseen(session: Session, store: Store, *, limit: int) -> Sequence[Order]:
    """Return the orders of a store of which goods left so, and nobody has seen it, newest first.

    Not those that came back to the counter since.
    """
    query = select(Order).join(AuditEntry, AuditEntry.subject_uid == Order.uid)
    query = query.where(*_unseen(store.id)).options(selectinload(Order.lines))
    return session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit)).all()


def count_unseen(session: Session, store: Store) -> int:
    """Return how many orders `list_unseen` would return; one query."""
    (row,) = _COUNT.all(session, {"store_id": store.id})
    return int(row.unseen)


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
        _keep(session, SEEN, order_uid, staff=staff, device=device, now=now)


def _keep(session: Session, action: str, order_uid: str, *, now: datetime, **how: Any) -> None:
    """Write it down, and let the board and the page of the exchange be read again."""
    audit.write(session, action, now=now, subject_kind=KIND, subject_uid=order_uid, **how)
    changes.record(session, "orders", order_uid, now=now)
    changes.record(session, "sync", KIND, now=now)


def _unseen(store_id: Any) -> list[Any]:
    later = aliased(AuditEntry)
    about_it = later.subject_kind == KIND, later.subject_uid == AuditEntry.subject_uid
    line = OrderLine.order_id == Order.id, OrderLine.state == COLLECTED
    return [
        AuditEntry.subject_kind == KIND,
        AuditEntry.action == LEFT,
        ~select(later.id).where(*about_it, later.id > AuditEntry.id).exists(),
        Order.store_id == store_id,
        select(OrderLine.id).where(*line).exists(),
    ]


# asked each time that a board is drawn
_COUNT = Prepared(
    select(func.count(Order.id).label("unseen"))
    .join(AuditEntry, AuditEntry.subject_uid == Order.uid)
    .where(*_unseen(bindparam("store_id")))
)
