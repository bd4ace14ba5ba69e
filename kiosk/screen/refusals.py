"""Why an order cannot be collected now, in words that say what to do next."""

from dataclasses import dataclass

from flask_babel import gettext as _

from store.errors import (
    AlreadyCollected,
    ComptoirError,
    ForbiddenTransition,
    NotReady,
    OrderCancelled,
    OrderExpired,
    StoreUnknown,
    TicketExpired,
    WrongStore,
)
from store.loyalty import Missing, Nothing
from store.recognition import Reason
from store.web import opening_words, restored, scanning
from store.web.clock import now
from store.web.filters import day, hour, in_sentence, typo


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """What happened, and what to do."""

    title: str
    advice: str


OF_ORDERS = (ForbiddenTransition, WrongStore, StoreUnknown, TicketExpired)


def words_for(error: ComptoirError) -> Refusal:
    """Return the words for an order that cannot be checked in, for one of OF_ORDERS."""
    match error:
        case StoreUnknown():
            title = _("Cette commande vous attend dans un autre magasin")
            advice = _("Son nom est dans votre message. Un conseiller peut aussi le chercher.")
        case TicketExpired():
            title, advice = _old_ticket(error)
        case WrongStore():
            title, advice = _wrong_store(error)
        case AlreadyCollected():
            title, advice = _collected(error)
        case OrderCancelled():
            title, advice = _cancelled(error)
        case OrderExpired():
            title, advice = _expired(error)
        case NotReady():
            title, advice = _not_ready(error)
        case _:
            title = _("Cette commande demande l'aide d'un conseiller")
            advice = _("Touchez « Aide » : une personne vient vers vous.")
    return Refusal(title=typo(title), advice=typo(advice))


def of_nothing(found: Nothing) -> Refusal:
    """Return the words for a code that leads nowhere, with the reason when we know better."""
    known = scanning.WORDS[found.reason]
    title, advice = str(known.title), _for_customers(found.reason) or str(known.advice)
    if found.reason in (Missing.ORDER, Missing.PICKUP_CODE) and restored.is_behind():
        title, advice = _("Ce magasin ne connaît pas encore cette commande"), restored.words()
    return Refusal(title=typo(title), advice=typo(advice))


def _for_customers(reason: str) -> str:
    """Return what a customer can do where the usual advice is one for staff, else nothing."""
    match reason:
        case Missing.CARD:
            return _("Est-ce bien notre carte ? Touchez « Aide » : un conseiller vous retrouve.")
        case Missing.CARD_REVOKED:
            return _("Présentez la nouvelle carte, ou touchez « Aide ».")
        case Missing.LABEL:
            return _("Cherchez l'article par son nom, ou touchez « Aide ».")
        case Reason.EMAIL | Reason.PHONE:
            return _("Scannez la carte de fidélité, le QR de la commande ou l'article.")
    return ""


def _old_ticket(error: TicketExpired) -> tuple[str, str]:
    title = _("Ce QR code n'est plus valable depuis le %(day)s", day=day(error.expired_on))
    return title, _("Un conseiller peut retrouver votre commande par son numéro ou votre nom.")


def _wrong_store(error: WrongStore) -> tuple[str, str]:
    title = _("Cette commande vous attend à %(store)s", store=in_sentence(error.store.name))
    parts = [error.store.address, _distance(error.kilometres), opening_words.hours(error.store)]
    return title, ", ".join(part for part in parts if part) + "."


def _distance(kilometres: float | None) -> str:
    return _("à %(n)s km d'ici", n=max(1, round(kilometres))) if kilometres is not None else ""


def _collected(error: AlreadyCollected) -> tuple[str, str]:
    advice = _("Ce n'est pas vous ? Touchez « Aide », un conseiller vérifie tout de suite.")
    if error.closed_at is None:
        return _("Cette commande a déjà été remise"), advice
    when = {"day": day(error.closed_at), "hour": hour(error.closed_at)}
    if error.closed_by:
        said = _(
            "Cette commande a été remise %(day)s à %(hour)s par %(who)s",
            who=error.closed_by,
            **when,
        )
        return said, advice
    return _("Cette commande a été remise %(day)s à %(hour)s", **when), advice


def _cancelled(error: OrderCancelled) -> tuple[str, str]:
    advice = _("Un conseiller peut vous dire pourquoi et vous proposer une solution.")
    if error.closed_at is None:
        return _("Cette commande a été annulée"), advice
    return _("Cette commande a été annulée %(day)s", day=day(error.closed_at)), advice


def _expired(error: OrderExpired) -> tuple[str, str]:
    advice = _("Elle est peut-être encore là : touchez « Aide », un conseiller va voir.")
    if error.pickup_by is None:
        return _("Cette commande n'est plus gardée"), advice
    return _("Cette commande était gardée jusqu'au %(day)s", day=day(error.pickup_by)), advice


def _not_ready(error: NotReady) -> tuple[str, str]:
    title = _("Votre commande n'est pas encore prête")
    if error.promised_at is None:
        return title, _("Vous recevrez un message dès qu'elle le sera.")
    if error.promised_at <= now():
        return title, _("Elle a pris du retard : un conseiller peut vous dire où elle en est.")
    when = {"day": day(error.promised_at), "hour": hour(error.promised_at)}
    return title, _("Elle est promise pour %(day)s à %(hour)s. Vous recevrez un message.", **when)
