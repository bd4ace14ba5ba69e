"""The audit: acts worth remembering, each chained to the one before."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from store import changes
from store.database import take_turn
from store.models import AuditCheck, AuditEntry, Device, Staff

AT_ONCE = 2_000
_CHAIN = select(*AuditEntry.__table__.c).order_by(AuditEntry.id)


@dataclass(frozen=True, slots=True)
class Walked:
    """How far a walk along the chain came; `broken_id` is the entry where it ended early."""

    last_id: int = 0
    last_hash: str = ""
    broken_id: int | None = None


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


def find_check(session: Session) -> AuditCheck | None:
    """Return what the last look over the audit found, None before the first."""
    return session.scalar(select(AuditCheck))


def look_over(session: Session) -> Walked:
    """Walk the whole chain; an entry whose hash or link does not hold breaks it.

    An entry that the last look saw and that is gone breaks it too: nothing else tells of the
    newest entries being taken away.
    """
    known = find_check(session)
    seen_id, seen_hash = (known.last_id, known.last_hash) if known else (0, "")
    walked = Walked()
    with session.execute(_CHAIN.execution_options(yield_per=AT_ONCE)) as rows:
        for row in rows:
            is_swapped = row.id == seen_id and row.hash != seen_hash
            if row.previous_hash != walked.last_hash or row.hash != _hash(row) or is_swapped:
                return replace(walked, broken_id=row.id)
            walked = Walked(last_id=row.id, last_hash=row.hash)
    return replace(walked, broken_id=seen_id) if walked.last_id < seen_id else walked


def keep(session: Session, walked: Walked, *, now: datetime) -> None:
    """Remember what a look over the audit found; what was seen whole must stay."""
    check = find_check(session) or AuditCheck(id=1, last_id=0, last_hash="")
    check.checked_at, check.broken_id = now, walked.broken_id
    if walked.broken_id is None:
        check.last_id, check.last_hash = walked.last_id, walked.last_hash
    session.add(check)
    session.flush()


def _hash(entry: AuditEntry | Row[Any]) -> str:
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
