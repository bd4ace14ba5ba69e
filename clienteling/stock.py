"""Stock as staff see it: a search, and one article in every store."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, g, request, url_for
from flask_babel import ngettext

from clienteling import back_in_stock_words as wishes
from clienteling import named, stock_rows
from clienteling import shelf_check_words as say
from clienteling.blueprint import tablet
from clienteling.named import Article
from store import products, search, shelf_checks, stock, stores
from store.models import Product, Variant
from store.search_hits import HitVariant
from store.stock import Elsewhere, Figure
from store.web import auth, pictures, scanning, stock_words
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import typo
from store.web.htmx import fragment, is_partial, page_or_block
from store.web.stock_words import StockWords

IN_STOCK = ("in", "low")
SHOWN_FOUND = 30
MOST_STORES = 100


@dataclass(frozen=True, kw_only=True)
class Found:
    """One product of the list, by the variant that is best stocked here of those meant."""

    product: Article
    name: str  # with size and colour: the stock is that of this variant alone
    skus: list[str]
    stock: StockWords
    href: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Another variant of the same product."""

    text: str
    href: str
    level: str
    stock: str
    current: bool


@tablet.get("/stock", endpoint="stock")
@auth.staff()
def show_stock() -> Response:
    """Show what `q` finds, and the article `sku` or the first one found in every store."""
    hits = _search(_query())
    sku = request.args.get("sku", "")
    if is_partial():
        return page_or_block("clienteling/stock.html", "results", **_list(hits, sku))
    sku = sku or (_shown(hits[0], _figures(hits[0].variant_ids)).sku if hits else "")
    return _page(hits, sku)


@tablet.get("/stock/<sku>", endpoint="product")
@auth.staff()
def show_product(sku: str) -> Response:
    """Show one article in every store, beside what `q` finds."""
    return _page(_search(_query()), sku)


@tablet.get("/stock/<sku>/table")
@auth.staff()
def stock_of(sku: str) -> Response:
    """Answer the table of one article alone, as it is now."""
    return fragment("clienteling/_stock_of.html", **_article(sku))


def find(query: str) -> list[Found]:
    """Return the articles that a text finds, the likeliest first."""
    hits = _search(query) or []
    figures = _figures([number for hit in hits for number in hit.variant_ids])
    return [_row(hit, figures, "") for hit in hits]


def page_of(sku: str) -> dict[str, Any]:
    """Return what the page shows: the article, or none for '', beside what `q` finds."""
    return _shown_with(_search(_query()), sku)


def _page(hits: list[search.Hit] | None, sku: str) -> Response:
    return page_or_block("clienteling/stock.html", "results", **_shown_with(hits, sku))


def _shown_with(hits: list[search.Hit] | None, sku: str) -> dict[str, Any]:
    article = _article(sku) if sku else {"product": None}
    return {"lead": _lead(), **article, **_list(hits, sku)}


def _lead() -> str:
    count = len(stores.list_near(db.session(), g.store, limit=MOST_STORES)) + 1
    return typo(ngettext("%(num)s magasin", "%(num)s magasins", count))


# --- the list ---------------------------------------------------------------------------------


def _search(query: str) -> list[search.Hit] | None:
    if not query:
        return None
    found = search.products(db.session(), query, store_id=g.store.id, limit=SHOWN_FOUND)
    return list(found.hits)


def _list(hits: list[search.Hit] | None, sku: str) -> dict[str, Any]:
    figures = _figures([number for hit in hits or () for number in hit.variant_ids])
    rows = [_row(hit, figures, sku) for hit in hits or ()]
    return {
        "query": _query(),
        "chosen_sku": sku,
        "results": None if hits is None else rows,
        "misread": scanning.misread(_query()),
        "tasks": say.tasks(sku) if hits is None else (),
        "back": wishes.back(sku) if hits is None else (),
    }


def _row(hit: search.Hit, figures: dict[int, Figure], sku: str) -> Found:
    shown = _shown(hit, figures)
    article = named.hit(hit, shown)
    return Found(
        product=article,
        name=named.with_choice(article),
        skus=sorted(hit.skus),
        stock=stock_words.in_words(figures[shown.id]),
        href=url_for("tablet.stock", q=_query(), sku=shown.sku),
        current=sku in hit.skus,
    )


def _shown(hit: search.Hit, figures: dict[int, Figure]) -> HitVariant:
    return hit.variant(stock.best(figures, hit.variant_ids))


def _figures(variant_ids: Sequence[int]) -> dict[int, Figure]:
    trust = stock_words.trust(db.session())
    return stock.figures(db.session(), variant_ids, store_id=g.store.id, now=now(), trust=trust)


# --- one article ------------------------------------------------------------------------------


def _article(sku: str) -> dict[str, Any]:
    chosen = products.get_by_sku(db.session(), sku)
    whole = products.get_by_uid(db.session(), chosen.product.uid)
    figures = _figures([variant.id for variant in whole.variants])
    here, only = figures[chosen.id], bool(request.args.get("only"))
    elsewhere = _elsewhere(chosen.id)
    shown = [one for one in elsewhere if one.figure.level in IN_STOCK] if only else elsewhere
    task = shelf_checks.find_open(db.session(), chosen.id, store_id=g.store.id)
    return {
        "query": _query(),
        "product": named.variant(chosen, pictures.of([whole.id]).get(whole.id)),
        "skus": [variant.sku for variant in whole.variants],
        "withdrawn": whole.withdrawn_at is not None,
        "choices": _choices(whole, chosen, figures),
        "rows": stock_rows.rows(here, shown),
        "only": only,
        "hidden": len(elsewhere) - len(shown),
        "totals": stock_rows.totals(here, elsewhere),
        "counted": stock_words.in_words(here).counted,
        "incoming": stock_rows.incoming(here),
        "waiting": wishes.waiting(chosen),
        "task": say.question(task) if task else None,
        "checked": (checked := request.args.get("checked", "")),
        "answered": say.answered(checked) if checked else "",
    }


def _elsewhere(variant_id: int) -> list[Elsewhere]:
    return stock.list_elsewhere(
        db.session(),
        variant_id,
        store=g.store,
        now=now(),
        trust=stock_words.trust(db.session()),
        limit=MOST_STORES,
    )


def _query() -> str:
    return request.args.get("q", "")[: search.LONGEST_TEXT].strip()


def _choices(whole: Product, chosen: Variant, figures: dict[int, Figure]) -> list[Choice]:
    if len(whole.variants) < 2:
        return []
    query = request.args.get("q") or None
    return [
        Choice(
            text=named.variant(variant).choice or variant.sku,
            href=url_for("tablet.stock", q=query, sku=variant.sku),
            level=figures[variant.id].level,
            stock=stock_words.level_text(figures[variant.id]),
            current=variant.id == chosen.id,
        )
        for variant in whole.variants
    ]
