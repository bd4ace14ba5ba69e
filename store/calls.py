"""Customers who ask for an assistant at a kiosk: told to the tablets, and remembered for a while.

A call is a line of the change log, of kind `staff` and key `call:DEVICE_UID`; that somebody goes is
another, `answered:DEVICE_UID`. Nothing of the customer is in them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, bindparam, exists, select
from sqlalchemy.orm import Session

from store import changes
from store.models import Change, Device

PREFIX = "call:"
ANSWERED = "answered:"
LASTS = timedelta(minutes=3)
LOOKED_AT = 200


def _recent() -> Select[str, str, datetime]:
    change, device = Change.__table__.c, Device.__table__.c
    # of this kind only: an import records thousands of other changes while somebody waits
    of_staff = select(change.key, change.at, change.id).where(change.kind == "staff")
    newest = of_staff.order_by(change.id.desc()).limit(LOOKED_AT)
    called, answered = newest.subquery(), newest.subquery()
    is_answered = exists().where(
        answered.c.key == ANSWERED + device.uid, answered.c.id > called.c.id
    )
    return (
        select(device.uid, device.name, called.c.at)
        .join(called, called.c.key == PREFIX + device.uid)
        .where(device.store_id == bindparam("store_id"), called.c.at > bindparam("since"))
        .where(~is_answered)
        .order_by(called.c.at.desc())
    )


# asked by every page of every tablet: built once, since that costs more than to run it
_RECENT = _recent()


@dataclass(frozen=True, kw_only=True)
class Call:
    """Somebody waits at a kiosk since `at`."""

    device_uid: str
    device_name: str
    at: datetime


def ring(session: Session, device: Device, *, now: datetime) -> None:
    """Tell every tablet that a customer at this device asks for an assistant.

    A second call within three minutes is the same call, and rings no second time.
    """
    if not any(
        call.device_uid == device.uid for call in list_recent(session, device.store_id, now=now)
    ):
        changes.record(session, "staff", PREFIX + device.uid, now=now)


def answer(session: Session, device_uid: str, *, now: datetime) -> None:
    """Note that somebody goes to the device, so that the tablets fall silent."""
    changes.record(session, "staff", ANSWERED + device_uid, now=now)


def list_recent(session: Session, store_id: int, *, now: datetime) -> Sequence[Call]:
    """Return the calls of a shop of the last three minutes that nobody answered, newest first."""
    rows = session.execute(_RECENT, {"store_id": store_id, "since": now - LASTS})
    return [Call(device_uid=row.uid, device_name=row.name, at=row.at) for row in rows]
