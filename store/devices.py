"""Appliances of the shop: enrolled once by a code, bound to a store, revocable."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.orm import Session, joinedload

from store import audit, changes, codes
from store.errors import EnrolmentRefused, Invalid, NotFound
from store.models import Device, Staff, Store
from store.secrets import hashed, new_token
from store.words import natural

KINDS = ("kiosk", "tablet")  # with a screen to type a code on; printers are made by `printers`
CODE_LIFETIME = timedelta(minutes=15)

# Asked at every request of every screen: made once, and the store comes with it.
_BY_TOKEN = (
    select(Device)
    .options(joinedload(Device.store, innerjoin=True))
    .where(Device.token_hash == bindparam("digest"), Device.revoked_at.is_(None))
)
# the same with who says that they work on it, which most pages of a tablet need
_BY_TOKEN_WITH_STAFF = _BY_TOKEN.add_columns(Staff).outerjoin(
    Staff, and_(Staff.uid == bindparam("staff_uid"), Staff.disabled_at.is_(None))
)


# one lot of screens that all read the same again: what lets each in, and nothing else
_LIVE = select(Device.token_hash, Device.id, Device.store_id, Device.language).where(
    Device.kind == bindparam("kind"),
    Device.token_hash.in_(bindparam("digests", expanding=True)),
    Device.revoked_at.is_(None),
)


def issue_code(
    session: Session, *, kind: str, name: str, store: Store, now: datetime, language: str = "fr"
) -> tuple[Device, str]:
    """Prepare an appliance and return it with the code to type on it, valid for 15 minutes.

    Raises Invalid on an unknown kind or an empty name.
    """
    if kind not in KINDS:
        raise Invalid(field="kind", problem="unknown")
    if not name.strip():
        raise Invalid(field="name", problem="empty")
    code = codes.generate(codes.Kind.DEVICE)
    device = Device(
        kind=kind,
        name=name,
        store=store,
        language=language,
        enrol_code_hash=hashed(code),
        enrol_expires_at=now + CODE_LIFETIME,
    )
    session.add(device)
    session.flush()
    return device, code


def enrol(
    session: Session, code: str, *, now: datetime, staff: Staff | None = None
) -> tuple[Device, str]:
    """Turn an enrolment code into an enrolled device and its secret, given once.

    Raises EnrolmentRefused when the code is unknown, used or past its time.
    """
    digest = hashed(codes.normalise(code))
    query = select(Device).where(Device.enrol_code_hash == digest)
    device = session.scalar(query.with_for_update())
    if device is None or device.revoked_at or device.enrol_expires_at is None:
        raise EnrolmentRefused()
    if device.enrol_expires_at < now:
        raise EnrolmentRefused()
    token = new_token()
    device.token_hash, device.enrolled_at = hashed(token), now
    device.enrol_code_hash = device.enrol_expires_at = None
    audit.write(
        session,
        "device.enrolled",
        now=now,
        staff=staff,
        device=device,
        subject_kind="device",
        subject_uid=device.uid,
    )
    return device, token


def find_by_token(session: Session, token: str) -> Device | None:
    """Return the enrolled, unrevoked device that holds this secret."""
    return session.scalar(_BY_TOKEN, {"digest": hashed(token)})


def list_by_tokens(session: Session, tokens: Iterable[str], *, kind: str) -> dict[str, Any]:
    """Return the enrolled, unrevoked devices of a kind that hold these secrets, by their secrets.

    Each has `id`, `store_id` and `language` only; one query for all.
    """
    by_digest = {hashed(token): token for token in tokens}
    rows = session.execute(_LIVE, {"kind": kind, "digests": list(by_digest)})
    return {by_digest[row.token_hash]: row for row in rows}


def find_by_token_with_staff(
    session: Session, token: str, staff_uid: str
) -> tuple[Device | None, Staff | None]:
    """Return the device that holds this secret, and the active person of this uid; one query."""
    row = session.execute(
        _BY_TOKEN_WITH_STAFF, {"digest": hashed(token), "staff_uid": staff_uid}
    ).one_or_none()
    return (row[0], row[1]) if row else (None, None)


def list_all(session: Session) -> Sequence[Device]:
    """Return every device, by kind and name: 2 before 10."""
    return sorted(session.scalars(select(Device).order_by(Device.id)), key=_by_name)


def _by_name(device: Device) -> tuple[str, Any]:
    return device.kind, natural(device.name)


def revoke(session: Session, uid: str, *, now: datetime, staff: Staff | None = None) -> Device:
    """End a device's access at once; raises NotFound."""
    device = session.scalar(select(Device).where(Device.uid == uid))
    if device is None:
        raise NotFound(kind="device", key=uid)
    device.revoked_at = now
    audit.write(
        session,
        "device.revoked",
        now=now,
        staff=staff,
        device=device,
        subject_kind="device",
        subject_uid=device.uid,
    )
    changes.record(session, "devices", uid, now=now)
    return device


def note_seen(session: Session, seen: Mapping[int, datetime]) -> None:
    """Write down when devices, by their numbers, were last seen; an older sight changes nothing."""
    for number, at in sorted(seen.items()):  # two servers that write the same rows must not cross
        older = or_(Device.last_seen_at.is_(None), Device.last_seen_at < at)
        session.execute(update(Device).where(Device.id == number, older).values(last_seen_at=at))


def list_live(session: Session, store: Store) -> Sequence[Device]:
    """Return the enrolled, unrevoked devices of a store, by kind and name."""
    query = select(Device).where(
        Device.store_id == store.id, Device.token_hash.is_not(None), Device.revoked_at.is_(None)
    )
    return sorted(session.scalars(query.order_by(Device.id)), key=_by_name)
