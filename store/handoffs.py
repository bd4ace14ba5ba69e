"""A list on its way: from the kiosk to the customer's phone, or to an assistant's tablet.

A phone follows a token of 128 random bits, of which only the hash is kept. An assistant types four
digits that are unique among the live hand-offs of the store. Each works once, for some minutes.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from store import baskets, changes
from store.database import affected, take_turn
from store.errors import HandoffGone
from store.models import Basket, Device, Handoff, Staff, Store
from store.secrets import hashed

DIGITS = 4
TOKEN_BYTES = 16
KEPT = timedelta(days=2)  # so that a late code is told why it does not work


@dataclass(frozen=True, kw_only=True)
class Made:
    """A hand-off and its secrets, which are shown on the kiosk and kept nowhere."""

    uid: str
    token: str
    digits: str
    expires_at: datetime


def make(
    session: Session,
    basket: Basket,
    *,
    store: Store,
    device: Device | None,
    purpose: str = "list",
    minutes: int,
    now: datetime,
) -> Made:
    """Let a list be taken over within `minutes`; an earlier offer of the same list ends."""
    take_turn(session, changes.TURN)
    end_overdue(session, now=now)
    earlier = Handoff.basket_id == basket.id, Handoff.ended_at.is_(None)
    _end(session, *earlier, by="new", now=now)
    token = secrets.token_hex(TOKEN_BYTES).upper()
    handoff = Handoff(
        store_id=store.id,
        device_id=device.id if device else None,
        basket_id=basket.id,
        purpose=purpose,
        token_hash=hashed(token),
        digits=_free_digits(session, store),
        made_at=now,
        expires_at=now + timedelta(minutes=minutes),
    )
    session.add(handoff)
    session.flush()
    return Made(
        uid=handoff.uid,
        token=token,
        digits=handoff.digits,
        expires_at=handoff.expires_at,
    )


def find(session: Session, uid: str) -> Handoff | None:
    """Return a hand-off, live or not, or None."""
    return session.scalar(select(Handoff).where(Handoff.uid == uid))


def look(session: Session, token: str, *, now: datetime) -> Handoff:
    """Return the live hand-off of a token without taking it.

    Raises HandoffGone with the reason: used, expired or unknown.
    """
    return _live(session, Handoff.token_hash == hashed(token.strip().upper()), now=now)


def take_to_phone(session: Session, token: str, *, visitor: str, now: datetime) -> Handoff:
    """Move the list to a phone's visitor, once; raises HandoffGone."""
    take_turn(session, changes.TURN)
    handoff = look(session, token, now=now)
    basket = _take(session, handoff, by="phone", now=now)
    baskets.merge(session, basket, visitor, now=now)
    return handoff


def take_to_tablet(
    session: Session, digits: str, *, store: Store, staff: Staff, now: datetime
) -> Basket:
    """Move the list to the store's tablets, once; raises HandoffGone."""
    take_turn(session, changes.TURN)
    here = (Handoff.store_id == store.id) & (Handoff.digits == "".join(digits.split()))
    handoff = _live(session, here, now=now)
    basket = _take(session, handoff, by="tablet", staff=staff, now=now)
    came_from = handoff.device.name if handoff.device else ""
    baskets.hand_to(session, basket, staff, came_from=came_from, now=now)
    return basket


def end_overdue(session: Session, *, now: datetime) -> int:
    """End what nobody took in time, so that its digits are free; return how many."""
    return _end(session, Handoff.ended_at.is_(None), Handoff.expires_at <= now, by="time", now=now)


def has_overdue(session: Session, *, now: datetime) -> bool:
    """Tell whether a hand-off waits to be ended."""
    late = Handoff.ended_at.is_(None), Handoff.expires_at <= now
    return session.scalar(select(Handoff.id).where(*late).limit(1)) is not None


def forget(session: Session, *, before: datetime) -> None:
    """Drop the hand-offs that ended before that moment."""
    old = select(Handoff).where(Handoff.ended_at < before)
    for handoff in session.scalars(old):
        session.delete(handoff)
    session.flush()


def _live(session: Session, which: ColumnElement[bool], *, now: datetime) -> Handoff:
    newest = select(Handoff).where(which).order_by(Handoff.id.desc()).limit(1)
    found = session.scalar(newest)
    if found is None:
        raise HandoffGone(reason="unknown", ended_at=None)
    if found.ended_at is not None and found.ended_by in ("phone", "tablet"):
        raise HandoffGone(reason="used", ended_at=found.ended_at)
    if found.ended_at is not None or found.expires_at <= now or found.basket_id is None:
        raise HandoffGone(reason="expired", ended_at=found.expires_at)
    return found


def _take(
    session: Session, handoff: Handoff, *, by: str, now: datetime, staff: Staff | None = None
) -> Basket:
    """End the hand-off if nobody was quicker; the database says who was first."""
    basket = session.get_one(Basket, handoff.basket_id)
    mine = Handoff.id == handoff.id, Handoff.ended_at.is_(None)
    taken_by = staff.id if staff else None
    if not _end(session, *mine, by=by, now=now, staff_id=taken_by):
        raise HandoffGone(reason="used", ended_at=now)
    session.refresh(handoff)
    return basket


def _end(session: Session, *which: Any, by: str, now: datetime, staff_id: int | None = None) -> int:
    ending = session.scalars(select(Handoff.uid).where(*which)).all()
    values = {"ended_at": now, "ended_by": by, "staff_id": staff_id}
    ended = affected(session, update(Handoff).where(*which).values(values))
    changes.record_all(session, "lists", ending, now=now)
    return ended


def _free_digits(session: Session, store: Store) -> str:
    """Return four digits that no live hand-off of the store has."""
    here = Handoff.store_id == store.id, Handoff.ended_at.is_(None)
    taken = set(session.scalars(select(Handoff.digits).where(*here)))
    while (digits := f"{secrets.randbelow(10**DIGITS):0{DIGITS}}") in taken:
        continue
    return digits
