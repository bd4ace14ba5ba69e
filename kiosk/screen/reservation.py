"""Reserving: a first name, and the goods are held here, or asked of another shop."""

from flask import Response, g, make_response, render_template, request, session, url_for
from flask_babel import gettext as _

from kiosk import articles, name_words, return_notices
from kiosk.blueprint import kiosk
from kiosk.screen import session as kiosk_session
from store import placed_orders, products, reservations
from store.errors import Invalid, NotEnoughStock
from store.models import Customer, Order, Store, Variant
from store.placed_orders import Wish
from store.web import acts, addresses, auth, order_words, qr
from store.web.clock import now
from store.web.extensions import db, limiter
from store.web.forms import form_uid, once, shown_again
from store.web.htmx import page_or_block, see_other


@kiosk.get("/products/<sku>/reserve", endpoint="reserve")
@auth.device("kiosk")
def ask(sku: str) -> Response | str:
    """Ask for a first name, and say where the goods are held and until when."""
    variant = products.get_by_sku(db.session(), sku)
    if variant.product.withdrawn_at is not None:
        return see_other(url_for("kiosk.product", sku=sku))
    store = _store()
    if store.id == g.store.id and articles.is_sold_out(variant):
        return _instead(variant)
    return _form(variant, store)


@kiosk.post("/products/<sku>/reserve", endpoint="reserve_now")
@auth.device("kiosk")
@limiter.limit(acts.kiosk_orders_per_hour)
@shown_again(lambda _error, sku: _offer_instead(sku), NotEnoughStock)
@shown_again(lambda error, sku: _refuse(sku, error), fields=("name",))
def reserve(sku: str) -> Response:
    """Hold the goods, or offer what comes next when somebody was quicker."""
    variant = products.get_by_sku(db.session(), sku)
    answer = _reserve(variant, _store())
    session["reservation"] = form_uid()  # the same when the form comes twice
    return answer


@kiosk.get("/reservation")
@auth.device("kiosk")
def reservation() -> Response:
    """Show the code, the QR for the phone, and how the reservation is doing."""
    order = _mine()
    if order is None:
        return see_other(url_for("kiosk.home"))
    link = addresses.printed(url_for("phone.order_printed", code=order.code))
    return page_or_block(
        "kiosk/reservation.html",
        "progress",
        order=order,
        words=order_words.words(order, g.store),
        name=order.customer_name.partition(" ")[0],
        qr=qr.svg(link, _("QR de la réservation, pour le téléphone"), border=0),
        idle=kiosk_session.idle(personal=True),
    )


@once
def _reserve(variant: Variant, store: Store) -> str:
    reservations.reserve(
        db.session(),
        [Wish(variant=variant)],
        own=g.store,
        store=store,
        channel="kiosk",
        name=request.form.get("name", ""),
        customer=customer(),
        hold_until=acts.hold_until(store),
        now=now(),
        uid=form_uid(),
    )
    return url_for("kiosk.reservation")


def _form(variant: Variant, store: Store, *, fault: str = "") -> str:
    known = customer()
    return render_template(
        "kiosk/reserve.html",
        variant=variant,
        item=articles.item(variant),
        store=store,
        is_here=store.id == g.store.id,
        hold_until=acts.hold_until(store),
        first_name=known.first_name if known else "",
        typed=request.form.get("name", ""),
        fault=fault,
    )


def _refuse(sku: str, error: Invalid) -> Response:
    variant = products.get_by_sku(db.session(), sku)
    return make_response(_form(variant, _store(), fault=name_words.fault(error)), 422)


def _offer_instead(sku: str) -> Response:
    variant = products.get_by_sku(db.session(), sku)
    return make_response(_instead(variant, is_just_taken=True), 409)


def _instead(variant: Variant, *, is_just_taken: bool = False) -> str:
    return render_template(
        "kiosk/instead.html",
        **articles.none_left(variant, is_just_taken=is_just_taken),
        is_noted=return_notices.is_noted(variant.sku),
    )


def _store() -> Store:
    """Return the shop that the page or its form names."""
    return acts.asked_store(request.values.get("store", ""), own=g.store)


def customer() -> Customer | None:
    """Return whose card was shown in this session, or None."""
    uid = session.get("card")
    return db.session.query(Customer).filter_by(uid=uid).one_or_none() if uid else None


def _mine() -> Order | None:
    uid = session.get("reservation")
    order = db.session.query(Order).filter_by(uid=uid).one_or_none() if uid else None
    return order if order is not None and order.channel in placed_orders.CHANNELS else None
