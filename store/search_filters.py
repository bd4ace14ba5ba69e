"""How a customer narrows what is found, and what that asks of the variants of a product."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, exists, func, literal_column, select
from sqlalchemy.orm import Session

from store.models import Product, StockLevel, Variant

# so many rows are counted in two milliseconds
MOST_FEW = 20_000
# so many products have all of their words read in less time than those of a common word are found
VERY_FEW = 1_200


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the customer narrowed the results to; one variant must have all of it.

    Prices are minor units, both ends included; 0 is no limit.
    """

    in_stock: bool = False
    category: str = ""
    size: str = ""
    colour: str = ""
    price_from_minor: int = 0
    price_to_minor: int = 0

    @property
    def of_variants(self) -> bool:
        """Tell whether anything is asked of the variants."""
        prices = self.price_from_minor or self.price_to_minor
        return bool(self.in_stock or self.size or self.colour or prices)

    @property
    def are_any(self) -> bool:
        """Tell whether anything is asked at all."""
        return self.of_variants or bool(self.category)


@dataclass(frozen=True, kw_only=True)
class Few:
    """Products to start from, of which some may come twice, and how many rows lead to them.

    `is_exact` when the filters leave them all.
    """

    rows: int
    product_ids: Select[Any] | Sequence[int]
    is_exact: bool


def conditions(wanted: Filters, *, store_id: int) -> list[ColumnElement[bool]]:
    """Return what a row of the variants must fulfil; nothing when nothing is asked of them."""
    asked = _of_itself(wanted)
    return [*asked, _stands_in(store_id)] if wanted.in_stock else asked


def very_few(session: Session, wanted: Filters, *, store_id: int) -> Few | None:
    """Return exactly what the filters leave, when one of them alone leaves very few, or None."""
    start = few(session, wanted, store_id=store_id, most=VERY_FEW)
    if start is None or start.is_exact:
        return start
    asked = has_variant(conditions(wanted, store_id=store_id))
    left = select(Product.id).where(*asked, *on_shelf(wanted.category))
    ids = session.scalars(left.where(Product.id.in_(start.product_ids))).all()
    return Few(rows=len(ids), product_ids=ids, is_exact=True)


def few(session: Session, wanted: Filters, *, store_id: int, most: int) -> Few | None:
    """Return few products among which all lie that the filters leave, or None.

    They are those that stand in the store, those with the size, colour and price, or those of the
    category, whichever are least; each may be more than `most` rows, and then there is no end to
    start from.
    """
    sides = list(_sides(wanted, store_id))
    if not sides:
        return None
    counts = [select(func.count()).select_from(_bounded(rows, most)) for rows, _ids in sides]
    counted = session.execute(select(*(count.scalar_subquery() for count in counts))).one()
    found, (_rows, product_ids) = min(zip(counted, sides, strict=True), key=lambda one: one[0])
    if found > most:
        return None
    return Few(rows=found, product_ids=product_ids, is_exact=len(sides) == 1)


def some(wanted: Filters, *, store_id: int) -> Select[Any]:
    """Return the ids of the products with a variant that the filters leave, in no order.

    From the variants on; the sum keeps SQLite from reading them all in the order of products.
    """
    query = select((Variant.product_id + 0).label("product_id")).where(*_of_itself(wanted))
    if wanted.in_stock:
        query = query.join(StockLevel, StockLevel.variant_id == Variant.id)
        query = query.where(StockLevel.store_id == store_id, _is_left())
    sold = exists().where(Product.id == Variant.product_id, Product.withdrawn_at.is_(None))
    return query.where(sold).distinct()


def has_variant(asked: Sequence[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    """Return what a product fulfils with one variant that has all that is asked, if anything is."""
    if not asked:
        return []
    return [exists(select(Variant.id).where(Variant.product_id == Product.id, *asked))]


def on_shelf(category: str) -> list[ColumnElement[bool]]:
    """Return what a product of a category fulfils, nothing for ''; an index has just these rows."""
    if not category:
        return []
    return [Product.category == category, Product.withdrawn_at.is_(None)]


def _bounded(rows: Select[Any], most: int) -> Subquery:
    return rows.limit(most + 1).subquery()


def _sides(wanted: Filters, store_id: int) -> Iterator[tuple[Select[Any], Select[Any]]]:
    """Give what each index leads to: the rows to count, and their products.

    Not DISTINCT: SQLite would read all variants in the order of products for it.
    """
    if wanted.in_stock:
        here = select(StockLevel.variant_id).where(StockLevel.store_id == store_id, _is_left())
        yield here, select(Variant.product_id).where(Variant.id.in_(here))
    if asked := _of_itself(wanted):
        own = select(Variant.product_id).where(*asked)
        yield own, own
    if wanted.category:
        shelf = select(Product.id).where(*on_shelf(wanted.category))
        yield shelf, shelf


def _of_itself(wanted: Filters) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if wanted.size:
        asked.append(Variant.size == wanted.size)
    if wanted.colour:
        asked.append(Variant.colour == wanted.colour)
    if wanted.price_from_minor:
        asked.append(Variant.price_minor >= wanted.price_from_minor)
    if wanted.price_to_minor:
        asked.append(Variant.price_minor <= wanted.price_to_minor)
    return asked


def _stands_in(store_id: int) -> ColumnElement[bool]:
    # a question of its own: a join lets SQLite start from all that stands in the shop
    here = select(StockLevel.variant_id).where(StockLevel.variant_id == Variant.id)
    return exists(here.where(StockLevel.store_id == store_id, _is_left()))


def _is_left() -> ColumnElement[bool]:
    left = StockLevel.on_hand - StockLevel.reserved - StockLevel.safety_stock
    return left > literal_column("0")  # no parameter: an index holds just these rows
