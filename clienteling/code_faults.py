"""Why a code leads nowhere on a tablet, and what the assistant can do about it."""

from dataclasses import dataclass

from flask import g
from flask_babel import gettext as _

from store import stores
from store.errors import ComptoirError, StoreUnknown, TicketExpired, WrongStore
from store.loyalty import Found, FoundOrder, FoundStaff, Missing
from store.models import Order, Store
from store.web import errors, opening_words, restored, scanning
from store.web.extensions import db
from store.web.filters import day, in_sentence, telephone, typo


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Why a code leads nowhere, and what to do."""

    title: str
    advice: str


def of_found(found: Found) -> Fault:
    """Return the words for what was found and cannot be opened here, or for nothing."""
    if isinstance(found, FoundOrder):
        place = db.session().get_one(Order, found.id).store
        return _elsewhere(place, kilometres=stores.distance(g.store, place))
    reason = Missing.BADGE if isinstance(found, FoundStaff) else found.reason
    known = scanning.WORDS[reason]
    if reason in (Missing.ORDER, Missing.PICKUP_CODE) and restored.is_behind():
        title = _("Ce magasin ne connaît pas encore cette commande")
        return Fault(title=typo(title), advice=typo(restored.words_for_staff()))
    advice = _for_staff() if reason in _ORDERS else str(known.advice)
    return Fault(title=typo(str(known.title)), advice=typo(advice))


# what the customer reads of these at the kiosk sends them to an assistant, or to their message
_ORDERS = (Missing.ORDER, Missing.TICKET_FORGED, Missing.TICKET_FOREIGN)


def _for_staff() -> str:
    """Tell an assistant how to find an order whose code leads nowhere."""
    return _("Cherchez la commande par son numéro ou par le nom de la personne.")


def of_ticket(error: ComptoirError) -> Fault:
    """Return the words for a true QR whose customer cannot be welcomed."""
    match error:
        case WrongStore():
            return _elsewhere(error.store, kilometres=error.kilometres)
        case StoreUnknown():
            title = _("Cette commande est pour un magasin qui n'est pas encore connu ici")
            advice = _("Son nom est dans le message. Le siège doit envoyer la liste des magasins.")
        case TicketExpired():
            title = _("Ce QR code n'est plus valable depuis le %(day)s", day=day(error.expired_on))
            advice = _("Cherchez la commande par son numéro ou le nom, ou demandez au siège.")
        case _:
            fault = errors.fault_of(error)
            title, advice = fault.title, fault.advice
    return Fault(title=typo(title), advice=typo(advice))


def _elsewhere(store: Store, *, kilometres: float | None = None) -> Fault:
    parts = [store.address, store.city, opening_words.hours(store), telephone(store.phone)]
    if kilometres is not None:
        parts.insert(2, _("à %(n)s km d'ici", n=max(1, round(kilometres))))
    where = ", ".join(part for part in parts if part)
    return Fault(
        title=typo(_("Cette commande attend à %(store)s", store=in_sentence(store.name))),
        advice=typo(_("Adresse : %(address)s.", address=where) if where else ""),
    )
