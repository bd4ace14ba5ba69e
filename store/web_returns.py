"""Articles of an online order that come back to a shop; the money is left to who was paid."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from store import changes, codes, pickup_steps, pickup_telling
from store.errors import Invalid, NotFound
from store.models import Order, OrderEvent, OrderLine, OutboxMessage, Staff, Store, Variant
from store.pickup_goods import DAMAGED
from store.pickup_steps import Happened
from store.records import ReturnRecord

REASONS = ("changed_mind", "not_suitable", "damaged", "wrong_article", "not_as_described", "other")
RESELL = "resell"
CONDITIONS = (RESELL, DAMAGED)
MOST_FOUND = 10
RETURNED = "returned"


@dataclass(frozen=True, kw_only=True)
class Returned:
    """Units of an article that come back; `condition` is resell or damaged."""

    sku: str
    quantity: int
    reason: str
    condition: str = RESELL


@dataclass(frozen=True, kw_only=True)
class Returnable:
    """An article that was collected, and how many units of it may still come back."""

    sku: str
    line: OrderLine
    collected: int
    left: int


def get(session: Session, uid: str) -> Order:
    """Return an order of any shop with its lines and their articles; raises NotFound."""
    articles = selectinload(Order.lines)
    query = select(Order).where(Order.uid == uid, Order.fulfilment == "pickup")
    order = session.scalar(
        query.options(
            articles.joinedload(OrderLine.variant).joinedload(Variant.product),
            articles.joinedload(OrderLine.substitute).joinedload(Variant.product),
            joinedload(Order.store),
        ).execution_options(populate_existing=True)
    )
    if order is None:
        raise NotFound(kind="order", key=uid)
    return order


def search(session: Session, text: str, *, store: Store) -> Sequence[Order]:
    """Return the orders with this number or code, in any shop; those of this shop first."""
    number = text.strip().lstrip("#").strip()
    if not number:
        return []
    known = or_(Order.number == number, Order.code == codes.normalise(number))
    query = select(Order).where(known, Order.fulfilment == "pickup")
    first = (Order.store_id != store.id, Order.placed_at.desc(), Order.id.desc())
    return session.scalars(
        query.options(joinedload(Order.store)).order_by(*first).limit(MOST_FOUND)
    ).all()


def list_returnable(session: Session, order: Order) -> list[Returnable]:
    """Return the articles that were collected, in the order of the lines, with what may come."""
    collected: Counter[str] = Counter()
    first: dict[str, OrderLine] = {}
    for line in order.lines:
        if line.state == "collected":
            collected[line.goods_sku] += line.quantity
            first.setdefault(line.goods_sku, line)
    back: Counter[str] = Counter()
    for one in list_returned(session, order):
        back[one.sku] += one.quantity
    return [
        Returnable(sku=sku, line=first[sku], collected=units, left=max(0, units - back[sku]))
        for sku, units in collected.items()
    ]


def list_returned(session: Session, order: Order) -> list[Returned]:
    """Return what has come back of an order in any shop, the first first."""
    return [
        Returned(
            sku=one["sku"],
            quantity=one["quantity"],
            reason=one["reason"],
            condition=one.get("condition", RESELL),
        )
        for told in list_told(session, [order])[order.id]
        for one in told.lines
    ]


def list_told(session: Session, orders: Collection[Order]) -> dict[int, list[ReturnRecord]]:
    """Return what came back of each order, by its id, the first first; one query."""
    found: dict[int, list[ReturnRecord]] = {order.id: [] for order in orders}
    shops = {order.id: order.store.code for order in orders}
    events = OrderEvent.order_id.in_(found), OrderEvent.type == RETURNED
    for event in session.scalars(select(OrderEvent).where(*events).order_by(OrderEvent.id)):
        found[event.order_id].append(
            ReturnRecord(
                uid=event.uid,
                store=event.details.get("store") or shops[event.order_id],
                at=event.occurred_at,
                lines=tuple(event.details.get("returned", ())),
            )
        )
    return found


def is_on_its_way(session: Session, order: Order) -> bool:
    """Tell whether the central system has yet to learn of something that came back here."""
    facts = (
        OutboxMessage.subject == pickup_telling.subject(order),
        OutboxMessage.state != "delivered",
    )
    waiting = session.scalars(select(OutboxMessage.payload).where(*facts))
    return any(told.get("type") == RETURNED for told in waiting)


def learn(
    session: Session, order: Order, returns: Collection[ReturnRecord], *, now: datetime
) -> None:
    """Note what came back elsewhere, as the central system counts it: nobody takes it again.

    The stock of who took it is theirs to tell, and the customer has their receipt.
    """
    uids = [one.uid for one in returns]
    known = select(OrderEvent.uid).where(OrderEvent.uid.in_(uids))
    ours = set(session.scalars(known)) if uids else set()
    news = [one for one in returns if one.uid not in ours]
    session.add_all(
        OrderEvent(
            uid=one.uid,
            order_id=order.id,
            type=RETURNED,
            lines=None,
            actor="central",
            details={"returned": [dict(line) for line in one.lines], "store": one.store},
            occurred_at=one.at,
            recorded_at=now,
        )
        for one in news
    )
    if news:
        session.flush()
        changes.record(session, "orders", order.uid, now=now)


def take_back(
    session: Session,
    order_uid: str,
    returned: Sequence[Returned],
    *,
    store: Store,
    staff: Staff,
    now: datetime,
) -> OrderEvent:
    """Take articles back in a shop; those that can be sold again are on its shelf at once.

    Raises NotFound; Invalid for no article, one that was not collected, a number of units that has
    come back already, a reason or a condition; NotReady, OrderCancelled or ForbiddenTransition.
    """
    order = pickup_steps.get_locked(session, order_uid)
    pickup_steps.require(order, RETURNED)
    _require_possible(session, order, returned)
    happened = Happened(
        type=RETURNED,
        occurred_at=now,
        staff=staff,
        details={"returned": [asdict(one) for one in returned], "store": store.code},
    )
    return pickup_steps.happen(session, order, happened, now=now, tells=True)


def _require_possible(session: Session, order: Order, returned: Sequence[Returned]) -> None:
    left = {one.sku: one.left for one in list_returnable(session, order)}
    if not returned:
        raise Invalid(field="lines", problem="empty")
    for one in returned:
        if one.reason not in REASONS:
            raise Invalid(field="reason", problem="unknown")
        if one.condition not in CONDITIONS:
            raise Invalid(field="condition", problem="unknown")
        if one.sku not in left:
            raise Invalid(field="lines", problem="unknown")
        if not 1 <= one.quantity <= left[one.sku]:
            raise Invalid(field="quantity", problem="out_of_range")
        left[one.sku] -= one.quantity
