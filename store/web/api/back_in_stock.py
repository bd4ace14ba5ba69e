"""Who wants to be told that an article is back: told by the stores, told to whoever writes."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from store import as_records, back_in_stock
from store.errors import Invalid
from store.json_back_in_stock import read, write
from store.json_records import Json
from store.models import BackInStock, Store, Variant
from store.web.api import cursors
from store.web.api.calls import reads, writes
from store.web.api.passing_on import passes_on
from store.web.api.schema_words import Schema, one_of, text
from store.web.clock import now
from store.web.extensions import db

WHERE: dict[str, Schema] = {
    "store": text(64),
    "sku": text(64),
    "state": one_of(*back_in_stock.STATES),
}


@writes(
    "PUT",
    "/back-in-stock/{id}",
    scope="customers:write",
    body="BackInStockBody",
    answers={200: "BackInStock"},
)
def put_back_in_stock(body: Json, uid: str) -> tuple[int, Json]:
    """Note who wants to be told once that an article is back, or that this is over."""
    record = read(body, uid=_checked(uid))
    wish = back_in_stock.learn(db.session(), record, tells=passes_on(), now=now())
    return 200, write(as_records.of_back_in_stock(wish))


@reads(
    "/back-in-stock",
    scope="customers:read",
    answer="BackInStockPage",
    query={**WHERE, **cursors.PAGING},
)
def list_back_in_stock(query: dict[str, Any]) -> Json:
    """List who wants or wanted to be told, in the order in which this server learnt of them."""
    limit = cursors.limit_of(query)
    parts = (BackInStock.store, BackInStock.variant, BackInStock.customer)
    rows = select(BackInStock).options(*(joinedload(part) for part in parts))
    rows = rows.join(BackInStock.store).join(BackInStock.variant)
    for name, column in (("store", Store.code), ("sku", Variant.sku)):
        if query.get(name):
            rows = rows.where(column == query[name].strip().upper())
    if query.get("state"):
        ended_by = query["state"].replace(back_in_stock.WAITING, "")
        rows = rows.where(BackInStock.ended_by == ended_by)
    if query.get("cursor"):
        rows = rows.where(BackInStock.id > cursors.read(query["cursor"], int)[0])
    found = db.session().scalars(rows.order_by(BackInStock.id).limit(limit + 1)).all()
    return {
        "items": [write(as_records.of_back_in_stock(wish)) for wish in found[:limit]],
        "next": cursors.write(found[limit - 1].id) if len(found) > limit else None,
    }


def _checked(uid: str) -> str:
    try:
        return str(UUID(uid))
    except ValueError as error:
        raise Invalid(field="id", problem="malformed") from error
