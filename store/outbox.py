"""What is still to be told to the central system, each fact once by its uid.

A fact is pending, claimed by one worker for the time of a lease, delivered, or set aside with the
reason. The facts of one subject (one customer, one order) leave in the order in which they were
written; one that is set aside holds nobody back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, delete, func, select
from sqlalchemy.orm import Session, aliased

from store import changes
from store.database import affected
from store.errors import NotFound
from store.models import OutboxMessage, new_uid
from store.queues import FREE, REASON_LENGTH, Queue, is_due
from store.records import Message

WAITING = ("pending", "claimed")
STATES = ("pending", "claimed", "delivered", "set_aside")
# A reason that begins so says nothing against the fact itself.
NO_ANSWER = "no answer"
# A reason that begins so was not given by the central system.
BY_HAND = "by hand"
# Keys of the changes: something may leave (workers wake), somebody asks to try now, settled.
WAITS, ASKED, SETTLED = "outbox", "retry", "push"


@dataclass(frozen=True, kw_only=True)
class Summary:
    """How much waits: `waiting` counts pending and claimed; `oldest_at` is the oldest of them."""

    waiting: int
    set_aside: int
    oldest_at: datetime | None


def add(
    session: Session,
    *,
    kind: str,
    subject: str,
    payload: dict[str, Any],
    now: datetime,
    uid: str | None = None,
) -> OutboxMessage:
    """Write a fact beside the rows that it tells of, in their transaction.

    `subject` names whose facts stay in order, such as `customer:UID`. `uid` is the id by which the
    central system knows the fact again, made here when it is not given.
    """
    changes.record(session, "sync", WAITS, now=now)  # takes the turn: ids are in commit order
    message = OutboxMessage(
        uid=uid or new_uid(),
        kind=kind,
        subject=subject,
        payload=payload,
        created_at=now,
        next_attempt_at=now,
    )
    session.add(message)
    session.flush()
    return message


def read(session: Session, uid: str) -> Message:
    """Return a fact as it is told. Raises NoResultFound when it was never written."""
    query = select(OutboxMessage).where(OutboxMessage.uid == uid)
    row = session.scalars(query.execution_options(populate_existing=True)).one()
    return Message(
        uid=row.uid,
        kind=row.kind,
        subject=row.subject,
        payload=row.payload,
        attempts=row.attempts,
        created_at=row.created_at,
    )


def mark_delivered(session: Session, uid: str, *, now: datetime) -> None:
    """Note that the central system has the fact, whoever sent it."""
    settled = {"state": "delivered", "delivered_at": now, "last_error": ""}
    QUEUE.change(session, OutboxMessage.uid == uid, *WAITING, "set_aside", **FREE, **settled)
    changes.record(session, "sync", SETTLED, now=now)
    _tell_followers(session, uid, now=now)


def retry_at(
    session: Session, uid: str, *, worker: str, moment: datetime, reason: str, now: datetime
) -> None:
    """Count a try that failed and let the fact leave again at `moment`."""
    QUEUE.try_later(session, uid, worker=worker, moment=moment, reason=reason)
    changes.record(session, "sync", SETTLED, now=now)


def set_aside(
    session: Session, uid: str, *, reason: str, now: datetime, worker: str | None = None
) -> None:
    """Keep a fact that was refused, with the reason, out of the way of the others.

    `worker` is the one that holds it; a person sets aside what nobody holds. Raises NotFound when
    there is no such fact waiting.
    """
    if worker:
        tried = {"attempts": OutboxMessage.attempts + 1}
        QUEUE.settle(session, uid, "set_aside", worker=worker, reason=reason, **tried)
    else:
        values = {"state": "set_aside", "last_error": reason[:REASON_LENGTH]}
        if not QUEUE.change(session, OutboxMessage.uid == uid, "pending", **values):
            raise NotFound(kind="outbox", key=uid)
    changes.record(session, "sync", SETTLED, now=now)
    _tell_followers(session, uid, now=now)


def retry(session: Session, uid: str, *, now: datetime) -> None:
    """Let a fact that was set aside, or that waits for its time, leave now.

    Raises NotFound when there is no such fact.
    """
    ready = {"state": "pending", "next_attempt_at": now}
    if not QUEUE.change(session, OutboxMessage.uid == uid, "pending", "set_aside", **ready):
        raise NotFound(kind="outbox", key=uid)
    changes.record(session, "sync", ASKED, now=now)


def retry_all(session: Session, *, now: datetime) -> int:
    """Let everything that was set aside or waits leave now; return how many."""
    ready = {"state": "pending", "next_attempt_at": now}
    count = QUEUE.change(session, OutboxMessage.id > 0, "pending", "set_aside", **ready)
    changes.record(session, "sync", ASKED, now=now)
    return count


def hasten(session: Session, *, now: datetime) -> int:
    """Let what had no answer leave now, since the link is back; return how many."""
    unanswered = OutboxMessage.last_error.startswith(NO_ANSWER)
    which = and_(unanswered, OutboxMessage.next_attempt_at > now)
    return QUEUE.change(session, which, "pending", next_attempt_at=now)


def list_by_state(session: Session, *states: str, limit: int = 100) -> Sequence[OutboxMessage]:
    """Return facts in these states, or in all but delivered, in the order of writing."""
    wanted = states or (*WAITING, "set_aside")
    query = select(OutboxMessage).where(OutboxMessage.state.in_(wanted))
    return session.scalars(query.order_by(OutboxMessage.id).limit(limit)).all()


def summary(session: Session) -> Summary:
    """Count what is not delivered, by state; one query that does not read what was."""
    query = select(OutboxMessage.state, func.count(), func.min(OutboxMessage.created_at))
    query = query.where(OutboxMessage.state.in_((*WAITING, "set_aside")))
    found = session.execute(query.group_by(OutboxMessage.state))
    rows = {state: (count, oldest) for state, count, oldest in found}
    waiting = [rows[state] for state in WAITING if state in rows]
    return Summary(
        waiting=sum(count for count, _ in waiting),
        set_aside=rows.get("set_aside", (0, None))[0],
        oldest_at=min((oldest for _, oldest in waiting), default=None),
    )


def count_delivered(session: Session, *, since: datetime) -> int:
    """Return how many facts were delivered from that moment on."""
    recent = OutboxMessage.state == "delivered", OutboxMessage.delivered_at >= since
    return session.scalar(select(func.count()).select_from(OutboxMessage).where(*recent)) or 0


def forget_delivered(session: Session, *, before: datetime) -> int:
    """Drop what was delivered before that moment; return how many."""
    old = OutboxMessage.state == "delivered", OutboxMessage.delivered_at < before
    return affected(session, delete(OutboxMessage).where(*old))


def _tell_followers(session: Session, uid: str, *, now: datetime) -> None:
    """Let the screens that wait for an order's way to the central system read it again."""
    is_order = OutboxMessage.uid == uid, OutboxMessage.kind == "order"
    subject = session.scalar(select(OutboxMessage.subject).where(*is_order))
    if subject:
        changes.record(session, "orders", subject.partition(":")[2], now=now)


def _ready(now: datetime) -> Select[str]:
    """Select the uids of what may leave: its time has come and its subject has no older one."""
    older = aliased(OutboxMessage)
    before = select(older.id).where(
        older.subject == OutboxMessage.subject,
        older.state.in_(WAITING),
        older.id < OutboxMessage.id,
    )
    return (
        select(OutboxMessage.uid)
        .where(OutboxMessage.state == "pending", ~before.exists())
        .where(is_due(OutboxMessage.next_attempt_at, now))
        .order_by(OutboxMessage.id)
    )


# Two workers never hold the same fact, nor two facts of one subject.
QUEUE = Queue(OutboxMessage, waiting="pending", ready=_ready)
