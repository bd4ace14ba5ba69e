"""The product that a shelf label leads to, on the customer's own phone: no account, no app."""

from flask import Response, current_app, g, make_response, redirect, render_template, url_for
from flask_babel import gettext as _

from kiosk import beside, return_notices, showcase, stock_block
from kiosk.beside import Beside
from kiosk.blueprint import phone
from store import products, stores
from store.errors import NotFound
from store.models import Product, Store, Variant
from store.web import auth, statics
from store.web.extensions import db
from store.web.filters import typo
from store.web.htmx import see_other

SHOPS_AROUND = 5


@phone.get("/p/<code>")
@auth.public
def label(code: str) -> Response:
    """Show the product with this SKU, reference or GTIN, and its live stock."""
    g.store = own_store()
    found = find_any(code)
    if found is None or found.product.withdrawn_at is not None:
        return _gone(found)
    whole = products.get_by_uid(db.session(), found.product.uid)
    stands = stock_block.figures(found, shops=SHOPS_AROUND)
    page = render_template(
        "phone/product.html",
        beside=beside.row(whole, is_here=stands["here"].level != "out"),
        is_noted=return_notices.is_noted(found.sku),
        **showcase.context(whole, found),
        **stands,
    )
    return statics.compress_page(make_response(page))


def _gone(found: Variant | None) -> Response:
    if found is None:
        advice = _("Elle est peut-être d'un autre magasin, ou attend d'être remplacée.")
        return absent(_("Cette étiquette ne mène à aucun article d'ici"), advice, status=404)
    return absent(
        _("Cet article n'est plus proposé ici"),
        _("Un conseiller peut vous dire par quoi il a été remplacé."),
        status=410,
        instead=beside.row(found.product, is_here=False),
    )


def absent(title: str, advice: str, *, status: int, instead: Beside | None = None) -> Response:
    """Say calmly why there is no product to show, what to do, and what would do in its place."""
    page = render_template(
        "phone/absent.html",
        title=typo(title),
        advice=typo(advice),
        beside=instead or Beside(),
        shop=g.store,
    )
    return make_response(page, status)


@phone.get("/P/<code>")
@auth.public
def printed(code: str) -> Response:
    """Follow a label's QR, which is in upper case so that it stays small."""
    return redirect(url_for("phone.label", code=code), 301)


@phone.get("/p/<code>/stock")
@auth.public
def stock_here(code: str) -> str | Response:
    """Answer stock and price alone; of a product that was withdrawn, lead to what says so."""
    g.store = own_store()
    try:
        return stock_block.draw(
            "phone/_news.html",
            find,
            code,
            shops=SHOPS_AROUND,
            is_noted=return_notices.is_noted(code),
        )
    except NotFound:
        return see_other(url_for("phone.label", code=code))


def find(code: str) -> Variant:
    """Return the variant that is still sold, by SKU, GTIN or reference; raises NotFound."""
    found = find_any(code)
    if found is None or found.product.withdrawn_at is not None:
        raise NotFound(kind="product", key=code)
    return found


def find_any(code: str) -> Variant | None:
    """Return the variant with this SKU, GTIN or reference, sold or not, or None."""
    session = db.session()
    found = products.find_by_sku(session, code) or products.find_by_gtin(session, code)
    if found is None:
        whole: Product | None = products.find_by_reference(session, code)
        found = whole.variants[0] if whole and whole.variants else None
    return found


def own_store() -> Store:
    """Return the shop that this server serves: the phone is not one of its devices."""
    return stores.get_own(db.session(), current_app.config["COMPTOIR"].store.code)
