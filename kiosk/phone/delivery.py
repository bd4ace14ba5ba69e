"""Ordering for home delivery, on the customer's own phone, where an address is typed in private."""

from flask import Response, current_app, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from kiosk import articles
from kiosk.blueprint import phone
from kiosk.phone import visitor
from store import baskets, deliveries, products
from store.errors import NotFound
from store.models import Basket, Store
from store.placed_orders import Wish
from store.records import DeliveryRecord
from store.web import acts, auth
from store.web.clock import now
from store.web.extensions import db, limiter
from store.web.filters import typo
from store.web.forms import once

FIELDS = ("name", "address", "postcode", "city", "email", "phone")
FAULTS = {
    "empty": lazy_gettext("Nécessaire pour livrer."),
    "too_long": lazy_gettext("C'est trop long."),
    "malformed": lazy_gettext("Vérifiez cette ligne."),
    "missing": lazy_gettext("Un e-mail ou un téléphone, pour convenir du paiement et de la date."),
}


@phone.get("/p/delivery", endpoint="delivery")
@auth.public
def ask() -> str:
    """Ask where to, for the list or for one article, and say why each line is asked."""
    _require_central()
    return _form(visitor.own_store(), DeliveryRecord(name="", address="", postcode="", city=""))


@phone.post("/p/delivery", endpoint="order_delivery")
@auth.public
@limiter.limit(acts.orders_per_hour)
def order() -> Response:
    """Write the order, or show again what is to be mended."""
    _require_central()
    own = visitor.own_store()
    to = DeliveryRecord(
        **{name: " ".join(request.form.get(name, "").split()) for name in FIELDS},
        country=own.country,
    )
    faults = deliveries.faults(to)
    if faults:
        return make_response(_form(own, to, faults=faults), 422)
    return _order(own, to)


@once
def _order(own: Store, to: DeliveryRecord) -> str:
    wishes = _wishes()
    if not wishes:
        raise NotFound(kind="list", key="")
    placed = deliveries.order(db.session(), wishes, own=own, channel="phone", to=to, now=now())
    basket = None if _sku() else _basket()
    if basket is not None:
        baskets.drop(db.session(), basket)
    return url_for("phone.order", code=placed.code)


def _form(own: Store, to: DeliveryRecord, *, faults: dict[str, str] | None = None) -> str:
    items = [articles.item(wish.variant, wish.quantity) for wish in _wishes()]
    said = {field: typo(str(FAULTS[problem])) for field, problem in (faults or {}).items()}
    return render_template(
        "phone/delivery.html",
        items=items,
        total=articles.total(items),
        to=to,
        faults=said,
        sku=_sku(),
        days=current_app.config["COMPTOIR"].reservations.address_days,
        shop=own,
        title=_("Me faire livrer"),
    )


def _wishes() -> list[Wish]:
    if _sku():
        return [Wish(variant=products.get_by_sku(db.session(), _sku()))]
    basket = _basket()
    lines = basket.lines if basket else []
    return [
        Wish(variant=line.variant, quantity=line.quantity)
        for line in lines
        if line.variant.product.withdrawn_at is None
    ]


def _basket() -> Basket | None:
    return baskets.find(db.session(), visitor.uid())


def _sku() -> str:
    return request.values.get("sku", "")


def _require_central() -> None:
    if not acts.has_central():
        raise NotFound(kind="delivery", key="")
