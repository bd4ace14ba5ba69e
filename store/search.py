"""Finding products by what a customer types: any word order, beginnings, one error per word.

Every question is bounded: of a word that thousands of products have, the weightiest are looked at.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from store import colour_words, gs1, matching, search_filters, search_hits, words
from store import products as catalogue
from store.models import Product, Variant
from store.search_filters import Few, Filters
from store.search_hits import Hit
from store.vocabulary import Meant, Vocabulary
from store.word_book import PRODUCTS

__all__ = ["LONGEST_TEXT", "Filters", "Hit", "Results", "is_misread_gtin", "products", "typed_gtin"]

LONGEST_TEXT = 200
MOST_WORDS = 8
MOST_NEAREST = 8
# products that are looked at closely
MOST_CANDIDATES = 2_000
# a word that no more products have is looked up before it is asked what the filters leave
FEW_CANDIDATES = 300
# rows of its own words, about: read where the typed word has more than all products that are left
WORDS_OF_A_PRODUCT = 12
CODE_SCORE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Results:
    """What was found: a page of products, how many in all, and how many per category.

    There are at least so many when not `is_all`; categories are then counted in what was looked at,
    or not at all. `nearest` says that no product has all the words, and that these have some of
    them. `ids` are those of the products found, the best first, at least up to the page's end.
    """

    hits: Sequence[Hit] = ()
    total: int = 0
    categories: Sequence[tuple[str, int]] = ()
    nearest: bool = False
    is_all: bool = True
    ids: Sequence[int] = ()


def products(
    session: Session,
    text: str,
    *,
    store_id: int,
    filters: Filters | None = None,
    limit: int = 24,
    offset: int = 0,
    every_id: bool = False,
) -> Results:
    """Return the products that a text names, the best first; a whole category for an empty text.

    The text may be an SKU or a GTIN. Words match whatever their accents, case, plural or order,
    by their beginning, and with one typing error from four letters on. Only the first 200
    characters and eight words count; of more than 2,000 products the best are found. The ids of all
    of them are read where `every_id` says so, or where they cost nothing.
    """
    page = _Page(session, store_id, filters or Filters(), limit, offset)
    text = text[:LONGEST_TEXT].replace("\x00", " ")  # PostgreSQL takes no NUL
    stems = _typed(text)
    if not stems:
        return Results(nearest=True) if text.strip() else page.shelf(every_id=every_id)
    page.stems = [stem for stem, _whole in stems]
    if coded := _with_code(session, text):
        page.coded = frozenset(coded)
        if (found := page.read(_chosen(set(coded.values())))).total:
            return found
    known = PRODUCTS.current(session)
    meant: list[Meant] = []
    for forgiving in (False, True):
        before, meant = meant, _meant(session, known, stems, forgiving=forgiving)
        is_new = meant != before and all(one.all for one in meant)
        if is_new and (found := page.find(meant, known)).total:
            return found
        if page.leaves_nothing:
            return Results(nearest=True)
    return page.nearest(meant, known)


def typed_gtin(text: str) -> str:
    """Return the digits of a text that is as long as a GTIN and nothing else, or nothing."""
    digits = "".join(text.split()).replace("-", "")
    return digits if words.is_number(digits) and len(digits) in (8, 12, 13, 14) else ""


def is_misread_gtin(text: str) -> bool:
    """Tell whether a text looks like a GTIN whose check digit is wrong."""
    digits = typed_gtin(text)
    return bool(digits) and not gs1.is_gtin(digits)


class _Page:
    """One page of results under fixed filters."""

    def __init__(
        self, session: Session, store_id: int, filters: Filters, limit: int, offset: int
    ) -> None:
        self.session, self.filters = session, filters
        self.limit, self.offset = limit, offset
        self.store_id = store_id
        self.conditions = search_filters.conditions(filters, store_id=store_id)
        self.on_shelf = search_filters.on_shelf(filters.category)
        self.stems: Sequence[str] = ()
        self.coded: frozenset[int] = frozenset()

    @cached_property
    def very_few(self) -> Few | None:
        """Return just what the filters leave, where all of it is soon looked at."""
        return search_filters.very_few(self.session, self.filters, store_id=self.store_id)

    @cached_property
    def few(self) -> Few | None:
        """Return the few products among which all lie that the filters leave, where there are."""
        most = search_filters.MOST_FEW
        return search_filters.few(self.session, self.filters, store_id=self.store_id, most=most)

    @property
    def leaves_nothing(self) -> bool:
        """Tell whether the filters leave nothing, whatever was typed."""
        return self.very_few is not None and not self.very_few.rows

    def find(self, meant: Sequence[Meant], known: Vocabulary | None) -> Results:
        """Look at the products with the rarest word; at the weightiest only when they are many."""
        rarest, *others = meant
        frequency = known.frequency(rarest) if known is not None else 0
        if frequency > FEW_CANDIDATES and self.very_few is not None:
            return self.read(self._of_few(self.very_few, meant, frequency), is_left=True)
        if known is None or frequency <= MOST_CANDIDATES:
            return self.read(matching.with_all(matching.of_rarest(rarest), others))
        broad = matching.weightiest([rarest], known, many=matching.MOST_BROAD)
        found = self.read(matching.with_all(broad, others))
        if found.total < self.offset + self.limit and (others or self.filters.are_any):
            return self._every(meant, frequency)
        return replace(found, is_all=False)

    def _every(self, meant: Sequence[Meant], frequency: int) -> Results:
        """Look at every product with the words, from the filters on where these leave less."""
        if self.few is not None:
            every = self._of_few(self.few, meant, frequency)
        else:
            rarest, *others = meant
            every = matching.with_all(matching.shared(rarest, others), others)
        return self.read(every, *self.on_shelf)

    def _of_few(self, few: Few, meant: Sequence[Meant], frequency: int) -> FromClause:
        rarest, *others = meant
        is_less = few.rows * WORDS_OF_A_PRODUCT < frequency
        start = matching.within if is_less else matching.among
        return matching.with_all(start(rarest, few.product_ids), others)

    def read(
        self, chosen: FromClause, *conditions: ColumnElement[bool], is_left: bool = False
    ) -> Results:
        """Return the page of what matches, the best first; `is_left` when the filters left it."""
        query = select(Product.id, Product.category).join(chosen, chosen.c.product_id == Product.id)
        query = query.where(*conditions, *self._asked(is_left=is_left))
        # the newest of equals, as the weightiest are chosen: pages behind these repeat none
        return self._of(query.order_by(chosen.c.score.desc(), Product.id.desc()))

    def shelf(self, *, every_id: bool) -> Results:
        """Return the page of a whole category, or of everything, by name.

        Of more than 2,000 products only those up to the page's end are read, in the order of an
        index, unless all ids are wanted.
        """
        query = select(Product.id, Product.category).order_by(
            Product.category, Product.name, Product.id
        )
        if self.very_few is not None:
            return self._of(query.where(Product.id.in_(self.very_few.product_ids)))
        query = query.where(*self._asked(), *self.on_shelf)
        if not every_id and self._are_many():
            end = min(self.offset + self.limit, MOST_CANDIDATES)
            ids = [row[0] for row in self.session.execute(query.limit(end))]
            hits = self._hits(ids[self.offset :])
            return Results(hits=hits, total=MOST_CANDIDATES, is_all=False, ids=ids)
        return self._of(query.where(*self._among_few()))

    def _are_many(self) -> bool:
        """Tell whether the filters leave more products than are looked at."""
        if self.few is None and self.filters.of_variants and not self.filters.category:
            some = search_filters.some(self.filters, store_id=self.store_id)
        else:
            some = select(Product.id).where(*self._asked(), *self.on_shelf, *self._among_few())
        found = some.limit(MOST_CANDIDATES + 1).subquery()
        counted = self.session.scalar(select(func.count()).select_from(found)) or 0
        return counted > MOST_CANDIDATES

    def _among_few(self) -> list[ColumnElement[bool]]:
        return [Product.id.in_(self.few.product_ids)] if self.few is not None else []

    def _asked(self, *, is_left: bool = False) -> list[ColumnElement[bool]]:
        sold = Product.withdrawn_at.is_(None)
        return [sold] if is_left else [sold, *search_filters.has_variant(self.conditions)]

    def nearest(self, meant: Sequence[Meant], known: Vocabulary | None) -> Results:
        """Return what has some of the words."""
        told = [one for one in meant if one.all]
        if not told:
            return Results(nearest=True)
        near = matching.with_some(told, self._near(told, known))
        found = self.read(near, is_left=self.very_few is not None)
        hits = found.hits[:MOST_NEAREST]
        return Results(hits=hits, total=len(hits), nearest=True, ids=found.ids[:MOST_NEAREST])

    def _near(self, told: Sequence[Meant], known: Vocabulary | None) -> Select[Any]:
        if self.very_few is not None:
            return matching.within(matching.any_of(told), self.very_few.product_ids)
        if known is not None:
            return matching.weightiest(told, known, many=matching.MOST_NEAR)
        return matching.of_rarest(told[0])

    def _of(self, query: Select[*tuple[Any, ...]]) -> Results:
        rows = self.session.execute(query.limit(MOST_CANDIDATES + 1)).all()
        chosen = self.filters.category
        ids = [row[0] for row in rows if chosen in ("", row[1])][:MOST_CANDIDATES]
        return Results(
            hits=self._hits(ids[self.offset : self.offset + self.limit]),
            total=len(ids),
            categories=_counted([row[1] for row in rows]),
            is_all=len(rows) <= MOST_CANDIDATES,
            ids=ids,
        )

    def _hits(self, ids: Sequence[int]) -> list[Hit]:
        return search_hits.read(
            self.session, ids, conditions=self.conditions, coded=self.coded, stems=self.stems
        )


def _typed(text: str) -> list[tuple[str, str]]:
    stems = {words.stem(word): word for word in words.split(text)}
    return list(stems.items())[:MOST_WORDS]


def _meant(
    session: Session,
    known: Vocabulary | None,
    stems: Sequence[tuple[str, str]],
    *,
    forgiving: bool,
) -> list[Meant]:
    """Return what each word may stand for, the rarest first: the database starts from it."""
    meant = [
        _with_colours(
            PRODUCTS.meant_by(session, known, stem, whole=whole, forgiving=forgiving), known, stem
        )
        for stem, whole in stems
    ]
    return sorted(meant, key=known.frequency) if known is not None else meant


def _with_colours(meant: Meant, known: Vocabulary | None, stem: str) -> Meant:
    """Add what a colour is called in the other language; it is then no typing error."""
    others = tuple(
        word
        for word in colour_words.others(stem)
        if word not in meant.exact and (known is None or word in known.counts)
    )
    if not others:
        return meant
    return Meant(exact=meant.exact + others, longer=meant.longer)


def _with_code(session: Session, text: str) -> dict[int, int]:
    """Return the products of the variants that have this code, by the variant's id."""
    compact = "".join(text.split())
    if not any(letter.isdigit() for letter in compact):
        return {}
    digits = typed_gtin(text)
    readings = gs1.gtin_readings(digits) or _one_digit_from(digits)
    named = or_(Variant.sku == catalogue.normalise(text), Variant.gtin.in_(readings))
    rows = session.execute(select(Variant.id, Variant.product_id).where(named))
    return {row.id: row.product_id for row in rows}


def _one_digit_from(digits: str) -> list[str]:
    """Return the GTIN that one wrong digit, or two swapped, may have hidden; with 14 digits."""
    swapped = [
        digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
        for at in range(len(digits) - 1)
    ]
    other = [
        digits[:at] + digit + digits[at + 1 :]
        for at in range(len(digits))
        for digit in "0123456789"
    ]
    return [one.zfill(14) for one in dict.fromkeys(swapped + other) if gs1.is_gtin(one)]


def _chosen(numbers: Collection[int]) -> Subquery:
    chosen = select(Product.id.label("product_id"), literal(CODE_SCORE).label("score"))
    return chosen.where(Product.id.in_(numbers)).subquery()


def _counted(categories: Sequence[str]) -> list[tuple[str, int]]:
    counts = Counter(categories)
    counts.pop("", None)
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))
