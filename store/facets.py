"""What found products can be narrowed by: their prices, sizes and colours."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from store.models import Variant

MOST_VALUES = 12
# so many products say what there is; more would cost more than they tell
MOST_LOOKED_AT = 1_000
# a third of the products each, so a band is worth choosing
BANDS = 3


@dataclass(frozen=True, kw_only=True)
class Value:
    """One size or colour, and how many of the products have it."""

    text: str
    products: int


@dataclass(frozen=True, kw_only=True)
class Band:
    """Prices from one amount to another, minor units, both included; 0 is open."""

    from_minor: int
    to_minor: int


@dataclass(frozen=True, kw_only=True)
class Prices:
    """The bands that the prices of products fall into; none where they do not differ."""

    bands: Sequence[Band] = ()
    currency: str = "EUR"


def sizes(
    session: Session, product_ids: Sequence[int], conditions: Sequence[ColumnElement[bool]] = ()
) -> list[Value]:
    """Return the sizes of the first 1,000 of these products, the commonest first.

    `conditions` are those of the other filters: only variants that fulfil them count.
    """
    return _values(session, Variant.size, _asked(product_ids, conditions))


def colours(
    session: Session, product_ids: Sequence[int], conditions: Sequence[ColumnElement[bool]] = ()
) -> list[Value]:
    """Return the colours of the first 1,000 of these products, as `sizes` does."""
    return _values(session, Variant.colour, _asked(product_ids, conditions))


def prices(
    session: Session, product_ids: Sequence[int], conditions: Sequence[ColumnElement[bool]] = ()
) -> Prices:
    """Return bands of the prices of the first 1,000 of these products, as `sizes` does."""
    query = select(Variant.price_minor, Variant.currency)
    asked = query.where(*_asked(product_ids, conditions))
    rows = session.execute(asked.order_by(Variant.price_minor)).all()
    if not rows:
        return Prices()
    return Prices(bands=bands([row.price_minor for row in rows]), currency=rows[0].currency)


def bands(prices: Sequence[int]) -> list[Band]:
    """Return up to three bands of sorted prices that share them out, with round ends.

    >>> [(one.from_minor, one.to_minor) for one in bands([100, 200, 700, 900, 2500, 4000])]
    [(0, 500), (501, 2000), (2001, 0)]
    """
    edges = (
        {_round(prices[len(prices) * part // BANDS]) for part in range(1, BANDS)}
        if prices
        else set()
    )
    inside = sorted(edge for edge in edges if prices[0] <= edge < prices[-1])
    if not inside:
        return []
    starts, ends = [0, *(edge + 1 for edge in inside)], [*inside, 0]
    return [Band(from_minor=low, to_minor=high) for low, high in zip(starts, ends, strict=True)]


def _round(price: int) -> int:
    """Return the price of 1, 2 or 5 and zeros that is next below, at least 1.00."""
    steps = [lead * 10**power for power in range(2, 9) for lead in (1, 2, 5)]
    return max((step for step in steps if step <= price), default=100)


def _asked(
    product_ids: Sequence[int], conditions: Sequence[ColumnElement[bool]]
) -> tuple[ColumnElement[bool], ...]:
    return (Variant.product_id.in_(list(product_ids[:MOST_LOOKED_AT])), *conditions)


def _values(
    session: Session, column: InstrumentedAttribute[str], asked: Sequence[ColumnElement[bool]]
) -> list[Value]:
    many = func.count(Variant.product_id.distinct())
    query = select(column, many).where(*asked, column != "")
    query = query.group_by(column).order_by(many.desc(), column).limit(MOST_VALUES)
    return [Value(text=text, products=number) for text, number in session.execute(query)]
