"""The feed that stores follow: what changed, in one order, as it is now."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from store import as_records, changes, stores, web_returns
from store.json_catalogue import write_movement, write_plan, write_product
from store.json_records import Json, write_customer, write_time
from store.models import Change, Customer, Order, Product, StockLevel, Store, Variant
from store.records import MovementRecord, ReturnRecord, StockPlan
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
    """Writes each thing once a page, however often it changed; the queries are those of a page."""

    def __init__(self, session: Session, asking: Store | None) -> None:
        self.session = session
        self.asking = asking

    def write_all(self, found: Sequence[Change]) -> list[Json]:
        known = {kind: self._records(kind, found) for kind in {change.kind for change in found}}
        records = [(change, known[change.kind].get(change.key)) for change in found]
        return [_item(change, record) for change, record in records if record is not None]

    def _records(self, kind: str, found: Sequence[Change]) -> dict[str, Json]:
        return WRITERS[kind](self, {change.key for change in found if change.kind == kind})

    def customers(self, uids: Collection[str]) -> dict[str, Json]:
        rows = self.session.scalars(select(Customer).where(Customer.uid.in_(uids))).all()
        records = as_records.of_customers(self.session, rows)
        return {record.uid or "": write_customer(record) for record in records}

    def orders(self, uids: Collection[str]) -> dict[str, Json]:
        whole = selectinload(Order.lines), joinedload(Order.store), joinedload(Order.customer)
        rows = self.session.scalars(select(Order).options(*whole).where(Order.uid.in_(uids))).all()
        back = web_returns.list_told(self.session, rows)
        return {row.uid: self._order(row, back[row.id]) for row in rows}

    def _order(self, row: Order, back: Sequence[ReturnRecord]) -> Json:
        is_theirs = self.asking in (None, row.store)
        return orders.write(row, with_delivery=False, with_contact=is_theirs, back=back)

    def products(self, skus: Collection[str]) -> dict[str, Json]:
        query = select(Variant.sku, Product).join(Product.variants).where(Variant.sku.in_(skus))
        query = query.options(selectinload(Product.variants))
        return {
            sku: write_product(as_records.of_product(product))
            for sku, product in self.session.execute(query)
        }

    def stock(self, skus: Collection[str]) -> dict[str, Json]:
        variants = self.session.scalars(select(Variant).where(Variant.sku.in_(skus))).all()
        levels = self._levels([variant.id for variant in variants])
        moved = self._own_movements(variants)
        return {
            variant.sku: self._stock(variant, levels[variant.id], moved.get(variant.id, []))
            for variant in variants
        }

    def _levels(self, variant_ids: Collection[int]) -> dict[int, list[StockLevel]]:
        query = select(StockLevel).where(StockLevel.variant_id.in_(variant_ids))
        query = query.options(joinedload(StockLevel.store), joinedload(StockLevel.variant))
        levels: dict[int, list[StockLevel]] = defaultdict(list)
        for level in self.session.scalars(query.order_by(StockLevel.store_id)):
            levels[level.variant_id].append(level)
        return levels

    def _own_movements(self, variants: Sequence[Variant]) -> dict[int, list[MovementRecord]]:
        if self.asking is None:
            return {}
        return as_records.movements_since_count(self.session, variants, store=self.asking)

    def _stock(
        self, variant: Variant, rows: Sequence[StockLevel], moved: Sequence[MovementRecord]
    ) -> Json:
        levels = [row for row in rows if row.store != self.asking]
        return {
            "sku": variant.sku,
            "movements": [write_movement(one) for one in moved],
            "levels": [stock.write_level(level) for level in levels],
            "plan": next((_plan(row) for row in rows if row.store == self.asking), None),
        }


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


WRITERS: dict[str, Callable[[_Telling, Collection[str]], dict[str, Json]]] = {
    "customers": _Telling.customers,
    "orders": _Telling.orders,
    "products": _Telling.products,
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
