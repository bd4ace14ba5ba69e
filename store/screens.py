"""What a manager sets on the kiosks: their times, whether they are closed, what they announce."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import audit, changes, stores
from store.errors import Invalid, NotFound
from store.models import Device, ScreenMessage, Staff, Store
from store.screen_times import LIMITS
from store.words import natural

LONGEST_MESSAGE = 120  # letters: three lines on a kiosk


@dataclass(frozen=True, kw_only=True)
class Closed:
    """A kiosk that serves nobody now: `by_hand`, or because the shop is shut until `opens_at`."""

    by_hand: bool
    opens_at: datetime | None


def list_kiosks(session: Session, store_id: int) -> Sequence[Device]:
    """Return the enrolled kiosks of a store, by name: 2 before 10."""
    query = select(Device).where(
        Device.store_id == store_id,
        Device.kind == "kiosk",
        Device.enrolled_at.is_not(None),
        Device.revoked_at.is_(None),
    )
    kiosks = session.scalars(query.order_by(Device.id)).all()
    return sorted(kiosks, key=lambda kiosk: natural(kiosk.name))


def get_kiosk(session: Session, uid: str, *, store_id: int | None = None) -> Device:
    """Return a kiosk, of this store if one is given; raises NotFound."""
    query = select(Device).where(Device.uid == uid, Device.kind == "kiosk")
    found = session.scalar(query)
    if found is None or (store_id is not None and found.store_id != store_id):
        raise NotFound(kind="device", key=uid)
    return found


def times(device: Device, defaults: Mapping[str, int]) -> dict[str, int]:
    """Return the times of a kiosk by the names of LIMITS: its own, or else the defaults."""
    own = device.settings.get("times", {})
    return {name: own.get(name, defaults[name]) for name in LIMITS}


def set_times(
    session: Session,
    device: Device,
    seconds: Mapping[str, int],
    *,
    now: datetime,
    staff: Staff | None = None,
) -> None:
    """Give a kiosk times of its own; those that are not named stay as they were.

    Raises Invalid on an unknown name, or outside LIMITS (`lowest`, `highest`).
    """
    for name, value in seconds.items():
        if name not in LIMITS:
            raise Invalid(field=name, problem="unknown")
        lowest, highest = LIMITS[name]
        if not lowest <= value <= highest:
            raise Invalid(field=name, problem="out_of_range", lowest=lowest, highest=highest)
    own = {**device.settings.get("times", {}), **seconds}
    _set(session, device, "times", own, act="device.times", now=now, staff=staff)


def close(
    session: Session, device: Device, *, closed: bool, now: datetime, staff: Staff | None = None
) -> None:
    """Close a kiosk by hand until it is opened by hand; whoever is at it may finish."""
    act = "device.closed" if closed else "device.opened"
    _set(session, device, "closed", closed, act=act, now=now, staff=staff)


def follow_hours(
    session: Session, device: Device, *, follows: bool, now: datetime, staff: Staff | None = None
) -> None:
    """Let a kiosk close and open with the shop, or not."""
    _set(session, device, "follows_hours", follows, act="device.hours", now=now, staff=staff)


def _set(
    session: Session,
    device: Device,
    name: str,
    value: object,
    *,
    act: str,
    now: datetime,
    staff: Staff | None,
) -> None:
    device.settings = {**device.settings, name: value}
    audit.write(
        session,
        act,
        now=now,
        staff=staff,
        device=device,
        subject_kind="device",
        subject_uid=device.uid,
    )
    changes.record(session, "devices", device.uid, now=now)


def find_closed(device: Device, *, now: datetime) -> Closed | None:
    """Return why a kiosk serves nobody now, or None.

    A shop whose hours are not known is never shut.
    """
    by_hand = bool(device.settings.get("closed"))
    follows = bool(device.settings.get("follows_hours")) and bool(device.store.opening_hours)
    opening = stores.opening(device.store, now)
    if not by_hand and (opening.is_open or not follows):
        return None
    return Closed(by_hand=by_hand, opens_at=opening.opens_at)


def announce(
    session: Session,
    store: Store,
    *,
    text_fr: str,
    ends_at: datetime,
    now: datetime,
    text_en: str = "",
    staff: Staff | None = None,
) -> ScreenMessage:
    """Show a short text on the store's kiosks until `ends_at`; without English, French is shown.

    Raises Invalid on an empty or too long text (LONGEST_MESSAGE), or an end that has passed.
    """
    fr, en = " ".join(text_fr.split()), " ".join(text_en.split())
    if not fr:
        raise Invalid(field="text_fr", problem="missing")
    for field, text in (("text_fr", fr), ("text_en", en)):
        if len(text) > LONGEST_MESSAGE:
            raise Invalid(field=field, problem="too_long", most=LONGEST_MESSAGE)
    if ends_at <= now:
        raise Invalid(field="ends_at", problem="past")
    message = ScreenMessage(
        store_id=store.id,
        staff_id=staff.id if staff else None,
        text_fr=fr,
        text_en=en,
        written_at=now,
        ends_at=ends_at,
    )
    session.add(message)
    session.flush()
    changes.record(session, "devices", store.code, now=now)
    return message


def withdraw(session: Session, uid: str, *, store: Store, now: datetime) -> None:
    """Take a message from the kiosks before its end; raises NotFound."""
    query = select(ScreenMessage).where(
        ScreenMessage.uid == uid, ScreenMessage.store_id == store.id
    )
    message = session.scalar(query)
    if message is None:
        raise NotFound(kind="message", key=uid)
    message.ends_at = min(message.ends_at, now)
    changes.record(session, "devices", store.code, now=now)


def list_announced(session: Session, store_id: int, *, now: datetime) -> Sequence[ScreenMessage]:
    """Return what the kiosks of a store show now, the newest first."""
    query = select(ScreenMessage).where(
        ScreenMessage.store_id == store_id, ScreenMessage.ends_at > now
    )
    return session.scalars(query.order_by(ScreenMessage.id.desc())).all()
