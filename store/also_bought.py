"""What is bought in the same basket: counted in the quiet hours, read in an instant.

For products A and B, with n(A) baskets that hold A, n(AB) both, and N baskets in all:

- support n(AB) ≥ 5: fewer are chance;
- lift n(AB) · N / (n(A) · n(B)) ≥ 2: together twice as often as if they had nothing to do with one
  another. It is 1 for what simply everybody buys (Brin, Motwani, Ullman and Tsur, "Dynamic Itemset
  Counting and Implication Rules for Market Basket Data", SIGMOD 1997, where it is "interest");
- the closest first by the cosine n(AB) / √(n(A) · n(B)) (Linden, Smith and York, "Amazon.com
  Recommendations: Item-to-Item Collaborative Filtering", IEEE Internet Computing 7(1), 2003).

A basket holds a product once, however many units or variants. One of more than 100 products is a
trader's and tells nothing of taste.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import sqrt

from sqlalchemy import Engine, Select, delete, insert, select
from sqlalchemy.orm import Session, aliased, selectinload

from store.database import reading, writing
from store.models import AlsoBought, Product, Purchase, PurchaseLine, Variant

LEAST_TOGETHER = 5
LEAST_LIFT = 2.0
LARGEST_BASKET = 100
KEPT = 12  # of each product; the page shows those in stock first
NEWEST = 200_000  # baskets that count: more would only say the same more slowly
AT_ONCE = 500  # products written in one transaction, so that others need not wait long


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What a count came to."""

    baskets: int
    products: int
    pairs: int


@dataclass(frozen=True, kw_only=True)
class Companion:
    """A product bought `together` in so many of the `baskets` that hold the one asked for."""

    product: Product
    together: int
    baskets: int


class _Baskets:
    """Which products lie in which baskets, and the other way round, in little memory."""

    def __init__(self, rows: Iterator[Sequence[int]]) -> None:
        self.contents: list[array[int]] = []
        self.holding: dict[int, array[int]] = defaultdict(lambda: array("i"))
        for _number, lines in groupby(rows, key=lambda row: row[0]):
            held = array("i", sorted({line[1] for line in lines}))
            if len(held) <= LARGEST_BASKET:
                for product in held:
                    self.holding[product].append(len(self.contents))
                self.contents.append(held)

    def companions(self, product: int) -> list[tuple[float, int, int]]:
        """Return (closeness, other product, baskets with both), the closest first."""
        own = self.holding[product]
        both: Counter[int] = Counter()
        for number in own:
            both.update(self.contents[number])
        found = [
            (together / sqrt(len(own) * len(self.holding[other])), other, together)
            for other, together in both.items()
            if other != product and self._is_telling(product, other, together)
        ]
        return sorted(found, key=lambda one: (-one[0], one[1]))[:KEPT]

    def _is_telling(self, product: int, other: int, together: int) -> bool:
        if together < LEAST_TOGETHER:
            return False
        by_chance = len(self.holding[product]) * len(self.holding[other]) / len(self.contents)
        return together >= LEAST_LIFT * by_chance


def count(engine: Engine) -> Counted:
    """Count anew what is bought together, and replace what was known product by product.

    Takes seconds and one core; readers see the old or the new companions of a product.
    """
    with reading(engine) as session:
        baskets = _Baskets(_lines(session))
        known = set(session.scalars(select(AlsoBought.product_id).distinct()))
    products = sorted(known | set(baskets.holding))
    pairs = 0
    for start in range(0, len(products), AT_ONCE):
        some = products[start : start + AT_ONCE]
        rows = [row for product in some for row in _rows(baskets, product)]
        with writing(engine) as session:
            _replace(session, some, rows)
        pairs += len(rows)
    return Counted(baskets=len(baskets.contents), products=len(baskets.holding), pairs=pairs)


def _lines(session: Session) -> Iterator[Sequence[int]]:
    """Yield (basket, product) of the newest sales, basket by basket."""
    is_sale = Purchase.kind == "sale"
    newest = select(Purchase.id).where(is_sale).order_by(Purchase.occurred_at.desc()).limit(NEWEST)
    query = (
        select(PurchaseLine.purchase_id, Variant.product_id)
        .join(Variant, Variant.id == PurchaseLine.variant_id)
        .where(PurchaseLine.purchase_id.in_(newest), PurchaseLine.quantity > 0)
        .order_by(PurchaseLine.purchase_id)
        .execution_options(yield_per=5_000)
    )
    yield from session.execute(query)


def _rows(baskets: _Baskets, product: int) -> list[dict[str, int]]:
    if product not in baskets.holding:
        return []
    return [
        {
            "product_id": product,
            "position": position,
            "other_id": other,
            "together": together,
            "baskets": len(baskets.holding[product]),
        }
        for position, (_closeness, other, together) in enumerate(baskets.companions(product))
    ]


def _replace(session: Session, products: Sequence[int], rows: list[dict[str, int]]) -> None:
    session.execute(delete(AlsoBought).where(AlsoBought.product_id.in_(products)))
    if rows:
        session.execute(insert(AlsoBought), rows)


def list_of(session: Session, product_id: int) -> list[Companion]:
    """Return what is bought with a product, the closest first; nothing that was withdrawn."""
    return [
        Companion(product=product, together=together, baskets=baskets)
        for product, together, baskets in session.execute(_companions(product_id))
    ]


def _companions(product_id: int) -> Select[Product, int, int]:
    other = aliased(Product)
    return (
        select(other, AlsoBought.together, AlsoBought.baskets)
        .join(other, other.id == AlsoBought.other_id)
        .where(AlsoBought.product_id == product_id, other.withdrawn_at.is_(None))
        .order_by(AlsoBought.position)
        .options(selectinload(other.variants))
    )
