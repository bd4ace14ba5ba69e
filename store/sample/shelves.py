"""What lies in the sample's shops: counted this morning, some of it sold or brought in since."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from string import ascii_uppercase

from store.records import MovementRecord, ProductRecord, StockPlan
from store.sample import chance

SOURCE = "sample"
# of a hundred articles: none left, one to three, a shelf, a full shelf
SHARES = ((7, 0, 0), (12, 1, 3), (61, 4, 24), (20, 25, 60))


def movements(
    skus: Sequence[str], stores: Sequence[str], *, now: datetime
) -> Iterator[MovementRecord]:
    """Yield a count of every article in every shop, and what came and went since."""
    for store in stores:
        counted_at = now - timedelta(minutes=90 + chance.number(f"counted:{store}", 240))
        for sku in skus:
            key = f"{store}:{sku}"
            quantity = counted(store, sku)
            yield _movement(key, "count", store, sku, quantity, counted_at)
            yield from _since(key, store, sku, quantity, counted_at)


def _since(
    key: str, store: str, sku: str, quantity: int, counted_at: datetime
) -> Iterable[MovementRecord]:
    if quantity == 0 or not chance.happens(f"sold:{key}", 12):
        return
    sold = 1 + chance.number(f"how many:{key}", min(3, quantity))
    at = counted_at + timedelta(minutes=10 + chance.number(f"when:{key}", 70))
    yield _movement(key, "delta", store, sku, -sold, at)


def plans(skus: Sequence[str], stores: Sequence[str], *, now: datetime) -> Iterator[StockPlan]:
    """Yield what is on its way to the shops, for most articles of which none are left."""
    for store in stores:
        for sku in skus:
            key = f"{store}:{sku}"
            if counted(store, sku) == 0 and chance.happens(f"coming:{key}", 60):
                days = 2 + chance.number(f"comes in:{key}", 8)
                yield StockPlan(
                    store=store,
                    sku=sku,
                    incoming=12 * (1 + chance.number(f"coming how many:{key}", 3)),
                    incoming_on=(now + timedelta(days=days)).date(),
                )


def aisles(goods: Iterable[ProductRecord]) -> dict[str, str]:
    """Return in which aisle each article stands: a letter for its department, then a shelf."""
    found = list(goods)
    departments = sorted({one.category for one in found})
    letters = {name: ascii_uppercase[place % 26] for place, name in enumerate(departments)}
    return {
        variant.sku: f"{letters[one.category]}{1 + chance.number(f'aisle:{one.reference}', 12)}"
        for one in found
        for variant in one.variants
    }


def counted(store: str, sku: str) -> int:
    """Return what was counted of an article in a shop this morning."""
    key = f"{store}:{sku}"
    place = chance.number(f"shelf:{key}", 100)
    for share, least, most in SHARES:
        if place < share:
            return least + chance.number(f"stock:{key}", most - least + 1)
        place -= share
    return 0


def _movement(
    key: str, kind: str, store: str, sku: str, quantity: int, at: datetime
) -> MovementRecord:
    return MovementRecord(
        source=SOURCE, source_id=f"{kind}:{key}", store=store, sku=sku, kind=kind,
        quantity=quantity, occurred_at=at,
    )  # fmt: skip
