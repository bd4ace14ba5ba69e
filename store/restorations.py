"""Backups that were put back: what is missing until the central system has told it again."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store import flows
from store.models import Change, Order, Restoration

REMEMBERED = timedelta(days=2)  # where no central system tells what was lost


def note(session: Session, *, now: datetime) -> Restoration:
    """Write that the database is a backup, and what the newest thing is that it knows."""
    newest = session.scalar(select(func.max(Change.at)))
    last_order = session.scalar(select(func.max(Order.state_at)))
    known = [moment for moment in (newest, last_order) if moment is not None]
    row = Restoration(restored_at=now, taken_at=max(known, default=now))
    session.add(row)
    session.flush()
    return row


def find_open(session: Session, *, has_central: bool, now: datetime) -> Restoration | None:
    """Return the last restoration while something may be missing because of it, or None.

    A central system that has answered since has told what it knew; without one it is remembered
    for two days.
    """
    last = session.scalar(select(Restoration).order_by(Restoration.id.desc()).limit(1))
    if last is None:
        return None
    if not has_central:
        return last if now - last.restored_at < REMEMBERED else None
    pull = flows.find(session, flows.PULL)
    heard_at = pull.last_success_at if pull else None
    return None if heard_at is not None and heard_at > last.restored_at else last


def was_restored(session: Session, *, since: datetime) -> bool:
    """Tell whether the database is a backup that was put back at that moment or later."""
    later = select(Restoration.id).where(Restoration.restored_at >= since)
    return session.scalar(later.limit(1)) is not None
