"""Reserving from the customer's own phone: a first name, nothing else."""

from flask import Response, make_response, render_template, request, url_for
from flask_babel import gettext as _

from kiosk import articles
from kiosk.blueprint import phone
from kiosk.phone import visitor
from store import products, reservations
from store.errors import Invalid, NotEnoughStock
from store.models import Store, Variant
from store.placed_orders import Wish
from store.web import acts, auth
from store.web.clock import now
from store.web.extensions import db, limiter
from store.web.filters import typo
from store.web.forms import once
from store.web.htmx import see_other


@phone.get("/p/<code>/reserve", endpoint="reserve")
@auth.public
def ask(code: str) -> Response | str:
    """Ask for a first name, and say where the goods are held and until when."""
    own = visitor.own_store()
    variant = _variant(code)
    if variant.product.withdrawn_at is not None:
        return see_other(url_for("phone.label", code=code))
    return _form(variant, acts.asked_store(request.args.get("store", ""), own=own), own)


@phone.post("/p/<code>/reserve", endpoint="reserve_now")
@auth.public
@limiter.limit(acts.orders_per_hour)
def reserve(code: str) -> Response:
    """Hold the goods, or say on the same page why not and what else there is."""
    own = visitor.own_store()
    variant, store = _variant(code), acts.asked_store(request.form.get("store", ""), own=own)
    try:
        return _reserve(variant, store, own)
    except NotEnoughStock:
        db.session.rollback()
        variant = _variant(code)
        context = {"item": articles.item(variant), "instead": articles.instead_of(variant)}
        page = render_template("phone/instead.html", variant=variant, shop=own, **context)
        return make_response(page, 409)
    except Invalid as error:
        if error.field != "name":
            raise
        db.session.rollback()
        return make_response(_form(variant, store, own, has_fault=True), 422)


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


def _form(variant: Variant, store: Store, own: Store, *, has_fault: bool = False) -> str:
    return render_template(
        "phone/reserve.html",
        variant=variant,
        item=articles.item(variant),
        store=store,
        is_here=store.id == own.id,
        hold_until=acts.hold_until(store),
        typed=request.form.get("name", ""),
        fault=typo(_("Écrivez un prénom, pour retrouver la réservation.")) if has_fault else "",
        shop=own,
    )


def _variant(code: str) -> Variant:
    return products.get_by_sku(db.session(), code)
