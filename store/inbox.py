"""What was learnt from the central system, taken in by the rules of each thing."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from store import customers, pickups, products, stock
from store.connectors.base import Page, Pulled
from store.errors import ComptoirError
from store.records import StockChange


def take_in(session: Session, page: Page, *, now: datetime, own_store: str = "") -> list[str]:
    """Upsert every record of a page by (source, external id); the same page twice is no change.

    `own_store` is the code of the shop that learns: what it is asked for must be there. Returns
    what was refused, as "kind key: why"; a refused record holds nobody back.
    """
    refused = [f"{kind} {key}: {why}" for kind, key, why in page.unreadable]
    for item in page.items:
        try:
            with session.begin_nested():
                RULES[item.kind](session, item.record, now=now, **_whose(item, own_store))
        except ComptoirError as error:
            refused.append(_refusal(item, error))
    return refused


def _whose(item: Pulled, own_store: str) -> dict[str, str]:
    return {"own_store": own_store} if item.kind == "orders" else {}


def _refusal(item: Pulled, error: ComptoirError) -> str:
    return f"{item.kind} {item.key}: {type(error).__name__}"


def _take_stock(session: Session, record: StockChange, *, now: datetime) -> None:
    if record.movements:
        stock.apply(session, record.movements, now=now)
    for level in record.levels:
        stock.learn(session, level, with_reserved=True, now=now)


RULES: dict[str, Callable[..., Any]] = {
    "customers": customers.upsert,
    "products": products.upsert,
    "orders": pickups.upsert,
    "stock": _take_stock,
}
