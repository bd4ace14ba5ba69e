"""Finding products by what a customer types: any word order, beginnings, one error per word."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Subquery, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from store import gs1, vocabulary, words
from store import products as catalogue
from store.models import Product, ProductToken, StockLevel, Variant
from store.vocabulary import Meant, Vocabulary

LONGEST_TEXT = 200
MOST_WORDS = 8
MOST_NEAREST = 8
EXACT, LONGER, MISSPELT = 10, 6, 4
CODE_SCORE = 10_000


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the customer narrowed the results to."""

    in_stock: bool = False
    category: str = ""


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A product found, with what a tile shows; the price is that of its cheapest variant."""

    id: int
    uid: str
    reference: str
    name: str
    name_en: str
    category: str
    family: str
    tone: str
    sku: str
    price_minor: int
    currency: str
    several_prices: bool
    variant_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Results:
    """What was found: a page of products, how many in all, and how many per category.

    `nearest` says that no product has all the words, and that these have some of them.
    """

    hits: Sequence[Hit] = ()
    total: int = 0
    categories: Sequence[tuple[str, int]] = ()
    nearest: bool = False


def products(
    session: Session,
    text: str,
    *,
    store_id: int,
    filters: Filters | None = None,
    limit: int = 24,
    offset: int = 0,
) -> Results:
    """Return the products that a text names, the best first; all of them for an empty text.

    The text may be an SKU or a GTIN. Words match whatever their accents, case, plural or order,
    by their beginning, and with one typing error from four letters on. Only the first 200
    characters and eight words count.
    """
    wanted = filters or Filters()
    page = _Page(session, store_id=store_id, filters=wanted, limit=limit, offset=offset)
    text = text[:LONGEST_TEXT].replace("\x00", " ")  # PostgreSQL takes no NUL
    stems = _typed(text)
    if not stems:
        return Results(nearest=True) if text.strip() else page.read(None)
    known = vocabulary.current(session)
    code = _products_with_code(session, text)
    for forgiving in (False, True):
        meant = [known.meant_by(stem, whole=whole, forgiving=forgiving) for stem, whole in stems]
        meant.sort(key=known.frequency)  # the database starts from the rarest word
        found = page.read(_with_all(meant, code)) if code or all(one.all for one in meant) else None
        if found is not None and found.total:
            return found
    return page.read_nearest(_with_some(_loosely(known, stems)))


def complete(text: str, names: Sequence[str], *, limit: int = 4) -> list[str]:
    """Return what the text may become when its last word is finished from these names.

    The commonest word first; empty when the last word is whole or nothing begins like it.
    """
    folded = words.split(text)
    if not folded or text[-1:].isspace():
        return []
    start, counts = folded[-1], dict[str, int]()
    for name in names:
        for word in {one for one in name.split() if words.fold(one).startswith(start)}:
            clean = word.strip("«».,;:!?()\"'").lower()
            if words.stem(words.fold(clean)) != words.stem(start):
                counts[clean] = counts.get(clean, 0) + 1
    before = text.rstrip()[: -len(text.split()[-1])]
    return [before + word for word in sorted(counts, key=lambda one: (-counts[one], one))[:limit]]


class _Page:
    """One page of results under fixed filters."""

    def __init__(
        self, session: Session, *, store_id: int, filters: Filters, limit: int, offset: int
    ) -> None:
        self.session, self.store_id, self.filters = session, store_id, filters
        self.limit, self.offset = limit, offset

    def read(self, matching: Subquery | None) -> Results:
        categories = self._categories(matching)
        total = sum(count for name, count in categories if self.filters.category in ("", name))
        if not total:
            return Results(categories=categories)
        hits = self._hits(matching, self.limit)
        return Results(hits=hits, total=total, categories=_named(categories))

    def read_nearest(self, matching: Subquery | None) -> Results:
        if matching is None:
            return Results(nearest=True)
        hits = self._hits(matching, min(self.limit, MOST_NEAREST))
        return Results(hits=hits, total=len(hits), nearest=True)

    def _categories(self, matching: Subquery | None) -> Sequence[tuple[str, int]]:
        many = func.count(Product.id)
        query = self._narrow(select(Product.category, many), matching)
        query = query.group_by(Product.category).order_by(many.desc(), Product.category)
        return [(name, count) for name, count in self.session.execute(query)]

    def _narrow(self, query: Any, matching: Subquery | None) -> Any:
        query = query.where(Product.withdrawn_at.is_(None))
        if matching is not None:
            query = query.join(matching, matching.c.product_id == Product.id)
        return query.where(self._stands_here()) if self.filters.in_stock else query

    def _stands_here(self) -> ColumnElement[bool]:
        left = StockLevel.on_hand - StockLevel.reserved - StockLevel.safety_stock
        here = select(Variant.id).join(StockLevel, StockLevel.variant_id == Variant.id)
        here = here.where(StockLevel.store_id == self.store_id, left > 0)
        return exists(here.where(Variant.product_id == Product.id))

    def _hits(self, matching: Subquery | None, limit: int) -> list[Hit]:
        columns = (Product.id, Product.uid, Product.reference, Product.name, Product.name_en)
        query = self._narrow(select(*columns, Product.category, Product.family), matching)
        if self.filters.category:
            query = query.where(Product.category == self.filters.category)
        order: list[Any] = [Product.name, Product.id]
        if matching is not None:
            order = [matching.c.score.desc(), func.length(Product.name), *order]
        rows = self.session.execute(query.order_by(*order).limit(limit).offset(self.offset)).all()
        variants = _variants(self.session, [row.id for row in rows])
        return [_hit(row, variants[row.id]) for row in rows if row.id in variants]


def _typed(text: str) -> list[tuple[str, str]]:
    stems = {words.stem(word): word for word in words.split(text)}
    return list(stems.items())[:MOST_WORDS]


def _products_with_code(session: Session, text: str) -> list[int]:
    compact = "".join(text.split())
    if not any(letter.isdigit() for letter in compact):
        return []
    readings = gs1.gtin_readings(compact)
    named = or_(Variant.sku == catalogue.normalise(text), Variant.gtin.in_(readings))
    return list(session.scalars(select(Variant.product_id).where(named).distinct()))


def _with_all(meant: Sequence[Meant], code: Sequence[int]) -> Subquery:
    if code:
        chosen = select(Product.id.label("product_id"), literal(CODE_SCORE).label("score"))
        return chosen.where(Product.id.in_(code)).subquery()
    rows = [aliased(ProductToken) for _ in meant]
    score: Any = sum((_worth(row, one) for row, one in zip(rows, meant, strict=True)), literal(0))
    query = select(rows[0].product_id, score.label("score")).where(rows[0].token.in_(meant[0].all))
    for row, one in zip(rows[1:], meant[1:], strict=True):
        same = row.product_id == rows[0].product_id
        query = query.join(row, same & row.token.in_(one.all))
    return query.group_by(rows[0].product_id).subquery()


def _worth(row: Any, meant: Meant) -> Any:
    sure = case(
        (row.token.in_(meant.exact), EXACT), (row.token.in_(meant.longer), LONGER), else_=MISSPELT
    )
    return func.max(row.weight * sure)


def _loosely(known: Vocabulary, stems: Sequence[tuple[str, str]]) -> list[Meant]:
    meant = [known.meant_by(stem, whole=whole, forgiving=True) for stem, whole in stems]
    return [one for one in meant if one.all]


def _with_some(meant: Sequence[Meant]) -> Subquery | None:
    if not meant:
        return None
    exact = [word for one in meant for word in one.exact]
    every = [word for one in meant for word in one.all]
    worth = ProductToken.weight * case((ProductToken.token.in_(exact), EXACT), else_=MISSPELT)
    query = select(ProductToken.product_id, func.sum(worth).label("score"))
    return query.where(ProductToken.token.in_(every)).group_by(ProductToken.product_id).subquery()


def _named(categories: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    return [(name, count) for name, count in categories if name]


def _variants(session: Session, product_ids: Sequence[int]) -> dict[int, list[Any]]:
    columns = (Variant.product_id, Variant.id, Variant.sku, Variant.tone)
    query = select(*columns, Variant.price_minor, Variant.currency)
    query = query.where(Variant.product_id.in_(product_ids))
    grouped: dict[int, list[Any]] = {}
    for row in session.execute(query.order_by(Variant.position, Variant.id)):
        grouped.setdefault(row.product_id, []).append(row)
    return grouped


def _hit(row: Any, variants: Sequence[Any]) -> Hit:
    prices = sorted({variant.price_minor for variant in variants})
    return Hit(
        id=row.id,
        uid=row.uid,
        reference=row.reference,
        name=row.name,
        name_en=row.name_en,
        category=row.category,
        family=row.family,
        tone=variants[0].tone,
        sku=variants[0].sku,
        price_minor=prices[0],
        currency=variants[0].currency,
        several_prices=len(prices) > 1,
        variant_ids=tuple(variant.id for variant in variants),
    )
