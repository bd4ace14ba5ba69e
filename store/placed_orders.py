"""Orders that were placed in this shop itself: written here first, then told to the central system.

The fact that tells of one carries the order's own uid, so that its way there can be followed.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import as_records, changes, json_orders, outbox, pickup_orders, pickup_steps, words
from store.database import take_turn
from store.errors import Invalid, NotFound, SoldNoMore
from store.models import Customer, Order, OutboxMessage, Store, Variant, new_uid
from store.pickup_goods import TRANSFER
from store.pickup_steps import Happened
from store.records import DeliveryRecord, OrderLineRecord, OrderRecord

CHANNELS = ("kiosk", "phone", "tablet")
SHORTEST_NUMBER = 5  # digits; longer ones once most of these are taken
TRIES = 20
MOST_UNITS = 10
MOST_LINES = 50
LONGEST_NAME = 40
WAITING, TOLD, REFUSED = "waiting", "told", "refused"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """So many units (1 to 10) of one article."""

    variant: Variant
    quantity: int = 1


@dataclass(frozen=True, kw_only=True)
class Placing:
    """What is wanted, by whom, and how it is to be had; `own` is the shop that takes the order."""

    wishes: Sequence[Wish]
    own: Store
    store: Store  # where it is collected, or the own one for a delivery
    channel: str  # kiosk | phone | tablet | transfer
    fulfilment: str = "pickup"  # pickup | delivery
    name: str = ""
    paid: bool = False
    customer: Customer | None = None
    hold_until: datetime | None = None
    pickup_by: date | None = None
    delivery: DeliveryRecord | None = None
    uid: str | None = None  # made here when it is not given


def source_of(store: Store) -> str:
    """Return the source by which every server knows the orders placed in a shop."""
    return f"store-{store.code}"


def place(session: Session, placing: Placing, *, now: datetime) -> Order:
    """Write the order with its holds and what the central system must learn, in one transaction.

    Goods of the own shop are held, or nothing is written; those of another shop are asked for.

    Raises NotEnoughStock for the own shop; SoldNoMore for an article that is; Invalid
    for the name, the quantity or the lines.
    """
    _check(placing)
    take_turn(session, changes.TURN)
    is_ours = placing.store.id == placing.own.id and placing.fulfilment == "pickup"
    record = _record(session, placing, now=now)
    order = pickup_orders.upsert(
        session, record, now=now, is_promised=not is_ours, own_store=placing.own.code
    )
    tell(session, order, now=now)
    return order


def tell(session: Session, order: Order, *, now: datetime) -> None:
    """Let the central system learn of the order, before anything that happens to it."""
    session.refresh(order, ["delivery"])
    record = as_records.of_order(order, with_delivery=True)
    outbox.add(
        session,
        kind="order",
        subject=f"order:{order.uid}",
        payload=json_orders.write_order(record),
        now=now,
        uid=order.uid,
    )


def transmission(session: Session, order: Order) -> str:
    """Return where the order stands on its way to the central system: waiting, told or refused."""
    state = session.scalar(select(OutboxMessage.state).where(OutboxMessage.uid == order.uid))
    if state == "set_aside":
        return REFUSED
    return WAITING if state in outbox.WAITING else TOLD


def find_by_code(session: Session, code: str) -> Order | None:
    """Return the order that a customer's own code opens, or None."""
    return session.scalar(select(Order).where(Order.code == code))


def cancel(session: Session, order_uid: str, *, now: datetime) -> Order:
    """Take an order back that its customer no longer wants; what it held is free at once.

    Raises NotFound, or a ForbiddenTransition such as AlreadyCollected.
    """
    order = pickup_steps.get_locked(session, order_uid)
    if order.channel not in CHANNELS:
        raise NotFound(kind="order", key=order_uid)
    happened = Happened(type="cancelled", occurred_at=now, reason="customer", by="customer")
    pickup_steps.happen(session, order, happened, now=now, tells=True)
    return order


def clean_name(name: str) -> str:
    """Return a name as it is written, in one line; raise Invalid when it is no name."""
    name = " ".join(words.readable(name).split())
    if not any(sign.isalpha() for sign in name):
        raise Invalid(field="name", problem="empty")
    if len(name) > LONGEST_NAME:
        raise Invalid(field="name", problem="too_long")
    return name


def _check(placing: Placing) -> None:
    """Check what customers may ask for; what a shop asks another for was ordered already."""
    if placing.channel == TRANSFER:
        return
    if not 1 <= len(placing.wishes) <= MOST_LINES:
        raise Invalid(field="lines", problem="empty" if not placing.wishes else "too_many")
    if any(not 1 <= wish.quantity <= MOST_UNITS for wish in placing.wishes):
        raise Invalid(field="quantity", problem="out_of_range")
    for wish in placing.wishes:
        if wish.variant.product.withdrawn_at is not None:
            raise SoldNoMore(kind="product", key=wish.variant.sku)
    if placing.customer is None and placing.delivery is None:
        clean_name(placing.name)


def _record(session: Session, placing: Placing, *, now: datetime) -> OrderRecord:
    uid = placing.uid or new_uid()
    name = "" if placing.customer else " ".join(words.readable(placing.name).split())
    return OrderRecord(
        source=source_of(placing.own),
        external_id=uid,
        uid=uid,
        number=_free_number(session, placing.store),
        store=placing.store.code,
        placed_at=now,
        customer=as_records.ref_to(placing.customer, name=name),
        paid=placing.paid,
        channel=placing.channel,
        fulfilment=placing.fulfilment,
        hold_until=placing.hold_until,
        pickup_by=placing.pickup_by,
        delivery=placing.delivery,
        currency=placing.wishes[0].variant.currency,
        lines=tuple(_line(wish) for wish in placing.wishes),
    )


def _line(wish: Wish) -> OrderLineRecord:
    return OrderLineRecord(
        sku=wish.variant.sku,
        quantity=wish.quantity,
        unit_price_minor=wish.variant.price_minor,
        label=wish.variant.product.name,
    )


def _free_number(session: Session, store: Store) -> str:
    """Return a number that no order of the store has; it says nothing of how many there were."""
    taken = select(Order.number).where(Order.store_id == store.id)
    tries = 0
    while True:
        digits = SHORTEST_NUMBER + tries // TRIES
        number = f"R{secrets.randbelow(10**digits):0{digits}}"
        if session.scalar(taken.where(Order.number == number).limit(1)) is None:
            return number
        tries += 1
