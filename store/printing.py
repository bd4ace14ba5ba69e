"""What waits for the shop's printers: each paper once, and a person decides about what is unsure.

A job that was sent and never confirmed, or whose server died meanwhile, is `unsure`: it may lie in
the printer. It is not printed again by itself.
"""

import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from store import changes, printers
from store.database import affected, take_turn
from store.errors import NotFound
from store.models import Device, Order, OrderEvent, Printer, PrintJob, Store
from store.queues import is_due

# makes the id of a job from what asked for it, so that a retry finds the one that is there
NAMESPACE = uuid.UUID("0c6b8a52-6f0e-4a43-9a0c-0d9b8a3f7d21")
KINDS = ("slip", "unaccepted", "receipt", "test")
OPEN = ("waiting", "claimed", "unsure")
SENT = ("claimed", "unsure")  # it may be told late what became of a paper
BY_ITSELF = "once"  # the occasion of what nobody asked for, and that happens once
LAID = ("ready", "reopened")  # events by which an order becomes ready
KEPT = timedelta(days=30)
FRESH = timedelta(hours=1)
MOST_AT_ONCE = 300


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What keeps papers from being printed: how many wait, how many are unsure, and why.

    `is_covered` is whether another printer stands in for those that cannot print.
    """

    waiting: int
    unsure: int
    printers: Sequence[Printer]  # those that cannot print now, and why
    is_covered: bool = True


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A paper that nobody asked for: its kind, the uid of the order, what it is made for."""

    kind: str
    order: str
    occasion: str = BY_ITSELF


def add(
    session: Session,
    kind: str,
    *,
    store: Store,
    occasion: str,
    now: datetime,
    order: Order | None = None,
    only: Device | None = None,
    facts: dict[str, Any] | None = None,
) -> PrintJob | None:
    """Let a paper be printed beside what asks for it, in its transaction; an occasion has one.

    None when the store has no printer: then nobody waits for paper. `only` names one printer.
    """
    if not printers.list_all(session, store):
        return None
    take_turn(session, changes.TURN)
    uid = _uid(order.uid if order is not None else store.code, kind, occasion)
    known = session.scalar(select(PrintJob).where(PrintJob.uid == uid))
    if known is not None:
        return known
    job = _job(uid, kind, store=store, order=order, now=now)
    job.only_id = only.id if only is not None else None
    job.facts = facts or {}
    session.add(job)
    session.flush()
    _signal(session, now)
    return job


def _job(uid: str, kind: str, *, store: Store, order: Order | None, now: datetime) -> PrintJob:
    return PrintJob(
        uid=uid,
        store_id=store.id,
        order_id=order.id if order is not None else None,
        kind=kind,
        facts={},
        created_at=now,
        next_attempt_at=now,
    )


def add_slips(
    session: Session, uids: Collection[str], *, store: Store, occasion: str, now: datetime
) -> int:
    """Let the slips of these orders of the store be printed; return how many."""
    if not printers.list_all(session, store):
        return 0
    take_turn(session, changes.TURN)
    query = select(Order).where(Order.uid.in_(list(uids)), Order.store_id == store.id)
    orders = session.scalars(query.order_by(Order.promised_at, Order.id)).all()[:MOST_AT_ONCE]
    wanted = {_uid(order.uid, "slip", occasion): order for order in orders}
    known = session.scalars(select(PrintJob.uid).where(PrintJob.uid.in_(list(wanted)))).all()
    session.add_all(
        _job(uid, "slip", store=store, order=order, now=now)
        for uid, order in wanted.items()
        if uid not in known
    )
    session.flush()
    _signal(session, now)
    return len(wanted)


def list_without_slip(session: Session, store: Store, *, now: datetime) -> Sequence[Wanted]:
    """Return the slips of orders laid down ready in the last hour, or kept again, and not made.

    Each time that an order becomes ready is an occasion of its own; what was ready before the shop
    had a printer is left. One query, and two more for the orders of the last hour.
    """
    first = min(one.device.enrolled_at or now for one in printers.list_all(session, store))
    since = max(first, now - FRESH)
    of_store = Order.store_id == store.id, Order.state == "ready", Order.fulfilment == "pickup"
    recent = or_(Order.state_at >= since, Order.ready_at >= since)
    query = select(Order.id, Order.uid, Order.ready_at).where(*of_store, recent)
    orders = session.execute(query.order_by(Order.ready_at, Order.id)).all()
    if not orders:
        return []
    laid, made = _laid(session, [row.id for row in orders]), _made(session, [r.id for r in orders])
    found = []
    for row in orders:
        occasion, at, noted = laid.get(row.id, (BY_ITSELF, row.ready_at, None))
        last = made.get(row.id)
        if at >= since and (last is None or (noted is not None and last < noted)):
            found.append(Wanted(kind="slip", order=row.uid, occasion=occasion))
    return found


def _laid(session: Session, orders: Sequence[int]) -> dict[int, tuple[str, datetime, datetime]]:
    """Return the last event by which each order became ready, when it did, when it was noted."""
    of_these = OrderEvent.order_id.in_(orders), OrderEvent.type.in_(LAID)
    event = OrderEvent
    query = select(event.order_id, event.uid, event.occurred_at, event.recorded_at).where(*of_these)
    return {row[0]: (row[1], row[2], row[3]) for row in session.execute(query.order_by(event.id))}


def _made(session: Session, orders: Sequence[int]) -> dict[int, datetime]:
    """Return when the last slip of each order was asked for."""
    slips = PrintJob.order_id.in_(orders), PrintJob.kind == "slip"
    query = select(PrintJob.order_id, func.max(PrintJob.created_at)).where(*slips)
    return {row[0] or 0: row[1] for row in session.execute(query.group_by(PrintJob.order_id))}


def without_job(session: Session, wanted: Sequence[Wanted]) -> list[Wanted]:
    """Return what goes on paper by itself and does not yet."""
    uids = {_uid(one.order, one.kind, one.occasion): one for one in wanted}
    known = session.scalars(select(PrintJob.uid).where(PrintJob.uid.in_(list(uids)))).all()
    return [one for uid, one in uids.items() if uid not in known]


def add_for_orders(session: Session, wanted: Collection[Wanted], *, now: datetime) -> None:
    """Let these be printed, each once; a slip that still waits for a printer is overtaken."""
    for one in wanted:
        order = session.scalar(select(Order).where(Order.uid == one.order))
        if order is not None:
            if one.kind == "slip":
                _drop_older(session, order)
            add(session, one.kind, store=order.store, occasion=one.occasion, now=now, order=order)


def _drop_older(session: Session, order: Order) -> None:
    waiting = PrintJob.order_id == order.id, PrintJob.kind == "slip", PrintJob.state == "waiting"
    affected(session, update(PrintJob).where(*waiting).values(state="dropped"))


def list_due(session: Session, printer: int | None, *, now: datetime) -> list[str]:
    """Return the uids of the jobs to print now, the oldest first.

    `printer` is the number of the device that may print them; None: all that are due.
    """
    due = PrintJob.state == "waiting", is_due(PrintJob.next_attempt_at, now)
    query = select(PrintJob.uid).where(*due)
    if printer is not None:
        query = query.where(or_(PrintJob.only_id.is_(None), PrintJob.only_id == printer))
    return list(session.scalars(query.order_by(PrintJob.id).limit(MOST_AT_ONCE)))


def claim(session: Session, uid: str, *, now: datetime, lease: timedelta) -> bool:
    """Take a job for printing, unless somebody else has; from then on it may come out."""
    waiting = PrintJob.uid == uid, PrintJob.state == "waiting"
    return _move(session, *waiting, state="claimed", claimed_until=now + lease)


def note_printed(session: Session, uid: str, *, on: int, now: datetime) -> None:
    """Note that the paper came out of the printer with this number."""
    how = {"printed_at": now, "printed_by_id": on, "last_error": ""}
    _settle(session, uid, now, *SENT, state="printed", **how)


def note_unsure(session: Session, uid: str, *, on: int, reason: str, now: datetime) -> None:
    """Note that the paper was sent and nobody said that it came out."""
    _settle(session, uid, now, *SENT, state="unsure", printed_by_id=on, last_error=reason)


def note_not_sent(
    session: Session, uid: str, *, reason: str, again: datetime, now: datetime
) -> None:
    """Note that nothing was sent, why, and when to try again."""
    _settle(session, uid, now, "claimed", state="waiting", last_error=reason, next_attempt_at=again)


def note_dropped(session: Session, uid: str, *, now: datetime) -> None:
    """Note that there is nothing to print any more."""
    _settle(session, uid, now, "waiting", state="dropped")


def put_off(
    session: Session, uid: str, *, reason: str, pause: Callable[[int], float], now: datetime
) -> None:
    """Let a job that no printer took wait; `pause` gives the seconds for the number of tries."""
    take_turn(session, changes.TURN)
    waiting = select(PrintJob).where(PrintJob.uid == uid, PrintJob.state == "waiting")
    job = session.scalar(waiting.execution_options(populate_existing=True))
    if job is not None:
        job.attempts += 1
        job.next_attempt_at = now + timedelta(seconds=pause(job.attempts))
        job.last_error = reason or job.last_error
        session.flush()
        _signal(session, now)


def has_dead(session: Session, *, now: datetime) -> bool:
    """Tell whether a server died while it sent a paper."""
    return session.scalar(select(PrintJob.id).where(*_dead(now)).limit(1)) is not None


def recover(session: Session, *, now: datetime) -> int:
    """Say of the jobs whose server died while they were sent that they are unsure."""
    take_turn(session, changes.TURN)
    values = {"state": "unsure", "last_error": "interrupted"}
    found = affected(session, update(PrintJob).where(*_dead(now)).values(values))
    if found:
        _signal(session, now)
    return found


def _dead(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return PrintJob.state == "claimed", is_due(PrintJob.claimed_until, now)


def press(session: Session, *, now: datetime) -> None:
    """Let what waits be tried at once: a printer is ready again."""
    later = PrintJob.state == "waiting", PrintJob.next_attempt_at > now
    affected(session, update(PrintJob).where(*later).values(next_attempt_at=now))


def print_again(session: Session, uid: str, *, store: Store, now: datetime) -> None:
    """Print what is unsure, or was printed, once more. Raises NotFound."""
    job = get(session, uid, store=store)
    if job.state in ("unsure", "printed", "dropped"):
        _settle(session, uid, now, job.state, state="waiting", next_attempt_at=now, last_error="")


def drop(session: Session, uid: str, *, store: Store, now: datetime) -> None:
    """Print it no more: it came out after all, or nobody needs it. Raises NotFound."""
    job = get(session, uid, store=store)
    if job.state in ("waiting", "unsure"):
        _settle(session, uid, now, job.state, state="dropped")


def get(session: Session, uid: str, *, store: Store) -> PrintJob:
    """Return a job of the store; raises NotFound."""
    query = select(PrintJob).where(PrintJob.uid == uid, PrintJob.store_id == store.id)
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(kind="print_job", key=uid)
    return found


def list_open(session: Session, store: Store, *, limit: int = 50) -> Sequence[PrintJob]:
    """Return the jobs that wait, are being printed or are unsure, the oldest first."""
    query = select(PrintJob).where(PrintJob.store_id == store.id, PrintJob.state.in_(OPEN))
    query = query.options(joinedload(PrintJob.order), joinedload(PrintJob.printed_by))
    return session.scalars(query.order_by(PrintJob.id).limit(limit)).all()


def find_trouble(session: Session, store: Store) -> Trouble | None:
    """Return what keeps papers from coming out, None when nothing does.

    A printer that lacks something is trouble even while the next one stands in for it.
    """
    known = printers.list_all(session, store)
    bad = [one for one in known if one.state not in printers.FIT]
    failed = or_(PrintJob.state == "unsure", PrintJob.last_error != "")
    rows = session.execute(
        select(PrintJob.state, func.count())
        .where(PrintJob.store_id == store.id, PrintJob.state.in_(OPEN), failed)
        .group_by(PrintJob.state)
    ).all()
    counted = {row[0]: row[1] for row in rows}
    if not bad and not counted:
        return None
    unsure = counted.pop("unsure", 0)
    waiting, is_covered = sum(counted.values()), len(bad) < len(known)
    return Trouble(waiting=waiting, unsure=unsure, printers=bad, is_covered=is_covered)


def forget(session: Session, *, before: datetime) -> None:
    """Drop the jobs that are done since before that moment."""
    from_then = PrintJob.created_at < before, PrintJob.state.in_(("printed", "dropped"))
    for job in session.scalars(select(PrintJob).where(*from_then)):
        session.delete(job)


def _uid(about: str, kind: str, occasion: str) -> str:
    return str(uuid.uuid5(NAMESPACE, f"{about}:{kind}:{occasion}"))


def _settle(session: Session, uid: str, now: datetime, *states: str, **values: Any) -> None:
    """Change a job that is still in one of `states`: somebody may have decided otherwise."""
    take_turn(session, changes.TURN)
    still = PrintJob.uid == uid, PrintJob.state.in_(states)
    if _move(session, *still, claimed_until=None, **values):
        _signal(session, now)


def _move(session: Session, *which: ColumnElement[bool], **values: Any) -> bool:
    return affected(session, update(PrintJob).where(*which).values(**values)) == 1


def _signal(session: Session, now: datetime) -> None:
    changes.record(session, "devices", printers.SIGNAL, now=now)
