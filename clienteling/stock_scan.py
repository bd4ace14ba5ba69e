"""A hand scanner on the page of stock: an article's code shows it in every store."""

from dataclasses import dataclass

from flask import Response, make_response, render_template, request, url_for

from clienteling import order_codes, sign_in, stock, visits
from clienteling.blueprint import tablet
from clienteling.code_faults import Fault
from store.loyalty import Found, FoundCustomer, FoundOrder, FoundStaff, FoundTicket, FoundVariant
from store.web import auth, scanning
from store.web.catalogue import gettext as _
from store.web.extensions import db, limiter, lookups
from store.web.filters import typo
from store.web.htmx import see_other


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """What a code that is no article's opens under « Scanner », which reads it again there."""

    label: str
    readings: list[str]


@tablet.post("/stock", endpoint="scan_stock")
@auth.staff()
@limiter.limit(lookups)
def read_code() -> Response:
    """Show the article of a scanned code; of any other code say so beside what is shown.

    `sku` and `q` are the article on the right and the search, which stay.
    """
    found = order_codes.scanned()
    match found:
        case FoundVariant(sku=sku):
            return see_other(url_for("tablet.product", sku=sku))
        case FoundStaff(uid=uid) if sign_in.with_badge(uid):
            return see_other(url_for("tablet.stock", **request.args))
        case _:
            db.session.rollback()
            page = render_template(
                "clienteling/stock.html",
                fault=_fault(found),
                elsewhere=_elsewhere(found),
                **stock.page_of(request.args.get("sku", "")),
            )
            return make_response(page, 422)


def _fault(found: Found) -> Fault:
    fault = visits.article_fault(found)
    match found:
        case FoundCustomer():
            return Fault(title=fault.title, advice=typo(_("C'est la carte d'un client.")))
        case FoundOrder() | FoundTicket():
            return Fault(title=fault.title, advice=typo(_("C'est le code d'une commande.")))
        case _:
            return fault


def _elsewhere(found: Found) -> Elsewhere | None:
    match found:
        case FoundCustomer():
            return Elsewhere(label=typo(_("Ouvrir sa fiche")), readings=scanning.readings())
        case FoundOrder() | FoundTicket():
            return Elsewhere(label=typo(_("Ouvrir la commande")), readings=scanning.readings())
        case _:
            return None
