"""What stands here in place of an article that does not: of its kind, about its price."""

from collections.abc import Sequence

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, joinedload

from store.models import Product, StockLevel, Variant


def in_stock(
    session: Session, variant: Variant, *, store_id: int, limit: int = 3
) -> Sequence[Variant]:
    """Return articles of other products that can be promised here, the likest price first.

    They are of the same family, or else of the same category; one of each product; one query.
    """
    wanted = variant.product
    reserved = case((StockLevel.reserved > 0, StockLevel.reserved), else_=0)
    free = StockLevel.on_hand - reserved - StockLevel.safety_stock
    is_of_kind = (Product.family == wanted.family) | (Product.category == wanted.category)
    query = (
        select(Variant)
        .join(Product)
        .join(StockLevel, StockLevel.variant_id == Variant.id)
        .where(StockLevel.store_id == store_id, free > 0)
        .where(Product.id != wanted.id, Product.withdrawn_at.is_(None), is_of_kind)
        .order_by(Product.family != wanted.family)
        .order_by(func.abs(Variant.price_minor - variant.price_minor), Variant.id)
        .options(joinedload(Variant.product))
        .limit(limit * 4)
    )
    found: dict[int, Variant] = {}
    for one in session.scalars(query):
        found.setdefault(one.product_id, one)
    return list(found.values())[:limit]
