"""A reservation or a delivery on the customer's phone: its state, its code, and taking it back."""

from flask import Response, g, redirect, url_for
from flask_babel import gettext as _

from kiosk import articles
from kiosk.blueprint import phone
from kiosk.phone import visitor
from store import codes, placed_orders
from store.errors import NotFound
from store.models import Order
from store.web import addresses, auth, order_words, qr
from store.web.clock import now
from store.web.extensions import db, limiter, lookups
from store.web.forms import once
from store.web.htmx import page_or_block


@phone.get("/P/R/<code>", endpoint="order_printed")
@auth.public
def printed(code: str) -> Response:
    """Follow the kiosk's QR, which is in upper case so that it stays small."""
    return redirect(url_for("phone.order", code=code), 302)


@phone.get("/p/r/<code>", endpoint="order")
@auth.public
@limiter.limit(lookups)
def show(code: str) -> Response:
    """Show how the order is doing, with its QR and six digits."""
    visitor.own_store()
    found = _find(code)
    items = articles.of_lines(found.lines)
    link = addresses.printed(url_for("phone.order_printed", code=found.code))
    return page_or_block(
        "phone/order.html",
        "state",
        order=found,
        words=order_words.words(found, g.store),
        items=items,
        count=sum(one.quantity for one in items),
        total=articles.total(items),
        qr=qr.svg(link, _("QR à montrer au retrait"), border=0),
        shop=g.store,
    )


@phone.post("/p/r/<code>/cancel", endpoint="cancel_order")
@auth.public
@limiter.limit(lookups)
@once
def cancel(code: str) -> str:
    """Take the order back; what it held is free at once."""
    found = _find(code)
    placed_orders.cancel(db.session(), found.uid, now=now())
    return url_for("phone.order", code=found.code)


def _find(code: str) -> Order:
    found = placed_orders.find_by_code(db.session(), codes.normalise(code))
    if found is None or found.channel not in placed_orders.CHANNELS:
        raise NotFound(kind="order", key="")
    return found
