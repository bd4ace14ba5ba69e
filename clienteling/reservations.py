"""Reserving from the tablet: for the customer whose file is open, or for a first name."""

from dataclasses import dataclass

from flask import Response, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from clienteling import files, named
from clienteling.blueprint import tablet
from store import arrivals, openings, placed_orders, products, reservations, stock
from store.errors import Invalid, NotEnoughStock, NotFound
from store.models import Customer, Order, OrderLine, Store, Variant
from store.placed_orders import Wish
from store.web import acts, article_words, auth, order_words, stock_words
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import day, hour, typo
from store.web.forms import once
from store.web.htmx import page_or_block
from store.web.stock_words import StockWords

SHOPS_OFFERED = 5
MOST_SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class Place:
    """A shop in which the article can be reserved, and until when."""

    code: str
    name: str
    text: str
    stock: StockWords
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What was refused, by field; `stock` is of no field."""

    field: str
    text: str


@tablet.get("/stock/<sku>/reserve", endpoint="reserve")
@auth.staff()
def ask(sku: str) -> str:
    """Ask for whom, how many and where."""
    return _form(products.get_by_sku(db.session(), sku), None)


@tablet.post("/stock/<sku>/reserve", endpoint="reserve_now")
@auth.staff()
def reserve(sku: str) -> Response:
    """Hold the goods, or show the form again with what is wrong."""
    variant = products.get_by_sku(db.session(), sku)
    try:
        return _reserve(variant)
    except NotEnoughStock as error:
        text = _("Il n'en reste que %(n)s à réserver ici.", n=error.available)
        fault = Fault(field="stock", text=typo(text))
    except Invalid as error:
        if error.field not in ("name", "quantity"):
            raise
        fault = Fault(field=error.field, text=typo(_wrong(error)))
    db.session.rollback()
    page = _form(products.get_by_sku(db.session(), sku), fault)
    return make_response(page, 409 if fault.field == "stock" else 422)


@tablet.get("/reservations/<uid>")
@auth.staff()
def reservation(uid: str) -> Response:
    """Show how a reservation made on a tablet is doing, with its six digits."""
    order = db.session.query(Order).filter_by(uid=uid).one_or_none()
    if order is None or order.channel not in placed_orders.CHANNELS:
        raise NotFound(kind="order", key=uid)
    if order.source != placed_orders.source_of(g.store) and order.store_id != g.store.id:
        raise arrivals.elsewhere(order.store, g.store, number=order.number)
    return page_or_block(
        "clienteling/reservation.html",
        "state",
        order=order,
        articles=[_article(line) for line in order.lines],
        words=order_words.words(order, g.store),
    )


def _article(line: OrderLine) -> str:
    return article_words.counted(named.ordered(line), line.quantity)


@once
def _reserve(variant: Variant) -> str:
    store = acts.asked_store(request.form.get("store", ""), own=g.store)
    quantity = request.form.get("quantity", 0, int)
    order = reservations.reserve(
        db.session(),
        [Wish(variant=variant, quantity=quantity)],
        own=g.store,
        store=store,
        channel="tablet",
        name=request.form.get("name", ""),
        customer=_customer(request.form.get("customer", "")),
        hold_until=acts.hold_until(store),
        now=now(),
    )
    return url_for("tablet.reservation", uid=order.uid)


def _wrong(error: Invalid) -> str:
    words = {
        ("name", "empty"): _("Indiquez un prénom."),
        ("name", "too_long"): _("Ce prénom est trop long."),
    }
    return words.get((error.field, error.problem)) or _("Vérifiez cette ligne.")


def _form(variant: Variant, fault: Fault | None) -> str:
    opened = openings.list_open(db.session(), staff=g.staff, device=g.device, now=now())
    return render_template(
        "clienteling/reserve.html",
        product=named.variant(variant),
        places=_places(variant),
        opened=opened,
        chosen_customer=request.values.get("customer", opened[0].uid if opened else ""),
        name=request.form.get("name", ""),
        quantity=request.form.get("quantity", "1"),
        most=MOST_SHOWN,
        fault=fault,
    )


def _places(variant: Variant) -> list[Place]:
    trust = stock_words.trust(db.session())
    here = stock.figure(db.session(), variant.id, store_id=g.store.id, now=now(), trust=trust)
    shops = [(g.store, stock_words.in_words(here))]
    if acts.has_central():
        elsewhere = stock.list_elsewhere(
            db.session(),
            variant.id,
            store=g.store,
            now=now(),
            trust=trust,
            limit=SHOPS_OFFERED,
            only_in_stock=True,
        )
        shops += [(one.store, stock_words.in_words(one.figure)) for one in elsewhere]
    wanted = request.values.get("store", "") or g.store.code
    return [_place(store, figure, chosen=store.code == wanted) for store, figure in shops]


def _place(store: Store, figure: StockWords, *, chosen: bool) -> Place:
    ends = acts.hold_until(store)
    return Place(
        code=store.code,
        name=store.name,
        text=typo(_("jusqu'au %(day)s à %(hour)s", day=day(ends), hour=hour(ends))),
        stock=figure,
        chosen=chosen,
    )


def _customer(uid: str) -> Customer | None:
    """Return the customer whose file is open here; nobody else's name is written from a tablet."""
    if not uid or not files.is_open(uid):
        return None
    return db.session.query(Customer).filter_by(uid=uid).one_or_none()
