"""The stock of one variant, here and around, as the kiosk and the customer's phone show it."""

from collections.abc import Callable
from typing import Any

from flask import g, render_template

from kiosk import showcase
from store import shelf_checks, stock
from store.models import Store, Variant
from store.stock import Figure
from store.web import acts, stock_words
from store.web.briefly import Briefly
from store.web.catalogue import screen_locale
from store.web.clock import now
from store.web.extensions import db

_drawn = Briefly()


def figures(variant: Variant, *, shops: int, only_in_stock: bool = False) -> dict[str, Any]:
    """Return what the block shows: the figure here, and so many shops around."""
    here = figure_here(variant)
    around = stock.list_elsewhere(
        db.session(),
        variant.id,
        store=g.store,
        now=now(),
        trust=stock_words.trust(db.session()),
        limit=shops,
        only_in_stock=only_in_stock,
    )
    return {
        "shop": g.store,
        "here": stock_words.in_words(here),
        "is_looked_for": shelf_checks.is_waiting(
            db.session(), variant.id, store_id=g.store.id, counted_at=here.counted_at
        ),
        "around": stock_words.around(around),
        "may_ask": acts.has_central(),
        "only_in_stock": only_in_stock,
    }


def doubt(variant: Variant, *, store: Store) -> None:
    """Note that a customer does not find what the figure says; the handler commits."""
    shelf_checks.ask(db.session(), variant.id, store_id=store.id, reason="customer", now=now())


def figure_here(variant: Variant) -> Figure:
    """Return what is known of the variant in this shop."""
    trust = stock_words.trust(db.session())
    return stock.figure(db.session(), variant.id, store_id=g.store.id, now=now(), trust=trust)


def draw(
    template: str,
    find: Callable[[str], Variant],
    code: str,
    *,
    shops: int,
    only_in_stock: bool = False,
    is_noted: bool = False,
) -> str:
    """Return the block alone; asked again by every open screen at each change.

    All screens of a language get the same text until something is committed or a second passes;
    those whose visitor will be told that the article is back (`is_noted`) have their own.
    """
    second = int(now().timestamp())
    seen = (
        *(template, code, shops, only_in_stock, is_noted),
        *(g.live_position, second, g.store.id, screen_locale().language),
    )
    wanted = {"shops": shops, "only_in_stock": only_in_stock}
    return _drawn.answer(seen, lambda: _draw(template, find(code), is_noted=is_noted, **wanted))


def _draw(template: str, variant: Variant, *, is_noted: bool, **wanted: Any) -> str:
    return render_template(
        template,
        variant=variant,
        is_noted=is_noted,
        unit_price=showcase.unit_price(variant),
        **figures(variant, **wanted),
    )
