"""What was learnt from the central system, taken in by the rules of each thing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from store import (
    consents,
    customers,
    order_tickets,
    pickups,
    products,
    promises,
    stock,
    told_answers,
    told_purchases,
    web_returns,
)
from store.connectors.base import Page, Pulled
from store.errors import ComptoirError, Invalid
from store.records import CustomerRecord, CustomerRef, OrderRecord, StockChange


def take_in(session: Session, page: Page, *, now: datetime, own_store: str = "") -> list[str]:
    """Upsert every record of a page by (source, external id); the same page twice is no change.

    `own_store` is the code of the shop that learns: what it is asked for must be there. Returns
    what was refused, as "kind key: why"; a refused record holds nobody back.
    """
    refused = [f"{kind} {key}: {why}" for kind, key, why in page.unreadable]
    refused += _take_keys(session, page)
    for item in page.items:
        try:
            with session.begin_nested():
                RULES[item.kind](session, item.record, now=now, **_whose(item, own_store))
        except ComptoirError as error:
            refused.append(_refusal(item, error))
    return refused


def _take_keys(session: Session, page: Page) -> list[str]:
    """Believe who signs the central system's orders, before the orders of the same page."""
    try:
        if page.ticket_keys:
            order_tickets.trust(session, page.ticket_keys)
    except Invalid as error:
        return [f"ticket_keys: {type(error).__name__}"]
    return []


def _whose(item: Pulled, own_store: str) -> dict[str, str]:
    return {"own_store": own_store} if item.kind == "orders" else {}


def _refusal(item: Pulled, error: ComptoirError) -> str:
    return f"{item.kind} {item.key}: {type(error).__name__}"


def _take_customer(session: Session, record: CustomerRecord, *, now: datetime) -> None:
    customer = customers.upsert(session, record, now=now)
    me = CustomerRef(id=customer.uid)
    for statement in record.consents:
        mine = replace(statement, customer=me)
        consents.state(session, mine, now=now, is_hearsay=True)
    if record.purchases and record.uid:
        told_purchases.note(session, customer, hub_uid=record.uid, count=record.purchases)


def _take_stock(session: Session, record: StockChange, *, now: datetime) -> None:
    if record.movements:
        stock.apply(session, record.movements, now=now)
    if record.plan:
        stock.plan(session, record.plan, now=now)
    for level in record.levels:
        stock.learn(session, level, with_reserved=True, now=now)


def _take_order(
    session: Session, record: OrderRecord, *, now: datetime, own_store: str = ""
) -> None:
    order = pickups.upsert(session, record, now=now, own_store=own_store)
    web_returns.learn(session, order, record.returns, now=now)
    if order.store.code == own_store:
        if record.promised_at is None:
            promises.tell(session, order, now=now)
        told_answers.honour(session, order, record.answers, now=now)
        told_answers.tell_unheard(session, order, record, now=now)


RULES: dict[str, Callable[..., Any]] = {
    "customers": _take_customer,
    "products": products.upsert,
    "orders": _take_order,
    "stock": _take_stock,
}
