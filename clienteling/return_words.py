"""A return of an online order, in the words of the tablet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from store import stores
from store.disputed_returns import Dispute
from store.errors import ComptoirError, Invalid
from store.models import Order, Store
from store.records import ReturnRecord
from store.web import addresses, errors, qr
from store.web.extensions import db
from store.web.filters import clock_time, day, hour, in_sentence, public_name, short_day, typo
from store.web.typography import BETWEEN
from store.web_returns import RESELL

STATES = {
    "collected": lambda: _("retirée"),
    "partly_collected": lambda: _("retirée en partie"),
    "cancelled": lambda: _("annulée, rien n'a été remis"),
    "expired": lambda: _("jamais retirée"),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """An order that was found."""

    uid: str
    number: str
    text: str
    may_return: bool


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """An order above the articles that come back."""

    uid: str
    number: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """What was refused, and how to mend it."""

    title: str
    advice: str


def found(order: Order) -> Row:
    """Say an order of the list."""
    return Row(
        uid=order.uid,
        number=order.number,
        text=typo(BETWEEN.join(_facts(order))),
        may_return=order.state in ("collected", "partly_collected"),
    )


def sheet(order: Order) -> Sheet:
    """Say an order above its lines."""
    return Sheet(uid=order.uid, number=order.number, text=typo(BETWEEN.join(_facts(order))))


def _facts(order: Order) -> list[str]:
    state = STATES.get(order.state, lambda: _("pas encore retirée"))()
    if order.closed_at is not None and order.state == "collected":
        state = _("retirée %(day)s", day=day(order.closed_at))
    return [public_name(order.customer_name or order.number), order.store.name, state]


def reasons() -> list[tuple[str, str]]:
    """Return the reasons of a return, and how each is said."""
    return [
        ("changed_mind", typo(_("N'en veut plus"))),
        ("not_suitable", typo(_("Ne convient pas"))),
        ("damaged", typo(_("Abîmé ou défectueux"))),
        ("wrong_article", typo(_("Erreur d'article"))),
        ("not_as_described", typo(_("Pas comme décrit"))),
        ("other", typo(_("Autre raison"))),
    ]


def conditions() -> list[tuple[str, str]]:
    """Return the states in which goods come back, and how each is said."""
    return [("resell", typo(_("À revendre"))), ("damaged", typo(_("Abîmé")))]


def back(told: Sequence[ReturnRecord], names: Mapping[str, str], own: Store) -> list[str]:
    """Say what has come back before, and where and when if it was not in the `own` shop.

    `names` are those of the articles, by SKU.
    """
    return [typo(_back(line, one, names, own)) for one in told for line in one.lines]


def _back(line: Mapping[str, Any], told: ReturnRecord, names: Mapping[str, str], own: Store) -> str:
    why, how = dict(reasons()), dict(conditions())
    facts = [
        f"{line['quantity']} × {names.get(line['sku'], line['sku'])}",
        why.get(line["reason"], ""),
        how.get(line.get("condition", RESELL), ""),
    ]
    if told.store != own.code:
        place = stores.find_by_code(db.session(), told.store)
        facts.append(taken(place.name if place else told.store, told.at))
    return BETWEEN.join(fact for fact in facts if fact)


def taken(shop: str, at: datetime) -> str:
    """Say in which shop goods came back, and when."""
    return typo(
        _("%(shop)s, le %(day)s à %(time)s", shop=shop, day=short_day(at), time=clock_time(at))
    )


def dispute(before: Dispute) -> str:
    """Say that the hub has set a return aside, since the units came back before."""
    where = {"shop": in_sentence(before.shop), "day": day(before.at), "time": hour(before.at)}
    text = _("Déjà reprise à %(shop)s le %(day)s à %(time)s, à voir avec le siège.", **where)
    return typo(text)


def done(*, is_told: bool) -> str:
    """Say that articles were just taken back; `is_told` once the central system knows."""
    if is_told:
        return typo(_("C'est repris. Le stock et le système central sont prévenus."))
    return typo(_("C'est repris. Le stock est à jour, le système central sera prévenu."))


def refund(order: Order, *, is_told: bool) -> str:
    """Say who gives the money back: who was paid; `is_told` once it knows what has come back."""
    if order.till_ticket:
        number = order.till_ticket
        return typo(_("Payée en caisse, ticket %(number)s : la caisse rembourse.", number=number))
    if order.paid and is_told:
        return typo(
            _("Payée en ligne : la boutique en ligne est prévenue, c'est elle qui rembourse.")
        )
    if order.paid:
        return typo(
            _("Payée en ligne : la boutique en ligne sera prévenue, c'est elle qui remboursera.")
        )
    return typo(_("Rien n'a été payé : il n'y a rien à rembourser."))


def no_order() -> Refusal:
    """Say that what was scanned is no order."""
    return Refusal(
        title=typo(_("Ce code n'est pas celui d'une commande.")),
        advice=typo(_("Scannez le reçu ou le QR, ou saisissez le numéro.")),
    )


def receipt(order: Order) -> Markup:
    """Draw the QR of the receipt that the customer may take along."""
    link = addresses.printed(url_for("phone.receipt_printed", code=order.code))
    return qr.svg(link, typo(_("QR du reçu, à scanner avec le téléphone")), border=0)


def fault(refusal: ComptoirError) -> Refusal | errors.Fault:
    """Say why a return was refused, and how to mend it."""
    words = {
        ("lines", "empty"): _("Aucun article n'est indiqué."),
        ("lines", "unknown"): _("Un article n'a pas été remis avec cette commande."),
        ("quantity", "out_of_range"): _("Le nombre rendu dépasse ce qui peut encore revenir."),
        ("reason", "unknown"): _("Dites pourquoi chaque article revient."),
        ("condition", "unknown"): _("Dites dans quel état revient chaque article."),
    }
    key = (refusal.field, refusal.problem) if isinstance(refusal, Invalid) else ("", "")
    if key not in words:
        return errors.fault_of(refusal)
    return Refusal(title=typo(words[key]), advice=typo(_("Rien n'a été enregistré.")))
