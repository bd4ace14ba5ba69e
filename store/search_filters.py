"""How a customer narrows what is found, and what that asks of the variants of a product."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, select

from store.models import StockLevel, Variant


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


def conditions(wanted: Filters, *, store_id: int) -> list[ColumnElement[bool]]:
    """Return what a row of the variants must fulfil; nothing when nothing is asked of them."""
    asked: list[ColumnElement[bool]] = []
    if wanted.size:
        asked.append(Variant.size == wanted.size)
    if wanted.colour:
        asked.append(Variant.colour == wanted.colour)
    if wanted.price_from_minor:
        asked.append(Variant.price_minor >= wanted.price_from_minor)
    if wanted.price_to_minor:
        asked.append(Variant.price_minor <= wanted.price_to_minor)
    if wanted.in_stock:
        asked.append(_stands_in(store_id))
    return asked


def _stands_in(store_id: int) -> ColumnElement[bool]:
    left = StockLevel.on_hand - StockLevel.reserved - StockLevel.safety_stock
    # a question of its own: a join lets SQLite start from all that stands in the shop
    here = select(StockLevel.variant_id).where(StockLevel.variant_id == Variant.id)
    return exists(here.where(StockLevel.store_id == store_id, left > 0))
