"""Orders that are known by their signed code only, until the central system tells of them.

The customer stands in the store: they are welcomed, get a number and ring the tablets like anybody
else. The order takes the place of what was written here as soon as it comes, with its arrival.
"""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import arrivals, changes, codes, order_tickets, pickup_facts, pickup_steps
from store.arrivals import Coming
from store.database import take_turn
from store.errors import StoreUnknown, TicketExpired
from store.models import Order, Store
from store.order_tickets import Ticket
from store.pickup_board import today_in
from store.pickup_states import HAPPENINGS
from store.records import OrderRecord

SOURCE = "ticket"


def welcome(
    session: Session, ticket: Ticket, *, store: Store, now: datetime, coming: Coming | None = None
) -> Order:
    """Announce the customer of an order that this server has not learnt of, by its checked ticket.

    An order that has come meanwhile is checked in as it is. Raises WrongStore, or StoreUnknown for
    a store that this one has not heard of; TicketExpired; and what `arrivals.check_in` raises.
    """
    place = order_tickets.find_store(session, ticket)
    if place is None:
        raise StoreUnknown(number=ticket.number)
    if place.id != store.id:
        raise arrivals.elsewhere(place, store, number=ticket.number)
    take_turn(session, changes.TURN)
    known = session.scalar(select(Order).where(Order.uid == ticket.order))
    if known is not None:
        return arrivals.check_in(session, known, store=store, now=now, proof="qr", coming=coming)
    if ticket.expires_on < today_in(store, now):
        raise TicketExpired(number=ticket.number, expired_on=ticket.expires_on)
    return _write(session, ticket, store=store, coming=coming or Coming(), now=now)


def _write(
    session: Session, ticket: Ticket, *, store: Store, coming: Coming, now: datetime
) -> Order:
    order = Order(
        uid=ticket.order,
        source=SOURCE,
        external_id=ticket.order,
        number=ticket.number or ticket.order[:8].upper(),
        store=store,
        placed_at=now,
        state="customer_waiting",
        state_at=now,
        code=codes.generate(codes.Kind.ORDER),
        is_provisional=True,
    )
    session.add(order)
    pickup_facts.note_arrival(session, order, store=store, at=now, told=asdict(coming))
    session.flush()
    changes.record(session, "orders", order.uid, now=now)
    return order


def take_place_of(session: Session, record: OrderRecord) -> tuple[Order, bool] | None:
    """Return the order that was welcomed under the id of a record, as a new one, or None.

    With it, whether its customer still waits.
    """
    if not record.uid:
        return None
    welcomed = Order.uid == record.uid, Order.is_provisional.is_(True)
    order = session.scalar(select(Order).where(*welcomed))
    if order is None:
        return None
    is_waiting = order.state == "customer_waiting"
    order.is_provisional = False
    order.source, order.external_id = record.source, record.external_id
    order.state, order.state_at = "new", record.placed_at
    order.closed_at, order.closed_by, order.reason = None, "", ""
    order.code = record.code or order.code
    return order, is_waiting


def resume(session: Session, order: Order, *, is_waiting: bool, now: datetime) -> None:
    """Let the customer wait for the order that has come, if it can be collected.

    One that is not ready keeps the arrival: the tablets go on ringing until somebody says so, and
    once it is ready they wait for it (see `pickup_states`).
    """
    if not is_waiting:
        order.arrived_at = order.waiting_number = None
    elif order.state in HAPPENINGS["arrived"].orders:
        pickup_steps.let_wait(session, order, "arrived", now=now)
