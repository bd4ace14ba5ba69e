"""An order on its customer's phone: a pickup of any channel, or a delivery asked for here."""

from typing import Any

from flask import Response, current_app, g, redirect, request, url_for
from markupsafe import Markup

from kiosk import articles
from kiosk.blueprint import phone
from kiosk.phone import pickup_words, question_words, visitor
from store import codes, delegates, placed_orders, proposals
from store.errors import Invalid, NotFound
from store.models import Delegate, Order, Store
from store.web import addresses, auth, opening_words, order_words, qr, statics, ticketing
from store.web.api.passing_on import passes_on
from store.web.catalogue import gettext as _
from store.web.clock import now
from store.web.extensions import db, is_guess, limiter, lookups
from store.web.forms import once
from store.web.htmx import is_partial, page_or_block

LEFT_OUT = ("cancelled", "refused")  # lines that the customer does not get


@phone.get("/P/R/<code>", endpoint="order_printed")
@auth.public
def printed(code: str) -> Response:
    """Follow the kiosk's QR, which is in upper case so that it stays small."""
    return redirect(url_for("phone.order", code=code), 302)


@phone.get("/p/r/<code>", endpoint="order")
@auth.public
@limiter.limit(lookups, deduct_when=is_guess)
def show(code: str) -> Response:
    """Show how the order is doing, with its QR and six digits."""
    return statics.compress_page(page(find(code)))


@phone.post("/p/r/<code>/cancel", endpoint="cancel_order")
@auth.public
@limiter.limit(lookups)
@once
def cancel(code: str) -> str:
    """Take the order back; what it held is free at once."""
    found = find(code)
    placed_orders.cancel(db.session(), found.uid, now=now())
    return url_for("phone.order", code=found.code)


def find(code: str) -> Order:
    """Return the order that a customer's own code opens; raises NotFound."""
    visitor.own_store()
    found = placed_orders.find_by_code(db.session(), codes.normalise(code))
    is_own = found is not None and found.channel in placed_orders.CHANNELS
    if found is None or (found.fulfilment != "pickup" and not is_own):
        raise NotFound(kind="order", key="")
    return found


def page(order: Order, *, fault: Invalid | None = None, status: int = 200) -> Response:
    """Answer the page of an order, or its live part; with what was typed when it has a fault."""
    status = 422 if fault else status
    if order.fulfilment != "pickup":
        return page_or_block("phone/order.html", "state", status=status, **_delivery(order))
    return page_or_block("phone/pickup.html", "state", status=status, fault=fault, **_pickup(order))


def _delivery(order: Order) -> dict[str, Any]:
    return {"words": order_words.words(order, g.store), **_shared(order)}


def _pickup(order: Order) -> dict[str, Any]:
    # a shop is not asked for the answers that another one waits for: only the hub keeps them
    may_answer = order.store_id == g.store.id or not passes_on()
    asked = proposals.open_for(db.session(), order) if may_answer else ()
    answered = proposals.answered_for(db.session(), order)
    label = _("QR à montrer au retrait")
    link = addresses.printed(url_for("phone.order_printed", code=order.code))
    return {
        "words": pickup_words.words(order, g.store, is_asked=bool(asked), answered=answered),
        "wait": pickup_words.wait(order),
        "questions": [question_words.asked(one) for one in asked],
        "delegates": [(one, _of_delegate(one)) for one in delegates.list_live(db.session(), order)],
        "qr": qr.svg(ticketing.of(order) or link, label, border=0),
        "hours": opening_words.hours(order.store),
        "itinerary": _itinerary(order.store),
        "has_receipt": any(line.state == "collected" for line in order.lines),
        "typed": request.form,
        "oob": is_partial(),
        **_shared(order),
    }


def _of_delegate(delegate: Delegate) -> Markup:
    label = _("QR pour %(name)s", name=delegate.first_name)
    return qr.svg(delegate.code, label, border=0)


def _shared(order: Order) -> dict[str, Any]:
    kept = [line for line in order.lines if line.state not in LEFT_OUT]
    items = articles.of_lines(kept or order.lines)
    return {
        "order": order,
        "items": items,
        "count": sum(one.quantity for one in items),
        "total": articles.total(items),
        "shop": g.store,
    }


def _itinerary(store: Store) -> str:
    """Return the address of a page that shows the way to a shop, or empty."""
    address: str = current_app.config["COMPTOIR"].pickups.itinerary
    if not address or store.latitude is None or store.longitude is None:
        return ""
    return address.format(latitude=store.latitude, longitude=store.longitude)
