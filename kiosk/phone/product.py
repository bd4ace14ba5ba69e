"""The product that a shelf label leads to, on the customer's own phone: no account, no app."""

from flask import Response, current_app, g, redirect, render_template, url_for

from kiosk import choices
from kiosk.blueprint import phone
from store import products, stock, stores
from store.errors import NotFound
from store.models import Product, Store, Variant
from store.web import auth, stock_words
from store.web.briefly import Briefly
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import screen_locale

SHOPS_AROUND = 5

_stock_blocks = Briefly()


@phone.get("/p/<code>")
@auth.public
def label(code: str) -> str:
    """Show the product with this SKU, reference or GTIN, and its live stock."""
    variant = _find(code)
    whole = products.get_by_uid(db.session(), variant.product.uid)
    g.store = _own_store()
    return render_template(
        "phone/product.html",
        product=whole,
        variant=variant,
        **choices.choices(whole, variant),
        **_stock(variant),
    )


@phone.get("/P/<code>")
@auth.public
def printed(code: str) -> Response:
    """Follow a label's QR, which is in upper case so that it stays small."""
    return redirect(url_for("phone.label", code=code), 301)


@phone.get("/p/<code>/stock")
@auth.public
def stock_here(code: str) -> str:
    """Answer the stock block alone, asked again by every phone that looks at each change."""
    g.store = _own_store()
    seen = (g.live_position, int(now().timestamp()), code, screen_locale().language)
    return _stock_blocks.answer(seen, lambda: _draw_stock(code))


def _draw_stock(code: str) -> str:
    variant = _find(code)
    return render_template("phone/_stock.html", variant=variant, **_stock(variant))


def _find(code: str) -> Variant:
    session = db.session()
    found = products.find_by_sku(session, code) or products.find_by_gtin(session, code)
    if found is None:
        whole: Product | None = products.find_by_reference(session, code)
        found = whole.variants[0] if whole and whole.variants else None
    if found is None or found.product.withdrawn_at is not None:
        raise NotFound(kind="product", key=code)
    return found


def _own_store() -> Store:
    """Return the shop that this server serves: the phone is not one of its devices."""
    return stores.get_own(db.session(), current_app.config["COMPTOIR"].store.code)


def _stock(variant: Variant) -> dict[str, object]:
    session, trust = db.session(), stock_words.trust(db.session())
    here = stock.figure(session, variant.id, store_id=g.store.id, now=now(), trust=trust)
    found = stock.list_elsewhere(
        session, variant.id, store=g.store, now=now(), trust=trust, limit=SHOPS_AROUND
    )
    return {
        "shop": g.store,
        "here": stock_words.in_words(here),
        "around": stock_words.around(found),
    }
