"""A customer with a phone does not find what the page says is there: somebody goes to look."""

from flask import url_for

from kiosk import stock_block
from kiosk.blueprint import phone
from kiosk.phone import product
from store.web import auth
from store.web.extensions import limiter, lookups
from store.web.forms import once


@phone.post("/p/<code>/check", endpoint="ask_shelf_check")
@auth.public
@limiter.limit(lookups)
@once
def ask(code: str) -> str:
    """Ask for a look at the shelf, and show the product again, which says so."""
    stock_block.doubt(product.find(code), store=product.own_store())
    return url_for("phone.label", code=code)
