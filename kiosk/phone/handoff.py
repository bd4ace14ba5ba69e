"""Taking over a list that a kiosk offers: shown first, taken by a tap, once."""

from flask import Response, redirect, render_template, url_for

from kiosk import articles
from kiosk.blueprint import phone
from kiosk.phone import visitor
from store import handoffs
from store.models import Basket
from store.web import auth
from store.web.clock import now
from store.web.extensions import db, limiter, lookups
from store.web.forms import once


@phone.get("/P/H/<token>", endpoint="handoff_printed")
@auth.public
def printed(token: str) -> Response:
    """Follow the kiosk's QR, which is in upper case so that it stays small."""
    return redirect(url_for("phone.handoff", token=token), 302)


@phone.get("/p/h/<token>", endpoint="handoff")
@auth.public
@limiter.limit(lookups)
def show(token: str) -> str:
    """Show what the kiosk offers; a preview of the address takes nothing."""
    own = visitor.own_store()
    offer = handoffs.look(db.session(), token, now=now())
    items = articles.of_basket(db.session.get(Basket, offer.basket_id))
    return render_template("phone/handoff.html", offer=offer, items=items, token=token, shop=own)


@phone.post("/p/h/<token>", endpoint="take_handoff")
@auth.public
@limiter.limit(lookups)
def take(token: str) -> Response:
    """Move the list to this phone."""
    visitor.own_store()
    visitor.begin()
    return _take(token)


@once
def _take(token: str) -> str:
    offer = handoffs.take_to_phone(db.session(), token, visitor=visitor.uid(), now=now())
    page = "phone.delivery" if offer.purpose == "delivery" else "phone.list"
    return url_for(page, came="yes")
