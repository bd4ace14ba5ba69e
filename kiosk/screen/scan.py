"""Whatever is shown to the kiosk: an article, an order or a card, each leads to its own page."""

from dataclasses import dataclass

from flask import Response, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from kiosk.blueprint import kiosk
from kiosk.screen import card, guessing, pickup, refusals
from kiosk.screen.refusals import Refusal
from store import loyalty
from store.loyalty import (
    Found,
    FoundCustomer,
    FoundOrder,
    FoundStaff,
    FoundTicket,
    FoundVariant,
    Nothing,
)
from store.recognition import PickupCode
from store.web import auth, scanning, ticketing
from store.web.extensions import db, limiter, lookups
from store.web.filters import typo
from store.web.htmx import see_other

# the page that asked, to which a refusal goes back
PAGES = {"pickup": "kiosk/pickup.html", "card": "kiosk/card.html", "product": "kiosk/scan.html"}


@dataclass
class Refused(Exception):
    """The code leads nowhere that this customer may go; `refusal` says why."""

    refusal: Refusal
    status: int = 422


@kiosk.get("/scan")
@auth.device("kiosk")
def scan() -> str:
    """Ask for an article's barcode or label."""
    return render_template("kiosk/scan.html", refusal=None)


@kiosk.post("/scan")
@auth.device("kiosk")
@limiter.limit(lookups)
def read_code() -> Response:
    """Go to what a scanned or typed code means, or say on the same page why not."""
    try:
        location = _follow(_find())
    except Refused as refused:
        return _show_again(refused)
    db.session.commit()
    return see_other(location)


def _find() -> Found:
    """Return what a code means, unless too many wrong six digits were typed here."""
    code = scanning.scanned_code()
    if isinstance(code, PickupCode) and guessing.is_over():
        raise Refused(
            _words(
                _("Trop de codes faux sur cette borne"),
                _("Montrez le QR code du message, ou appelez un conseiller : il vous retrouve."),
            ),
            429,
        )
    found = loyalty.find(db.session(), code, store=g.store, trusted=ticketing.trusted())
    if isinstance(code, PickupCode) and not _is_of_here(found):
        guessing.note()
    return found


def _is_of_here(found: Found) -> bool:
    return found.is_here if isinstance(found, FoundOrder) else not isinstance(found, Nothing)


def _follow(found: Found) -> str:
    match found:
        case FoundVariant(sku=sku):
            return url_for("kiosk.product", sku=sku)
        case FoundOrder(proof=""):  # a number follows from the one before it
            raise Refused(
                _words(
                    _("Le numéro de commande ne suffit pas"),
                    _("Montrez le QR code du message, ou tapez ses six chiffres."),
                ),
                403,
            )
        case FoundOrder() | FoundTicket():
            return _announce(found)
        case FoundCustomer(kind="own"):
            return card.show(found)
        case FoundCustomer():
            raise Refused(
                _words(
                    _("Cette carte se consulte avec un conseiller"),
                    _("Pour la protéger : touchez « Aide », une personne vient vers vous."),
                ),
                403,
            )
        case FoundStaff():
            raise Refused(
                _words(
                    _("Ceci est un badge du personnel"),
                    _("Il ouvre les tablettes, pas la borne."),
                ),
                403,
            )
        case _:
            raise Refused(refusals.of_nothing(found))


def _announce(found: FoundOrder | FoundTicket) -> str:
    try:
        return pickup.arrive(found)
    except refusals.OF_ORDERS as error:
        raise Refused(refusals.words_for(error), 409) from error


def _words(title: str, advice: str) -> Refusal:
    return Refusal(title=typo(title), advice=typo(advice))


def _show_again(refused: Refused) -> Response:
    db.session.rollback()
    page = PAGES.get(request.args.get("page", ""), PAGES["product"])
    return make_response(render_template(page, refusal=refused.refusal), refused.status)
