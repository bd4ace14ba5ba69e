"""The product that a shelf label leads to, on the customer's own phone: no account, no app."""

from flask import Response, current_app, g, redirect, render_template, url_for

from kiosk import choices, stock_block
from kiosk.blueprint import phone
from store import products, stores
from store.errors import NotFound
from store.models import Product, Store, Variant
from store.web import auth
from store.web.extensions import db

SHOPS_AROUND = 5


@phone.get("/p/<code>")
@auth.public
def label(code: str) -> str:
    """Show the product with this SKU, reference or GTIN, and its live stock."""
    variant = find(code)
    whole = products.get_by_uid(db.session(), variant.product.uid)
    g.store = own_store()
    return render_template(
        "phone/product.html",
        product=whole,
        variant=variant,
        **choices.choices(whole, variant),
        **stock_block.figures(variant, shops=SHOPS_AROUND),
    )


@phone.get("/P/<code>")
@auth.public
def printed(code: str) -> Response:
    """Follow a label's QR, which is in upper case so that it stays small."""
    return redirect(url_for("phone.label", code=code), 301)


@phone.get("/p/<code>/stock")
@auth.public
def stock_here(code: str) -> str:
    """Answer the stock block alone."""
    g.store = own_store()
    return stock_block.draw("phone/_stock.html", find, code, shops=SHOPS_AROUND)


def find(code: str) -> Variant:
    """Return the variant that is still sold, by SKU, GTIN or reference; raises NotFound."""
    session = db.session()
    found = products.find_by_sku(session, code) or products.find_by_gtin(session, code)
    if found is None:
        whole: Product | None = products.find_by_reference(session, code)
        found = whole.variants[0] if whole and whole.variants else None
    if found is None or found.product.withdrawn_at is not None:
        raise NotFound(kind="product", key=code)
    return found


def own_store() -> Store:
    """Return the shop that this server serves: the phone is not one of its devices."""
    return stores.get_own(db.session(), current_app.config["COMPTOIR"].store.code)
