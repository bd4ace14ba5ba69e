"""The audit: acts worth remembering, each chained to the one before."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import changes
from store.database import take_turn
from store.models import AuditEntry, Device, Staff


def write(
    session: Session,
    action: str,
    *,
    now: datetime,
    staff: Staff | None = None,
    device: Device | None = None,
    subject_kind: str = "",
    subject_uid: str = "",
    reason: str = "",
) -> AuditEntry:
    """Add one act to the chain; `action` is a dotted key such as `customer.opened`."""
    take_turn(session, changes.TURN)
    newest = session.scalar(select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1))
    entry = AuditEntry(
        at=now,
        action=action,
        staff_id=staff.id if staff else None,
        device_id=device.id if device else None,
        subject_kind=subject_kind,
        subject_uid=subject_uid,
        reason=reason,
        previous_hash=newest or "",
    )
    entry.hash = _hash(entry)
    session.add(entry)
    session.flush()
    return entry


def list_about(session: Session, kind: str, uid: str, *, limit: int = 50) -> Sequence[AuditEntry]:
    """Return the acts on one subject, newest first."""
    query = select(AuditEntry).where(AuditEntry.subject_kind == kind, AuditEntry.subject_uid == uid)
    return session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit)).all()


def find_break(session: Session) -> AuditEntry | None:
    """Return the first entry whose hash or link does not hold, None when the chain is whole."""
    previous = ""
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id)):
        if entry.previous_hash != previous or entry.hash != _hash(entry):
            return entry
        previous = entry.hash
    return None


def _hash(entry: AuditEntry) -> str:
    told = [
        entry.previous_hash,
        entry.at.isoformat(),
        entry.action,
        entry.staff_id,
        entry.device_id,
        entry.subject_kind,
        entry.subject_uid,
        entry.reason,
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
