"""Articles as the kiosk's and the phone's lists show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import g

from kiosk import showcase
from store import similar, stock
from store.models import Basket, OrderLine, Variant
from store.web import acts, stock_words
from store.web.catalogue import goods, name_language
from store.web.clock import now
from store.web.extensions import db
from store.web.stock_words import Around, StockWords

SHOPS_OFFERED = 3
SIMILAR_OFFERED = 3


@dataclass(frozen=True, kw_only=True)
class Item:
    """One article of a list or an order, with its stock here where that matters."""

    sku: str
    name: str
    lang: str = ""  # of the name, where it is not the screen's
    family: str
    tone: str
    choice: str  # size and colour
    quantity: int
    price_minor: int
    total_minor: int
    currency: str
    stock: StockWords | None = None


@dataclass(frozen=True, kw_only=True)
class Instead:
    """What is offered when an article cannot be had here: other shops, home, something like it."""

    shops: Sequence[Around]
    similar: Sequence[Item]
    by_delivery: bool


def of_basket(basket: Basket | None) -> list[Item]:
    """Return the articles of a list in their order, with their stock here; one query more."""
    lines = basket.lines if basket else []
    known = _figures([line.variant for line in lines])
    return [item(line.variant, line.quantity, known[line.variant_id]) for line in lines]


def item(variant: Variant, quantity: int = 1, figure: StockWords | None = None) -> Item:
    """Return one article in the language of the screen."""
    product = variant.product
    name = showcase.name(product)
    return Item(
        sku=variant.sku,
        name=name,
        lang=name_language(name, product.name_en),
        family=product.family,
        tone=variant.tone,
        choice=", ".join(goods(part) for part in (variant.size, variant.colour) if part),
        quantity=quantity,
        price_minor=variant.price_minor,
        total_minor=variant.price_minor * quantity,
        currency=variant.currency,
        stock=figure,
    )


def of_lines(lines: Iterable[OrderLine]) -> list[Item]:
    """Return the articles of an order; those that the catalogue no longer has by their label."""
    return [_of_line(line) for line in lines]


def total(items: Sequence[Item]) -> int:
    """Return what a list costs, in minor units."""
    return sum(one.total_minor for one in items)


def is_sold_out(variant: Variant) -> bool:
    """Tell whether no unit of an article can be held here now."""
    session, trust = db.session(), stock_words.trust(db.session())
    here = stock.figure(session, variant.id, store_id=g.store.id, now=now(), trust=trust)
    return here.available == 0


def none_left(variant: Variant, *, is_just_taken: bool) -> dict[str, Any]:
    """Return what a page shows in the place of the form where none is left to reserve."""
    return {
        "variant": variant,
        "item": item(variant),
        "instead": instead_of(variant),
        "is_just_taken": is_just_taken,
    }


def instead_of(variant: Variant, *, also_here: bool = True) -> Instead:
    """Return what to offer in the place of an article, the nearest first."""
    session, trust = db.session(), stock_words.trust(db.session())
    shops = stock.list_elsewhere(
        session,
        variant.id,
        store=g.store,
        now=now(),
        trust=trust,
        limit=SHOPS_OFFERED,
        only_in_stock=True,
    )
    like = similar.in_stock(session, variant, store_id=g.store.id, limit=SIMILAR_OFFERED)
    known = _figures(like)
    return Instead(
        shops=stock_words.around(shops) if acts.has_central() else (),
        similar=[item(one, 1, known[one.id]) for one in like] if also_here else (),
        by_delivery=acts.has_central(),
    )


def _of_line(line: OrderLine) -> Item:
    price, total = line.goods_price_minor, line.goods_price_minor * line.quantity
    if line.goods is not None:
        return replace(item(line.goods, line.quantity), price_minor=price, total_minor=total)
    return Item(
        sku=line.goods_sku,
        name=line.goods_label,
        family="gift",
        tone="",
        choice="",
        quantity=line.quantity,
        price_minor=price,
        total_minor=total,
        currency=line.order.currency,
    )


def _figures(variants: Sequence[Variant]) -> dict[int, StockWords]:
    trust = stock_words.trust(db.session())
    ids = [variant.id for variant in variants]
    found = stock.figures(db.session(), ids, store_id=g.store.id, now=now(), trust=trust)
    return {number: stock_words.in_words(figure) for number, figure in found.items()}
