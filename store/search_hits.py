"""What a search found, as a tile or a row shows it: a product by the variants that were meant."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, and_, select, true
from sqlalchemy.orm import Session

from store import colour_words, words
from store.models import Product, Variant


@dataclass(frozen=True, kw_only=True)
class HitVariant:
    """One variant of a product found."""

    id: int
    sku: str
    tone: str
    size: str
    colour: str
    price_minor: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A product found, with what a tile shows; the price is the lowest of its `variants`.

    `variants` are those that were meant, in their order: what the filters leave, and of these the
    one whose code was typed, or those whose colour or size was named. `skus` are those of all.
    """

    id: int
    uid: str
    reference: str
    name: str
    name_en: str
    category: str
    family: str
    variants: tuple[HitVariant, ...]
    skus: frozenset[str]

    @property
    def variant_ids(self) -> tuple[int, ...]:
        """Return the ids of the variants that were meant."""
        return tuple(variant.id for variant in self.variants)

    def variant(self, variant_id: int) -> HitVariant:
        """Return one of the variants that were meant."""
        return next(one for one in self.variants if one.id == variant_id)

    @property
    def price_minor(self) -> int:
        """Return the lowest price."""
        return min(variant.price_minor for variant in self.variants)

    @property
    def currency(self) -> str:
        """Return the currency of the price."""
        return self.variants[0].currency

    @property
    def several_prices(self) -> bool:
        """Tell whether the price is not the only one."""
        return len({variant.price_minor for variant in self.variants}) > 1


def read(
    session: Session,
    ids: Sequence[int],
    *,
    conditions: Sequence[ColumnElement[bool]] = (),
    coded: Iterable[int] = (),
    stems: Iterable[str] = (),
) -> list[Hit]:
    """Return the products in the order of their ids, without those that have no variant.

    `conditions` are those of the filters; `coded` are the variants whose code was typed, `stems`
    the words that were. Two queries.
    """
    if not ids:
        return []
    columns = (Product.id, Product.uid, Product.reference, Product.name, Product.name_en)
    query = select(*columns, Product.category, Product.family).where(Product.id.in_(ids))
    rows = {row.id: row for row in session.execute(query)}
    variants = _variants(session, ids, conditions)
    meant = _Meant(frozenset(coded), [_names(stem) for stem in stems])
    return [_hit(rows[number], variants[number], meant) for number in ids if number in variants]


class _Meant:
    """What was typed, as it tells one variant of a product from another."""

    def __init__(self, coded: frozenset[int], named: Sequence[frozenset[str]]) -> None:
        self.coded, self.named = coded, named

    def of(self, variants: Sequence[Any]) -> list[Any]:
        """Return the variants that were meant: at best one by its code, else all alike."""
        found = [row for row in variants if row.is_left] or list(variants)
        found = [row for row in found if row.id in self.coded] or found
        if len(found) == 1:
            return found
        counts = [self._named(row) for row in found]
        return [row for row, count in zip(found, counts, strict=True) if count == max(counts)]

    def _named(self, row: Any) -> int:
        own = set(words.stems(f"{row.colour} {row.size}"))
        return sum(not own.isdisjoint(names) for names in self.named)


def _names(stem: str) -> frozenset[str]:
    return frozenset((stem, *colour_words.others(stem)))


def _variants(
    session: Session, product_ids: Sequence[int], conditions: Sequence[ColumnElement[bool]]
) -> dict[int, list[Any]]:
    columns = (Variant.product_id, Variant.id, Variant.sku, Variant.tone, Variant.colour)
    is_left = and_(true(), *conditions).label("is_left")
    query = select(*columns, Variant.size, Variant.price_minor, Variant.currency, is_left)
    query = query.where(Variant.product_id.in_(product_ids))
    rows = session.execute(query.order_by(Variant.product_id, Variant.position, Variant.id))
    return {number: list(group) for number, group in groupby(rows, lambda row: row.product_id)}


def _hit(row: Any, variants: Sequence[Any], meant: _Meant) -> Hit:
    return Hit(
        id=row.id,
        uid=row.uid,
        reference=row.reference,
        name=row.name,
        name_en=row.name_en,
        category=row.category,
        family=row.family,
        variants=tuple(_variant(one) for one in meant.of(variants)),
        skus=frozenset(one.sku for one in variants),
    )


def _variant(row: Any) -> HitVariant:
    return HitVariant(
        id=row.id,
        sku=row.sku,
        tone=row.tone,
        size=row.size,
        colour=row.colour,
        price_minor=row.price_minor,
        currency=row.currency,
    )
