"""What was handed over and what has come back of an order, on the customer's phone."""

from dataclasses import replace

from flask import Response, g, make_response, redirect, render_template, url_for
from flask_babel import gettext as _

from kiosk import articles
from kiosk.blueprint import phone
from kiosk.phone import visitor
from store import codes, handovers, placed_orders, web_returns
from store.errors import NotFound
from store.models import Order, OrderLine
from store.web import auth, statics
from store.web.extensions import db, limiter, lookups
from store.web.filters import day, hour, typo


@phone.get("/P/R/RECEIPT/<code>", endpoint="receipt_printed")
@auth.public
def printed(code: str) -> Response:
    """Follow the tablet's QR, which is in upper case so that it stays small."""
    return redirect(url_for("phone.receipt", code=code), 302)


@phone.get("/p/r/receipt/<code>", endpoint="receipt")
@auth.public
@limiter.limit(lookups)
def show(code: str) -> Response:
    """Show what was given, refused and brought back, when, against what."""
    visitor.own_store()
    order = _find(code)
    given = [line for line in order.lines if line.state == "collected"]
    last = handovers.find_last(db.session(), order)
    back = web_returns.list_returned(db.session(), order)
    items = [_item(line) for line in given]
    page = render_template(
        "phone/receipt.html",
        order=order,
        items=items,
        total=articles.total(items),
        when=typo(_at(last)) if last else "",
        refused=sum(line.quantity for line in order.lines if line.state == "refused"),
        returned=sum(one.quantity for one in back),
        shop=g.store,
    )
    return statics.compress_page(make_response(page))


def _item(line: OrderLine) -> articles.Item:
    """Return what was given, at the price that it was ordered for."""
    price = line.substitute_price_minor
    price = line.unit_price_minor if price is None else price
    goods = line.substitute or line.variant
    found = articles.item(goods, line.quantity) if goods else articles.of_lines([line])[0]
    return replace(found, price_minor=price, total_minor=price * line.quantity)


def _at(last: handovers.Handover) -> str:
    moment = last.event.occurred_at
    return _("Remis %(day)s à %(hour)s", day=day(moment), hour=hour(moment))


def _find(code: str) -> Order:
    """Return an order of which something was handed over; nothing says that another exists."""
    found = placed_orders.find_by_code(db.session(), codes.normalise(code))
    if found is None or not any(line.state == "collected" for line in found.lines):
        raise NotFound(kind="order", key="")
    return found
