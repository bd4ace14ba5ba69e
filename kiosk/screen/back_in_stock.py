"""Being told when an article is back: an address or a number, or the card that was shown."""

from typing import Any

from flask import Response, g, make_response, render_template, request, session, url_for

from kiosk import articles, return_notices, stock_block
from kiosk.blueprint import kiosk
from kiosk.screen import reservation
from kiosk.screen import session as kiosk_session
from store import products
from store.errors import Invalid
from store.models import Customer, Variant
from store.web import acts, auth, stock_words
from store.web.extensions import db, limiter
from store.web.filters import masked_email, masked_phone
from store.web.forms import once, shown_again
from store.web.htmx import see_other


@kiosk.get("/products/<sku>/tell-me", endpoint="tell_me")
@auth.device("kiosk")
def ask(sku: str) -> Response | str:
    """Ask how to tell, unless the article is back by now."""
    variant = products.get_by_sku(db.session(), sku)
    if variant.product.withdrawn_at is not None or return_notices.is_here(variant):
        return see_other(url_for("kiosk.product", sku=sku))
    return _form(variant)


@kiosk.post("/products/<sku>/tell-me", endpoint="tell_me_now")
@auth.device("kiosk")
@limiter.limit(acts.kiosk_orders_per_hour)
@shown_again(lambda error, sku: _refuse(sku, error), fields=("contact",))
def note(sku: str) -> Response:
    """Note the wish, or ask again for what nobody can be told by."""
    variant = products.get_by_sku(db.session(), sku)
    answer = _note(variant)
    return_notices.remember(variant)
    return answer


@kiosk.get("/products/<sku>/noted", endpoint="tell_me_noted")
@auth.device("kiosk")
def noted(sku: str) -> Response | str:
    """Say that it is noted, and nothing of who asked."""
    variant = products.get_by_sku(db.session(), sku)
    if not return_notices.is_noted(variant.sku):
        return see_other(url_for("kiosk.product", sku=sku))
    return render_template(
        "kiosk/noted.html",
        variant=variant,
        item=articles.item(variant),
        days=return_notices.days(),
        shop=g.store,
    )


@once
def _note(variant: Variant) -> str:
    customer = _customer() if not request.form.get("contact") else None
    contact = customer or request.form.get("contact", "")
    visitor = session.get("visitor", "")
    return_notices.note(variant, contact, channel="kiosk", visitor=visitor)
    return url_for("kiosk.tell_me_noted", sku=variant.sku)


def _refuse(sku: str, error: Invalid) -> Response:
    variant = products.get_by_sku(db.session(), sku)
    return make_response(_form(variant, fault=return_notices.fault(error)), 422)


def _form(variant: Variant, *, fault: str = "") -> str:
    customer = _customer()
    return render_template(
        "kiosk/tell_me.html",
        variant=variant,
        item=articles.item(variant),
        here=stock_words.in_words(stock_block.figure_here(variant)),
        by_card=_by_card(customer) if customer else None,
        typed=request.form.get("contact", ""),
        fault=fault,
        days=return_notices.days(),
        shop=g.store,
        idle=kiosk_session.idle(personal=True),
    )


def _customer() -> Customer | None:
    """Return whose card was shown in this session, when they can be told."""
    customer = reservation.customer()
    return customer if customer and (customer.email or customer.phone) else None


def _by_card(customer: Customer) -> dict[str, Any]:
    address = masked_email(customer.email) if customer.email else masked_phone(customer.phone)
    return {"name": customer.first_name, "contact": address}
