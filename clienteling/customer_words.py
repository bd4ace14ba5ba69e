"""A customer's file in the words of the screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from flask import url_for

from clienteling import named, timeline_words
from clienteling.named import Article
from store.consents import Standing
from store.history import Bought, Card, Open, Person, Waiting
from store.models import Visit
from store.openings import Opened
from store.pickup_states import TO_PREPARE
from store.web import rewards
from store.web.catalogue import gettext as _
from store.web.catalogue import ngettext
from store.web.clock import now
from store.web.filters import (
    clock_time,
    in_sentence,
    money,
    month,
    public_name,
    short_day,
    thousands,
    tone,
    typo,
)
from store.web.stock_words import level_text
from store.web.typography import BETWEEN

MINUTE = 60


class Named(Protocol):
    """Whoever has a first and a last name."""

    @property
    def first_name(self) -> str: ...
    @property
    def last_name(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Badge:
    """A word on a colour."""

    text: str
    kind: str
    icon: str = ""


@dataclass(frozen=True, kw_only=True)
class Consent:
    """One consent as the header shows it."""

    channel: str
    given: bool


@dataclass(frozen=True, kw_only=True)
class Stock:
    """How much of an article stands here."""

    level: str
    text: str


@dataclass(frozen=True, kw_only=True)
class BoughtArticle(Article):
    """An article that the customer bought."""

    stock: Stock
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Retrieval:
    """An order that the customer has not collected."""

    uid: str
    number: str
    state: Badge
    text: str
    payment: str
    place: str
    ready: bool
    is_here: bool


def full_name(person: Named) -> str:
    """Return the first and the last name, or what there is of them."""
    return f"{person.first_name} {person.last_name}".strip() or _("Client sans nom")


def tier_badge(tier: str, *, short: bool = False) -> Badge | None:
    """Say a tier as a badge, None without one."""
    names = {"gold": _("Or"), "silver": _("Argent"), "discovery": _("Découverte")}
    if tier not in names:
        return None
    text = names[tier] if short else _("Carte %(tier)s", tier=names[tier])
    return Badge(text=text, kind="gold" if tier == "gold" else "")


def in_words(card: Card) -> dict[str, Any]:
    """Return what the template of the card shows."""
    person = card.person
    return {
        "customer": {
            "uid": person.uid,
            "name": full_name(person),
            "first_name": person.first_name or full_name(person),
            "tone": str(tone(person.uid)),
            "line": typo(BETWEEN.join(_facts(person, _currency(card)))),
            "consents": _consents(card.consents),
        },
        "tier": tier_badge(person.tier),
        "points": _points(person, _currency(card)),
        "pickups": [_waiting(one) for one in card.pickups],
        "last": [_article(one) for one in card.last],
        "usual": [_article(one, why=_often(one)) for one in card.usual],
        "notes": [
            {"text": note.text, "author": note.author.partition(" ")[0], "on": note.written_at}
            for note in card.notes
        ],
        "visit": _visit(card.visit),
        **events(card),
    }


def events(card: Card) -> dict[str, Any]:
    """Return a page of the timeline and where the next one is."""
    uid, cursor = card.person.uid, card.events.next
    return {
        "events": [timeline_words.line(event) for event in card.events.events],
        "more_href": url_for("tablet.customer", uid=uid, before=cursor) if cursor else "",
    }


def _currency(card: Card) -> str:
    """Return the currency of the newest purchase, in which the sums are."""
    bought = (event.currency for event in card.events.events if event.kind == "purchase")
    return next(bought, "EUR")


def _facts(person: Person, currency: str) -> list[str]:
    facts = [person.city]
    if person.joined_on:
        facts.append(_("chez nous depuis %(month)s", month=month(person.joined_on)))
    if person.purchases:
        count = person.purchases
        bought = ngettext("%(num)s achat en 12 mois", "%(num)s achats en 12 mois", count)
        facts.append(f"{bought}, {money(person.total_minor, currency)}")
    return [fact for fact in facts if fact]


def _consents(standings: Sequence[Standing]) -> list[Consent]:
    names = {
        ("marketing", "email"): _("E-mail"),
        ("marketing", "sms"): _("SMS"),
        ("suggestions", ""): _("Suggestions"),
        ("store_history", ""): _("Historique en magasin"),
    }
    given = {(one.purpose, one.channel): one.granted for one in standings}
    return [Consent(channel=name, given=given[key]) for key, name in names.items() if key in given]


def _points(person: Person, currency: str) -> dict[str, Any] | None:
    if person.points is None:
        return None
    text, goal = ngettext("point", "points", person.points), None
    if reward := rewards.after(person.points):
        goal, value = reward.goal, money(reward.value_minor, currency)
        text += typo(
            _(" · bon de %(value)s dans %(num)s", value=value, num=thousands(reward.missing))
        )
    return {"balance": person.points, "pending": person.pending, "goal": goal, "text": text}


def _waiting(order: Waiting) -> Retrieval:
    articles = ngettext("%(num)s article", "%(num)s articles", order.articles)
    payment = _("Payée en ligne") if order.paid else _("À payer au retrait")
    return Retrieval(
        uid=order.uid,
        number=order.number,
        state=_state(order.state),
        text=f"{articles}{BETWEEN}{money(order.total_minor, order.currency)}",
        payment=payment,
        place=typo(_place(order)),
        ready=not order.store and order.state not in TO_PREPARE,
        is_here=not order.store,
    )


def _state(state: str) -> Badge:
    if state == "customer_waiting":
        return Badge(text=_("Sur place"), kind="danger", icon="bell-ring")
    if state in TO_PREPARE:
        return Badge(text=_("À préparer"), kind="warn", icon="clock")
    if state == "partly_collected":
        return Badge(text=_("Remis en partie"), kind="ok", icon="package-open")
    return Badge(text=_("Prêt"), kind="ok", icon="package-check")


def _place(order: Waiting) -> str:
    if order.store:
        return _("Attend à %(store)s", store=in_sentence(order.store))
    until = _("gardé jusqu'au %(day)s", day=short_day(order.pickup_by)) if order.pickup_by else ""
    place = _("Casier %(place)s", place=order.staging_place) if order.staging_place else ""
    return ", ".join(part for part in (place, until) if part)


def _article(bought: Bought, *, why: str = "") -> BoughtArticle:
    return BoughtArticle(
        sku=bought.sku,
        name=named.product_name(bought),
        lang=named.name_lang(bought),
        family=bought.family,
        tone=bought.tone,
        price_minor=bought.price_minor,
        currency=bought.currency,
        stock=Stock(level=bought.figure.level, text=level_text(bought.figure)),
        why=why,
    )


def _often(bought: Bought) -> str:
    return typo(_("Pris %(n)s fois · %(month)s", n=bought.times, month=month(bought.bought_at)))


def _visit(visit: Open | None) -> dict[str, Any] | None:
    if visit is None:
        return None
    minutes = int((now() - visit.started_at).total_seconds()) // MINUTE
    return {
        "uid": visit.uid,
        "started_at": visit.started_at,
        "minutes": max(0, minutes),
        "shown_count": visit.shown,
    }


# --- who is here ------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Present:
    """A visit in progress in the store."""

    uid: str
    name: str
    tone: str
    line: str


@dataclass(frozen=True, kw_only=True)
class OpenFile:
    """A file that is open on this tablet."""

    uid: str
    name: str
    tone: str
    line: str
    tier: Badge | None


def present(visit: Visit) -> Present:
    """Say who is in the store since when, and with whom."""
    customer = visit.customer
    name = public_name(full_name(customer)) if customer else typo(_("Sans carte"))
    minutes = int((now() - visit.started_at).total_seconds()) // MINUTE
    since = _("depuis %(time)s, %(n)s min", time=clock_time(visit.started_at), n=max(0, minutes))
    staff = visit.staff_name.partition(" ")[0]
    facts = [since, _("avec %(name)s", name=staff) if staff else ""]
    return Present(
        uid=visit.uid,
        name=name,
        tone=str(tone(customer.uid if customer else visit.uid)),
        line=typo(BETWEEN.join(fact for fact in facts if fact)),
    )


def opened(one: Opened) -> OpenFile:
    """Say whose file is open, since when."""
    since = _("ouverte à %(time)s", time=clock_time(one.opened_at))
    return OpenFile(
        uid=one.uid,
        name=full_name(one),
        tone=str(tone(one.uid)),
        line=typo(BETWEEN.join(fact for fact in (one.city, since) if fact)),
        tier=tier_badge(one.tier, short=True),
    )
