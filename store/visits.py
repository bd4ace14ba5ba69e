"""Visits: opened, worked and closed with an outcome; told to the central system exactly once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session, joinedload

from store import as_records, changes, customers, notes, outbox, stores
from store.database import affected, take_turn
from store.errors import Invalid, NotFound, VisitClosed
from store.json_records import write_visit
from store.models import Customer, OutboxMessage, Staff, Store, Variant, Visit, VisitLine
from store.records import ShownRecord, VisitRecord

OPENED_BY = ("scan", "check_in", "appointment", "tap")
REASONS = ("gift", "pickup", "home", "exchange", "browse")
LEFT = ("left_size", "left_price", "left_stock", "left_wait")
OUTCOMES = ("bought", "set_aside", "thinking", "not_found", *LEFT)
NEXT_STEPS = ("call_back", "tell_when_back", "appointment", "none")
SHOWN = ("shown", "tried", "wanted")
NOTE_LENGTH = notes.LONGEST
FORGOTTEN = timedelta(hours=12)


def start(
    session: Session,
    *,
    store: Store,
    staff: Staff,
    customer: Customer | None,
    opened_by: str,
    now: datetime,
) -> Visit:
    """Open a visit, or return the one that the customer has open in the store.

    A visit that was left open for half a day is ended first, as of its start: nobody knows when
    the customer went. Raises Invalid on an unknown way of opening.
    """
    _check("opened_by", opened_by, OPENED_BY)
    if customer is not None:
        take_turn(session, changes.TURN)
        known = find_open(session, customer, store=store)
        if known is not None and now - known.started_at < FORGOTTEN:
            return known
        if known is not None:
            _tell_ended(session, known, ended_at=known.started_at, now=now)
    visit = Visit(
        store=store,
        staff=staff,
        staff_name=staff.name,
        customer=customer,
        opened_by=opened_by,
        started_at=now,
    )
    session.add(visit)
    session.flush()
    _note_change(session, visit, now=now)
    return visit


def find_open(session: Session, customer: Customer, *, store: Store) -> Visit | None:
    """Return the customer's open visit in this store."""
    query = select(Visit).where(
        Visit.customer_id == customer.id, Visit.store_id == store.id, Visit.ended_at.is_(None)
    )
    return session.scalar(query)


def get(session: Session, uid: str, *, store: Store) -> Visit:
    """Return a visit of this store with its customer, as it is now; raises NotFound."""
    query = select(Visit).where(Visit.uid == uid, Visit.store_id == store.id)
    query = query.options(joinedload(Visit.customer))
    visit = session.scalar(query.execution_options(populate_existing=True))
    if visit is None:
        raise NotFound(kind="visit", key=uid)
    return visit


def list_open(session: Session, *, store: Store) -> Sequence[Visit]:
    """Return the open visits of the store with their customers, the newest first; one query."""
    query = select(Visit).where(Visit.store_id == store.id, Visit.ended_at.is_(None))
    query = query.options(joinedload(Visit.customer))
    return session.scalars(query.order_by(Visit.started_at.desc(), Visit.id.desc())).all()


def list_received(
    session: Session, *, store: Store | None = None, before: int | None = None, limit: int
) -> Sequence[Visit]:
    """Return visits that stores told, the latest received first, with store and customer.

    `store` is the only one whose visits are wanted, if any; `before` is the number (`id`) of the
    last one of the page before. One query.
    """
    query = _received(select(Visit), store).order_by(Visit.id.desc())
    query = query.options(joinedload(Visit.store), joinedload(Visit.customer))
    if before is not None:
        query = query.where(Visit.id < before)
    return session.scalars(query.limit(limit)).all()


def count_received(session: Session, *, store: Store | None = None) -> int:
    """Return how many visits stores have told, or one of them."""
    return session.scalar(_received(select(func.count()).select_from(Visit), store)) or 0


def _received(query: Select[Any], store: Store | None) -> Select[Any]:
    query = query.where(Visit.received_at.is_not(None))
    return query if store is None else query.where(Visit.store_id == store.id)


def show(session: Session, visit: Visit, *, sku: str, kind: str, now: datetime) -> VisitLine:
    """Note that a product was shown, tried or wanted; the last word on a product counts.

    Raises Invalid on an unknown kind, NotFound on an unknown SKU, VisitClosed.
    """
    take_turn(session, changes.TURN)
    _refuse_closed(visit)
    _check("kind", kind, SHOWN)
    variant = session.scalar(select(Variant).where(Variant.sku == sku.strip().upper()))
    if variant is None:
        raise NotFound(kind="variant", key=sku)
    line = next((line for line in visit.lines if line.sku == variant.sku), None)
    if line is None:
        line = VisitLine(sku=variant.sku, variant=variant)
        visit.lines.append(line)
    line.kind = kind
    session.flush()
    _note_change(session, visit, now=now)
    return line


def draft(session: Session, visit: Visit, *, now: datetime, **told: str) -> None:
    """Keep what is known of an open visit: `reason`, `outcome`, `next_step` and `note`.

    Raises Invalid on an unknown key or a note over 280 characters, VisitClosed.
    """
    take_turn(session, changes.TURN)
    _refuse_closed(visit)
    _check_account(**told)
    for name, value in told.items():
        setattr(visit, name, value.strip())
    visit.drafted_at = now
    session.flush()
    _note_change(session, visit, now=now)


def close(
    session: Session,
    uid: str,
    *,
    store: Store,
    staff: Staff,
    outcome: str,
    reason: str = "",
    next_step: str = "",
    note: str = "",
    products: Sequence[ShownRecord] = (),
    now: datetime,
) -> Visit:
    """End a visit with its outcome, and write the fact that the central system must learn.

    A note about a known customer is kept among the notes of the file too.

    Raises NotFound, Invalid (no or an unknown outcome, a note over 280 characters), or
    VisitClosed when somebody has ended it before.
    """
    take_turn(session, changes.TURN)
    visit = get(session, uid, store=store)
    _refuse_closed(visit)
    if not outcome:
        raise Invalid(field="outcome", problem="missing")
    for shown in products:
        show(session, visit, sku=shown.sku, kind=shown.kind, now=now)
    account = {"reason": reason, "outcome": outcome, "next_step": next_step, "note": note}
    draft(session, visit, now=now, **account)
    visit.staff, visit.staff_name = staff, staff.name
    session.flush()
    _tell_ended(session, visit, ended_at=now, now=now)
    if visit.customer is not None and visit.note:
        notes.add(session, visit.customer, text=visit.note, staff=staff, now=now)
    return visit


def find_delivery(session: Session, visit: Visit) -> str:
    """Return how far the fact of a closed visit is: pending, claimed, delivered or set_aside.

    Empty when there is nothing to tell.
    """
    query = select(OutboxMessage.state).where(OutboxMessage.uid == visit.uid)
    return session.scalar(query) or ""


def receive(
    session: Session, record: VisitRecord, *, now: datetime, tells: bool = False
) -> tuple[Visit, bool]:
    """Take in a visit that was closed elsewhere; the same id twice is one visit.

    `tells`: the central system must learn of it from us. A customer who is not known here is left
    out; the visit is kept all the same. Returns the visit and whether it is new. Raises NotFound
    for an unknown store.
    """
    take_turn(session, changes.TURN)
    known = session.scalar(select(Visit).where(Visit.uid == record.id))
    if known is not None:
        return known, False
    visit = Visit(
        uid=record.id,
        store=stores.get_by_code(session, record.store),
        staff=session.scalar(select(Staff).where(Staff.code == record.staff)),
        staff_name=record.staff_name,
        customer=customers.resolve(session, record.customer) if record.customer else None,
        opened_by=record.opened_by,
        started_at=record.started_at,
        ended_at=record.ended_at,
        reason=record.reason,
        outcome=record.outcome,
        next_step=record.next_step,
        note=record.note,
        received_at=now,
        lines=_lines(session, record.products),
    )
    session.add(visit)
    session.flush()
    changes.record(session, "visits", visit.uid, now=now)
    if tells:
        _tell(session, visit, now=now)
    return visit, True


def _lines(session: Session, products: Sequence[ShownRecord]) -> list[VisitLine]:
    kinds = {shown.sku: shown.kind for shown in products}
    rows = session.execute(select(Variant.sku, Variant.id).where(Variant.sku.in_(kinds)))
    known: dict[str, int] = {row.sku: row.id for row in rows}
    return [VisitLine(sku=sku, kind=kind, variant_id=known.get(sku)) for sku, kind in kinds.items()]


def _tell_ended(session: Session, visit: Visit, *, ended_at: datetime, now: datetime) -> None:
    """End the visit unless another tablet was quicker, and write what must be told."""
    open_one = (Visit.id == visit.id, Visit.ended_at.is_(None))
    ended = affected(session, update(Visit).where(*open_one).values(ended_at=ended_at))
    session.refresh(visit, ["ended_at"])
    if not ended:
        _refuse_closed(visit)
    _tell(session, visit, now=now)
    _note_change(session, visit, now=now)


def _tell(session: Session, visit: Visit, *, now: datetime) -> None:
    outbox.add(
        session,
        kind="visit",
        subject=_subject(visit),
        payload=write_visit(as_records.of_visit(visit)),
        uid=visit.uid,
        now=now,
    )


def _note_change(session: Session, visit: Visit, *, now: datetime) -> None:
    """Tell the screens that follow the visit, and those that show the customer's file."""
    changes.record(session, "visits", visit.uid, now=now)
    if visit.customer is not None:
        changes.record(session, "customers", visit.customer.uid, now=now)


def _subject(visit: Visit) -> str:
    return f"customer:{visit.customer.uid}" if visit.customer else f"visit:{visit.uid}"


def _refuse_closed(visit: Visit) -> None:
    if visit.ended_at is not None:
        raise VisitClosed(uid=visit.uid, ended_at=visit.ended_at)


def _check_account(**told: Any) -> None:
    allowed = {"reason": REASONS, "outcome": OUTCOMES, "next_step": NEXT_STEPS}
    for field, value in told.items():
        if field == "note":
            if len(value) > NOTE_LENGTH:
                raise Invalid(field="note", problem="too_long", limit=NOTE_LENGTH)
        elif value:
            _check(field, value, allowed[field])


def _check(field: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise Invalid(field=field, problem="unknown")
