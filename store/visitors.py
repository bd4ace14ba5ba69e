"""Who stands at a kiosk: an opaque id for as long as the session lasts, and refused after it.

A visitor is nobody known. Whatever a customer gathers at a kiosk hangs on the visitor's uid, so
that the end of the session takes it away. The session itself is in a cookie, and an answer that
was on its way when it ended can bring the old cookie back: what has ended is therefore kept here.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, exists, select
from sqlalchemy.orm import Session

from store import baskets, changes
from store.database import take_turn
from store.models import Device, EndedVisitor, new_uid
from store.secrets import hashed

KEPT = timedelta(days=2)  # a session's cookie is good for half a day
MARK_LENGTH = 12

_ENDED = select(EndedVisitor.uid).where(EndedVisitor.uid.in_(bindparam("uids", expanding=True)))
_HAS_ENDED = select(exists().where(EndedVisitor.uid == bindparam("uid")))


def new() -> str:
    """Return the uid of a visitor who has just come; nothing is written until the end."""
    return new_uid()


def mark(uid: str) -> str:
    """Return what tells this visitor's pages and answers from another's, and tells no more."""
    return hashed(uid)[:MARK_LENGTH]


def has_ended(session: Session, uid: str) -> bool:
    """Tell whether this visitor's session is over."""
    return bool(session.scalar(_HAS_ENDED, {"uid": uid}))


def list_ended(session: Session, uids: Iterable[str]) -> set[str]:
    """Return those of these visitors whose session is over; one query for all."""
    return set(session.scalars(_ENDED, {"uids": list(uids)}))


def end(session: Session, uid: str, *, device: Device, now: datetime) -> None:
    """Refuse from now on whatever comes in this visitor's name, and drop what they gathered.

    Again does nothing.
    """
    take_turn(session, changes.TURN)  # "terminer" and the silence may come together
    if session.get(EndedVisitor, uid) is None:
        session.add(EndedVisitor(uid=uid, device_id=device.id, ended_at=now))
        session.flush()
        baskets.forget(session, uid, now=now)


def forget_ended(session: Session, *, before: datetime) -> None:
    """Drop the visitors whose cookies are worth nothing any more."""
    session.execute(delete(EndedVisitor).where(EndedVisitor.ended_at < before))
