"""The page of a product: what it is, how many stand here, and where else."""

from flask import Response, current_app, render_template, request, url_for
from flask_babel import gettext as _

from kiosk import choices, stock_block
from kiosk.blueprint import kiosk
from kiosk.screen import product_acts
from store import products
from store.errors import NotFound
from store.models import Variant
from store.web import auth, qr
from store.web.extensions import db
from store.web.htmx import for_htmx

SHOPS_AROUND = 3


@kiosk.get("/products/<sku>")
@auth.device("kiosk")
def product(sku: str) -> str:
    """Show one variant of a product, with its stock here and around."""
    chosen = _find(sku)
    whole = products.get_by_uid(db.session(), chosen.product.uid)
    if whole.withdrawn_at is not None:
        raise NotFound(kind="product", key=sku)
    return render_template(
        "kiosk/product.html",
        product=whole,
        variant=chosen,
        topics=",".join(f"stock:{variant.sku}" for variant in whole.variants),
        qr=qr.svg(_label_address(chosen), _("QR de la page du produit"), border=0),
        **choices.choices(whole, chosen),
        **product_acts.offered(chosen),
        **stock_block.figures(chosen, shops=SHOPS_AROUND),
    )


@kiosk.get("/products/<sku>/stock")
@auth.device("kiosk")
def product_stock(sku: str) -> Response:
    """Answer the stock block alone."""
    return for_htmx(stock_block.draw("kiosk/_stock.html", _find, sku, shops=SHOPS_AROUND))


def _find(sku: str) -> Variant:
    return products.get_by_sku(db.session(), sku)


def _label_address(variant: Variant) -> str:
    """Return the address of the phone's page, in upper case so that its QR stays small."""
    public = current_app.config["COMPTOIR"].server.public_url or request.host_url
    return public.rstrip("/").upper() + url_for("phone.label", code=variant.sku).upper()
