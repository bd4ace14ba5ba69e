"""What was handed over and what has come back of an order, on the customer's phone."""

from flask import Response, g, make_response, redirect, render_template, url_for
from flask_babel import gettext as _

from kiosk import articles
from kiosk.blueprint import phone
from kiosk.phone import visitor
from store import codes, handovers, pickups, placed_orders, web_returns
from store.errors import NotFound
from store.models import Order
from store.web import article_words, auth, statics
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
    """Show what was given, refused and brought back, when, against what.

    Who holds a receipt of what was undone since is shown how the order stands.
    """
    visitor.own_store()
    order = _find(code)
    given = [line for line in order.lines if line.state == "collected"]
    if not given:
        return redirect(url_for("phone.order", code=order.code), 302)
    last = handovers.find_last(db.session(), order)
    refused = articles.of_lines(line for line in order.lines if line.state == "refused")
    back = web_returns.list_returned(db.session(), order)
    items = articles.of_lines(given)
    page = render_template(
        "phone/receipt.html",
        order=order,
        items=items,
        total=articles.total(items),
        when=typo(_at(last)) if last else "",
        refused_units=sum(one.quantity for one in refused),
        refused_names=[_named(one) for one in refused],
        returned=sum(one.quantity for one in back),
        shop=g.store,
    )
    return statics.compress_page(make_response(page))


def _named(one: articles.Item) -> str:
    return article_words.counted(article_words.with_choice(one.name, one.choice), one.quantity)


def _at(last: handovers.Handover) -> str:
    moment = last.event.occurred_at
    return _("Remis %(day)s à %(hour)s", day=day(moment), hour=hour(moment))


def _find(code: str) -> Order:
    """Return an order of which something was handed over; nothing says that another exists."""
    found = placed_orders.find_by_code(db.session(), codes.normalise(code))
    if found is None or not _had_receipt(found):
        raise NotFound(kind="order", key="")
    return found


def _had_receipt(order: Order) -> bool:
    if any(line.state == "collected" for line in order.lines):
        return True
    return pickups.find_event(db.session(), order, "handover_reversed") is not None
