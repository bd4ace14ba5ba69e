"""Which products have the words of a search, as queries: all of the words, or some of them.

SQLite has no statistics here and starts from the wrong end when it is let: each query says from
where.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    Subquery,
    case,
    func,
    intersect,
    literal,
    select,
    union_all,
)

from store.models import ProductToken
from store.vocabulary import Meant, Vocabulary

# of words that more products have: so many of each sort of word, and of their weightiest products
MOST_BROAD_WORDS = 6
MOST_BROAD = 1_000
MOST_NEAR = 300  # of what has some of the words only
# of the table, not of the class: a query is put together in half the time
_WORDS = ProductToken.__table__
EXACT, LONGER, MISSPELT = 10, 6, 4
# a product has some fifteen words: of more than so many, reading all of its own is shorter
MOST_LOOKED_UP = 6


def of_rarest(meant: Meant) -> Select[Any]:
    """Return every product with one of the words, and its score."""
    return _best_where(_WORDS.c.token.in_(meant.all), meant)


def among(meant: Meant, product_ids: Select[Any] | Sequence[int]) -> Select[Any]:
    """Return which of these products have one of the words, and their score; from the words on."""
    # the sum keeps SQLite from looking each product's words up
    return of_rarest(meant).where((_WORDS.c.product_id + 0).in_(product_ids))


def within(meant: Meant, product_ids: Select[Any] | Sequence[int]) -> Select[Any]:
    """Return which of these products have one of the words, and their score; from them on."""
    return _best_where(_is_own(meant), meant).where(_WORDS.c.product_id.in_(product_ids))


def _best_where(has: ColumnElement[bool], meant: Meant) -> Select[Any]:
    score = func.max(_worth(meant)).label("score")
    return select(_WORDS.c.product_id, score).where(has).group_by(_WORDS.c.product_id)


def shared(rarest: Meant, others: Sequence[Meant]) -> Select[Any]:
    """Return every product with one of the words that has the common others too, and its score.

    Thousands of products are put side by side: looking each of them up would take four times as
    long. The sum keeps SQLite from doing so by the index of products.
    """
    query = of_rarest(rarest)
    if not others:
        return query
    have = [select(_WORDS.c.product_id).where(_WORDS.c.token.in_(one.all)) for one in others]
    both = have[0] if len(have) == 1 else intersect(*have)
    return query.where((_WORDS.c.product_id + 0).in_(both))


def weightiest(meant: Sequence[Meant], known: Vocabulary, *, many: int) -> Select[Any]:
    """Return the products that the commonest of the words say most about, and their score."""
    few = [(word, sure) for one in meant for word, sure in _commonest(one, known)]
    each = many // min(len(few), 4)
    best = [
        select(_WORDS.c.product_id, (_WORDS.c.weight * sure).label("score"))
        .where(_WORDS.c.token == word)
        .order_by(_WORDS.c.weight.desc(), _WORDS.c.product_id.desc())
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


def with_all(first: Select[Any], others: Sequence[Meant]) -> FromClause:
    """Return product and score of what has the other words as well.

    Each product's own words are looked up: a join lets SQLite start from the other end, at all the
    products of a common word. One level deep: its parser gives up on seven subqueries in another.
    """
    if not others:
        return first.subquery()
    found = first.subquery()
    worths = [_best_of(one, found.c.product_id) for one in others]
    columns = [worth.label(f"worth_{place}") for place, worth in enumerate(worths)]
    # once for the question and once for the score, were it not kept
    kept = select(found, *columns).cte().prefix_with("MATERIALIZED")
    told = [kept.c[column.name] for column in columns]
    score = sum(told, kept.c.score).label("score")
    return select(kept.c.product_id, score).where(*(one.is_not(None) for one in told)).subquery()


def any_of(meant: Sequence[Meant]) -> Meant:
    """Return what stands for any of several typed words."""
    return Meant(
        exact=tuple(word for one in meant for word in one.exact),
        longer=tuple(word for one in meant for word in one.longer),
        misspelt=tuple(word for one in meant for word in one.misspelt),
    )


def with_some(meant: Sequence[Meant], near: Select[Any]) -> Subquery:
    """Return product and score of what has some of the words, the more the better."""
    found = near.subquery()
    worths = [func.coalesce(_best_of(one, found.c.product_id), 0) for one in meant]
    return select(found.c.product_id, sum(worths, literal(0)).label("score")).subquery()


def _best_of(meant: Meant, product_id: Any) -> ScalarSelect[Any]:
    """Return what a product's best word counts for; NULL when it has none."""
    best = select(func.max(_worth(meant))).where(_WORDS.c.product_id == product_id)
    return best.where(_is_own(meant)).scalar_subquery()


def _is_own(meant: Meant) -> ColumnElement[bool]:
    """Ask whether a word of a product is one of these; of many, by reading all of the product's."""
    if len(meant.all) <= MOST_LOOKED_UP:
        return _WORDS.c.token.in_(meant.all)
    # no index has the words like this
    return _WORDS.c.token.concat("").in_(meant.all)


def _worth(meant: Meant) -> ColumnElement[int]:
    if meant.exact and not meant.longer and not meant.misspelt:
        return _WORDS.c.weight * EXACT
    token = _WORDS.c.token
    sure = case((token.in_(meant.exact), EXACT), (token.in_(meant.longer), LONGER), else_=MISSPELT)
    return _WORDS.c.weight * sure
