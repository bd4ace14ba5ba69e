"""A handover and its end, in the words of the sheet."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from store.errors import (
    AlreadyCollected,
    ComptoirError,
    DelegateGone,
    Invalid,
    NotAllowed,
    NotEnoughStock,
    NotReversible,
    OrderCancelled,
    OrderExpired,
)
from store.handovers import Handover
from store.models import Order
from store.web.filters import day, hour, public_name, short_day, typo
from store.web_returns import Returned


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """What was refused on the sheet, and how to mend it."""

    title: str
    advice: str


@dataclass(frozen=True, kw_only=True)
class Given:
    """How the goods were handed over: to whom, by what they were recognised, against what."""

    facts: list[str]
    strokes: str


def rests() -> list[tuple[str, str]]:
    """Return what may become of units that are not given, and how each is said."""
    return [
        ("later", typo(_("Plus tard"))),
        ("changed_mind", typo(_("N'en veut plus"))),
        ("not_suitable", typo(_("Ne convient pas"))),
        ("damaged", typo(_("Abîmé"))),
        ("missing", typo(_("Introuvable"))),
    ]


def reversals() -> list[tuple[str, str]]:
    """Return the reasons for which a handover is undone, and how each is said."""
    return [
        ("wrong_order", typo(_("Ce n'était pas cette commande"))),
        ("wrong_customer", typo(_("Ce n'était pas la bonne personne"))),
        ("not_given", typo(_("Rien n'est sorti du magasin"))),
        ("other", typo(_("Autre raison"))),
    ]


def put_off(until: date) -> str:
    """Say until when one touch keeps the order."""
    return typo(_("Garder jusqu'au %(day)s", day=short_day(until)))


def receipt_label() -> str:
    """Say what the QR of a receipt is."""
    return typo(_("QR du reçu, à scanner avec le téléphone"))


def given(order: Order, last: Handover) -> Given:
    """Say the last handover of an order."""
    facts = [_collector(order, last), _CHECKED[last.event.identity_check]()]
    if order.till_ticket:
        facts.append(_("Ticket de caisse %(number)s", number=order.till_ticket))
    return Given(facts=[typo(fact) for fact in facts], strokes=last.strokes)


def _collector(order: Order, last: Handover) -> str:
    if last.event.details.get("collected_by") != "delegate":
        return _("À %(name)s", name=public_name(order.customer_name or order.number))
    if last.delegate is None:
        return _("À un proche, avec son code")
    return _("À %(name)s, un proche, avec son code", name=last.delegate.first_name)


_CHECKED = {
    "": lambda: _("Reconnaissance non notée ici"),
    "qr": lambda: _("QR de la commande présenté"),
    "code": lambda: _("Code présenté"),
    "card": lambda: _("Carte de fidélité présentée"),
    "known": lambda: _("Personne connue"),
    "document": lambda: _("Pièce d'identité vue, rien n'en est gardé"),
}


def returned(back: list[Returned]) -> str:
    """Say how many articles of an order have come back, nothing when none has."""
    units = sum(one.quantity for one in back)
    if not units:
        return ""
    return typo(ngettext("%(num)s article rendu.", "%(num)s articles rendus.", units))


def fault(refusal: ComptoirError) -> Refusal | None:
    """Say what was refused and what to do on the sheet, None when the usual words fit."""
    title, advice = "", _("Rien n'a été enregistré.")
    if isinstance(refusal, AlreadyCollected):
        title = _gone(refusal)
    elif isinstance(refusal, NotReversible):
        title, advice = _not_reversible(refusal)
    elif isinstance(refusal, Invalid):
        title = _to_mend(refusal)
    elif isinstance(refusal, DelegateGone):
        title, advice = _code_gone(refusal), _("Demandez un nouveau code à qui a commandé.")
    elif isinstance(refusal, NotAllowed):
        title = _("Seul un responsable peut faire cela.")
    elif isinstance(refusal, NotEnoughStock):
        title = _("Ces articles ont été promis à quelqu'un d'autre entre-temps.")
    elif isinstance(refusal, OrderCancelled):
        title, advice = _("La commande est annulée."), _("Ne remettez rien, rangez les articles.")
    elif isinstance(refusal, OrderExpired):
        title = _("La commande n'est plus gardée.")
        advice = _("Gardez-la à nouveau si les articles sont encore là.")
    return Refusal(title=typo(title), advice=typo(advice)) if title else None


def _gone(refusal: AlreadyCollected) -> str:
    if refusal.closed_at is None:
        return _("Ces articles ont déjà été remis.")
    when = {"day": day(refusal.closed_at), "hour": hour(refusal.closed_at)}
    if not refusal.closed_by:
        return _("Ces articles ont déjà été remis %(day)s à %(hour)s.", **when)
    name = refusal.closed_by
    return _("Ces articles ont déjà été remis %(day)s à %(hour)s par %(name)s.", name=name, **when)


def _not_reversible(refusal: NotReversible) -> tuple[str, str]:
    if refusal.why == "returned":
        title = _("Des articles sont revenus depuis : la remise ne s'annule plus.")
        return title, _("Ce qui revient encore se reprend par un retour d'articles.")
    title = _("Cette remise a déjà été annulée, ou une autre l'a suivie.")
    return title, _("Rien n'a été enregistré.")


def _code_gone(refusal: DelegateGone) -> str:
    at = hour(refusal.ended_at) if refusal.ended_at else "–"
    if refusal.reason == "used":
        return _("Ce code de proche a déjà servi à %(at)s.", at=at)
    return _("Ce code de proche a été repris à %(at)s.", at=at)


# what is said beside its field; the rest is said above them all
FIELDS = ("check", "delegate_code", "till_ticket", "place")


def wrong(refusal: ComptoirError | None) -> dict[str, str]:
    """Return what is wrong with a field of the sheet, by its name; nothing for another refusal."""
    if not isinstance(refusal, Invalid) or refusal.field not in FIELDS:
        return {}
    text = _to_mend(refusal)
    return {refusal.field: typo(text)} if text else {}


def _to_mend(refusal: Invalid) -> str:
    words = {
        ("lines", "empty"): _("Aucune ligne n'est cochée."),
        ("lines", "unticked"): _("Toutes les lignes ne sont pas cochées."),
        ("lines", "unknown"): _("Une ligne n'est plus dans cette commande."),
        ("quantity", "out_of_range"): _("Le nombre remis dépasse ce qui est commandé."),
        ("rest", "unknown"): _("Dites ce que devient chaque ligne."),
        ("check", "unknown"): _("Dites comment la personne a été reconnue."),
        ("delegate_code", "empty"): _("Saisissez ou scannez le code du proche."),
        ("delegate_code", "unknown"): _("Ce code n'est pas celui d'un proche de cette commande."),
        ("till_ticket", "empty"): _("Cette commande est à payer : notez le ticket de caisse."),
        ("till_ticket", "malformed"): _("Ce numéro de ticket n'est pas possible."),
        ("signature", "malformed"): _("La signature n'a pas pu être lue. Refaites-la."),
        ("reason", "unknown"): _("Dites pourquoi la remise est annulée."),
        ("until", "out_of_range"): _("Choisissez un jour dans l'année qui vient."),
        ("until", "past"): _(
            "Ce jour-là, l'heure de la réservation est passée : choisissez un jour plus tard."
        ),
        ("place", "empty"): _("Indiquez où attend la commande."),
        ("place", "too_long"): _("Le nom de l'emplacement est trop long."),
    }
    return words.get((refusal.field, refusal.problem), "")


def reversal_wrong(refusal: ComptoirError | None) -> dict[str, str]:
    """Return which field of an undo is to be mended, and how; nothing for another refusal."""
    if not isinstance(refusal, Invalid):
        return {}
    words = {
        "reason": _("Dites pourquoi la remise est annulée."),
        "who": _("Choisissez le responsable qui annule."),
        "pin": _("Tapez le code personnel."),
    }
    return {refusal.field: typo(words[refusal.field])} if refusal.field in words else {}


def unsaid_rest() -> str:
    """Ask what becomes of a line that is not given."""
    return typo(_("Choisissez ce que devient cet article."))


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """What a scan at the sheet means: lines to tick, a check or a delegate to note, or a refusal.

    `again` is said when every unit of the lines is ticked already.
    """

    text: str
    is_refused: bool = False
    lines: str = ""
    again: str = ""
    check: str = ""
    delegate: str = ""


def scanned_line(name: str, uids: list[str]) -> Scanned:
    """Say that an article of the order was scanned."""
    return Scanned(
        text=typo(_("%(name)s : vérifié.", name=name)),
        lines=" ".join(uids),
        again=typo(_("%(name)s : le compte y est déjà, celui-ci est en trop.", name=name)),
    )


def scanned_stranger(name: str) -> Scanned:
    """Say that an article was scanned that the order does not have."""
    return Scanned(
        text=typo(_("%(name)s n'est pas à remettre ici. Remettez-le en rayon.", name=name)),
        is_refused=True,
    )


def scanned_proof(check: str) -> Scanned:
    """Say that the customer showed what recognises them."""
    return Scanned(text=typo(_CHECKED[check]() + "."), check=check)


def scanned_delegate(code: str) -> Scanned:
    """Say that a delegate showed the code."""
    return Scanned(text=typo(_("Code du proche lu.")), check="code", delegate=code)


def not_of_this_order() -> str:
    """Say that a code belongs to something else."""
    return _("Rien de cette commande ne porte ce code.")


def scanned_nothing(title: str) -> Scanned:
    """Say why a scan means nothing here."""
    return Scanned(text=typo(title), is_refused=True)
