"""The same units taken back in two shops: the first heard of counts, the other is set aside.

Shops that are cut off may both take an article back. Whoever hears of both, the hub, keeps the
second event under its own id with the reason, which changes nothing; the movements of stock that
belong to it are refused, and the shop that told it reads why in its outbox.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from store import stores, web_returns
from store.errors import AlreadyReturned
from store.models import Order, OrderEvent, OutboxMessage, new_uid
from store.pickup_goods import SOURCE
from store.records import MovementRecord, OrderEventRecord
from store.web_returns import RETURNED

TWICE = "returned_twice"  # the type of the event that is set aside
_WHERE = re.compile(r"returned in (.+) at (\S+)$")


@dataclass(frozen=True, kw_only=True)
class Dispute:
    """In which shop, and when, units of a return of ours had been taken back before."""

    shop: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class SetAside:
    """A return that was heard of second: who told it, of what, and what was first."""

    order: Order
    shop: str
    at: datetime
    units: Mapping[str, int]
    first: Dispute


def settle(session: Session, order: Order, record: OrderEventRecord, *, now: datetime) -> bool:
    """Set a return aside that another program tells, when its units have come back before.

    Tells whether it was; the event keeps its own id, so that the same told again is known.
    """
    first = _find_first(session, order, record) if record.type == RETURNED else None
    if first is None:
        return False
    event = OrderEvent(
        uid=record.uid or new_uid(),
        order_id=order.id,
        type=TWICE,
        lines=None,
        reason=_where(session, order, first),
        identity_check="",
        actor="central",
        details=dict(record.details),
        occurred_at=record.occurred_at,
        recorded_at=now,
    )
    session.add(event)
    session.flush()
    return True


def find_refusal(session: Session, event_uid: str) -> AlreadyReturned | None:
    """Return why a return of this id was set aside, None when it was not."""
    twice = OrderEvent.uid == event_uid, OrderEvent.type == TWICE
    reason = session.scalar(select(OrderEvent.reason).where(*twice))
    return AlreadyReturned(reason=reason) if reason else None


def find_disputed(session: Session, movements: Sequence[MovementRecord]) -> dict[int, str]:
    """Return which movements, by their place, belong to a return that is set aside, and why."""
    back = {
        place: one.source_id.partition(":")[0]
        for place, one in enumerate(movements)
        if one.source == SOURCE
    }
    if not back:
        return {}
    twice = OrderEvent.uid.in_(set(back.values())), OrderEvent.type == TWICE
    told = session.execute(select(OrderEvent.uid, OrderEvent.reason).where(*twice))
    reasons = {row.uid: row.reason for row in told}
    return {place: reasons[uid] for place, uid in back.items() if uid in reasons}


def list_by_order(session: Session, order: Order) -> list[Dispute]:
    """Return the returns of an order taken here that the hub has set aside, the first first."""
    aside = (
        OutboxMessage.subject == f"order:{order.uid}",
        OutboxMessage.kind == "order_event",
        OutboxMessage.state == "set_aside",
    )
    told = select(OutboxMessage.last_error).where(*aside).order_by(OutboxMessage.id)
    return [one for text in session.scalars(told) if (one := read(text))]


def list_set_aside(session: Session, *, limit: int) -> list[SetAside]:
    """Return the returns that were heard of second, the newest first."""
    query = select(OrderEvent, Order).join(Order, Order.id == OrderEvent.order_id)
    query = query.where(OrderEvent.type == TWICE).order_by(OrderEvent.id.desc()).limit(limit)
    found = session.execute(query.options(joinedload(Order.store))).all()
    return [
        SetAside(
            order=order,
            shop=_shop(session, order, event),
            at=event.occurred_at,
            units=_units(event.details),
            first=first,
        )
        for event, order in found
        if (first := read(event.reason))
    ]


def read(reason: str) -> Dispute | None:
    """Return in which shop units were back before, as the reason of a refusal ends with it."""
    said = _WHERE.search(reason)
    return Dispute(shop=said[1], at=datetime.fromisoformat(said[2])) if said else None


def _find_first(session: Session, order: Order, record: OrderEventRecord) -> OrderEvent | None:
    """Return the last return of units that this one would count again."""
    left = {one.sku: one.left for one in web_returns.list_returnable(session, order)}
    over = {sku for sku, units in _units(record.details).items() if units > left.get(sku, units)}
    before = OrderEvent.order_id == order.id, OrderEvent.type == RETURNED
    events = session.scalars(select(OrderEvent).where(*before).order_by(OrderEvent.id.desc()))
    return next((one for one in events if over & _units(one.details).keys()), None)


def _units(details: Mapping[str, Any]) -> Counter[str]:
    units: Counter[str] = Counter()
    for one in details.get("returned", []):
        units[one["sku"]] += one["quantity"]
    return units


def _where(session: Session, order: Order, first: OrderEvent) -> str:
    moment = first.occurred_at.isoformat(timespec="seconds")
    return f"returned in {_shop(session, order, first)} at {moment}"


def _shop(session: Session, order: Order, event: OrderEvent) -> str:
    """Return the name of the shop that took goods back."""
    code = event.details.get("store") or order.store.code
    place = stores.find_by_code(session, code)
    return place.name if place else str(code)
