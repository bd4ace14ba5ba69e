"""Orders to collect, as their source tells them, and what happens to them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from store import as_records, disputed_returns, pickup_ends, pickups, web_returns
from store.errors import NotFound
from store.json_orders import read_event, read_order, write_order, write_return
from store.json_records import Json, write_money, write_time
from store.models import Order, OrderLine, Store, new_uid
from store.pickup_states import STATES
from store.records import ReturnRecord
from store.web import arriving, ticketing
from store.web.api import cursors, problems
from store.web.api.calls import reads, writes
from store.web.api.passing_on import own_store, passes_on
from store.web.api.schema_words import Schema, one_of, text
from store.web.clock import now
from store.web.extensions import db
from store.web.pickup_terms import terms

WHERE: dict[str, Schema] = {"store": text(64), "state": one_of(*sorted(STATES))}


@writes(
    "PUT",
    "/orders/{source}/{external_id}",
    scope="orders:write",
    body="OrderBody",
    answers={200: "Order", 201: "Order"},
)
def put_order(body: Json, source: str, external_id: str) -> tuple[int, Json]:
    """Write an order as its source tells it; what has happened in the store stays."""
    session = db.session()
    known = _find(session, source, external_id)
    names = ORDER_BODY if known else (*ORDER_BODY, *ONLY_NEW)
    asked = {name: value for name, value in body.items() if name in names}
    record = read_order(asked, source=source, external_id=external_id)
    order = pickups.upsert(session, record, now=now(), own_store=own_store())
    return (200 if known else 201), write(order)


ORDER_BODY = (
    "number",
    "store",
    "customer",
    "placed_at",
    "promised_at",
    "pickup_by",
    "paid",
    "channel",
    "fulfilment",
    "hold_until",
    "language",
    "delivery",
    "lines",
)
# what a customer already holds in their hand when a store tells of its order
ONLY_NEW = ("id", "code", "pickup_code")


@reads("/orders/{source}/{external_id}", scope="orders:read", answer="Order")
def get_order(_query: dict[str, Any], source: str, external_id: str) -> Json:
    """Get an order by the name that its source gives it."""
    order = _find(db.session(), source, external_id)
    if order is None:
        raise NotFound(kind="order", key=external_id)
    return write(order)


@reads("/orders", scope="orders:read", answer="OrderPage", query={**WHERE, **cursors.PAGING})
def list_orders(query: dict[str, Any]) -> Json:
    """List orders in the order in which this server learnt of them."""
    limit = cursors.limit_of(query)
    rows = select(Order).options(selectinload(Order.lines)).order_by(Order.id).limit(limit + 1)
    if query.get("store"):
        rows = rows.join(Order.store).where(Store.code == query["store"].strip().upper())
    if query.get("state"):
        rows = rows.where(Order.state == query["state"])
    if query.get("cursor"):
        rows = rows.where(Order.id > cursors.read(query["cursor"], int)[0])
    orders = db.session().scalars(rows).all()
    more = len(orders) > limit
    back = web_returns.list_told(db.session(), orders)
    return {
        "items": [write(order, back=back[order.id]) for order in orders[:limit]],
        "next": cursors.write(orders[limit - 1].id) if more else None,
    }


@writes(
    "POST",
    "/orders/{id}/events",
    scope="orders:write",
    body="OrderEvent",
    answers={200: "Order"},
)
def post_order_event(body: Json, uid: str) -> tuple[int, Json]:
    """Tell what happened to an order; the same event id twice is one event.

    A return of units that have come back before is kept, so that somebody can look into it, and
    refused.
    """
    event = read_event(body | {"id": body.get("id") or new_uid()})
    own = _find_own(uid)
    order = pickups.record_event(
        db.session(),
        event,
        uid,
        now=now(),
        tells=passes_on(),
        pickup_by=_last_day(own) if own and event.type == "ready" else None,
        from_afar=own is not None and not arriving.is_demo(),
    )
    refusal = disputed_returns.find_refusal(db.session(), str(event.uid))
    if refusal is not None:
        return 409, problems.of_error(refusal).get_json()
    return 200, write(order)


def _find_own(uid: str) -> Order | None:
    """Return the order if it waits in the shop of this server."""
    order = db.session().scalar(select(Order).where(Order.uid == uid))
    return order if order is not None and order.store.code == own_store() else None


def _last_day(order: Order) -> date:
    """Return until when this shop keeps an order of its own that is ready now."""
    return pickup_ends.last_day(order.store, terms=terms(), now=now())


def write(
    order: Order,
    *,
    with_delivery: bool = True,
    with_contact: bool = True,
    back: Sequence[ReturnRecord] | None = None,
) -> Json:
    """Return an order with its lines and their states; its guest's address is for its shop.

    `back` is what has come back of it, looked up here when it is not given.
    """
    if back is None:
        back = web_returns.list_told(db.session(), [order])[order.id]
    lines = [
        {
            "id": line.uid,
            "sku": line.sku,
            "quantity": line.quantity,
            "unit_price": write_money(line.unit_price_minor, order.currency),
            "label": line.label,
            "state": line.state,
            "reason": line.reason,
            "substitute": _substitute(line, order.currency),
        }
        for line in order.lines
    ]
    record = as_records.of_order(order, with_delivery=with_delivery, with_contact=with_contact)
    returns = [write_return(one) for one in back]
    told = {**write_order(record), "lines": lines, "returns": returns}
    return {**told, "state_at": write_time(order.state_at), "ticket": ticketing.of(order)}


def _substitute(line: OrderLine, currency: str) -> Json | None:
    if not line.substitute_sku:
        return None
    price = write_money(line.goods_price_minor, currency)
    return {"sku": line.substitute_sku, "label": line.substitute_label, "unit_price": price}


def _find(session: Session, source: str, external_id: str) -> Order | None:
    named = Order.source == source, Order.external_id == external_id
    return session.scalar(select(Order).where(*named))
