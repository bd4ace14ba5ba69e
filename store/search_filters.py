"""How a customer narrows what is found, and what that asks of the variants of a product."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal_column, select
from sqlalchemy.orm import Session

from store.models import StockLevel, Variant

# so many variants are counted in two milliseconds
MOST_FEW = 20_000


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


@dataclass(frozen=True, kw_only=True)
class Few:
    """Products to start from, and of how many variants they are."""

    variants: int
    product_ids: Select[Any]


def conditions(wanted: Filters, *, store_id: int) -> list[ColumnElement[bool]]:
    """Return what a row of the variants must fulfil; nothing when nothing is asked of them."""
    asked = _of_itself(wanted)
    return [*asked, _stands_in(store_id)] if wanted.in_stock else asked


def few(session: Session, wanted: Filters, *, store_id: int) -> Few | None:
    """Return few products among which all lie that the filters leave, or None.

    They are those that stand in the store, or those with the size, colour and price, whichever
    are less; both may be more than 20,000 variants, and then there is no end to start from.
    """
    sides = [(_count(session, side), side) for side in _sides(wanted, store_id)]
    variants, side = min(sides, key=lambda one: one[0], default=(MOST_FEW + 1, None))
    if side is None or variants > MOST_FEW:
        return None
    of_these = select(Variant.product_id).where(Variant.id.in_(side)).distinct()
    return Few(variants=variants, product_ids=of_these)


def _sides(wanted: Filters, store_id: int) -> Iterator[Select[Any]]:
    """Give what each index leads to."""
    if wanted.in_stock:
        yield select(StockLevel.variant_id).where(StockLevel.store_id == store_id, _is_left())
    if asked := _of_itself(wanted):
        yield select(Variant.id).where(*asked)


def _count(session: Session, side: Select[Any]) -> int:
    bounded = side.limit(MOST_FEW + 1).subquery()
    return session.scalar(select(func.count()).select_from(bounded)) or 0


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
