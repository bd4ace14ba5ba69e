"""The lines of an order as its source tells them: added, taken out, never undone once they left."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import pickup_goods, pickup_steps, shelf_returns, stock
from store.models import Order, OrderLine, Product, Variant, new_uid
from store.pickup_states import LACKING, OPEN_LINES, PREPARED, WITHDRAWN
from store.records import OrderLineRecord, OrderRecord


def add(session: Session, order: Order, lines: Iterable[OrderLineRecord]) -> None:
    """Write new lines of an order, their articles as ours are stored; they hold nothing yet."""
    wanted = {line.sku for line in lines}
    rows = session.execute(
        select(Variant.sku, Variant.id, Product.name).join(Product).where(Variant.sku.in_(wanted))
    )
    known = {row.sku: row for row in rows}
    for line in lines:
        variant = known.get(line.sku)
        order.lines.append(
            OrderLine(
                uid=new_uid(),
                variant_id=variant.id if variant else None,
                sku=line.sku,
                label=line.label or (variant.name if variant else line.sku),
                quantity=line.quantity,
                unit_price_minor=line.unit_price_minor,
                state="to_pick",
            )
        )
    session.flush()


def match(session: Session, order: Order, record: OrderRecord, *, now: datetime) -> bool:
    """Bring the lines in step with the record; return whether anything had to be changed."""
    wanted: Counter[str] = Counter()
    for line in record.lines:
        wanted[line.sku] += line.quantity
    held: Counter[str] = Counter()
    for own in order.lines:
        if not pickup_goods.is_taken_out(own):
            held[own.sku] += own.quantity
    prices = {line.sku: line for line in record.lines}
    added = [_part(prices[sku], quantity) for sku, quantity in (wanted - held).items()]
    removed = held - wanted
    if added:
        _append(session, order, added, now=now)
    withdrawn = [
        part
        for sku, quantity in removed.items()
        for part in _withdraw(session, order, sku, quantity, now=now)
    ]
    if withdrawn and order.state == "problem":
        _ease(order)
    return bool(added or withdrawn)


def _ease(order: Order) -> None:
    """Let an order be prepared on when what lacked of it is not wanted any more."""
    states = {line.state for line in order.lines}
    if not states & LACKING - {"awaiting_transfer"}:
        order.state = "picking" if states & PREPARED else "accepted"


def close_emptied(session: Session, order: Order, *, now: datetime) -> None:
    """End an order whose last open line was taken out: nothing else could happen to it."""
    if not any(line.state in OPEN_LINES for line in order.lines):
        emptied = pickup_steps.Happened(type="cancelled", occurred_at=now)
        pickup_steps.settle(session, order, emptied, now=now)


def _append(
    session: Session, order: Order, lines: Iterable[OrderLineRecord], *, now: datetime
) -> None:
    before = len(order.lines)
    add(session, order, lines)
    pickup_goods.hold(session, order, order.lines[before:], now=now)
    if order.state == "ready":
        order.state = "picking"


def _part(line: OrderLineRecord, quantity: int) -> OrderLineRecord:
    return OrderLineRecord(
        sku=line.sku, quantity=quantity, unit_price_minor=line.unit_price_minor, label=line.label
    )


def _withdraw(
    session: Session, order: Order, sku: str, quantity: int, *, now: datetime
) -> list[OrderLine]:
    """Take units out of the lines that have not left, those not picked yet first; return these."""
    open_lines = [line for line in order.lines if line.sku == sku and line.state in OPEN_LINES]
    open_lines.sort(key=lambda line: (line.state != "to_pick", line.id))
    parts, _left = pickup_goods.part_units(session, open_lines, quantity)
    for part in parts:
        if part.state in PREPARED:
            shelf_returns.ask(session, order, [part], reason="cancelled", now=now)
        part.state, part.reason = "cancelled", WITHDRAWN
        stock.apply(session, pickup_goods.release(order, [part], at=now), now=now)
    return parts
