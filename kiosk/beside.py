"""What a product's page shows beside it: what goes with it, or what would do in its place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from flask import g
from flask_babel import gettext as _
from flask_babel import ngettext

from kiosk import showcase
from store import also_bought, alternatives, stock
from store.models import Product, Variant
from store.stock import Figure
from store.web import pictures, stock_words
from store.web.catalogue import name_language
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import typo
from store.web.pictures import Photo
from store.web.stock_words import StockWords

SHOWN = 3
ON_THE_SHELF = ("in", "low")


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """Another product, by its variant that is best stocked here, and why it is suggested."""

    name: str
    lang: str  # of the name, where it is not the screen's
    sku: str
    family: str
    tone: str
    picture: Photo | None
    price_minor: int
    currency: str
    stock: StockWords
    why: str


@dataclass(frozen=True, kw_only=True)
class Beside:
    """A titled row of suggestions; empty when there is nothing to say."""

    title: str = ""
    products: tuple[Suggestion, ...] = ()


def row(product: Product, *, is_here: bool) -> Beside:
    """Return what goes with a product, or when it is not here what would do in its place."""
    if not is_here:
        instead = _instead(product)
        if instead:
            return Beside(title=_("En rayon ici, dans le même esprit"), products=instead)
    return Beside(title=_("Souvent acheté avec"), products=_along_with(product))


def _along_with(product: Product) -> tuple[Suggestion, ...]:
    found = also_bought.list_of(db.session(), product.id)
    why = {one.product.id: _together(one.together, one.baskets) for one in found}
    return _suggest([one.product for one in found], why, _figures(one.product for one in found))


def _together(together: int, baskets: int) -> str:
    text = ngettext(
        "%(num)s achat sur %(all)s", "%(num)s achats sur %(all)s", together, all=baskets
    )
    return typo(text)


def _instead(product: Product) -> tuple[Suggestion, ...]:
    found = alternatives.list_of(db.session(), product, store_id=g.store.id, limit=4 * SHOWN)
    figures = _figures(found)
    here = [one for one in found if _best(one, figures)[1].level in ON_THE_SHELF]
    return _suggest(here, {}, figures)


def _figures(products: Iterable[Product]) -> dict[int, Figure]:
    ids = [variant.id for product in products for variant in product.variants]
    trust = stock_words.trust(db.session())
    return stock.figures(db.session(), ids, store_id=g.store.id, now=now(), trust=trust)


def _best(product: Product, figures: dict[int, Figure]) -> tuple[Variant, Figure]:
    """Return the variant that is best stocked here, and its figure."""
    variants = {variant.id: variant for variant in product.variants}
    number = stock.best(figures, variants)
    return variants[number], figures[number]


def _suggest(
    products: Sequence[Product], why: dict[int, str], figures: dict[int, Figure]
) -> tuple[Suggestion, ...]:
    """Return the first few, those on the shelf here before the others."""
    best = {product.id: _best(product, figures) for product in products if product.variants}
    ordered = sorted(
        (product for product in products if product.id in best),
        key=lambda product: best[product.id][1].level not in ON_THE_SHELF,
    )
    shown = list(islice(ordered, SHOWN))
    photos = pictures.of(product.id for product in shown)
    return tuple(
        _suggestion(one, *best[one.id], why.get(one.id, ""), photos.get(one.id)) for one in shown
    )


def _suggestion(
    product: Product, variant: Variant, figure: Figure, why: str, photo: Photo | None
) -> Suggestion:
    name = showcase.name(product)
    return Suggestion(
        name=name,
        lang=name_language(name, product.name_en),
        sku=variant.sku,
        family=product.family,
        tone=variant.tone,
        picture=photo,
        price_minor=variant.price_minor,
        currency=variant.currency,
        stock=stock_words.in_words(figure),
        why=why,
    )
