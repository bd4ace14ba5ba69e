"""A customer at the kiosk does not find what the screen says is there: somebody goes to look."""

from flask import g, url_for

from kiosk import stock_block
from kiosk.blueprint import kiosk
from store import products
from store.web import auth
from store.web.extensions import db, limiter, lookups
from store.web.forms import once


@kiosk.post("/products/<sku>/check", endpoint="ask_shelf_check")
@auth.device("kiosk")
@limiter.limit(lookups)
@once
def ask(sku: str) -> str:
    """Ask for a look at the shelf, and show the product again, which says so."""
    variant = products.get_by_sku(db.session(), sku)
    stock_block.doubt(variant, store=g.store)
    return url_for("kiosk.product", sku=variant.sku)
