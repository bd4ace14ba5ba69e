"""Who waits for an article's return, as the tablet says it: a number, and whom to tell now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import g, url_for

from clienteling import named
from clienteling.named import Article
from store import back_in_stock
from store.models import BackInStock, Variant
from store.web import stock_words
from store.web.catalogue import gettext as _
from store.web.catalogue import ngettext
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import typo

FRENCH = "+33"


@dataclass(frozen=True, kw_only=True)
class ToTell:
    """One person to tell; `contact` can be called or written to, `icon` says which."""

    uid: str
    contact: str
    name: str
    icon: str
    language: str  # to be named where it is not the shop's
    asked_at: datetime


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How many wait for one article, in words ('' for nobody), and whom to tell now."""

    text: str
    people: Sequence[ToTell]


@dataclass(frozen=True, kw_only=True)
class Back:
    """An article that is back, and how many want to know it."""

    product: Article
    name: str  # with size and colour
    text: str
    href: str
    current: bool


def waiting(variant: Variant) -> Waiting:
    """Return who waits for an article; contacts only of those who are to be told now."""
    many = back_in_stock.count_waiting(db.session(), variant.id, store_id=g.store.id, now=now())
    text = ngettext(
        "%(num)s personne attend le retour", "%(num)s personnes attendent le retour", many
    )
    people = [_person(wish) for wish in _due() if wish.variant_id == variant.id] if many else []
    return Waiting(text=typo(text) if many else "", people=people)


def back(chosen_sku: str) -> list[Back]:
    """Return the articles that are back and of which somebody is to be told."""
    wishes: dict[int, list[BackInStock]] = {}
    for wish in _due():
        wishes.setdefault(wish.variant_id, []).append(wish)
    return [_back(of[0].variant, len(of), chosen_sku) for of in wishes.values()]


def _due() -> Sequence[BackInStock]:
    trust = stock_words.trust(db.session())
    return back_in_stock.due(db.session(), store_id=g.store.id, now=now(), trust=trust)


def _back(variant: Variant, many: int, chosen_sku: str) -> Back:
    text = ngettext("%(num)s personne à prévenir", "%(num)s personnes à prévenir", many)
    article = named.variant(variant)
    return Back(
        product=article,
        name=named.with_choice(article),
        text=typo(text),
        href=url_for("tablet.product", sku=variant.sku),
        current=variant.sku == chosen_sku,
    )


def _person(wish: BackInStock) -> ToTell:
    customer = wish.customer
    contact = (customer.phone or customer.email) if customer else wish.contact
    return ToTell(
        uid=wish.uid,
        contact=_readable(contact) or _("Sans contact : voir la fiche"),
        name=f"{customer.first_name} {customer.last_name[:1]}." if customer else "",
        icon="mail" if "@" in contact else "phone",
        language=_("en anglais") if wish.language == "en" else "",
        asked_at=wish.asked_at,
    )


def _readable(contact: str) -> str:
    """Write a French number as it is dialled here, two digits at a time."""
    if not contact.startswith(FRENCH):
        return contact
    digits = "0" + contact.removeprefix(FRENCH)
    return " ".join(digits[at : at + 2] for at in range(0, len(digits), 2))
