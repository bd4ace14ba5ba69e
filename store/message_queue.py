"""Messages on their way to customers: claimed by one worker, sent, tried again, reported on.

A message that was handed to whoever carries it keeps its id for ever: one that is sent again after
a crash has the same Message-ID, so that a mailbox knows it as the same.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, and_, or_, select, update
from sqlalchemy.orm import Session

from store import changes
from store.database import take_turn
from store.errors import Invalid, NotFound
from store.messages import WAITING
from store.models import CustomerMessage, Order

REASON_LENGTH = 300
# what whoever carries a message may tell of it, and the states that it then leaves
REPORTS = {
    "delivered": (*WAITING, "sent"),
    "bounced": (*WAITING, "sent", "delivered"),
    "failed": (*WAITING, "sent"),
}
# A time further ahead than this was written by a clock that was wrong.
FARTHEST = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Carried:
    """How a message left: the channel, to whom (masked), and the id that its carrier gave it."""

    channel: str  # email | sms
    sent_to: str
    provider_id: str = ""


def has_ready(session: Session, *, now: datetime) -> bool:
    """Tell whether something may leave now, or was left behind by a worker that died."""
    left = (CustomerMessage.state == "claimed") & _past(CustomerMessage.claimed_until, now)
    return (
        session.scalar(select(CustomerMessage.id).where(or_(_ready(now), left)).limit(1))
        is not None
    )


def claim(session: Session, *, worker: str, now: datetime, lease_seconds: float) -> str | None:
    """Take the oldest message that may leave, for the time of a lease; return its uid or None."""
    query = select(CustomerMessage.uid).where(_ready(now)).order_by(CustomerMessage.id).limit(1)
    while (uid := session.scalar(query)) is not None:
        until = now + timedelta(seconds=lease_seconds)
        values = {"state": "claimed", "claimed_by": worker, "claimed_until": until}
        if _change(session, CustomerMessage.uid == uid, "waiting", **values):
            return uid
    return None


def release_claims(session: Session, *, worker: str) -> int:
    """Free what a worker of this name held when it died; return how many."""
    held = CustomerMessage.claimed_by == worker
    return _change(session, held, "claimed", state="waiting", **_free())


def release_expired(session: Session, *, now: datetime) -> int:
    """Free what a worker that died had claimed; return how many."""
    past = _past(CustomerMessage.claimed_until, now)
    return _change(session, past, "claimed", state="waiting", **_free())


def note_sent(session: Session, uid: str, carried: Carried, *, now: datetime) -> None:
    """Note that whoever carries the message has it, even if the lease was over by then.

    What a report has said meanwhile stays.
    """
    how = {
        "channel": carried.channel,
        "sent_to": carried.sent_to,
        "provider_id": carried.provider_id,
    }
    this = CustomerMessage.uid == uid
    _change(session, this, *WAITING, state="sent", sent_at=now, last_error="", **how, **_free())
    _change(session, this & CustomerMessage.sent_at.is_(None), *REPORTS, sent_at=now, **how)
    _tell(session, uid, now=now)


def try_later(
    session: Session, uid: str, *, worker: str, moment: datetime, reason: str, now: datetime
) -> None:
    """Count a try that failed, and let the message leave again at `moment`."""
    values = {"attempts": CustomerMessage.attempts + 1, "last_error": reason[:REASON_LENGTH]}
    held = _held(uid, worker)
    _change(session, held, "claimed", state="waiting", next_attempt_at=moment, **values, **_free())
    _tell(session, uid, now=now)


def give_back(session: Session, uid: str, *, worker: str) -> None:
    """Return a message that was not tried."""
    _change(session, _held(uid, worker), "claimed", state="waiting", **_free())


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
    values: dict[str, Any] = {"last_error": reason[:REASON_LENGTH], "settled_at": now}
    if carried is not None:
        values |= {"channel": carried.channel, "sent_to": carried.sent_to}
    _change(session, _held(uid, worker), "claimed", state=state, **values, **_free())
    _tell(session, uid, now=now)


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
    values = {"last_error": reason[:REASON_LENGTH], "settled_at": now, **_free()}
    if _change(session, CustomerMessage.uid == uid, *REPORTS[state], state=state, **values):
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


def _ready(now: datetime) -> ColumnElement[bool]:
    return and_(CustomerMessage.state == "waiting", _past(CustomerMessage.next_attempt_at, now))


def _past(column: Any, now: datetime) -> ColumnElement[bool]:
    return or_(column <= now, column > now + FARTHEST)


def _held(uid: str, worker: str) -> ColumnElement[bool]:
    return and_(CustomerMessage.uid == uid, CustomerMessage.claimed_by == worker)


def _free() -> dict[str, Any]:
    return {"claimed_by": None, "claimed_until": None}


def _change(session: Session, which: ColumnElement[bool], *states: str, **values: Any) -> int:
    """Change rows that are still in one of `states`; the number of rows says who won."""
    statement = update(CustomerMessage).where(which, CustomerMessage.state.in_(states))
    changed = statement.values(values).execution_options(synchronize_session=False)
    return cast("CursorResult[Any]", session.execute(changed)).rowcount


def _tell(session: Session, uid: str, *, now: datetime) -> None:
    """Let the screens that show the order read it again."""
    query = select(Order.uid).join(CustomerMessage, CustomerMessage.order_id == Order.id)
    order_uid = session.scalar(query.where(CustomerMessage.uid == uid))
    if order_uid:
        changes.record(session, "orders", order_uid, now=now)
