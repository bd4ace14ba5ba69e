"""The page of a product: what it is, how many stand here, and where else."""

from typing import Any

from flask import Response, current_app, g, render_template, request, url_for
from flask_babel import gettext as _

from kiosk import choices
from kiosk.blueprint import kiosk
from store import products, stock
from store.errors import NotFound
from store.models import Variant
from store.web import auth, qr, stock_words
from store.web.briefly import Briefly
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import screen_locale

SHOPS_AROUND = 3

_stock_blocks = Briefly()


@kiosk.get("/products/<sku>")
@auth.device("kiosk")
def product(sku: str) -> str:
    """Show one variant of a product, with its stock here and around."""
    chosen = products.get_by_sku(db.session(), sku)
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
        **stock_block(chosen),
    )


@kiosk.get("/products/<sku>/stock")
@auth.device("kiosk")
def product_stock(sku: str) -> Response:
    """Answer the stock block alone; asked again by every open screen at each change.

    All screens of a language get the same text until something is committed or a second passes.
    """
    seen = (g.live_position, int(now().timestamp()), g.store.id, sku, screen_locale().language)
    text = _stock_blocks.answer(seen, lambda: _draw_stock(sku))
    answer = Response(text, mimetype="text/html")
    answer.vary.add("HX-Request")
    return answer


def _draw_stock(sku: str) -> str:
    chosen = products.get_by_sku(db.session(), sku)
    return render_template("kiosk/_stock.html", variant=chosen, **stock_block(chosen))


def stock_block(variant: Variant) -> dict[str, Any]:
    """Return what the stock block shows: the figure here and the shops around."""
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


def _label_address(variant: Variant) -> str:
    """Return the address of the phone's page, in upper case so that its QR stays small."""
    public = current_app.config["COMPTOIR"].server.public_url or request.host_url
    return public.rstrip("/").upper() + url_for("phone.label", code=variant.sku).upper()
