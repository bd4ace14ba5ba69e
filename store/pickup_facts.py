"""What an event writes on its order beside lines and state; the same here and at the hub."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.models import Order, OrderEvent, Staff, Store
from store.pickup_board import day_start, queue_start, today_in
from store.pickup_states import OPEN_LINES, SHOP_CLOSED, TO_PREPARE, UNDONE


def learn(session: Session, order: Order, happened: OrderEvent) -> None:
    """Write on the order what its event says; its details are those of OrderEventRecord.

    What is put off because the shop does not open takes nothing of what the customer may put off.
    """
    event, at, told = happened.type, happened.occurred_at, happened.details
    if told.get("pickup_by"):
        _put_off(order, date.fromisoformat(told["pickup_by"]))
    elif event == "ready" and has_passed(order, at):
        order.pickup_by = None  # it is kept as long as the shop keeps them
    if event == "reopened" or (event == "extended" and happened.reason != SHOP_CLOSED):
        order.extensions += 1
    if event == "arrived" and order.arrived_at != at:
        note_arrival(session, order, store=order.store, at=at, told=told)
    if event in ("gone", UNDONE):
        forget_arrival(order)  # who came for what was undone has been served once
    _note_payment(order, event, ticket=str(told.get("till_ticket") or ""))


def was_put_off(session: Session, order: Order) -> bool:
    """Tell whether its last day was put off here, for whatever reason, or it was opened again."""
    if order.extensions or order.id is None:
        return bool(order.extensions)
    closings = OrderEvent.type == "extended", OrderEvent.reason == SHOP_CLOSED
    found = select(OrderEvent.id).where(OrderEvent.order_id == order.id, *closings)
    return session.scalar(found.limit(1)) is not None


def has_passed(order: Order, moment: datetime) -> bool:
    """Tell whether the last day of an order is over."""
    return order.pickup_by is not None and order.pickup_by < today_in(order.store, moment)


def kept_until(order: Order) -> date | None:
    """Return the last day on which an order was kept: the day it ended when that came before."""
    ended = today_in(order.store, order.closed_at) if order.closed_at is not None else None
    return min(filter(None, (order.pickup_by, ended)), default=None)


def last_day_of(order: Order, last_day: date | None, *, at: datetime) -> dict[str, str]:
    """Return what the event of an order that is ready says of its last day.

    Nothing where its source has said one that is still to come.
    """
    is_dated = order.pickup_by is not None and not has_passed(order, at)
    return {} if is_dated or not last_day else {"pickup_by": last_day.isoformat()}


def _put_off(order: Order, until: date) -> None:
    """Keep the goods until another day; a reservation until the same hour of it."""
    order.hold_until, order.pickup_by = held_until(order, until), until


def held_until(order: Order, until: date) -> datetime | None:
    """Return until when a reservation is held whose last day is moved, None for another order."""
    if order.hold_until is None or order.pickup_by is None:
        return order.hold_until
    here = order.hold_until.astimezone(ZoneInfo(order.store.time_zone))
    return (here + (until - order.pickup_by)).astimezone(UTC)


def _note_payment(order: Order, event: str, *, ticket: str) -> None:
    """Note the till ticket; the order is paid once nothing of it is left to be given."""
    if event == "handover_reversed" and order.till_ticket:
        order.till_ticket, order.paid = ticket, False
    elif ticket:
        order.till_ticket = ticket
    if order.till_ticket and not any(line.state in OPEN_LINES for line in order.lines):
        order.paid = True


# --- who came ---------------------------------------------------------------------------------


def note_arrival(
    session: Session, order: Order, *, store: Store, at: datetime, told: Mapping[str, Any]
) -> None:
    """Write down who came, how and with which number; nobody looks after them yet.

    `told` may say by which way ("by"), the "place" of a car and the "counter" to go to.
    """
    order.arrived_at, order.waiting_number = at, next_number(session, store, at)
    order.arrival_by, order.arrival_place = told.get("by", ""), told.get("place", "")
    order.counter = told.get("counter", "")
    order.taken_by_id = order.taken_at = order.entrusted_by_id = None


def has_come(order: Order) -> bool:
    """Tell whether somebody came for an order that is still to be prepared, and got nothing."""
    has_left = any(line.state in ("collected", "refused") for line in order.lines)
    return order.state in TO_PREPARE and order.arrived_at is not None and not has_left


def came_in_time(order: Order, now: datetime) -> bool:
    """Tell whether who came for an order may still be there: since the shop opened."""
    return order.arrived_at is not None and order.arrived_at > queue_start(order.store, now)


def ask_anew(order: Order, staff: Staff | None, *, at: datetime) -> None:
    """Ask who looks after a customer to go to them again, by name of the colleague who says so.

    Where nobody does, everybody is asked.
    """
    if order.taken_by_id is None or (staff is not None and order.taken_by_id == staff.id):
        return
    order.taken_at, order.entrusted_by = at, staff
    if staff is None:
        order.taken_at = order.taken_by = None


def forget_arrival(order: Order) -> None:
    """Let nobody wait for the order any more."""
    order.arrived_at = order.waiting_number = None
    order.arrival_by = order.arrival_place = order.counter = ""
    order.taken_by_id = order.taken_at = order.entrusted_by_id = None


def end_arrival(order: Order, *, at: datetime | None) -> None:
    """Keep of an arrival only what came before the goods left, which was learnt later.

    `at` is when they left; where nobody knows, how long the customer waited is not known either.
    """
    if order.arrived_at is not None and (at is None or order.arrived_at > at):
        forget_arrival(order)
    elif order.taken_at is not None and at is not None and order.taken_at > at:
        order.taken_by_id = order.taken_at = order.entrusted_by_id = None


def next_number(session: Session, store: Store, at: datetime) -> int:
    """Return the next waiting number of the day, which nobody has who waits since before."""
    is_taken = (Order.arrived_at >= day_start(store, at)) | (Order.state == "customer_waiting")
    numbers = select(func.max(Order.waiting_number)).where(Order.store_id == store.id, is_taken)
    last = session.scalar(numbers)
    return (last or 0) + 1
