"""Reserving from the customer's own phone: a first name, nothing else."""

from flask import Response, make_response, render_template, request, url_for

from kiosk import articles, name_words
from kiosk.blueprint import phone
from kiosk.phone import visitor
from store import products, reservations
from store.errors import Invalid, NotEnoughStock
from store.models import Store, Variant
from store.placed_orders import Wish
from store.web import acts, auth
from store.web.clock import now
from store.web.extensions import db, limiter
from store.web.forms import once, shown_again
from store.web.htmx import see_other


@phone.get("/p/<code>/reserve", endpoint="reserve")
@auth.public
def ask(code: str) -> Response | str:
    """Ask for a first name, and say where the goods are held and until when."""
    own = visitor.own_store()
    variant = _variant(code)
    if variant.product.withdrawn_at is not None:
        return see_other(url_for("phone.label", code=code))
    store = _store(own)
    if store.id == own.id and articles.is_sold_out(variant):
        return _instead(variant, own)
    return _form(variant, store, own)


@phone.post("/p/<code>/reserve", endpoint="reserve_now")
@auth.public
@limiter.limit(acts.orders_per_hour)
@shown_again(lambda _error, code: _offer_instead(code), NotEnoughStock)
@shown_again(lambda error, code: _refuse(code, error), fields=("name",))
def reserve(code: str) -> Response:
    """Hold the goods, or say on the same page why not and what else there is."""
    own = visitor.own_store()
    return _reserve(_variant(code), _store(own), own)


def _refuse(code: str, error: Invalid) -> Response:
    own = visitor.own_store()
    page = _form(_variant(code), _store(own), own, fault=name_words.fault(error))
    return make_response(page, 422)


def _offer_instead(code: str) -> Response:
    own = visitor.own_store()
    return make_response(_instead(_variant(code), own, is_just_taken=True), 409)


def _instead(variant: Variant, own: Store, *, is_just_taken: bool = False) -> str:
    return render_template(
        "phone/instead.html",
        **articles.none_left(variant, is_just_taken=is_just_taken),
        shop=own,
    )


@once
def _reserve(variant: Variant, store: Store, own: Store) -> str:
    order = reservations.reserve(
        db.session(),
        [Wish(variant=variant)],
        own=own,
        store=store,
        channel="phone",
        name=request.form.get("name", ""),
        hold_until=acts.hold_until(store),
        now=now(),
    )
    return url_for("phone.order", code=order.code)


def _form(variant: Variant, store: Store, own: Store, *, fault: str = "") -> str:
    return render_template(
        "phone/reserve.html",
        variant=variant,
        item=articles.item(variant),
        store=store,
        is_here=store.id == own.id,
        hold_until=acts.hold_until(store),
        typed=request.form.get("name", ""),
        fault=fault,
        shop=own,
    )


def _store(own: Store) -> Store:
    """Return the shop that the page or its form names."""
    return acts.asked_store(request.values.get("store", ""), own=own)


def _variant(code: str) -> Variant:
    return products.get_by_sku(db.session(), code)
