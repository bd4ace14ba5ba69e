"""The feed that stores follow: what changed, in one order, as it is now."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from store import as_records, changes, stores
from store.json_catalogue import write_movement, write_plan, write_product
from store.json_records import Json, write_customer, write_time
from store.models import Change, Customer, Order, Product, StockLevel, Store, Variant
from store.records import StockPlan
from store.web import ticketing
from store.web.api import cursors, orders, stock
from store.web.api.calls import reads
from store.web.api.problems import Unprocessable
from store.web.api.schema_words import Schema, text
from store.web.api.schemas import CHANGE_KINDS
from store.web.extensions import db

WHAT: dict[str, Schema] = {
    "after": text(500, description="`next` of the answer before; the start when left out"),
    "kinds": text(200, description=f"some of {', '.join(CHANGE_KINDS)}; all when left out"),
    "limit": cursors.PAGING["limit"],
    "store": text(64, description="code of the store that asks: its movements are told one by one"),
}


@reads("/changes", scope="sync", answer="ChangePage", query=WHAT)
def list_changes(query: dict[str, Any]) -> Json:
    """List what changed after a cursor; `next` is null when nothing did, and the cursor holds.

    A change is numbered by the writer that holds the turn to commit, so that no number appears
    below one that was already read, on PostgreSQL either.
    """
    after = cursors.read(query["after"], int)[0] if query.get("after") else 0
    session = db.session()
    limit = cursors.limit_of(query)
    found = changes.list_after(session, after, kinds=_kinds(query), limit=limit)
    asking = stores.find_by_code(session, query.get("store", ""))
    items = _Telling(session, asking).write_all(found)
    return {
        "items": items,
        "next": cursors.write(found[-1].id) if found else None,
        "ticket_keys": list(ticketing.own_keys()),
    }


def _kinds(query: dict[str, Any]) -> list[str]:
    kinds = [kind for kind in query.get("kinds", "").split(",") if kind] or list(CHANGE_KINDS)
    unknown = sorted(set(kinds) - set(CHANGE_KINDS))
    if unknown:
        raise Unprocessable(faults=[("?kinds", f"is not one of {', '.join(CHANGE_KINDS)}")])
    return kinds


class _Telling:
    """Writes each thing once a page, however often it changed."""

    def __init__(self, session: Session, asking: Store | None) -> None:
        self.session = session
        self.asking = asking
        self.known: dict[tuple[str, str], Json | None] = {}

    def write_all(self, found: Any) -> list[Json]:
        items = [(change, self._record(change)) for change in found]
        return [_item(change, record) for change, record in items if record is not None]

    def _record(self, change: Change) -> Json | None:
        what = (change.kind, change.key)
        if what not in self.known:
            self.known[what] = WRITERS[change.kind](self, change.key)
        return self.known[what]

    def customer(self, uid: str) -> Json | None:
        row = self.session.scalar(select(Customer).where(Customer.uid == uid))
        return write_customer(as_records.of_customer(self.session, row)) if row else None

    def order(self, uid: str) -> Json | None:
        query = select(Order).options(selectinload(Order.lines)).where(Order.uid == uid)
        row = self.session.scalar(query)
        if row is None:
            return None
        is_theirs = self.asking in (None, row.store)
        return orders.write(row, with_delivery=False, with_contact=is_theirs)

    def product(self, sku: str) -> Json | None:
        query = select(Product).join(Product.variants).where(Variant.sku == sku)
        row = self.session.scalar(query)
        return write_product(as_records.of_product(row)) if row else None

    def stock(self, sku: str) -> Json | None:
        variant = self.session.scalar(select(Variant).where(Variant.sku == sku))
        if variant is None:
            return None
        query = select(StockLevel).where(StockLevel.variant_id == variant.id)
        query = query.options(selectinload(StockLevel.store), selectinload(StockLevel.variant))
        rows = self.session.scalars(query.order_by(StockLevel.store_id)).all()
        levels = [row for row in rows if row.store != self.asking]
        return {
            "sku": variant.sku,
            "movements": [write_movement(one) for one in self._own_movements(variant)],
            "levels": [stock.write_level(level) for level in levels],
            "plan": next((_plan(row) for row in rows if row.store == self.asking), None),
        }

    def _own_movements(self, variant: Variant) -> Any:
        if self.asking is None:
            return ()
        return as_records.movements_since_count(self.session, variant, store=self.asking)


def _plan(level: StockLevel) -> Json:
    return write_plan(
        StockPlan(
            store=level.store.code,
            sku=level.variant.sku,
            safety_stock=level.safety_stock,
            incoming=level.incoming,
            incoming_on=level.incoming_on,
            aisle=level.aisle,
        )
    )


WRITERS: dict[str, Callable[[_Telling, str], Json | None]] = {
    "customers": _Telling.customer,
    "orders": _Telling.order,
    "products": _Telling.product,
    "stock": _Telling.stock,
}


def _item(change: Change, record: Json) -> Json:
    return {
        "id": change.id,
        "kind": change.kind,
        "key": change.key,
        "at": write_time(change.at),
        "record": record,
    }
