"""The page of a product: what it is, how many stand here, where else, and what goes with it."""

from flask import Response, current_app, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from kiosk import beside, showcase, stock_block
from kiosk.blueprint import kiosk
from kiosk.screen import product_acts
from store import products
from store.errors import NotFound
from store.models import Product, Variant
from store.web import auth, qr
from store.web.extensions import db
from store.web.htmx import for_htmx, see_other
from store.web.rereads import shared

SHOPS_AROUND = 3


@kiosk.get("/products/<sku>")
@auth.device("kiosk")
def product(sku: str) -> Response:
    """Show one variant of a product, or calmly that it is sold no more and what would do."""
    chosen = products.find_by_sku(db.session(), sku)
    if chosen is None:
        return _gone(None, status=404)
    whole = products.get_by_uid(db.session(), chosen.product.uid)
    if whole.withdrawn_at is not None:
        return _gone(whole, status=410)
    return make_response(_page(whole, chosen))


def _page(whole: Product, chosen: Variant) -> str:
    stands = stock_block.figures(chosen, shops=SHOPS_AROUND, only_in_stock=_is_narrowed())
    goes_with = beside.row(whole, is_here=stands["here"].level != "out")
    return render_template(
        "kiosk/product.html",
        topics=_topics(whole, chosen, goes_with),
        qr=qr.svg(_label_address(chosen), _("QR de la page du produit"), border=0),
        **product_acts.offered(chosen),
        beside=goes_with,
        **showcase.context(whole, chosen),
        **stands,
    )


def _topics(whole: Product, chosen: Variant, goes_with: beside.Beside) -> str:
    shown = [*whole.variants, *goes_with.products]
    return ",".join([*(f"stock:{one.sku}" for one in shown), f"products:{chosen.sku}"])


def _gone(whole: Product | None, *, status: int) -> Response:
    """Say that a product is not sold here, and what is; a code of no product has none beside it."""
    instead = beside.row(whole, is_here=False) if whole else beside.Beside()
    named = showcase.named(whole) if whole else {}
    page = render_template("kiosk/gone.html", product=whole, beside=instead, shop=g.store, **named)
    return make_response(page, status)


@kiosk.get("/products/<sku>/stock")
@auth.device("kiosk")
@shared
def product_stock(sku: str) -> Response:
    """Answer the stock block alone; of a product that was withdrawn, lead to what says so."""
    only = _is_narrowed()
    try:
        block = stock_block.draw(
            "kiosk/_stock.html", _find, sku, shops=SHOPS_AROUND, only_in_stock=only
        )
    except NotFound:
        return see_other(url_for("kiosk.product", sku=sku))
    return for_htmx(block)


@kiosk.get("/products/<sku>/beside")
@auth.device("kiosk")
@shared
def product_beside(sku: str) -> Response:
    """Answer the suggestions alone, with their stock as it is now."""
    chosen = products.get_by_sku(db.session(), sku)
    is_here = stock_block.figure_here(chosen).level != "out"
    row = beside.row(chosen.product, is_here=is_here)
    return for_htmx(render_template("kiosk/_beside.html", variant=chosen, beside=row))


def _is_narrowed() -> bool:
    """Tell whether the customer asked for shops that have it only."""
    return "in_stock" in request.args


def _find(sku: str) -> Variant:
    found = products.get_by_sku(db.session(), sku)
    if found.product.withdrawn_at is not None:
        raise NotFound(kind="product", key=sku)
    return found


def _label_address(variant: Variant) -> str:
    """Return the address of the phone's page, in upper case so that its QR stays small."""
    public = current_app.config["COMPTOIR"].server.public_url or request.host_url
    return public.rstrip("/").upper() + url_for("phone.label", code=variant.sku).upper()
