"""The goods of a pickup: held while it is open, gone with the customer, back when it is undone."""

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from store import stock, stock_holds
from store.models import Order, OrderEvent, OrderLine, Variant, new_uid
from store.pickup_states import CANCELLED, COLLECTED, OPEN_LINES, UNDONE, WITHDRAWN
from store.records import MovementRecord

SOURCE = "pickup"
DELIVERY = "delivery"
TRANSFER = "transfer"  # the channel of an order by which a shop asks another one for goods
DAMAGED = "damaged"  # the condition of goods that nobody can be sold


# makes the id of the handovers of what a shop sends to another one
_HANDOVERS = uuid.UUID("5b0f6c38-8d4e-4b6a-9a53-2f1f0c2d7e94")


def handover_uid(order: Order, place: int) -> str:
    """Return the id of a handover of what one shop sends to another, the first at `place` 0.

    Both shops know it: whoever writes down that the goods have left, they leave once.
    """
    return str(uuid.uuid5(_HANDOVERS, f"{order.uid}:{place}"))


def is_taken_out(line: OrderLine) -> bool:
    """Tell whether the source took a line out of its order, and it has not left all the same."""
    return (line.state, line.reason) == (CANCELLED, WITHDRAWN)


def is_given_though_taken_out(line: OrderLine) -> bool:
    """Tell whether a line has left its shop although the source took it out of its order."""
    return (line.state, line.reason) == (COLLECTED, WITHDRAWN)


def hold(
    session: Session,
    order: Order,
    lines: Iterable[OrderLine],
    *,
    now: datetime,
    is_promised: bool = True,
) -> None:
    """Hold the units of new lines.

    An unknown article holds nothing, nor does what is delivered from elsewhere. Raises
    NotEnoughStock for what nobody has promised yet.
    """
    for line in lines if order.fulfilment != DELIVERY else ():
        if line.goods_id is not None and line.state in OPEN_LINES:
            stock.hold(
                session,
                line.goods_id,
                store_id=order.store.id,
                quantity=line.quantity,
                source=SOURCE,
                source_id=line.uid,
                reason=order.number,
                now=now,
                is_promised=is_promised,
            )


def missing(session: Session, order: Order, lines: Iterable[OrderLine]) -> list[OrderLine]:
    """Return the lines, held already, for which there are fewer units than are promised."""
    known = [line for line in lines if line.goods_id is not None]
    return [
        line
        for line in known
        if stock.overbooked(session, line.goods_id or 0, store_id=order.store_id)
    ]


def release(order: Order, lines: Iterable[OrderLine], *, at: datetime) -> list[MovementRecord]:
    """Return what ends the holds of lines."""
    if order.fulfilment == DELIVERY:
        return []
    return [_released(order, line, at=at) for line in lines if line.goods_id is not None]


def hold_again(
    session: Session, order: Order, lines: Collection[OrderLine], *, now: datetime
) -> None:
    """Hold goods that a customer has been promised and whose hold has ended before."""
    for line in lines:
        line.uid = new_uid()  # a hold is known by its line: this one is new
    session.flush()
    hold(session, order, lines, now=now)


def substitute(
    session: Session,
    line: OrderLine,
    variant: Variant,
    *,
    price_minor: int,
    now: datetime,
    is_promised: bool = False,
) -> None:
    """Let a line mean another article, and hold that instead; the caller lets it happen.

    `is_promised` where another server has done so. Raises NotEnoughStock when the other article
    has gone meanwhile.
    """
    order = line.order
    stock.apply(session, release(order, [line], at=now), now=now)
    line.substitute_id, line.substitute_sku = variant.id, variant.sku
    line.substitute_label, line.substitute_price_minor = variant.product.name, price_minor
    line.uid, line.checked = new_uid(), 0
    session.flush()
    hold(session, order, [line], now=now, is_promised=is_promised)


def split(session: Session, line: OrderLine, quantity: int) -> OrderLine:
    """Part `quantity` units from a line, as a line of its own that shares the hold."""
    part = OrderLine(
        uid=new_uid(),
        order_id=line.order_id,
        variant_id=line.variant_id,
        sku=line.sku,
        label=line.label,
        quantity=quantity,
        unit_price_minor=line.unit_price_minor,
        state=line.state,
        reason=line.reason,
        substitute_id=line.substitute_id,
        substitute_sku=line.substitute_sku,
        substitute_label=line.substitute_label,
        substitute_price_minor=line.substitute_price_minor,
        checked=min(line.checked, quantity),
    )
    line.checked -= part.checked
    line.quantity -= quantity
    line.order.lines.append(part)
    session.flush()
    return part


def part_units(
    session: Session, lines: Iterable[OrderLine], quantity: int
) -> tuple[list[OrderLine], int]:
    """Return lines that make up `quantity` units, the last in two where only a part is meant.

    With them, how many units are wanting.
    """
    found: list[OrderLine] = []
    for line in lines:
        if quantity == 0:
            break
        part = line if line.quantity <= quantity else split(session, line, quantity)
        quantity -= part.quantity
        found.append(part)
    return found, quantity


def movements(order: Order, event: OrderEvent, moved: Sequence[OrderLine]) -> list[MovementRecord]:
    """Return what the event does to the stock.

    Handed-over goods leave once under the event's own id, whichever server learns of it first.
    """
    if event.type == "expired":
        left_over = [line for line in order.lines if line.state in OPEN_LINES]
        return release(order, left_over, at=event.occurred_at)
    if event.type == UNDONE:
        return _moved_goods(order, event, _units(order, moved), kind="return")
    if event.type == "returned":
        return _returned(order, event)
    if event.type not in (COLLECTED, "refused", CANCELLED):
        return []
    freed = release(order, moved, at=event.occurred_at)
    if event.type == COLLECTED:
        return [*freed, *_moved_goods(order, event, _units(order, moved), kind="handover")]
    if event.details.get("condition") == DAMAGED:
        lost = Counter({sku: -quantity for sku, quantity in _units(order, moved).items()})
        return [*freed, *_moved_goods(order, event, lost, kind="delta")]
    return freed


def _returned(order: Order, event: OrderEvent) -> list[MovementRecord]:
    """Return what comes back on the shelf of the shop that took it; damaged goods do not."""
    resold: Counter[str] = Counter()
    for one in event.details.get("returned", []):
        if one.get("condition") != DAMAGED:
            resold[one["sku"]] += one["quantity"]
    shop = event.details.get("store") or order.store.code
    return _moved_goods(order, event, resold, kind="return", store=shop)


def _units(order: Order, lines: Iterable[OrderLine]) -> Counter[str]:
    total: Counter[str] = Counter()
    for line in lines if order.fulfilment != DELIVERY else ():
        if line.goods_id is not None:
            total[line.goods_sku] += line.quantity
    return total


def _moved_goods(
    order: Order, event: OrderEvent, units: Counter[str], *, kind: str, store: str = ""
) -> list[MovementRecord]:
    """Return the movements of goods that leave the shop, are lost to it or come back into it."""
    return [
        MovementRecord(
            source=SOURCE,
            source_id=f"{event.uid}:{sku}",
            store=store or order.store.code,
            sku=sku,
            kind=kind,
            quantity=quantity,
            occurred_at=event.occurred_at,
            reason=order.number,
        )
        for sku, quantity in units.items()
    ]


def _released(order: Order, line: OrderLine, *, at: datetime) -> MovementRecord:
    return MovementRecord(
        source=SOURCE,
        source_id=stock_holds.name_of(line.uid, stock_holds.RELEASED),
        store=order.store.code,
        sku=line.goods_sku,
        kind=stock_holds.RELEASED,
        quantity=line.quantity,
        occurred_at=at,
        reason=order.number,
    )


def substitutes_of(lines: Iterable[OrderLine]) -> list[dict[str, Any]]:
    """Return what is given in place of the articles of these lines, as events tell it."""
    told: dict[tuple[str, str], dict[str, Any]] = {}
    for line in lines:
        if line.substitute_sku:
            one = told.setdefault((line.sku, line.substitute_sku), _told(line) | {"quantity": 0})
            one["quantity"] += line.quantity
    return list(told.values())


def _told(line: OrderLine) -> dict[str, Any]:
    names = {"for": line.sku, "sku": line.substitute_sku, "label": line.substitute_label}
    return names | {"price_minor": line.goods_price_minor}


def part_goods(
    session: Session,
    lines: Collection[OrderLine],
    quantity: int,
    substitutes: Iterable[Mapping[str, Any]],
) -> tuple[list[OrderLine], int]:
    """Return lines that make up so many units of one article, as `part_units` does.

    First come those in whose place the `substitutes` are given, as events tell them.
    """
    found: list[OrderLine] = []
    for one in substitutes:
        same = [line for line in lines if line.substitute_sku == one["sku"]]
        wanted = min(quantity, one.get("quantity", quantity))
        parts, wanting = part_units(session, same, wanted)
        quantity -= wanted - wanting
        found += parts
    others = [line for line in lines if line not in found]
    parts, wanting = part_units(session, others, quantity)
    return found + parts, wanting


def by_sku(lines: Iterable[OrderLine]) -> list[dict[str, Any]]:
    """Return how many units of each article were ordered in these lines."""
    total: Counter[str] = Counter()
    for line in lines:
        total[line.sku] += line.quantity
    return [{"sku": sku, "quantity": quantity} for sku, quantity in total.items()]
