"""The search: results as the customer types, narrowed by filters; what is not there is noted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Response, g, session

from kiosk.blueprint import kiosk
from kiosk.screen import asked, assistance
from kiosk.screen import session as kiosk_session
from kiosk.screen.asked import Asked
from store import completion, products, search, stock, unmet
from store.search import Hit, Results
from store.stock import Figure
from store.web import auth, languages, pictures, stock_words
from store.web.catalogue import name_language
from store.web.clock import now
from store.web.extensions import db
from store.web.htmx import page_or_block
from store.web.pictures import Photo
from store.web.stock_words import StockWords

PER_PAGE = 8
PER_PAGE_LOW = 4  # what stands within low reach
SUGGESTIONS = 3
MOST_CHIPS = 2
NO_CONTENT = 204


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A product as the results show it, by the best stocked of the variants that were meant."""

    product: Hit
    name: str
    lang: str  # of the name, where it is not the screen's
    sku: str
    tone: str
    stock: StockWords
    picture: Photo | None = None


@dataclass(frozen=True, kw_only=True)
class Chips:
    """Departments of what was found with their figures, and how much more stands in others.

    What stands in no department is in none of the figures.
    """

    departments: Sequence[tuple[str, int]] = ()
    others: int = 0


@kiosk.get("/search")
@auth.device("kiosk")
def search_page() -> Response:
    """Show what was found for `q`, narrowed by `here`, `category`, `size`, `colour`, `price`."""
    wanted = asked.read()
    per_page = PER_PAGE_LOW if kiosk_session.comforts()["reach"] else PER_PAGE
    results = _page_of(wanted, per_page)
    last = -(-results.total // per_page)
    if wanted.page > last > 0:  # fewer in this language, in stock by now, or more on a page
        wanted = replace(wanted, page=last)
        results = _page_of(wanted, per_page)
    tiles = _tiles(results)
    departments = () if tiles else products.list_categories(db.session())[:per_page]
    return page_or_block(
        "kiosk/search.html",
        "found",
        asked=wanted,
        pages=last,
        results=results,
        tiles=tiles,
        suggestions=_suggestions(wanted.text, results, [tile.name for tile in tiles]),
        departments=departments,
        chips=_chips(results),
    )


@kiosk.post("/search/unmet")
@auth.device("kiosk")
def note_unmet() -> Response:
    """Note a search that found nothing and that stood on the screen for a moment."""
    _note(asked.read())
    db.session.commit()
    return Response(status=NO_CONTENT, mimetype="text/plain")


@kiosk.post("/search/ask")
@auth.device("kiosk")
def ask() -> Response:
    """Call an assistant for what the search did not find."""
    _note(asked.read())
    return assistance.call()


def find(wanted: Asked, *, limit: int, offset: int = 0, every_id: bool = False) -> Results:
    """Return what is found; nothing before anything was asked for."""
    if wanted.is_empty or (wanted.fault and not search.typed_gtin(wanted.text)):
        return Results()
    return search.products(
        db.session(),
        wanted.code or wanted.text,
        store_id=g.store.id,
        filters=wanted.filters,
        limit=limit,
        offset=offset,
        every_id=every_id,
    )


def _page_of(wanted: Asked, per_page: int) -> Results:
    return find(wanted, limit=per_page, offset=(wanted.page - 1) * per_page)


def _note(wanted: Asked) -> None:
    """Keep the wish when it is true that nothing has all its words; the form only proposes."""
    results = find(wanted, limit=1)
    if wanted.text and not wanted.fault and (results.nearest or not results.total):
        unmet.record(
            db.session(),
            store_id=g.store.id,
            kind="search_without_result",
            text=wanted.text,
            visitor=session.get("visitor", ""),
            device_kind=g.device.kind,
            language=languages.choose(),
            now=now(),
        )


def _tiles(results: Results) -> list[Tile]:
    variant_ids = [number for hit in results.hits for number in hit.variant_ids]
    trust = stock_words.trust(db.session())
    figures = stock.figures(db.session(), variant_ids, store_id=g.store.id, now=now(), trust=trust)
    photos = pictures.of(hit.id for hit in results.hits)
    return [_tile(hit, figures, photos.get(hit.id)) for hit in results.hits]


def _tile(hit: Hit, figures: dict[int, Figure], photo: Photo | None) -> Tile:
    shown = hit.variant(stock.best(figures, hit.variant_ids))
    return Tile(
        product=hit,
        name=_name(hit),
        lang=name_language(_name(hit), hit.name_en),
        sku=shown.sku,
        tone=shown.tone,
        stock=stock_words.in_words(figures[shown.id]),
        picture=photo,
    )


def _chips(results: Results) -> Chips:
    """Return the departments of what was found that have room, and what the others make up."""
    told = results.categories
    kept = told if len(told) == MOST_CHIPS else told[:1]
    others = sum(count for _name, count in told[len(kept) :])
    return Chips(departments=kept, others=others) if len(told) > 1 else Chips()


def _name(hit: Hit) -> str:
    return hit.name_en if languages.choose() == "en" and hit.name_en else hit.name


def _suggestions(text: str, results: Results, names: Sequence[str]) -> list[str]:
    if results.nearest:  # no word put right would make it found
        return []
    found = completion.complete(text, names) or completion.correct(text, names)
    return found[:SUGGESTIONS]
