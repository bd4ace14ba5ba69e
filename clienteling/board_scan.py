"""A hand scanner on the board of pickups: a code opens its order, or narrows the board."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, g, make_response, render_template, request, url_for

from clienteling import board_words, code_faults, order_codes, pickup_board, sign_in
from clienteling.blueprint import tablet
from clienteling.board_words import Ticket
from clienteling.code_faults import Fault
from clienteling.customer_words import full_name
from store import gs1, pickups
from store.loyalty import FoundCustomer, FoundOrder, FoundStaff, FoundTicket, FoundVariant
from store.models import Customer, Variant
from store.pickups import Pickup
from store.web import auth, scanning
from store.web.catalogue import gettext as _
from store.web.clock import now
from store.web.extensions import db, limiter, lookups
from store.web.filters import public_name, typo
from store.web.htmx import for_htmx, is_partial, see_other


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """The orders of somebody who showed a card, where several wait."""

    title: str
    orders: Sequence[Ticket]


@tablet.post("/pickups", endpoint="scan_on_board")
@auth.staff()
@limiter.limit(lookups)
def read_code() -> Response:
    """Open the order of a scanned code, or narrow the board to its article or its place.

    `show` stays; what leads nowhere is said over the board, which stays as it is.
    """
    place = scanning.scanned_place(db.session(), g.store)
    if place is not None:
        return _narrowed(place.name)
    found = order_codes.scanned()
    match found:
        case FoundTicket() | FoundOrder():
            return order_codes.open_sheet(found, _refuse)
        case FoundCustomer(id=customer_id):
            return _orders_of(db.session().get_one(Customer, customer_id))
        case FoundVariant(id=variant_id):
            variant = db.session().get_one(Variant, variant_id)
            return _narrowed(gs1.under_the_bars(variant.gtin) if variant.gtin else variant.sku)
        case FoundStaff(uid=uid) if sign_in.with_badge(uid):
            return _narrowed(request.args.get("q", ""))
        case _:
            return _refuse(code_faults.of_found(found))


def _narrowed(query: str) -> Response:
    show = request.args.get("show", "")
    return see_other(url_for("tablet.pickups", q=query or None, show=show or None))


def _orders_of(customer: Customer) -> Response:
    found = pickups.list_of_customer(db.session(), g.store.id, customer.id)
    if len(found) == 1:
        return see_other(url_for("tablet.handover", uid=found[0].uid))
    name = public_name(full_name(customer))
    if found:
        return _say(waiting=_waiting(found, name))
    title = _("Aucune commande de %(name)s n'attend ici", name=name)
    advice = _("Cherchez-la par son numéro, ou ouvrez la fiche par « Scanner ».")
    return _refuse(Fault(title=typo(title), advice=typo(advice)))


def _waiting(found: Sequence[Pickup], name: str) -> Waiting:
    moment = now()
    today = pickups.today_in(g.store, moment)
    orders = [
        board_words.ticket(one, one.column(now=moment, today=today), now=moment, today=today)
        for one in found
    ]
    title = _("%(n)s commandes de %(name)s attendent ici", n=len(orders), name=name)
    return Waiting(title=typo(title), orders=orders)


def _refuse(fault: Fault) -> Response:
    db.session.rollback()
    return _say(status=422, fault=fault)


def _say(*, status: int = 200, **said: Any) -> Response:
    """Answer what a scan led to: over a board that stays, else on the board drawn anew."""
    if is_partial():
        return for_htmx(render_template("clienteling/_board_said.html", **said), status=status)
    page = render_template("clienteling/pickups.html", **said, **pickup_board.shown())
    return make_response(page, status)
