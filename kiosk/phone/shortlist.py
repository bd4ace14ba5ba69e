"""The list on the customer's phone."""

from flask import Response, g, render_template, request, url_for

from kiosk import articles
from kiosk.blueprint import phone
from kiosk.phone import visitor
from store import baskets, products
from store.web import acts, auth
from store.web.clock import now
from store.web.extensions import db, limiter, lookups
from store.web.forms import once


@phone.get("/p/list", endpoint="list")
@auth.public
def show() -> str:
    """Show the list and what it costs."""
    visitor.own_store()
    items = articles.of_basket(baskets.find(db.session(), visitor.uid()))
    return render_template(
        "phone/list.html",
        items=items,
        total=articles.total(items),
        currency=items[0].currency if items else "EUR",
        by_delivery=acts.has_central(),
        came=request.args.get("came", ""),
        shop=g.store,
    )


@phone.post("/p/list", endpoint="add_to_list")
@auth.public
@limiter.limit(lookups)
def add() -> Response:
    """Put the article on the list and show it."""
    visitor.begin()
    return _add()


@phone.post("/p/list/change", endpoint="change_list")
@auth.public
@limiter.limit(lookups)
@once
def change() -> str:
    """Change how many of an article are wanted; none takes it off."""
    basket = baskets.find(db.session(), visitor.uid())
    sku, quantity = request.form.get("sku", ""), request.form.get("quantity", type=int)
    if basket is not None and quantity is not None:
        baskets.set_quantity(db.session(), basket, sku, quantity=quantity, now=now())
    return url_for("phone.list")


@once
def _add() -> str:
    variant = products.get_by_sku(db.session(), request.form.get("sku", ""))
    baskets.add(db.session(), visitor.uid(), variant, store=visitor.own_store(), now=now())
    return url_for("phone.list")
