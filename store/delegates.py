"""People whom a customer lets collect an order: named by a first name, known by a code for once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, joinedload

from store import changes, codes, pickup_steps
from store.database import affected
from store.errors import DelegateGone, Invalid, NotFound
from store.models import Delegate, Order
from store.pickup_states import OPEN

LONGEST_NAME = 40
MOST_AT_ONCE = 5


def name(session: Session, order_uid: str, first_name: str, *, now: datetime) -> Delegate:
    """Let somebody else collect an open order; the answer carries the one-time `code` to pass on.

    `first_name` has at most 40 characters; an order has at most five delegates at once.

    Raises NotFound; Invalid for the name or their number; a ForbiddenTransition for an order that
    is over.
    """
    first_name = " ".join(first_name.split())
    if not first_name or len(first_name) > LONGEST_NAME:
        raise Invalid(field="first_name", problem="too_long" if first_name else "empty")
    order = pickup_steps.get_locked(session, order_uid)
    if order.state not in OPEN:
        raise pickup_steps.refusal(order, "delegated")
    if len(list_live(session, order)) >= MOST_AT_ONCE:
        raise Invalid(field="first_name", problem="too_many")
    delegate = Delegate(
        order=order,
        first_name=first_name,
        code=codes.generate(codes.Kind.DELEGATE),
        named_at=now,
    )
    session.add(delegate)
    session.flush()
    changes.record(session, "orders", order.uid, now=now)
    return delegate


def find(session: Session, code: str) -> Delegate | None:
    """Return the delegate with this code, whether or not it still works; its order says where."""
    query = select(Delegate).where(Delegate.code == codes.normalise(code))
    return session.scalar(query.options(joinedload(Delegate.order)))


def get(session: Session, uid: str, *, order: Order) -> Delegate:
    """Return a delegate of the order, whether or not the code still works; raises NotFound."""
    query = select(Delegate).where(Delegate.uid == uid, Delegate.order_id == order.id)
    delegate = session.scalar(query)
    if delegate is None:
        raise NotFound(kind="delegate", key=uid)
    return delegate


def list_live(session: Session, order: Order) -> Sequence[Delegate]:
    """Return the delegates of an order whose code works, the first named first."""
    live = Delegate.order_id == order.id, Delegate.ended_at.is_(None)
    return session.scalars(select(Delegate).where(*live).order_by(Delegate.id)).all()


def find_user(session: Session, order: Order) -> Delegate | None:
    """Return the delegate who was given goods of the order last, or None."""
    used = Delegate.order_id == order.id, Delegate.ended_by == "used"
    return session.scalar(select(Delegate).where(*used).order_by(Delegate.ended_at.desc()).limit(1))


def withdraw(session: Session, uid: str, *, order: Order, now: datetime) -> None:
    """Take a code back before it is used; again does nothing. Raises NotFound."""
    delegate = get(session, uid, order=order)
    _end(session, delegate, by="withdrawn", now=now)
    changes.record(session, "orders", order.uid, now=now)


def use(session: Session, code: str, *, order: Order, now: datetime) -> Delegate:
    """Let a code do what it is for, once.

    Raises Invalid when it is no code of this order; DelegateGone with the reason (used or
    withdrawn) and when.
    """
    delegate = find(session, code)
    if delegate is None or delegate.order_id != order.id:
        raise Invalid(field="delegate_code", problem="unknown" if code.strip() else "empty")
    if not _end(session, delegate, by="used", now=now):
        raise DelegateGone(reason=delegate.ended_by, ended_at=delegate.ended_at)
    return delegate


def forget(session: Session, *, before: datetime) -> None:
    """Drop who was named for orders that ended before that moment."""
    over = select(Order.id).where(Order.closed_at < before)
    session.execute(delete(Delegate).where(Delegate.order_id.in_(over)))


def _end(session: Session, delegate: Delegate, *, by: str, now: datetime) -> bool:
    """End a code that still works: the database says who was first."""
    statement = (
        update(Delegate)
        .where(Delegate.id == delegate.id, Delegate.ended_at.is_(None))
        .values(ended_at=now, ended_by=by)
    )
    is_first = affected(session, statement) == 1
    session.refresh(delegate, ["ended_at", "ended_by"])
    return is_first
