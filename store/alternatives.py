"""What else would do, when a product is not here: of the same kind, and on the shelf."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from store import words
from store.models import Product, StockLevel, Variant

LOOKED_AT = 200  # of the nearest in price; their names decide


def list_of(session: Session, product: Product, *, store_id: int, limit: int) -> Sequence[Product]:
    """Return products of the same department with free units in a store, the likest first.

    Likest: the most words of the name in common, then the same drawn object, then the nearest
    price. Nothing when the product has no department. Two queries.
    """
    if not product.category:
        return []
    own = set(words.stems(product.name))
    price = min((variant.price_minor for variant in product.variants), default=0)
    found = session.scalars(
        select(Product)
        .where(Product.id.in_(_nearest(product, price, store_id=store_id)))
        .options(selectinload(Product.variants))
    ).all()
    return sorted(found, key=lambda one: _distance(one, product, own, price))[:limit]


def substitutes(
    session: Session, variant: Variant, *, store_id: int, units: int, at_most_minor: int, limit: int
) -> Sequence[Variant]:
    """Return what can be given in place of an article: never dearer, and enough units are free.

    What has no price yet may be dearer, and only stands in for what has none (`at_most_minor` 0).
    Other sizes and colours of the same product come first, then the likest products of its
    department, one article each. One query, and one for the words of the products.
    """
    free = StockLevel.on_hand - StockLevel.reserved - StockLevel.safety_stock
    product = variant.product
    same_kind = Variant.product_id == product.id
    if product.category:
        same_kind |= Product.category == product.category
    found = session.scalars(
        select(Variant)
        .join(Variant.product)
        .join(StockLevel, StockLevel.variant_id == Variant.id)
        .where(same_kind, Variant.id != variant.id, Product.withdrawn_at.is_(None))
        .where(StockLevel.store_id == store_id, free >= units)
        .where(Variant.price_minor.between(min(1, at_most_minor), at_most_minor))
        .where(Variant.currency == variant.currency)
        .options(contains_eager(Variant.product))
        .order_by(Variant.product_id != product.id, Variant.price_minor.desc(), Variant.id)
        .limit(LOOKED_AT)
    ).all()
    own = set(words.stems(product.name))
    ranked = sorted(found, key=lambda one: _likeness(one, variant, own))
    # of another product one article will do; of the same, each is another size or colour
    names = [(one.product_id, one.id if one.product_id == product.id else 0) for one in ranked]
    return [one for place, one in enumerate(ranked) if names[place] not in names[:place]][:limit]


def _likeness(one: Variant, wanted: Variant, own: set[str]) -> tuple[bool, int, bool, int]:
    shared = len(own.intersection(words.stems(one.product.name)))
    is_other = one.product_id != wanted.product_id
    away = abs(wanted.price_minor - one.price_minor)
    return is_other, -shared, one.product.family != wanted.product.family, away


def _nearest(product: Product, price: int, *, store_id: int) -> Select[int]:
    free = StockLevel.on_hand - StockLevel.reserved - StockLevel.safety_stock
    away = func.min(func.abs(Variant.price_minor - price))
    return (
        select(Product.id)
        .join(Variant, Variant.product_id == Product.id)
        .join(StockLevel, StockLevel.variant_id == Variant.id)
        .where(Product.category == product.category, Product.id != product.id)
        .where(Product.withdrawn_at.is_(None), StockLevel.store_id == store_id, free > 0)
        .group_by(Product.id)
        .order_by(away, Product.id)
        .limit(LOOKED_AT)
    )


def _distance(one: Product, wanted: Product, own: set[str], price: int) -> tuple[int, bool, int]:
    shared = len(own.intersection(words.stems(one.name)))
    nearest = min(abs(variant.price_minor - price) for variant in one.variants)
    return -shared, one.family != wanted.family, nearest
