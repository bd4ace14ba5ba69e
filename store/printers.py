"""The ticket printers of a shop: paired by a manager, and tried in an order of preference."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from store import audit, changes
from store.errors import Invalid, NotFound
from store.models import Device, Printer, Staff, Store

PORT = 9100
WIDTHS = {576: 80, 512: 80, 384: 58}  # dots across, and millimetres of paper
LONGEST_NAME = 40
LONGEST_HOST = 253
SIGNAL = "printers"  # key under which screens that show printers are told, kind "devices"
FIT = ("", "ok", "paper_low")  # in these states it prints


def pair(
    session: Session,
    *,
    name: str,
    address: str,
    dots: int,
    store: Store,
    now: datetime,
    staff: Staff | None = None,
) -> Printer:
    """Add a printer of the store at an address such as 192.168.1.50 or 192.168.1.50:9100.

    The first one is tried first, the next ones stand in for it. Raises Invalid.
    """
    host, port = _address(address)
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(field="name", problem="too_long" if name else "empty")
    if dots not in WIDTHS:
        raise Invalid(field="dots", problem="unknown")
    known = list_all(session, store)
    if any((one.host, one.port) == (host, port) for one in known):
        raise Invalid(field="address", problem="taken")
    device = Device(kind="printer", name=name, store_id=store.id, enrolled_at=now)
    session.add(device)
    session.flush()
    rank = max((one.rank for one in known), default=0) + 1
    printer = Printer(device=device, host=host, port=port, dots=dots, rank=rank)
    session.add(printer)
    _note(session, "device.enrolled", device, staff, now)
    session.flush()
    return printer


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.strip().removeprefix("tcp://").rpartition(":")
    if not colon:
        host, port = port, str(PORT)
    is_host = host and len(host) <= LONGEST_HOST and all(c.isalnum() or c in ".-" for c in host)
    if not is_host or not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise Invalid(field="address", problem="malformed")
    return host.lower(), int(port)


def remove(
    session: Session, uid: str, *, store: Store, now: datetime, staff: Staff | None = None
) -> None:
    """Take a printer out of use; what it has printed stays known. Raises NotFound."""
    printer = get(session, uid, store=store)
    printer.device.revoked_at = now
    _note(session, "device.revoked", printer.device, staff, now)


def prefer(session: Session, uid: str, *, store: Store, now: datetime) -> None:
    """Let this printer be tried before the others. Raises NotFound."""
    chosen = get(session, uid, store=store)
    others = [one for one in list_all(session, store) if one is not chosen]
    for rank, printer in enumerate((chosen, *others), start=1):
        printer.rank = rank
    changes.record(session, "devices", SIGNAL, now=now)


def get(session: Session, uid: str, *, store: Store) -> Printer:
    """Return a printer of the store that is in use; raises NotFound."""
    found = next((one for one in list_all(session, store) if one.device.uid == uid), None)
    if found is None:
        raise NotFound(kind="device", key=uid)
    return found


def list_all(session: Session, store: Store) -> Sequence[Printer]:
    """Return the printers of the store that are in use, those to be tried first before others."""
    query = (
        select(Printer)
        .join(Printer.device)
        .options(joinedload(Printer.device))
        .where(Device.store_id == store.id, Device.revoked_at.is_(None))
        .order_by(Printer.rank, Printer.device_id)
    )
    return session.scalars(query).all()


def note_state(session: Session, printer: Printer, state: str, *, now: datetime) -> bool:
    """Note how a printer says it is; return whether that is new. Screens are told when it is."""
    printer.asked_at = now
    if printer.state == state:
        return False
    printer.state, printer.state_at = state, now
    changes.record(session, "devices", SIGNAL, now=now)
    return True


def _note(
    session: Session, action: str, device: Device, staff: Staff | None, now: datetime
) -> None:
    audit.write(
        session,
        action,
        now=now,
        staff=staff,
        device=device,
        subject_kind="device",
        subject_uid=device.uid,
    )
    changes.record(session, "devices", SIGNAL, now=now)
