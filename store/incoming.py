"""Goods that another shop has sent: taken in once, for who waits for them or for the shelf.

Who takes them in ends the order by which they were asked for too: they have left the other shop,
whether anybody there has said so or not. Its handover has one name wherever it is written down.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from store import (
    movements,
    pickup_steps,
    placed_orders,
    proposals,
    shelf_returns,
    stock,
)
from store.errors import ForbiddenTransition, NotFound
from store.models import Order, OrderLine, Proposal, Staff, StockMovement, Store, Variant
from store.pickup_goods import SOURCE, TRANSFER, handover_uid
from store.pickup_states import HAPPENINGS
from store.pickup_steps import Happened
from store.records import MovementRecord
from store.transfers import COME, NOT_WANTED

AWAITED = "awaiting_transfer"
MAY_COME = timedelta(days=14)  # what was called off and did not come by then was never sent
SENT = ("collected", "partly_collected")


@dataclass(frozen=True, kw_only=True)
class Stray:
    """Goods that another shop was asked for and that no order waits for any more.

    `asked` is the order by which it was asked, with its lines; `line` the one that they were for,
    None when it is not known. `is_sent` is whether the other shop said that they left.
    """

    asked: Order
    line: OrderLine | None
    is_sent: bool


# --- taken in ---------------------------------------------------------------------------------


def receive(
    session: Session, order_uid: str, line_uid: str, *, staff: Staff, now: datetime
) -> Order:
    """Note that what another shop sent has come: it is ours from now on, and in its basket.

    What came for an order that is not kept any more is to go on the shelf, and may be kept again.

    Raises NotFound; a ForbiddenTransition when nothing is awaited (any more).
    """
    order = pickup_steps.get_locked(session, order_uid)
    line = pickup_steps.get_line(order, line_uid)
    happened = Happened(type="transferred", occurred_at=now, staff=staff)
    event = pickup_steps.happen(session, order, happened, lines=[line], now=now, tells=True)
    asked = _asked_for(session, line)
    units = Counter({line.goods_sku: line.quantity}) if asked is None else _units(asked)
    if line.goods_id is not None:
        _book(session, order.store, asked.uid if asked else event.uid, units, now=now)
    spare = units - Counter({line.goods_sku: 0 if order.state == "expired" else line.quantity})
    shelf_returns.ask_for(session, order, spare, store=order.store, reason=_why(order), now=now)
    if asked is not None:
        _end_there(session, asked, staff=staff, now=now)
    return order


def take_in(
    session: Session, asked_uid: str, *, store: Store, staff: Staff, now: datetime
) -> Order | None:
    """Note that goods have come that `store` asked another shop for by the order `asked_uid`.

    They go to the line that waits for them, else to the shelf; again it changes nothing. Returns
    the order that they were for, None when it is not known.

    Raises NotFound.
    """
    asked = pickup_steps.get_locked(session, asked_uid)
    if asked.channel != TRANSFER or asked.source != placed_orders.source_of(store):
        raise NotFound(kind="order", key=asked_uid)
    line = _lines(session, [asked])[asked.uid]
    if line is not None and line.state == AWAITED and line.order.store_id == store.id:
        return receive(session, line.order.uid, line.uid, staff=staff, now=now)
    if not _book(session, store, asked.uid, _units(asked), now=now):
        return line.order if line else None
    _end_there(session, asked, staff=staff, now=now)
    if line is None:
        return None
    order = pickup_steps.get_locked(session, line.order.uid)
    late = Happened(
        type="came_late", occurred_at=now, staff=staff, details={"from": asked.store.code}
    )
    pickup_steps.happen(session, order, late, now=now, tells=True)
    shelf_returns.ask_for(session, order, _units(asked), store=store, reason=_why(order), now=now)
    return order


def _why(order: Order) -> str:
    return "expired" if order.state == "expired" else "cancelled"


def _units(asked: Order) -> Counter[str]:
    units: Counter[str] = Counter()
    for line in asked.lines:
        units[line.goods_sku] += line.quantity
    return units


def _book(
    session: Session, store: Store, name: str, units: Mapping[str, int], *, now: datetime
) -> bool:
    """Let the goods be in stock here and tell it; again it changes nothing, and is False.

    The first article bears the name by which it is known that they have come, see `_come`.
    """
    came = [
        MovementRecord(
            source=SOURCE,
            source_id=f"{name}:{TRANSFER}" + (f":{sku}" if place else ""),
            store=store.code,
            sku=sku,
            kind="delta",
            quantity=quantity,
            occurred_at=now,
            reason=TRANSFER,
        )
        for place, (sku, quantity) in enumerate(units.items())
    ]
    is_new = stock.apply(session, came, now=now).applied > 0
    if is_new:
        movements.write_fact(session, came, subject=f"stock:{store.code}:{came[0].sku}", now=now)
    return is_new


def _end_there(session: Session, asked: Order, *, staff: Staff, now: datetime) -> None:
    """End the order at the shop that sent the goods, and let its stock go down once.

    It may have been called off while they were on the road, or not be said to have left.
    """
    asked = pickup_steps.get_locked(session, asked.uid)
    try:
        for event in ("ready", "collected"):
            if asked.state in HAPPENINGS[event].orders:
                happened = Happened(type=event, occurred_at=now, staff=staff)
                pickup_steps.happen(session, asked, happened, now=now, tells=True)
    except ForbiddenTransition:
        pass  # that shop has noted what lacks; its goods are counted below all the same
    if asked.state not in SENT:
        _book_out(session, asked, now=now)


def _book_out(session: Session, asked: Order, *, now: datetime) -> None:
    name = handover_uid(asked, 0)
    left = [
        MovementRecord(
            source=SOURCE,
            source_id=f"{name}:{sku}",
            store=asked.store.code,
            sku=sku,
            kind="handover",
            quantity=quantity,
            occurred_at=now,
            reason=asked.number,
        )
        for sku, quantity in _units(asked).items()
    ]
    stock.apply(session, left, now=now)
    movements.write_fact(session, left, subject=f"order:{asked.uid}", now=now)


# --- still to come ----------------------------------------------------------------------------


def list_strays(session: Session, own: Store, *, now: datetime) -> Sequence[Stray]:
    """Return what may still come from other shops for nobody, the oldest first; four queries."""
    called_off = (Order.state == "cancelled") & (Order.reason == NOT_WANTED)
    query = (
        select(Order)
        .where(Order.channel == TRANSFER, Order.source == placed_orders.source_of(own))
        .where(Order.placed_at > now - MAY_COME, Order.state.in_((*SENT, "expired")) | called_off)
        .options(
            selectinload(Order.lines).joinedload(OrderLine.variant).joinedload(Variant.product),
            joinedload(Order.store),
        )
        .order_by(Order.id)
    )
    found = session.scalars(query).all()
    lines, come = _lines(session, found), _come(session, found)
    return [
        Stray(asked=one, line=lines[one.uid], is_sent=one.state in SENT)
        for one in found
        if one.uid not in come and not _is_awaited(lines[one.uid], own)
    ]


def _is_awaited(line: OrderLine | None, own: Store) -> bool:
    """Tell whether an order of the shop waits for the goods, or has got them."""
    if line is None or line.order.store_id != own.id:
        return False
    return line.state in COME or (line.state == AWAITED and line.order.state != "expired")


def _come(session: Session, asked: Collection[Order]) -> set[str]:
    names = {f"{one.uid}:{TRANSFER}": one.uid for one in asked}
    query = select(StockMovement.source_id).where(
        StockMovement.source == SOURCE, StockMovement.source_id.in_(names)
    )
    return {names[name] for name in session.scalars(query)} if names else set()


def _lines(session: Session, asked: Collection[Order]) -> dict[str, OrderLine | None]:
    """Return the line for which each was asked, by the uid of what it was asked by."""
    found: dict[str, OrderLine | None] = dict.fromkeys(one.uid for one in asked)
    if not found:
        return found
    since = min(one.placed_at for one in asked)
    query = (
        select(Proposal)
        .where(Proposal.choice.startswith(f"{TRANSFER}:"), Proposal.answered_at >= since)
        .options(joinedload(Proposal.line).joinedload(OrderLine.order))
    )
    for one in session.scalars(query):
        uid = proposals.transfer_uid(one.uid)
        if uid in found:
            found[uid] = one.line
    return found


def _asked_for(session: Session, line: OrderLine) -> Order | None:
    """Return the order by which another shop was asked for a line, None when nobody was."""
    answered = Proposal.line_id == line.id, Proposal.choice.startswith(f"{TRANSFER}:")
    newest = select(Proposal.uid).where(*answered).order_by(Proposal.id.desc()).limit(1)
    question = session.scalar(newest)
    if question is None:
        return None
    uid = proposals.transfer_uid(question)
    return session.scalar(select(Order).where(Order.uid == uid, Order.channel == TRANSFER))
