"""Waves: several orders picked in one round through the shop, each into a basket of its own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import case, delete, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from store import aisles, changes, pickup_board, pickup_steps
from store.database import take_turn
from store.errors import InAnotherWave, Invalid, NotFound
from store.models import (
    Order,
    OrderEvent,
    OrderLine,
    Staff,
    Store,
    Variant,
    Wave,
    WaveOrder,
    new_uid,
)
from store.pickup_board import Pickup
from store.pickup_states import TO_PREPARE
from store.pickup_steps import Happened
from store.words import natural

USUAL, MOST = 8, 20  # orders in a wave


@dataclass(frozen=True, kw_only=True)
class Basket:
    """One order of a wave, and the number of the basket that its goods are laid in.

    `by` is who made the order ready beside the wave, if anybody did.
    """

    number: int
    order: Order
    by: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the wave still has to see to it: not made ready, nor ended, elsewhere."""
        return self.order.state in TO_PREPARE


@dataclass(frozen=True, kw_only=True)
class Part:
    """How many units of an article one line needs, and how many were scanned."""

    basket: int
    line: OrderLine
    quantity: int
    checked: int


@dataclass(frozen=True, kw_only=True)
class Goods:
    """One article of a wave and where it stands; `parts` in the order of the baskets."""

    sku: str
    label: str
    aisle: str
    parts: tuple[Part, ...]

    @property
    def quantity(self) -> int:
        """Units to take for all the baskets."""
        return sum(part.quantity for part in self.parts)

    @property
    def checked(self) -> int:
        """Units scanned so far."""
        return sum(part.checked for part in self.parts)

    @property
    def is_done(self) -> bool:
        """Whether all units have been scanned."""
        return self.checked >= self.quantity


@dataclass(frozen=True, kw_only=True)
class Underway:
    """An open wave in a list."""

    uid: str
    by: str  # the name, or empty
    staff_id: int | None
    started_at: datetime
    orders: int


# --- begun and ended --------------------------------------------------------------------------


def list_waiting(session: Session, store: Store) -> Sequence[Pickup]:
    """Return the orders to prepare that are in no wave, those promised first before the others.

    Before all of them come those whose customer has answered: their goods wait for the rest.
    """
    taken = set(
        session.scalars(
            select(Order.uid)
            .join(WaveOrder, WaveOrder.order_id == Order.id)
            .where(Order.store_id == store.id)
        )
    )
    waiting = pickup_board.list_open(session, store.id, states=TO_PREPARE)
    free = [one for one in waiting if one.uid not in taken]
    return sorted(free, key=lambda one: not one.is_answered)


def start(
    session: Session, store: Store, *, order_uids: Collection[str], staff: Staff, now: datetime
) -> Wave:
    """Take 1 to 20 orders on together, in the order in which they are named.

    Raises Invalid for none or too many; InAnotherWave; NotFound or a ForbiddenTransition for an
    order that cannot be prepared here.
    """
    if not 1 <= len(order_uids) <= MOST:
        raise Invalid(field="orders", problem="too_many" if order_uids else "empty")
    take_turn(session, changes.TURN)
    wave = Wave(uid=new_uid(), store_id=store.id, staff_id=staff.id, started_at=now)
    session.add(wave)
    session.flush()
    for basket, uid in enumerate(dict.fromkeys(order_uids), start=1):
        order = pickup_steps.get_locked(session, uid)
        _require_free(session, store, order)
        session.add(WaveOrder(wave_id=wave.id, order_id=order.id, basket=basket))
        if order.state == "new":
            accepted = Happened(type="accepted", occurred_at=now, staff=staff)
            pickup_steps.happen(session, order, accepted, now=now, tells=True)
        changes.record(session, "orders", uid, now=now)
    session.flush()
    return wave


def _require_free(session: Session, store: Store, order: Order) -> None:
    if order.store_id != store.id:
        raise NotFound(kind="order", key=order.uid)
    if order.state not in TO_PREPARE:
        raise pickup_steps.refusal(order, "picked")
    other = find_of(session, order)
    if other is not None:
        name = other.staff.name if other.staff else ""
        raise InAnotherWave(number=order.number, by=name)


def find_of(session: Session, order: Order) -> Wave | None:
    """Return the wave that an order is in, or None."""
    in_it = select(Wave).join(WaveOrder, WaveOrder.wave_id == Wave.id)
    query = in_it.where(WaveOrder.order_id == order.id, Wave.ended_at.is_(None))
    return session.scalar(query.options(joinedload(Wave.staff)))


def get(session: Session, uid: str, *, store: Store) -> Wave:
    """Return a wave of the store; raise NotFound."""
    wave = session.scalar(
        select(Wave)
        .where(Wave.uid == uid, Wave.store_id == store.id)
        .options(joinedload(Wave.staff), joinedload(Wave.store))
    )
    if wave is None:
        raise NotFound(kind="wave", key=uid)
    return wave


def list_underway(session: Session, store: Store) -> Sequence[Underway]:
    """Return the waves that are not over, the oldest first; one query.

    Orders that were made ready or ended elsewhere do not count.
    """
    open_orders = func.count(case((Order.state.in_(TO_PREPARE), Order.id))).label("orders")
    query = (
        select(Wave.uid, Staff.name, Wave.staff_id, Wave.started_at, open_orders)
        .join(WaveOrder, WaveOrder.wave_id == Wave.id)
        .join(Order, Order.id == WaveOrder.order_id)
        .outerjoin(Staff, Staff.id == Wave.staff_id)
        .where(Wave.store_id == store.id, Wave.ended_at.is_(None))
        .group_by(Wave.id, Wave.uid, Staff.name, Wave.staff_id, Wave.started_at)
        .order_by(Wave.started_at, Wave.id)
    )
    return [
        Underway(
            uid=row.uid,
            by=row.name or "",
            staff_id=row.staff_id,
            started_at=row.started_at,
            orders=row.orders,
        )
        for row in session.execute(query)
    ]


def take_over(session: Session, uid: str, *, store: Store, staff: Staff, now: datetime) -> Wave:
    """Go on with a colleague's wave; the other tablets are told. Raises NotFound."""
    wave = get(session, uid, store=store)
    wave.staff_id = staff.id
    session.flush()
    its_orders = select(Order.uid).join(WaveOrder, WaveOrder.order_id == Order.id)
    uids = session.scalars(its_orders.where(WaveOrder.wave_id == wave.id)).all()
    changes.record_all(session, "orders", uids, now=now)
    return wave


def leave(session: Session, order: Order, *, now: datetime) -> None:
    """Take an order out of its wave, such as when it lies ready; an empty wave is over."""
    wave = find_of(session, order)
    if wave is None:
        return
    session.execute(delete(WaveOrder).where(WaveOrder.order_id == order.id))
    session.flush()
    left = session.scalar(select(WaveOrder.order_id).where(WaveOrder.wave_id == wave.id).limit(1))
    if left is None:
        wave.ended_at = now
    session.flush()
    changes.record(session, "orders", order.uid, now=now)


def empty(session: Session, wave: Wave, order_uid: str, *, now: datetime) -> None:
    """Note that the basket of an order is empty, such as when it was cancelled meanwhile.

    Raises NotFound when the order is not in the wave (any more).
    """
    for basket in baskets(session, wave):
        if basket.order.uid == order_uid:
            leave(session, basket.order, now=now)
            return
    raise NotFound(kind="order", key=order_uid)


def end(session: Session, uid: str, *, store: Store, now: datetime) -> Wave:
    """Give back the orders of a wave; what was scanned stays so. Raises NotFound."""
    wave = get(session, uid, store=store)
    for basket in baskets(session, wave):
        leave(session, basket.order, now=now)
    wave.ended_at = wave.ended_at or now
    session.flush()
    return wave


# --- what there is to take --------------------------------------------------------------------


def baskets(session: Session, wave: Wave) -> Sequence[Basket]:
    """Return the orders of a wave with their lines and articles, by basket; four queries.

    An order that was made ready or ended meanwhile, such as cancelled on the web, is among them:
    its basket has to be emptied. A fifth query then says by whom.
    """
    articles = selectinload(Order.lines)
    rows = session.execute(
        select(WaveOrder.basket, Order)
        .join(Order, Order.id == WaveOrder.order_id)
        .where(WaveOrder.wave_id == wave.id)
        .order_by(WaveOrder.basket)
        .options(
            articles.joinedload(OrderLine.variant).joinedload(Variant.product),
            articles.joinedload(OrderLine.substitute).joinedload(Variant.product),
            joinedload(Order.store),
        )
        .execution_options(populate_existing=True)
    )
    found = [Basket(number=row.basket, order=row.Order) for row in rows]
    names = _made_ready_by(session, [one.order.id for one in found if not one.is_open])
    return [replace(one, by=names.get(one.order.id, "")) for one in found]


def _made_ready_by(session: Session, order_ids: Collection[int]) -> dict[int, str]:
    """Return the names of those who made orders ready, by the number of the order."""
    if not order_ids:
        return {}
    events = select(OrderEvent.order_id, Staff.name).join(Staff, Staff.id == OrderEvent.staff_id)
    of_these = OrderEvent.order_id.in_(order_ids), OrderEvent.type == "ready"
    rows = session.execute(events.where(*of_these).order_by(OrderEvent.id))
    return {row.order_id: row.name for row in rows}


def goods(session: Session, wave: Wave, found: Sequence[Basket]) -> Sequence[Goods]:
    """Return the articles to take for the baskets, in the order of the aisles; one query.

    Aisles are ordered as people count: 2 before 10. What has no aisle comes last, by name.
    """
    wanted: dict[str, list[Part]] = {}
    for basket in found:
        for line in basket.order.lines if basket.is_open else ():
            part = _part(basket.number, line)
            if part is not None:
                wanted.setdefault(line.goods_sku, []).append(part)
    standing = _aisles(session, wave, wanted.values())
    made = [_goods(sku, parts, standing) for sku, parts in wanted.items()]
    return sorted(made, key=lambda one: (not one.aisle, natural(one.aisle), one.label))


def _part(basket: int, line: OrderLine) -> Part | None:
    """Return what a line needs from the shelves, None for one that needs nothing."""
    if line.state not in ("to_pick", "picked", "substituted"):
        return None
    is_done = line.state == "picked"
    checked = line.quantity if is_done else line.checked
    return Part(basket=basket, line=line, quantity=line.quantity, checked=checked)


def _goods(sku: str, parts: list[Part], standing: dict[int, str]) -> Goods:
    line = parts[0].line
    return Goods(
        sku=sku,
        label=line.goods_label,
        aisle=standing.get(line.goods_id or 0, ""),
        parts=tuple(parts),
    )


def _aisles(session: Session, wave: Wave, parts: Collection[list[Part]]) -> dict[int, str]:
    wanted = [number for one in parts if (number := one[0].line.goods_id) is not None]
    return aisles.of(session, wanted, store_id=wave.store_id)
