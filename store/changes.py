"""The change log: what screens re-read and what pulling stores learn, in commit order."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.database import take_turn
from store.models import Change

KINDS = ("stock", "orders", "customers", "products", "visits", "sync", "staff", "devices")


def record(session: Session, kind: str, key: str, *, now: datetime) -> None:
    """Note that the thing of this kind and key has changed; told to screens after the commit.

    Only writers that hold the same turn may number a change: PostgreSQL gives numbers in another
    order than it commits, and a cursor over them would miss rows.
    """
    take_turn(session, "change")
    session.add(Change(kind=kind, key=key, at=now))
    session.info.setdefault("signals", []).append((kind, key))


def list_after(
    session: Session, after: int, *, kinds: Sequence[str] = KINDS, limit: int = 200
) -> Sequence[Change]:
    """Return changes with a number above `after`, oldest first, at most `limit`."""
    query = select(Change).where(Change.id > after, Change.kind.in_(kinds))
    return session.scalars(query.order_by(Change.id).limit(limit)).all()


def last_number(session: Session) -> int:
    """Return the number of the newest change, 0 when there is none."""
    newest = session.scalar(select(Change.id).order_by(Change.id.desc()).limit(1))
    return newest or 0
