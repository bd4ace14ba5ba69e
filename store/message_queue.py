"""Messages on their way to customers: claimed by one worker, sent, tried again, reported on.

A message that was handed to whoever carries it keeps its id for ever: one that is sent again after
a crash has the same Message-ID, so that a mailbox knows it as the same.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from store import changes
from store.database import take_turn
from store.errors import Invalid, NotFound
from store.message_states import AGAIN, REPLACED, WAITING, occasion_of
from store.models import CustomerMessage, Order
from store.queues import FREE, REASON_LENGTH, Queue, is_due

# what whoever carries a message may tell of it, and the states that it then leaves
REPORTS = {
    "delivered": (*WAITING, "sent"),
    "bounced": (*WAITING, "sent", "delivered"),
    "failed": (*WAITING, "sent"),
}
# a reason that begins so says nothing against the message: its channel answered nobody
UNHEARD = "no answer by "


@dataclass(frozen=True, kw_only=True)
class Carried:
    """How a message left: the channel, to whom (masked), and the id that its carrier gave it."""

    channel: str  # email | sms
    sent_to: str
    provider_id: str = ""


def note_sent(session: Session, uid: str, carried: Carried, *, now: datetime) -> None:
    """Note that whoever carries the message has it, even if the lease was over by then.

    What a report, or somebody who told the customer by other means, has said meanwhile stays.
    """
    how = {
        "channel": carried.channel,
        "sent_to": carried.sent_to,
        "provider_id": carried.provider_id,
    }
    take_turn(session, changes.TURN)  # before any row, as whoever undoes a handover does
    this = CustomerMessage.uid == uid
    QUEUE.change(session, this, *WAITING, state="sent", sent_at=now, last_error="", **how, **FREE)
    unsent = this & CustomerMessage.sent_at.is_(None)
    QUEUE.change(session, unsent, *REPORTS, "told", sent_at=now, **how)
    _tell(session, uid, now=now)


def try_later(
    session: Session, uid: str, *, worker: str, moment: datetime, reason: str, now: datetime
) -> None:
    """Count a try that failed, and let the message leave again at `moment`."""
    take_turn(session, changes.TURN)
    QUEUE.try_later(session, uid, worker=worker, moment=moment, reason=reason)
    _tell(session, uid, now=now)


def put_off(
    session: Session, uid: str, *, worker: str, channel: str, moment: datetime, reason: str
) -> None:
    """Let a message leave again at `moment`, uncounted: its channel answers nobody."""
    told = f"{_unheard(channel)}{reason}"
    QUEUE.give_back(session, uid, worker=worker, reason=told, next_attempt_at=moment)


def hasten(session: Session, channel: str, *, now: datetime) -> int:
    """Let what waited for a channel leave now, since it answers again; return how many."""
    unheard = CustomerMessage.last_error.startswith(_unheard(channel), autoescape=True)
    which = unheard & (CustomerMessage.next_attempt_at > now)
    return QUEUE.change(session, which, "waiting", next_attempt_at=now)


def settle(
    session: Session,
    uid: str,
    state: str,
    *,
    worker: str,
    now: datetime,
    reason: str = "",
    carried: Carried | None = None,
) -> None:
    """End a message without sending it again: bounced, failed, unreachable or withdrawn."""
    take_turn(session, changes.TURN)
    values: dict[str, Any] = {"settled_at": now}
    if carried is not None:
        values |= {"channel": carried.channel, "sent_to": carried.sent_to}
    QUEUE.settle(session, uid, state, worker=worker, reason=reason, **values)
    _tell(session, uid, now=now)


def withdraw(session: Session, which: ColumnElement[bool], *, now: datetime) -> None:
    """Keep back what still waits of some messages; what the session holds of them is read anew.

    The database, not what was read, says whether a worker has one already.
    """
    QUEUE.change(session, which, "waiting", state="withdrawn", settled_at=now)
    these = select(CustomerMessage).where(which)
    session.scalars(these.execution_options(populate_existing=True)).all()


def report(
    session: Session, reference: str, state: str, *, now: datetime, reason: str = ""
) -> CustomerMessage:
    """Note what whoever carries a message tells of it; the same report twice is one.

    `reference` is our id, the whole Message-ID, or the id that the carrier gave. `state` is
    delivered, bounced or failed; a bounce counts after all else.

    Raises NotFound; Invalid for another state.
    """
    if state not in REPORTS:
        raise Invalid(field="state", problem="unknown")
    take_turn(session, changes.TURN)
    uid = find_uid(session, reference)
    if uid is None:
        raise NotFound(kind="message", key=reference)
    values: dict[str, Any] = {"last_error": reason[:REASON_LENGTH], "settled_at": now, **FREE}
    if state != "delivered" and _is_followed(session, uid):
        values["handled_at"] = now  # it was sent again since: that one tells
    if QUEUE.change(session, CustomerMessage.uid == uid, *REPORTS[state], state=state, **values):
        _tell(session, uid, now=now)
    query = select(CustomerMessage).where(CustomerMessage.uid == uid)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def find_uid(session: Session, reference: str) -> str | None:
    """Return our id of the message that somebody else speaks of, or None."""
    reference = reference.strip().strip("<>")
    if not reference:
        return None
    own = reference.partition("@")[0]
    by_id = CustomerMessage.uid.in_((reference, own))
    found = select(CustomerMessage.uid).where(or_(by_id, CustomerMessage.provider_id == reference))
    return session.scalar(found.limit(1))


def _is_followed(session: Session, uid: str) -> bool:
    """Tell whether its customer was written the same again since, or what takes its place."""
    this = session.scalars(select(CustomerMessage).where(CustomerMessage.uid == uid)).one()
    if this.order_id is None:
        return False
    later = select(CustomerMessage.id).where(
        says_the_same(this), CustomerMessage.id > this.id, CustomerMessage.state != "withdrawn"
    )
    return session.scalar(later.limit(1)) is not None


def says_the_same(message: CustomerMessage) -> ColumnElement[bool]:
    """Return what is true of a message of an order and of all that say what it says.

    They are of its occasion; where each takes the place of those before, of its kind.
    """
    of_kind = CustomerMessage.order_id == message.order_id, CustomerMessage.kind == message.kind
    if message.kind in REPLACED:
        return and_(*of_kind)
    occasion = occasion_of(message)
    again = CustomerMessage.occasion.startswith(f"{occasion}{AGAIN}", autoescape=True)
    return and_(*of_kind, or_(CustomerMessage.occasion == occasion, again))


def _unheard(channel: str) -> str:
    return f"{UNHEARD}{channel}: "


def _tell(session: Session, uid: str, *, now: datetime) -> None:
    """Let the screens that show the order read it again."""
    query = select(Order.uid).join(CustomerMessage, CustomerMessage.order_id == Order.id)
    order_uid = session.scalar(query.where(CustomerMessage.uid == uid))
    if order_uid:
        changes.record(session, "orders", order_uid, now=now)


def _ready(now: datetime) -> Select[str]:
    """Select the uids of what may leave, the oldest first."""
    due = CustomerMessage.state == "waiting", is_due(CustomerMessage.next_attempt_at, now)
    return select(CustomerMessage.uid).where(*due).order_by(CustomerMessage.id)


QUEUE = Queue(CustomerMessage, waiting="waiting", ready=_ready)
