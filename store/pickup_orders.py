"""Orders as their source tells them: taken in, kept in step, never undoing what happened here."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import (
    addresses,
    changes,
    codes,
    customers,
    late_notices,
    messages,
    moved_orders,
    order_lines,
    pickup_codes,
    pickup_facts,
    pickup_goods,
    pickup_steps,
    products,
    promises,
    provisional,
    restorations,
    stores,
    told_handovers,
    told_states,
)
from store.database import take_turn
from store.errors import Invalid
from store.models import Customer, Order, Store, new_uid
from store.pickup_board import today_in
from store.pickup_states import CLOSED, OPEN, OVER_FOR_NOW, TO_PREPARE
from store.records import CustomerRef, OrderRecord

Time = TypeVar("Time", date, datetime)
CONFIRMED_WITHIN = timedelta(days=1)  # an order that was placed longer ago has been confirmed


def upsert(
    session: Session,
    record: OrderRecord,
    *,
    now: datetime,
    is_promised: bool = True,
    own_store: str = "",
) -> Order:
    """Take in an order as its source tells it, found again by (source, external id).

    The same record again changes nothing. What happened here is kept: lines that were collected
    stay so, and an order that we brought further does not fall back. Lines that the source added
    or took out are held or released.

    A new order that nobody has promised yet is refused when its goods are not there. One that was
    asked for elsewhere and waits in `own_store` (a code) is a problem when they are not, and that
    is told. A new order that waits in `own_store` is confirmed to its customer.

    Raises Invalid for an unknown store or an order without a line; NotEnoughStock.
    """
    take_turn(session, changes.TURN)
    place, record = _store(session, record), _with_own_skus(record)
    order = session.scalar(
        select(Order).where(Order.source == record.source, Order.external_id == record.external_id)
    )
    is_new, was_in = order is None, order.store_id if order else None
    if order is None:
        order = _insert(session, record, place, now=now, is_promised=is_promised)
    else:
        _update(session, order, record, place, now=now, own_store=own_store)
    if place.code == own_store and order.store_id != was_in:
        _receive(session, order, is_moved=not is_new, now=now)
    return order


def _store(session: Session, record: OrderRecord) -> Store:
    place = stores.find_by_code(session, record.store)
    if place is None:
        raise Invalid(field="store", problem="unknown")
    if not record.lines:
        raise Invalid(field="lines", problem="empty")
    if any(line.quantity <= 0 for line in record.lines):
        raise Invalid(field="quantity", problem="out_of_range")
    return place


def _with_own_skus(record: OrderRecord) -> OrderRecord:
    """Write its articles as ours are stored: a source may tell them in small letters."""
    lines = tuple(replace(line, sku=products.normalise(line.sku)) for line in record.lines)
    return replace(record, lines=lines)


def _look_for_goods(session: Session, order: Order, *, now: datetime) -> None:
    """Note what is not there of an order that was asked for elsewhere, where it cannot be known."""
    if order.channel == "web" or order.paid or order.state not in TO_PREPARE:
        return
    wanted = [line for line in order.lines if line.state == "to_pick"]
    short = pickup_goods.missing(session, order, wanted)
    if short:
        happened = pickup_steps.Happened(
            type="short", occurred_at=now, reason="not_available", by="system"
        )
        pickup_steps.happen(session, order, happened, lines=short, now=now, tells=True)


def _insert(
    session: Session,
    record: OrderRecord,
    place: Store,
    *,
    now: datetime,
    is_promised: bool,
) -> Order:
    welcomed = provisional.take_place_of(session, record)
    order = welcomed[0] if welcomed else _new(record)
    order.store = place
    _write_facts(session, order, record)
    order.pickup_code = record.pickup_code or pickup_codes.draw(session, place.id)
    _require_own_names(session, order)
    session.add(order)
    session.flush()
    order_lines.add(session, order, record.lines)
    addresses.keep(session, order, record.delivery, now=now)
    told_states.begin(session, order, record, now=now)
    session.flush()
    if order.state in OPEN:
        pickup_goods.hold(session, order, order.lines, now=now, is_promised=is_promised)
    if welcomed:
        provisional.resume(session, order, is_waiting=welcomed[1], now=now)
    changes.record(session, "orders", order.uid, now=now)
    return order


def _new(record: OrderRecord) -> Order:
    return Order(
        uid=record.uid or new_uid(),
        source=record.source,
        external_id=record.external_id,
        state="new",
        state_at=record.placed_at,
        code=record.code or codes.generate(codes.Kind.ORDER),
    )


def _update(
    session: Session,
    order: Order,
    record: OrderRecord,
    place: Store,
    *,
    now: datetime,
    own_store: str,
) -> None:
    if own_store and order.state in OVER_FOR_NOW and told_handovers.has_more(order, record):
        order.store = place  # it ended where it was moved to, and goods left where it had been
    is_theirs = told_states.is_heard_of(order, place, own_store)
    _write_facts(session, order, record, is_theirs=is_theirs)
    has_changed = session.is_modified(order)
    if order.state in OPEN:
        if moved_orders.move(session, order, place, now=now, own_store=own_store):
            order.promised_at = record.promised_at  # the other shop has hours and work of its own
            has_changed = True
        has_changed |= order_lines.match(session, order, record, now=now)
        order_lines.close_emptied(session, order, now=now)
    session.flush()
    addresses.keep(session, order, record.delivery, now=now)
    if has_changed:
        changes.record(session, "orders", order.uid, now=now)
    told_states.learn(session, order, record, place=place, own_store=own_store, now=now)
    if order.store.code == own_store:
        late_notices.note(session, order, record, now=now)


def _write_facts(
    session: Session, order: Order, record: OrderRecord, *, is_theirs: bool = False
) -> None:
    """Write what only the source knows; what is not told keeps what it was."""
    customer = customers.resolve(session, record.customer) if record.customer else None
    facts = {
        "number": record.number,
        "placed_at": record.placed_at,
        "promised_at": record.promised_at or order.promised_at,
        "paid": record.paid if is_theirs else _is_paid(session, order, record),
        "currency": record.currency,
        "total_minor": sum(line.quantity * line.unit_price_minor for line in record.lines),
        "customer_id": customer.id if customer else order.customer_id,
        "customer_name": _name(record.customer, customer) or order.customer_name or "",
        "pickup_by": _kept_until(session, order, record),
        "channel": record.channel or order.channel or "web",
        "fulfilment": record.fulfilment or order.fulfilment or "pickup",
        "hold_until": _held_until(session, order, record),
        "language": record.language or order.language or "",
        **_reach(order, record.customer, customer),
    }
    for name in ("uid", "code", "pickup_code", "ticket"):
        if getattr(record, name):
            facts[name] = getattr(record, name)
    for name, value in facts.items():
        if getattr(order, name) != value:
            setattr(order, name, value)


def _is_paid(session: Session, order: Order, record: OrderRecord) -> bool:
    """Tell whether nothing is to be paid in the shop; once its till was used, it knows best."""
    is_later = record.paid and not order.paid
    if order.till_ticket or (is_later and told_states.was_undone(session, order)):
        return order.paid
    return record.paid


def _kept_until(session: Session, order: Order, record: OrderRecord) -> date | None:
    """Return the last day; one that had passed when the order was laid ready says nothing."""
    ready_on = today_in(order.store, order.ready_at) if order.ready_at else date.min
    told = [day for day in (record.pickup_by, order.pickup_by) if day and day >= ready_on]
    return _standing(session, order, told)


def _held_until(session: Session, order: Order, record: OrderRecord) -> datetime | None:
    told = [moment for moment in (record.hold_until, order.hold_until) if moment]
    return _standing(session, order, told)


def _standing(session: Session, order: Order, told: Sequence[Time]) -> Time | None:
    """Return what the source says, the first; what was put off here it does not put forward."""
    if len(set(told)) > 1 and pickup_facts.was_put_off(session, order):
        return max(told)
    return next(iter(told), None)


def _require_own_names(session: Session, order: Order) -> None:
    """Refuse the id or the code of another order, and a code that nobody could scan."""
    if codes.kind_of(order.code) is not codes.Kind.ORDER:
        raise Invalid(field="code", problem="malformed")
    for field, column in (("id", Order.uid), ("code", Order.code)):
        theirs = select(Order.id).where(column == getattr(order, column.key))
        if session.scalar(theirs.where(Order.id != order.id) if order.id else theirs):
            raise Invalid(field=field, problem="taken")


def _name(ref: CustomerRef | None, customer: Customer | None) -> str:
    if customer:
        return f"{customer.first_name} {customer.last_name}".strip()
    return ref.name if ref else ""


def _reach(order: Order, ref: CustomerRef | None, customer: Customer | None) -> dict[str, str]:
    """Return how to reach a customer of whom nothing else is known; not once it is over."""
    if order.state in CLOSED:
        return {}
    told = ref if customer is None else None
    return {
        "email": (told.email if told else "") or order.email or "",
        "phone": (told.phone if told else "") or order.phone or "",
    }


# --- where it waits ---------------------------------------------------------------------------


def _receive(session: Session, order: Order, *, is_moved: bool, now: datetime) -> None:
    """Let an order be seen in the shop that prepares it, and confirm it to its customer."""
    if order.state in TO_PREPARE:
        order.received_at = now
        promises.give(session, order, now=now)
        if _is_news(session, order, is_moved=is_moved, now=now):
            occasion = f"{order.uid}:{order.store.code}" if is_moved else order.uid
            messages.write(session, order, "placed", occasion=occasion, now=now)
    _look_for_goods(session, order, now=now)


def _is_news(session: Session, order: Order, *, is_moved: bool, now: datetime) -> bool:
    """Tell whether its customer cannot have been told: by this shop or by what it was before."""
    told_since = now - CONFIRMED_WITHIN
    if not is_moved and order.placed_at < told_since:
        return False
    since = told_since if is_moved else order.placed_at
    return not restorations.was_restored(session, since=since)
