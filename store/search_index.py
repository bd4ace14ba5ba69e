"""The search words of products: written with the product, and made anew from it."""

from collections.abc import Callable

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session, selectinload

from store import words
from store.models import Product, ProductToken

# what a word counts for, by where it stands; the first word of a French name is the thing itself
WEIGHTS = {"head": 12, "name": 10, "name_en": 9, "brand": 6, "colour": 5, "category": 4, "text": 1}
REFERENCE_WEIGHT = 20
# among equals the shorter name comes first: it says less that was not asked for
SHORTNESS = 64
BATCH = 500


def tokens_of(product: Product) -> dict[str, int]:
    """Return the search words of a product and what each counts for; none when withdrawn."""
    if product.withdrawn_at is not None:
        return {}
    weights: dict[str, int] = {}
    for text, weight in _weighted_texts(product):
        for token in words.stems(text):
            weights[token] = max(weights.get(token, 0), weight)
    for reference in (product.reference, *(variant.sku for variant in product.variants)):
        weights["".join(words.split(reference))] = REFERENCE_WEIGHT
    weights.pop("", None)
    bonus = SHORTNESS - 1 - min(SHORTNESS - 1, len(product.name))
    return {token: weight * SHORTNESS + bonus for token, weight in weights.items()}


def write(session: Session, product: Product) -> None:
    """Write the search words of a product anew, in the caller's transaction."""
    erase(session, product.id)
    rows = _rows(product)
    if rows:
        session.execute(insert(ProductToken), rows)


def erase(session: Session, product_id: int) -> None:
    """Forget the search words of a product."""
    session.execute(delete(ProductToken).where(ProductToken.product_id == product_id))


def rebuild(session: Session, *, advance: Callable[[int], None] = lambda _count: None) -> int:
    """Make the words of all products anew from the products; return how many products there are.

    For after a change of the rules of words. `advance` is told after each 500 products.
    """
    session.execute(delete(ProductToken))
    last = count = 0
    while batch := _batch(session, last):
        rows = [row for product in batch for row in _rows(product)]
        if rows:
            session.execute(insert(ProductToken), rows)
        last, count = batch[-1].id, count + len(batch)
        session.expunge_all()
        advance(len(batch))
    return count


def _batch(session: Session, last: int) -> list[Product]:
    query = select(Product).options(selectinload(Product.variants)).where(Product.id > last)
    return list(session.scalars(query.order_by(Product.id).limit(BATCH)))


def _rows(product: Product) -> list[dict[str, object]]:
    return [
        {"token": token, "product_id": product.id, "weight": weight}
        for token, weight in tokens_of(product).items()
    ]


def _weighted_texts(product: Product) -> list[tuple[str, int]]:
    head = next(iter(words.split(product.name)), "")
    texts = [
        (product.name, WEIGHTS["name"]),
        (head, WEIGHTS["head"]),
        (product.name_en, WEIGHTS["name_en"]),
        (product.brand, WEIGHTS["brand"]),
        (product.category, WEIGHTS["category"]),
        (product.description, WEIGHTS["text"]),
    ]
    for variant in product.variants:
        texts += [(variant.colour, WEIGHTS["colour"]), (variant.size, WEIGHTS["colour"])]
    return texts
