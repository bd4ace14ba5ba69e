"""Which files are open in whose hands: told by the audit, so that no other list can disagree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from store import audit
from store.models import AuditEntry, Customer, Device, Staff

OPENED, CLOSED = "customer.opened", "customer.closed"
OPEN_FOR = timedelta(minutes=30)
RECENT_ENTRIES = 400  # of the audit, looked through for what one person opened

_AUDIT = AuditEntry.__table__.c
_ON_DEVICE = (
    select(_AUDIT.action)
    .where(
        _AUDIT.subject_kind == "customer",
        _AUDIT.subject_uid == bindparam("uid"),
        _AUDIT.at > bindparam("since"),
        _AUDIT.device_id == bindparam("device_id"),
        (_AUDIT.action == OPENED) | (_AUDIT.action == CLOSED),  # IN is compiled at each execution
    )
    .order_by(_AUDIT.at.desc(), _AUDIT.id.desc())
    .limit(1)
)
_BY_PERSON = _ON_DEVICE.where(_AUDIT.staff_id == bindparam("staff_id"))


# for a statement that reads the customer as well, with the values of Hands
LAST_ACTION = _BY_PERSON.correlate(None).scalar_subquery()


@dataclass(frozen=True, kw_only=True)
class Hands:
    """Who reads a file, and on which device."""

    staff_id: int
    device_id: int

    def values(self, *, now: datetime) -> dict[str, Any]:
        """Return what LAST_ACTION asks for beside `uid`."""
        return {"staff_id": self.staff_id, "device_id": self.device_id, "since": now - OPEN_FOR}


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A customer whose file somebody has open."""

    uid: str
    first_name: str
    last_name: str
    city: str
    tier: str
    opened_at: datetime


def is_open(
    session: Session, customer_uid: str, *, staff: Staff, device: Device, now: datetime
) -> bool:
    """Tell whether the person opened this file on this device within the last half hour.

    One query. A file that was closed since, such as with the visit, is not open.
    """
    hands = Hands(staff_id=staff.id, device_id=device.id)
    return session.scalar(_BY_PERSON, {"uid": customer_uid} | hands.values(now=now)) == OPENED


def was_open(session: Session, customer_uid: str, *, device: Device, now: datetime) -> bool:
    """Tell whether anybody has this file open on the device, such as when it was locked."""
    values = {"uid": customer_uid, "since": now - OPEN_FOR, "device_id": device.id}
    return session.scalar(_ON_DEVICE, values) == OPENED


def close(
    session: Session, customer_uid: str, *, staff: Staff, device: Device, now: datetime
) -> None:
    """Close the file: the next look at it needs the customer's code, or a reason, again."""
    audit.write(
        session,
        CLOSED,
        now=now,
        staff=staff,
        device=device,
        subject_kind="customer",
        subject_uid=customer_uid,
    )


def list_open(
    session: Session, *, staff: Staff, device: Device, now: datetime, limit: int = 12
) -> Sequence[Opened]:
    """Return the files that the person has open on this device, the latest first; two queries."""
    opened: dict[str, datetime] = {}
    closed: set[str] = set()
    for uid, action, at in session.execute(_recent(staff, device, now)):
        if action == CLOSED and uid not in opened:
            closed.add(uid)
        elif uid not in closed:
            opened.setdefault(uid, at)
    shown = dict(list(opened.items())[:limit])
    people = Customer.__table__.c
    query = select(people.uid, people.first_name, people.last_name, people.city, people.tier)
    found = {row.uid: row for row in session.execute(query.where(people.uid.in_(shown)))}
    return [
        Opened(**found[uid]._mapping, opened_at=at) for uid, at in shown.items() if uid in found
    ]


def _recent(staff: Staff, device: Device, now: datetime) -> Select[str, str, datetime]:
    newest = select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(RECENT_ENTRIES)
    return (
        select(AuditEntry.subject_uid, AuditEntry.action, AuditEntry.at)
        .where(AuditEntry.id.in_(newest), AuditEntry.action.in_((OPENED, CLOSED)))
        .where(AuditEntry.staff_id == staff.id, AuditEntry.device_id == device.id)
        .where(AuditEntry.at > now - OPEN_FOR)
        .order_by(AuditEntry.id.desc())
    )
