"""Goods that wait for nobody any more: a task to bring them from their place to their shelf.

The task is written in the transaction of what ended the wait. It moves no stock: that was freed
by the end itself, once.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload

from store import changes
from store.database import affected, take_turn
from store.errors import NotFound
from store.models import Order, OrderLine, ShelfReturn, Staff, Store
from store.pickup_states import CLOSED

PREFIX = "return:"


def ask(
    session: Session, order: Order, lines: Collection[OrderLine], *, reason: str, now: datetime
) -> ShelfReturn | None:
    """Ask for goods that lie prepared to be brought back; what is asked already is added to.

    `reason` is expired, cancelled, refused or moved (to another shop). None when nothing lay
    prepared anywhere.
    """
    goods: Counter[str] = Counter()
    for line in lines:
        goods[line.goods_sku] += line.quantity
    return ask_for(session, order, goods, store=order.store, reason=reason, now=now)


def ask_for(
    session: Session,
    order: Order,
    units: Mapping[str, int],
    *,
    store: Store,
    reason: str,
    now: datetime,
) -> ShelfReturn | None:
    """Ask as `ask` does, for units by the SKU of their article, that lie in `store`."""
    if order.fulfilment != "pickup" or not units:
        return None
    task = find_open(session, order) or ShelfReturn(
        order_id=order.id, store_id=store.id, lines=[], asked_at=now
    )
    goods = Counter({one["sku"]: one["quantity"] for one in task.lines})
    goods.update(units)
    task.lines = [{"sku": sku, "quantity": quantity} for sku, quantity in goods.items()]
    task.place, task.reason = order.staging_place, reason
    session.add(task)
    session.flush()
    _signal(session, task, now=now)
    return task


def find_open(session: Session, order: Order) -> ShelfReturn | None:
    """Return the open task of an order."""
    query = select(ShelfReturn).where(ShelfReturn.order_id == order.id)
    return session.scalar(query.where(ShelfReturn.done_at.is_(None)))


def list_open(session: Session, store_id: int) -> Sequence[ShelfReturn]:
    """Return the open tasks of a store by place, so that one walk does them; two queries."""
    query = select(ShelfReturn).where(
        ShelfReturn.store_id == store_id, ShelfReturn.done_at.is_(None)
    )
    by_place = (ShelfReturn.place, ShelfReturn.asked_at, ShelfReturn.id)
    return session.scalars(query.options(joinedload(ShelfReturn.order)).order_by(*by_place)).all()


def count_open(session: Session, store_id: int) -> int:
    """Return how many tasks of a store are open."""
    of_store = ShelfReturn.store_id == store_id, ShelfReturn.done_at.is_(None)
    return session.scalar(select(func.count(ShelfReturn.id)).where(*of_store)) or 0


def finish(session: Session, uid: str, *, store: Store, staff: Staff, now: datetime) -> ShelfReturn:
    """Note that the goods are back on their shelf; again changes nothing. Raises NotFound."""
    take_turn(session, changes.TURN)
    task = session.scalar(
        select(ShelfReturn).where(ShelfReturn.uid == uid, ShelfReturn.store_id == store.id)
    )
    if task is None:
        raise NotFound(kind="shelf_return", key=uid)
    if _close(session, task, outcome="done", staff=staff, now=now):
        if task.order.state in CLOSED:  # else the rest of it still lies there
            task.order.staging_place = ""
        changes.record(session, "orders", task.order.uid, now=now)
    return task


def keep(session: Session, order: Order, *, now: datetime) -> bool:
    """Let the goods lie where they are, since they are wanted again; tell whether they do."""
    task = find_open(session, order)
    return task is not None and _close(session, task, outcome="kept", staff=None, now=now)


def _close(
    session: Session, task: ShelfReturn, *, outcome: str, staff: Staff | None, now: datetime
) -> bool:
    statement = (
        update(ShelfReturn)
        .where(ShelfReturn.id == task.id, ShelfReturn.done_at.is_(None))
        .values(done_at=now, done_by_id=staff.id if staff else None, outcome=outcome)
    )
    is_first = affected(session, statement) == 1
    session.refresh(task, ["done_at", "done_by_id", "outcome"])
    if is_first:
        _signal(session, task, now=now)
    return is_first


def _signal(session: Session, task: ShelfReturn, *, now: datetime) -> None:
    changes.record(session, "staff", PREFIX + task.uid, now=now)
