"""The visitor's list: what they keep in mind while they look around."""

from typing import Any

from flask import g, render_template, request, session, url_for

from kiosk import articles
from kiosk.blueprint import kiosk
from store import baskets, products
from store.models import Basket
from store.web import acts, auth
from store.web.clock import now
from store.web.extensions import db
from store.web.forms import once


@kiosk.get("/list", endpoint="list")
@auth.device("kiosk")
def show() -> str:
    """Show the list, what it costs, and where it can go from here."""
    items = articles.of_basket(find())
    return render_template(
        "kiosk/list.html",
        items=items,
        total=articles.total(items),
        currency=items[0].currency if items else "EUR",
        by_delivery=acts.has_central(),
        minutes=acts.handoff_minutes(),
    )


@kiosk.post("/list", endpoint="add_to_list")
@auth.device("kiosk")
@once
def add() -> str:
    """Put the article on the list, and show its page again."""
    variant = products.get_by_sku(db.session(), request.form.get("sku", ""))
    baskets.add(db.session(), session["visitor"], variant, store=g.store, now=now())
    return url_for("kiosk.product", sku=variant.sku)


@kiosk.post("/list/change", endpoint="change_list")
@auth.device("kiosk")
@once
def change() -> str:
    """Change how many of an article are wanted; none takes it off."""
    basket, sku = find(), request.form.get("sku", "")
    quantity = request.form.get("quantity", type=int)
    if basket is not None and quantity is not None:
        baskets.set_quantity(db.session(), basket, sku, quantity=quantity, now=now())
    return url_for("kiosk.list")


@kiosk.context_processor
def context() -> dict[str, Any]:
    """Let every screen say how many articles are on the list."""
    return {"listed": _listed}


def find() -> Basket | None:
    """Return this visitor's list, or None."""
    return baskets.find(db.session(), session.get("visitor", ""))


def _listed() -> int:
    return baskets.count(db.session(), session.get("visitor", ""))
