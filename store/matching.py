"""Which products have the words of a search, as queries: all of the words, or some of them.

SQLite has no statistics here and starts from the wrong end when it is let: each query says from
where.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, Subquery, case, exists, func, intersect, literal, select, union_all

from store.models import ProductToken
from store.vocabulary import Meant, Vocabulary

# of words that more products have: so many of each sort of word, and of their weightiest products
MOST_BROAD_WORDS = 6
MOST_BROAD = 1_000
MOST_NEAR = 300  # of what has some of the words only
EXACT, LONGER, MISSPELT = 10, 6, 4


def of_rarest(meant: Meant) -> Select[Any]:
    """Return every product with one of the words, and its score."""
    query = select(ProductToken.product_id, func.max(_worth(ProductToken, meant)).label("score"))
    return query.where(ProductToken.token.in_(meant.all)).group_by(ProductToken.product_id)


def shared(rarest: Meant, others: Sequence[Meant]) -> Select[Any]:
    """Return every product with one of the words that has the common others too, and its score.

    Thousands of products are put side by side: looking each of them up would take four times as
    long. The sum keeps SQLite from doing so by the index of products.
    """
    query = of_rarest(rarest)
    if not others:
        return query
    have = [
        select(ProductToken.product_id).where(ProductToken.token.in_(one.all)) for one in others
    ]
    both = have[0] if len(have) == 1 else intersect(*have)
    return query.where((ProductToken.product_id + 0).in_(both))


def within(product_ids: Select[Any]) -> Select[Any]:
    """Return these products, before any word has counted for them."""
    few = product_ids.subquery()
    return select(few.c.product_id, literal(0).label("score"))


def weightiest(meant: Sequence[Meant], known: Vocabulary, *, many: int = MOST_BROAD) -> Select[Any]:
    """Return the products that the commonest of the words say most about, and their score."""
    few = [(word, sure) for one in meant for word, sure in _commonest(one, known)]
    each = many // min(len(few), 4)
    best = [
        select(ProductToken.product_id, (ProductToken.weight * sure).label("score"))
        .where(ProductToken.token == word)
        .order_by(ProductToken.weight.desc(), ProductToken.product_id.desc())
        .limit(each)
        .subquery()
        for word, sure in few
    ]
    every = union_all(*(select(one.c.product_id, one.c.score) for one in best)).subquery()
    query = select(every.c.product_id, func.max(every.c.score).label("score"))
    return query.group_by(every.c.product_id)


def _commonest(meant: Meant, known: Vocabulary) -> list[tuple[str, int]]:
    """Return the words that most products have with how sure they are, the surest kind first."""
    kinds = ((meant.exact, EXACT), (meant.longer, LONGER), (meant.misspelt, MISSPELT))
    return [
        (word, sure)
        for told, sure in kinds
        for word in sorted(told, key=lambda word: -known.counts.get(word, 1))[:MOST_BROAD_WORDS]
    ]


def with_all(first: Select[Any], others: Sequence[Meant]) -> Subquery:
    """Return product and score of what has the other words as well.

    Each product's own words are looked up: a join lets SQLite start from the other end, at all the
    products of a common word. One level deep: its parser gives up on seven subqueries in another.
    """
    found = first.subquery()
    score: Any = found.c.score
    query: Any = select(found.c.product_id)
    for meant in others:
        score = score + _best_of(meant, found.c.product_id)
        query = query.where(exists(_words_of(meant, found.c.product_id)))
    matching: Subquery = query.add_columns(score.label("score")).subquery()
    return matching


def _worth(row: Any, meant: Meant) -> Any:
    if meant.exact and not meant.longer and not meant.misspelt:
        return row.weight * EXACT
    sure = case(
        (row.token.in_(meant.exact), EXACT), (row.token.in_(meant.longer), LONGER), else_=MISSPELT
    )
    return row.weight * sure


def with_some(meant: Sequence[Meant], near: Select[Any]) -> Subquery:
    """Return product and score of what has some of the words, the more the better."""
    found = near.subquery()
    worth = sum((_best_of(one, found.c.product_id) for one in meant), literal(0))
    return select(found.c.product_id, worth.label("score")).subquery()


def _best_of(meant: Meant, product_id: Any) -> Any:
    best = _words_of(meant, product_id).with_only_columns(func.max(_worth(ProductToken, meant)))
    return func.coalesce(best.scalar_subquery(), 0)


def _words_of(meant: Meant, product_id: Any) -> Select[Any]:
    query = select(ProductToken.token).where(ProductToken.product_id == product_id)
    return query.where(ProductToken.token.in_(meant.all))
