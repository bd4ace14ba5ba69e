"""What customers are written about their orders: one message an occasion, whatever happens."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from store import changes, message_queue
from store.database import take_turn
from store.errors import MessageOutdated, NotFound, TooSoon
from store.message_states import (
    AGAIN,
    PRESSING,
    REPLACED,
    TROUBLE,
    UNANSWERED,
    WAITING,
    is_true,
    occasion_of,
)
from store.models import CustomerMessage, Order, Staff, Store
from store.pickup_goods import TRANSFER
from store.pickup_states import CLOSED
from store.queues import FREE

# makes the id of a message from what it is about, so that a retry finds the one that is there
NAMESPACE = uuid.UUID("6f0f5c0e-0d0a-4f5e-9a43-8b7f9d2f6c11")


@dataclass(frozen=True, kw_only=True)
class Summary:
    """How much waits and since when, and how many messages somebody should look at."""

    waiting: int
    oldest_at: datetime | None
    troubled: int


# --- written ----------------------------------------------------------------------------------


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
    words need beyond the order itself; `facts["email"]` is where this one goes instead of to the
    customer's address. A delivery at home is not ours to tell of, and what another shop asks for
    has no customer: None.
    """
    if order.fulfilment != "pickup" or order.channel == TRANSFER:
        return None
    take_turn(session, changes.TURN)
    uid = uid_of(order, kind, occasion)
    known = session.scalar(select(CustomerMessage).where(CustomerMessage.uid == uid))
    if known is not None:
        return known
    if kind in REPLACED:
        _overtake(session, order, kind, now=now)
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
    changes.record(session, "orders", order.uid, now=now)
    return message


def _overtake(session: Session, order: Order, kind: str, *, now: datetime) -> None:
    """Withdraw what still waits of a kind: the next one says all of it as it is by now."""
    of_kind = (CustomerMessage.order_id == order.id) & (CustomerMessage.kind == kind)
    message_queue.withdraw(session, of_kind, now=now)


def write_notice(
    session: Session, kind: str, *, occasion: str, store: Store, now: datetime
) -> CustomerMessage:
    """Write a message that is about no order; an occasion has one message."""
    take_turn(session, changes.TURN)
    uid = notice_uid(kind, occasion)
    known = session.scalar(select(CustomerMessage).where(CustomerMessage.uid == uid))
    if known is not None:
        return known
    message = CustomerMessage(
        uid=uid,
        store_id=store.id,
        kind=kind,
        occasion=occasion,
        facts={},
        created_at=now,
        next_attempt_at=now,
    )
    session.add(message)
    session.flush()
    return message


def notice_uid(kind: str, occasion: str) -> str:
    """Return the id that a message about no order has, whether it is written or not."""
    return str(uuid.uuid5(NAMESPACE, f"{kind}:{occasion}"))


def uid_of(order: Order, kind: str, occasion: str) -> str:
    """Return the id that the message of an occasion has, whether it is written or not."""
    return str(uuid.uuid5(NAMESPACE, f"{order.uid}:{kind}:{occasion}"))


def list_written(session: Session, uids: Collection[str]) -> set[str]:
    """Return those of these ids of which a message is written; one query, none without an id."""
    known = select(CustomerMessage.uid).where(CustomerMessage.uid.in_(uids))
    return set(session.scalars(known)) if uids else set()


def resend(
    session: Session, uid: str, *, staff: Staff, cooldown: timedelta, now: datetime
) -> CustomerMessage:
    """Write a message again, as a new one, when the last that said so is older than `cooldown`.

    Raises NotFound; TooSoon with the time from which it may be; MessageOutdated when it would say
    what is not so any more.
    """
    message = get(session, uid)
    order = _order_of(message)
    last = _last_of_it(session, message)
    again_at = (last.sent_at or last.created_at) + cooldown
    if last.state in (*WAITING, "sent", "delivered") and now < again_at:
        raise TooSoon(until=again_at)
    if not is_true(message, order, now=now):
        raise MessageOutdated(kind=message.kind, state=order.state)
    again = write(
        session,
        order,
        message.kind,
        occasion=f"{occasion_of(message)}{AGAIN}{_count_of_kind(session, message)}",
        facts=message.facts,
        now=now,
    )
    if again is None:
        raise NotFound(kind="message", key=uid)
    again.staff_id = staff.id
    _handle(session, order, message, now=now)
    session.flush()
    return again


def tell_by_hand(session: Session, uid: str, *, staff: Staff, now: datetime) -> None:
    """Note that somebody told the customer by other means; again it changes nothing.

    Raises NotFound.
    """
    message = get(session, uid)
    values = {"state": "told", "staff_id": staff.id, "settled_at": now, **FREE}
    this = CustomerMessage.uid == uid
    if not message_queue.QUEUE.change(session, this, *WAITING, *TROUBLE, **values):
        return
    session.refresh(message)
    _handle(session, _order_of(message), message, now=now)
    session.flush()


def get(session: Session, uid: str) -> CustomerMessage:
    """Return a message as it is now, with nobody else changing it until the commit; NotFound."""
    take_turn(session, changes.TURN)
    query = select(CustomerMessage).where(CustomerMessage.uid == uid)
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None or found.order is None:
        raise NotFound(kind="message", key=uid)
    return found


def _order_of(message: CustomerMessage) -> Order:
    if message.order is None:
        raise NotFound(kind="message", key=message.uid)
    return message.order


def _last_of_it(session: Session, message: CustomerMessage) -> CustomerMessage:
    same = message_queue.says_the_same(message)
    newest = select(CustomerMessage).where(same).order_by(CustomerMessage.id.desc())
    return session.scalars(newest.limit(1)).one()


def _count_of_kind(session: Session, message: CustomerMessage) -> int:
    of_kind = CustomerMessage.order_id == message.order_id, CustomerMessage.kind == message.kind
    return session.scalar(select(func.count(CustomerMessage.id)).where(*of_kind)) or 0


def _handle(session: Session, order: Order, message: CustomerMessage, *, now: datetime) -> None:
    """Note that what did not arrive of what a message says is being taken care of."""
    for row in session.scalars(
        select(CustomerMessage).where(
            message_queue.says_the_same(message),
            CustomerMessage.state.in_((*TROUBLE, "told")),
            CustomerMessage.handled_at.is_(None),
        )
    ):
        row.handled_at = now
    changes.record(session, "orders", order.uid, now=now)


# --- looked at --------------------------------------------------------------------------------


def list_of(session: Session, order: Order) -> Sequence[CustomerMessage]:
    """Return what an order's customer was or will be written, the newest first; one query."""
    return session.scalars(
        select(CustomerMessage)
        .where(CustomerMessage.order_id == order.id)
        .options(joinedload(CustomerMessage.staff))
        .order_by(CustomerMessage.id.desc())
    ).all()


def list_troubled(
    session: Session, store: Store, *, limit: int, silent_since: datetime | None = None
) -> Sequence[CustomerMessage]:
    """Return the messages of a store that did not arrive and that nobody cared for, newest first.

    Those that wait since before `silent_since` are among them: nobody took them, and the customer
    knows nothing. Those of orders that have been collected need nobody any more.
    """
    query = _of_store(store).where(*_troubled(store, silent_since))
    return session.scalars(query.order_by(CustomerMessage.id.desc()).limit(limit)).all()


def list_recent(
    session: Session, store: Store, *, states: Collection[str], limit: int
) -> Sequence[CustomerMessage]:
    """Return the newest messages of a store in these states, the newest first."""
    query = _of_store(store).where(CustomerMessage.state.in_(states))
    return session.scalars(query.order_by(CustomerMessage.id.desc()).limit(limit)).all()


def summary(session: Session, store: Store | None = None) -> Summary:
    """Count what waits and what is troubled, of one store or of all; three queries at most."""
    waits: list[Any] = [CustomerMessage.state.in_(WAITING)]
    if store is not None:
        waits.append(CustomerMessage.store_id == store.id)
    count = select(func.count(CustomerMessage.id), func.min(CustomerMessage.created_at))
    waiting, oldest = session.execute(count.where(*waits)).one()
    troubled = select(func.count(CustomerMessage.id)).join(Order).where(*_troubled(store))
    return Summary(waiting=waiting, oldest_at=oldest, troubled=session.scalar(troubled) or 0)


def count_troubled(session: Session, store: Store, *, silent_since: datetime | None = None) -> int:
    """Return how many messages of a store `list_troubled` would list; one query."""
    troubled = _troubled(store, silent_since)
    query = select(func.count(CustomerMessage.id)).join(Order).where(*troubled)
    return session.scalar(query) or 0


def _of_store(store: Store) -> Any:
    return (
        select(CustomerMessage)
        .join(Order)
        .where(CustomerMessage.store_id == store.id)
        .options(
            joinedload(CustomerMessage.order).selectinload(Order.lines),
            joinedload(CustomerMessage.staff),
        )
    )


def _troubled(store: Store | None, silent_since: datetime | None = None) -> list[Any]:
    is_pressing = CustomerMessage.kind.in_(PRESSING)
    pressing = is_pressing & (CustomerMessage.state == "unreachable")
    if silent_since is not None:
        waits = CustomerMessage.state.in_(WAITING) & (CustomerMessage.created_at < silent_since)
        pressing |= is_pressing & waits
    refused = CustomerMessage.state.in_(("bounced", "failed"))
    unanswered = (CustomerMessage.state == UNANSWERED) & (Order.state == "problem")
    found = [
        or_(pressing, refused, unanswered),
        CustomerMessage.handled_at.is_(None),
        or_(Order.state.not_in(CLOSED), CustomerMessage.kind.in_(("expired", "cancelled"))),
    ]
    return found if store is None else [*found, CustomerMessage.store_id == store.id]
