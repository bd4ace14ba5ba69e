"""What else would do, when a product is not here: of the same kind, and on the shelf."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

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
