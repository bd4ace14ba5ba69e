"""The stock of one variant, here and around, as the kiosk and the customer's phone show it."""

from collections.abc import Callable
from typing import Any

from flask import g, render_template

from store import shelf_checks, stock
from store.models import Store, Variant
from store.web import acts, stock_words
from store.web.briefly import Briefly
from store.web.catalogue import screen_locale
from store.web.clock import now
from store.web.extensions import db

_drawn = Briefly()


def figures(variant: Variant, *, shops: int) -> dict[str, Any]:
    """Return what the block shows: the figure here, and so many shops around."""
    session, trust = db.session(), stock_words.trust(db.session())
    here = stock.figure(session, variant.id, store_id=g.store.id, now=now(), trust=trust)
    around = stock.list_elsewhere(
        session, variant.id, store=g.store, now=now(), trust=trust, limit=shops
    )
    return {
        "shop": g.store,
        "here": stock_words.in_words(here),
        "is_looked_for": shelf_checks.is_waiting(
            session, variant.id, store_id=g.store.id, counted_at=here.counted_at
        ),
        "around": stock_words.around(around),
        "may_ask": acts.has_central(),
    }


def doubt(variant: Variant, *, store: Store) -> None:
    """Note that a customer does not find what the figure says; the handler commits."""
    shelf_checks.ask(db.session(), variant.id, store_id=store.id, reason="customer", now=now())


def draw(template: str, find: Callable[[str], Variant], code: str, *, shops: int) -> str:
    """Return the block alone; asked again by every open screen at each change.

    All screens of a language get the same text until something is committed or a second passes.
    """
    language = screen_locale().language
    seen = (template, g.live_position, int(now().timestamp()), g.store.id, code, language)
    return _drawn.answer(seen, lambda: _draw(template, find(code), shops=shops))


def _draw(template: str, variant: Variant, *, shops: int) -> str:
    return render_template(template, variant=variant, **figures(variant, shops=shops))
