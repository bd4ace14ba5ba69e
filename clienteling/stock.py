"""Stock as staff see it: a search, and one article in every store."""

from dataclasses import dataclass
from typing import Any

from flask import Response, g, request, url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from clienteling import named
from clienteling.blueprint import tablet
from clienteling.named import Article
from store import products, search, stock, stores
from store.models import Product, Store, Variant
from store.stock import Elsewhere, Figure
from store.stores import Opening
from store.web import auth, stock_words
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import clock_time, day, local, typo
from store.web.htmx import fragment, is_partial, page_or_block
from store.web.stock_words import StockWords

SHOWN_FOUND = 30
MOST_STORES = 100


@dataclass(frozen=True, kw_only=True)
class Found:
    """One product of the list, with the stock of its best stocked variant here."""

    product: Article
    stock: StockWords
    href: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    """One store of the table; `value` of `most` draws the bar."""

    name: str
    text: str
    level: str
    quantity: str
    value: int
    most: int
    reserved: int
    as_of: Any
    here: bool
    phone: str = ""


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
    hits = _search(request.args.get("q", "")[: search.LONGEST_TEXT].strip())
    sku = request.args.get("sku", "")
    if is_partial():
        return page_or_block("clienteling/stock.html", "results", **_list(hits, sku))
    sku = sku or (hits[0].sku if hits else "")
    return _page(hits, sku)


@tablet.get("/stock/<sku>", endpoint="product")
@auth.staff()
def show_product(sku: str) -> Response:
    """Show one article in every store, beside what `q` finds."""
    return _page(_search(request.args.get("q", "")[: search.LONGEST_TEXT].strip()), sku)


@tablet.get("/stock/<sku>/table")
@auth.staff()
def stock_of(sku: str) -> Response:
    """Answer the table of one article alone, as it is now."""
    return fragment("clienteling/_stock_of.html", **_article(sku))


def _page(hits: list[search.Hit] | None, sku: str) -> Response:
    context = _article(sku) if sku else {"product": None}
    return page_or_block(
        "clienteling/stock.html", "results", lead=_lead(), **(context | _list(hits, sku))
    )


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
    query = request.args.get("q", "")[: search.LONGEST_TEXT].strip()
    figures = _figures([number for hit in hits or () for number in hit.variant_ids])
    rows = [
        Found(
            product=named.hit(hit),
            stock=stock_words.in_words(stock.best(figures[n] for n in hit.variant_ids)),
            href=url_for("tablet.stock", q=query, sku=hit.sku),
            current=hit.sku == sku,
        )
        for hit in hits or ()
    ]
    return {"query": query, "chosen_sku": sku, "results": None if hits is None else rows}


def _figures(variant_ids: list[int]) -> dict[int, Figure]:
    trust = stock_words.trust(db.session())
    return stock.figures(db.session(), variant_ids, store_id=g.store.id, now=now(), trust=trust)


# --- one article ------------------------------------------------------------------------------


def _article(sku: str) -> dict[str, Any]:
    chosen = products.get_by_sku(db.session(), sku)
    whole = products.get_by_uid(db.session(), chosen.product.uid)
    figures = _figures([variant.id for variant in whole.variants])
    here = figures[chosen.id]
    elsewhere = stock.list_elsewhere(
        db.session(),
        chosen.id,
        store=g.store,
        now=now(),
        trust=stock_words.trust(db.session()),
        limit=MOST_STORES,
    )
    return {
        "query": request.args.get("q", "")[: search.LONGEST_TEXT].strip(),
        "product": named.variant(chosen),
        "choices": _choices(whole, chosen, figures),
        "rows": _rows(here, elsewhere),
        "totals": _totals(here, elsewhere),
        "counted": stock_words.in_words(here).counted,
        "incoming": _incoming(here),
    }


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


def _rows(here: Figure, elsewhere: list[Elsewhere]) -> list[Row]:
    figures = [here, *(one.figure for one in elsewhere)]
    most = max(max(figure.available for figure in figures), 1)
    own = _row(g.store, here, most, text=_("ici"), is_here=True)
    return [own, *(_row(one.store, one.figure, most, text=_where(one)) for one in elsewhere)]


def _row(store: Store, figure: Figure, most: int, *, text: str, is_here: bool = False) -> Row:
    return Row(
        name=store.name,
        text=typo(text),
        level=figure.level,
        quantity=_quantity(figure),
        value=figure.available,
        most=most,
        reserved=figure.reserved,
        as_of=figure.as_of,
        here=is_here,
        phone=store.phone if figure.level == "unknown" and not is_here else "",
    )


def _quantity(figure: Figure) -> str:
    """Return the figure, with a question mark where nobody should count on it."""
    if figure.level != "unknown":
        return str(figure.available)
    return typo(f"{figure.available} ?") if figure.counted_at else "?"


def _where(one: Elsewhere) -> str:
    opening = _opening(stores.opening(one.store, now()))
    if one.kilometres is None:
        return opening
    distance = _("%(n)s km", n=max(1, round(one.kilometres)))
    return f"{distance} · {opening}" if opening else distance


def _opening(opening: Opening) -> str:
    if opening.is_open and opening.closes_at:
        return _("ouvert jusqu'à %(at)s", at=clock_time(opening.closes_at))
    if opening.opens_at is None:
        return ""
    if local(opening.opens_at).date() == local(now()).date():
        return _("ouvre à %(at)s", at=clock_time(opening.opens_at))
    weekday = format_date(local(opening.opens_at), "EEEE")
    return _("ouvre %(day)s %(at)s", day=weekday, at=clock_time(opening.opens_at))


def _totals(here: Figure, elsewhere: list[Elsewhere]) -> dict[str, Any]:
    """Return the sums; what is to be checked is not counted on."""
    everywhere = [here, *(one.figure for one in elsewhere)]
    sure = [figure.available for figure in everywhere if figure.level != "unknown"]
    return {"here": _quantity(here), "network": sum(sure), "incoming": here.incoming or None}


def _incoming(here: Figure) -> dict[str, str] | None:
    if not here.incoming:
        return None
    title = ngettext("%(num)s en route pour ici", "%(num)s en route pour ici", here.incoming)
    on = _("arrivée %(day)s", day=day(here.incoming_on)) if here.incoming_on else ""
    return {"title": typo(title), "text": typo(on)}
