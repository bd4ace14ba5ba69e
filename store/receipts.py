"""Handovers that stand, unit by unit, and the receipts of those that were undone since.

A receipt lists what its customer still has. One of which nothing stands any more never leaves; one
that its customer may have is put right, which tells of what was undone alone.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import json_records, message_queue, pickup_goods
from store.message_states import VOID, occasion_of
from store.models import CustomerMessage, Order, OrderEvent, OrderLine

RECEIPT = "receipt"
MAY_HAVE_COME = ("claimed", "sent", "delivered")  # whoever claimed it may have sent it by now
Units = Counter[str]


@dataclass
class Standing:
    """A handover, and the units of it by article that its customer still has."""

    event: OrderEvent
    units: Units


def list_standing(session: Session, order: Order) -> list[Standing]:
    """Return the handovers of an order of which something was not undone, the first first."""
    return list_all_standing(session, [order])[order.id]


def list_all_standing(session: Session, orders: Collection[Order]) -> dict[int, list[Standing]]:
    """Return for each order, by its number, what `list_standing` does; one query."""
    events: dict[int, list[OrderEvent]] = {order.id: [] for order in orders}
    for event in _handovers(session, orders):
        events[event.order_id].append(event)
    return {order.id: _standing(order, events[order.id]) for order in orders}


def void(
    session: Session,
    order: Order,
    undo: OrderEvent,
    lines: Collection[OrderLine],
    *,
    now: datetime,
) -> dict[str, Any] | None:
    """Let the receipts of handovers of which nothing stands after an undo say nothing any more.

    `lines` are those that it brought back. Returns the facts of the message that puts right what
    a customer may have received: since when it was given (`given_at`), and what was `undone` of it
    where the rest stands, by what was given. None when no receipt of what was undone has left.
    """
    events = _handovers(session, [order])
    before = _standing(order, [event for event in events if event.id != undo.id])
    after = {one.event.uid: one.units for one in _standing(order, events)}
    undone = {one.event.uid: one.units - after.get(one.event.uid, Counter()) for one in before}
    receipts = [one for one in _list(session, order) if undone.get(occasion_of(one))]
    _withdraw(session, [one for one in receipts if occasion_of(one) not in after], now=now)
    left = [one for one in receipts if one.state in MAY_HAVE_COME]
    if not left:
        return None
    is_part = any(occasion_of(one) in after for one in left)
    of_them = {occasion_of(one): undone[occasion_of(one)] for one in left}
    units = sum(of_them.values(), Counter[str]()) if is_part else Counter[str]()
    return _facts(session, left, _goods(lines, units))


def _handovers(session: Session, orders: Collection[Order]) -> Sequence[OrderEvent]:
    kinds = OrderEvent.type.in_(("collected", "handover_reversed"))
    of_orders = OrderEvent.order_id.in_([order.id for order in orders])
    events = select(OrderEvent).where(of_orders, kinds)
    return session.scalars(events.order_by(OrderEvent.id)).all()


def _standing(order: Order, events: Sequence[OrderEvent]) -> list[Standing]:
    standing: list[Standing] = []
    for event in events:
        if event.type == "collected":
            standing.append(Standing(event, _given(order, event, standing)))
        elif event.lines is None:
            standing.clear()
        else:
            _take_out(standing, _units(event.lines))
    return standing


def _given(order: Order, event: OrderEvent, before: Sequence[Standing]) -> Units:
    """Count what a handover gave; one of before that names nothing gave all that was left."""
    if event.lines is not None:
        return _units(event.lines)
    lines = [line for line in order.lines if line.state not in ("refused", "cancelled")]
    return _units(pickup_goods.by_sku(lines)) - sum((one.units for one in before), Counter[str]())


def _take_out(standing: list[Standing], units: Units) -> None:
    """Take units that were undone out of the last handover of just these, else the last of all."""
    same = [one for one in standing if one.units == units]
    for one in same[-1:] or reversed(standing):
        taken = one.units & units
        one.units, units = one.units - taken, units - taken
    standing[:] = [one for one in standing if one.units]


def _units(lines: Iterable[Mapping[str, Any]]) -> Units:
    units = Counter[str]()
    for line in lines:
        units[line["sku"]] += line["quantity"]
    return units


def _goods(lines: Iterable[OrderLine], units: Units) -> Units:
    """Count by what was given, be it in place of what was ordered, so many units of lines."""
    left, goods = units.copy(), Counter[str]()
    for line in lines:
        taken = min(line.quantity, left[line.sku])
        left[line.sku] -= taken
        goods[line.goods_sku] += taken
    return +goods


# --- their receipts ---------------------------------------------------------------------------


def _list(session: Session, order: Order) -> list[CustomerMessage]:
    """Return the receipts that say something still, as they are: no worker takes one meanwhile."""
    of_order = CustomerMessage.order_id == order.id, CustomerMessage.kind == RECEIPT
    locked = select(CustomerMessage).where(*of_order).with_for_update()
    receipts = session.scalars(locked.execution_options(populate_existing=True))
    return [one for one in receipts if not one.facts.get(VOID)]


def _withdraw(session: Session, receipts: Collection[CustomerMessage], *, now: datetime) -> None:
    for receipt in receipts:
        receipt.facts = receipt.facts | {VOID: True}
    session.flush()
    these = CustomerMessage.uid.in_([one.uid for one in receipts])
    message_queue.withdraw(session, these, now=now)


def _facts(session: Session, left: Sequence[CustomerMessage], undone: Units) -> dict[str, Any]:
    uids = [occasion_of(one) for one in left]
    given = select(OrderEvent.occurred_at).where(OrderEvent.uid.in_(uids))
    given_at = session.scalar(given.order_by(OrderEvent.id.desc()).limit(1))
    facts: dict[str, Any] = {"given_at": json_records.write_time(given_at)}
    emails = [one.facts["email"] for one in left if one.facts.get("email")]
    if emails:
        facts["email"] = emails[-1]
    if undone:
        facts["undone"] = [{"sku": sku, "quantity": units} for sku, units in undone.items()]
    return facts
