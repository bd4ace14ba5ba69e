"""The people of the shop: who they are, how they sign in, what they may do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from store import audit, changes
from store.database import take_turn
from store.errors import Invalid, Locked, NotFound, WrongPin
from store.models import Device, Staff, Store
from store.secrets import hashed

ROLES = ("assistant", "manager", "administrator")
PIN_DIGITS = range(4, 9)
LONGEST_LOCK = timedelta(days=1)  # one further ahead was written by a clock that was wrong
_hasher = PasswordHasher()
_BY_UID = select(Staff).where(Staff.uid == bindparam("uid"), Staff.disabled_at.is_(None))


@dataclass(frozen=True, kw_only=True)
class PinPolicy:
    """How many wrong PINs are borne, and how long the lock then holds."""

    attempts: int = 5
    lock_out_seconds: int = 30


def add(
    session: Session,
    *,
    code: str,
    name: str,
    pin: str,
    role: str = "assistant",
    store: Store | None = None,
    language: str = "fr",
) -> Staff:
    """Add a person; without a store, the person may work in any.

    Raises Invalid on an unknown role, a PIN that is not 4 to 8 digits, or a code already used.
    """
    if role not in ROLES:
        raise Invalid(field="role", problem="unknown")
    require_free(session, code)
    person = Staff(code=code, name=name, role=role, store=store, language=language, pin_hash="")
    set_pin(person, pin)
    session.add(person)
    session.flush()
    return person


def require_free(session: Session, code: str) -> None:
    """Raise Invalid when somebody has this code already."""
    if session.scalar(select(Staff.id).where(Staff.code == code)):
        raise Invalid(field="code", problem="taken")


def set_pin(person: Staff, pin: str) -> None:
    """Give the person a new PIN, kept as an argon2 hash.

    Raises Invalid when it is not 4 to 8 digits.
    """
    if not (pin.isascii() and pin.isdigit() and len(pin) in PIN_DIGITS):
        raise Invalid(field="pin", problem="not_digits")
    person.pin_hash, person.pin_digits = _hasher.hash(pin), len(pin)


def set_badge(person: Staff, code: str) -> None:
    """Let the badge with this code sign the person in, and no badge from before."""
    person.badge_hash = hashed(code)


def disable(session: Session, code: str, *, now: datetime) -> Staff:
    """End the person's access at once; raises NotFound."""
    person = get_by_code(session, code)
    person.disabled_at = now
    return person


def get_by_code(session: Session, code: str) -> Staff:
    """Return the person with this short name, active or not; raises NotFound."""
    person = session.scalar(select(Staff).where(Staff.code == code))
    if person is None:
        raise NotFound(kind="staff", key=code)
    return person


def list_for(session: Session, store: Store) -> Sequence[Staff]:
    """Return who may sign in at the store, by name."""
    at_home = or_(Staff.store_id == store.id, Staff.store_id.is_(None))
    query = select(Staff).where(at_home, Staff.disabled_at.is_(None))
    return session.scalars(query.order_by(Staff.name)).all()


def find(session: Session, uid: str) -> Staff | None:
    """Return the person with this uid who is still active."""
    return session.scalar(_BY_UID, {"uid": uid})


def may(person: Staff, role: str) -> bool:
    """Tell whether the person's role is at least `role`."""
    return ROLES.index(person.role) >= ROLES.index(role)


def sign_in(
    session: Session, uid: str, pin: str, *, device: Device, policy: PinPolicy, now: datetime
) -> Staff:
    """Return the person when the PIN is right.

    A wrong PIN is counted on the device and on the person, so that neither guessing many PINs
    of one person nor one PIN of many goes on; the caller commits that count too.

    Raises NotFound, Locked (until when), or WrongPin (how many tries are left).
    """
    person = _get_here(session, uid, device)
    counters = (person, device)
    _check_pin(session, person, pin, counters, device=device, policy=policy, now=now)
    return person


def confirm(
    session: Session, uid: str, pin: str, *, device: Device, policy: PinPolicy, now: datetime
) -> Staff:
    """Return the person when the PIN is right, at a screen that anybody can reach.

    A wrong PIN is counted on the device alone: nobody at a kiosk may lock staff out of their
    tablets. The caller commits that count too.

    Raises NotFound, Locked (until when), or WrongPin (how many tries are left).
    """
    person = _get_here(session, uid, device)
    _refuse_when_locked(person, now=now)
    _check_pin(session, person, pin, (device,), device=device, policy=policy, now=now)
    return person


def _get_here(session: Session, uid: str, device: Device) -> Staff:
    person = find(session, uid)
    if person is None or person.store_id not in (None, device.store_id):
        raise NotFound(kind="staff", key=uid)
    return person


def _check_pin(
    session: Session,
    person: Staff,
    pin: str,
    counters: tuple[Staff | Device, ...],
    *,
    device: Device,
    policy: PinPolicy,
    now: datetime,
) -> None:
    _refuse_when_locked(*counters, now=now)
    try:
        _hasher.verify(person.pin_hash, pin)
    except VerifyMismatchError:
        _count_wrong(session, person, counters, device=device, policy=policy, now=now)
    for counter in counters:
        counter.failed_pins, counter.locked_until = 0, None


def sign_in_with_badge(session: Session, uid: str, *, device: Device, now: datetime) -> Staff:
    """Return the person whose badge was read on the device, and write it into the audit.

    Raises NotFound, or Locked (until when) after too many wrong PINs of this person.
    """
    person = _get_here(session, uid, device)
    _refuse_when_locked(person, now=now)
    audit.write(
        session,
        "staff.badge",
        now=now,
        staff=person,
        device=device,
        subject_kind="staff",
        subject_uid=person.uid,
    )
    return person


def _refuse_when_locked(*counters: Staff | Device, now: datetime) -> None:
    for counter in counters:
        if counter.locked_until and now < counter.locked_until <= now + LONGEST_LOCK:
            raise Locked(until=counter.locked_until)


def _count_wrong(
    session: Session,
    person: Staff,
    counters: tuple[Staff | Device, ...],
    *,
    device: Device,
    policy: PinPolicy,
    now: datetime,
) -> None:
    take_turn(session, changes.TURN)  # of two wrong ones at once, each counts
    for counter in counters:
        session.refresh(counter, ["failed_pins"])
        counter.failed_pins += 1
    worst = max(counter.failed_pins for counter in counters)
    if worst < policy.attempts:
        raise WrongPin(left=policy.attempts - worst)
    until = now + timedelta(seconds=policy.lock_out_seconds)
    for counter in counters:
        counter.failed_pins, counter.locked_until = 0, until
    audit.write(
        session,
        "staff.locked",
        now=now,
        staff=person,
        device=device,
        subject_kind="staff",
        subject_uid=person.uid,
    )
    raise Locked(until=until)
