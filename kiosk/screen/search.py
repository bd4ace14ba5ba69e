"""The search: results as the customer types, narrowed by department and by what is here."""

from dataclasses import dataclass

from flask import Response, g, request

from kiosk.blueprint import kiosk
from kiosk.screen import session as kiosk_session
from store import completion, products, search, stock
from store.search import Filters, Hit, Results
from store.web import auth, stock_words
from store.web.clock import now
from store.web.extensions import db
from store.web.htmx import page_or_block
from store.web.stock_words import StockWords

PER_PAGE = 8
PER_PAGE_LOW = 4  # what stands within low reach
LAST_PAGE = 200


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A product as the results show it; `stock` is that of its best stocked variant."""

    product: Hit
    stock: StockWords


@kiosk.get("/search")
@auth.device("kiosk")
def search_page() -> Response:
    """Show what was found for `q`, in a department (`category`), in stock `here` or anywhere."""
    text = _readable(request.args.get("q", ""))
    filters = Filters(
        in_stock="here" in request.args, category=_readable(request.args.get("category", ""))
    )
    page = min(max(request.args.get("page", 1, int), 1), LAST_PAGE)
    per_page = PER_PAGE_LOW if kiosk_session.comforts()["reach"] else PER_PAGE
    results = _find(text, filters, limit=per_page, offset=(page - 1) * per_page)
    tiles = _tiles(results)
    return page_or_block(
        "kiosk/search.html",
        "found",
        text=text,
        filters=filters,
        page=page,
        pages=-(-results.total // per_page),
        results=results,
        tiles=tiles,
        completions=completion.complete(text, [tile.product.name for tile in tiles]),
        departments=() if results.hits else products.list_categories(db.session())[:per_page],
    )


def _readable(text: str) -> str:
    """Return what can be shown and looked for of a text from an address."""
    cut = text[: search.LONGEST_TEXT]
    return "".join(letter for letter in cut if letter.isprintable()).strip()


def _find(text: str, filters: Filters, *, limit: int, offset: int) -> Results:
    if not text and not filters.category:
        return Results()
    return search.products(
        db.session(),
        text,
        store_id=g.store.id,
        filters=filters,
        limit=limit,
        offset=offset,
    )


def _tiles(results: Results) -> list[Tile]:
    variant_ids = [number for hit in results.hits for number in hit.variant_ids]
    trust = stock_words.trust(db.session())
    figures = stock.figures(db.session(), variant_ids, store_id=g.store.id, now=now(), trust=trust)
    best = [stock.best(figures[n] for n in hit.variant_ids) for hit in results.hits]
    return [
        Tile(product=hit, stock=stock_words.in_words(figure))
        for hit, figure in zip(results.hits, best, strict=True)
    ]
