"""Preparing in the words of the tablet: what to take where, into which basket, and what lacks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from clienteling import named
from clienteling.named import Article
from store import preparing, staging
from store.message_states import UNANSWERED, WAITING
from store.models import CustomerMessage, Order, OrderLine
from store.pickup_board import Pickup
from store.pickup_states import LACKING, TO_PREPARE
from store.preparing import Scanned
from store.staging import Place
from store.waves import Basket, Goods, Underway
from store.web import aisle_words, article_words, order_words
from store.web.filters import clock_time, grouped, local, short_day, typo
from store.web.typography import BETWEEN


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One order of the queue."""

    uid: str
    number: str
    public_name: str
    text: str
    when: str
    is_late: bool
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class Round:
    """A wave that somebody has under way."""

    uid: str
    title: str
    text: str
    is_mine: bool


@dataclass(frozen=True, kw_only=True)
class Take:
    """How many units go into one basket, and the line that they belong to."""

    basket: int
    order_uid: str
    line_uid: str
    checked: int
    quantity: int
    is_done: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    """One article to take; `is_next` is the first that is not done."""

    article: Article
    aisle: str
    checked: int
    quantity: int
    takes: tuple[Take, ...]
    is_done: bool
    is_next: bool


@dataclass(frozen=True, kw_only=True)
class Missing:
    """A line that lacks: why, and what can be done."""

    line_uid: str
    label: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Bin:
    """One basket of the wave. `state` is picking | whole | waiting (for an answer) | gone."""

    number: int
    order_uid: str
    order_number: str
    public_name: str
    text: str
    state: str
    place: str
    missing: tuple[Missing, ...]


@dataclass(frozen=True, kw_only=True)
class Said:
    """What came of a scan, told aloud as well."""

    kind: str  # ok | danger
    icon: str
    title: str
    text: str


REASONS = {
    "not_found": lambda: _("Introuvable en rayon"),
    "damaged": lambda: _("Abîmé"),
    "incomplete": lambda: _("Incomplet"),
    "not_available": lambda: _("Non disponible"),
}


def reasons() -> list[tuple[str, str]]:
    """Return why something may lack, for a form."""
    return [(key, REASONS[key]()) for key in preparing.REASONS]


def reason(key: str) -> str:
    """Say why a line lacks; what another program wrote stays as it is."""
    return REASONS[key]() if key in REASONS else key


# --- the queue --------------------------------------------------------------------------------


def waiting(found: Pickup, *, is_chosen: bool, now: datetime) -> Waiting:
    """Say one order that is to be prepared."""
    articles = ngettext("%(num)s article", "%(num)s articles", found.articles)
    facts = [articles]
    if found.is_answered:
        facts.append(_("réponse reçue, à terminer"))
    elif found.awaited:
        facts.append(_("attendu d'un autre magasin"))
    elif found.state == "problem":
        facts.append(_("un manque à régler"))
    if found.staging_place:
        facts.append(_("Casier %(place)s", place=found.staging_place))
    return Waiting(
        uid=found.uid,
        number=found.number,
        public_name=order_words.whose(found),
        text=typo(BETWEEN.join(facts)),
        when=typo(_due(found.promised_at, now)),
        is_late=found.promised_at is not None and found.promised_at < now,
        is_chosen=is_chosen,
    )


def _due(promised_at: datetime | None, now: datetime) -> str:
    if promised_at is None:
        return ""
    at = clock_time(promised_at)
    if local(promised_at).date() == local(now).date():
        return _("promise %(at)s", at=at) if promised_at < now else _("avant %(at)s", at=at)
    return _("le %(day)s %(at)s", day=short_day(promised_at), at=at)


def underway(found: Underway, *, staff_id: int) -> Round:
    """Say one wave that is under way."""
    orders = ngettext("%(num)s commande", "%(num)s commandes", found.orders)
    since = _("commencée à %(at)s", at=clock_time(found.started_at))
    return Round(
        uid=found.uid,
        title=found.by.partition(" ")[0] or _("Sans nom"),
        text=typo(f"{orders}{BETWEEN}{since}"),
        is_mine=found.staff_id == staff_id,
    )


# --- a wave -----------------------------------------------------------------------------------


def rows(found: list[Goods]) -> list[Row]:
    """Say what there is to take, in the order of the walk."""
    following = next((one.sku for one in found if not one.is_done), "")
    return [_row(one, is_next=one.sku == following) for one in found]


def _row(one: Goods, *, is_next: bool) -> Row:
    return Row(
        article=named.of_line(one.parts[0].line),
        aisle=aisle_words.code(one.aisle),
        checked=one.checked,
        quantity=one.quantity,
        takes=tuple(_take(one, place) for place in range(len(one.parts))),
        is_done=one.is_done,
        is_next=is_next,
    )


def _take(one: Goods, place: int) -> Take:
    part = one.parts[place]
    return Take(
        basket=part.basket,
        order_uid=part.line.order.uid,
        line_uid=part.line.uid,
        checked=part.checked,
        quantity=part.quantity,
        is_done=part.checked >= part.quantity,
    )


def basket(found: Basket, *, suggested: Place | None, awaited: Mapping[int, str]) -> Bin:
    """Say one basket: how far it is, and what is to be done with it.

    `awaited` says of lines, by their number, from where they come.
    """
    order = found.order
    return Bin(
        number=found.number,
        order_uid=order.uid,
        order_number=order.number,
        public_name=order_words.whose(order),
        text=typo(_progress(found)),
        state=state_of(order),
        place=order.staging_place or (suggested.name if suggested else ""),
        missing=tuple(_missing(line, awaited) for line in order.lines if line.state in LACKING),
    )


def state_of(order: Order) -> str:
    """Return how far a basket is: picking | whole | waiting | gone."""
    if order.state not in TO_PREPARE:
        return "gone"
    if any(
        line.state in preparing.COUNTED and line.checked < line.quantity for line in order.lines
    ):
        return "picking"
    return "waiting" if any(line.state in LACKING for line in order.lines) else "whole"


def _progress(found: Basket) -> str:
    order = found.order
    if not found.is_open:
        return _elsewhere(found)
    units = sum(line.quantity for line in order.lines if line.state != "cancelled")
    done = units - preparing.left_of(order)
    return ngettext(
        "%(done)s sur %(num)s article", "%(done)s sur %(num)s articles", units, done=done
    )


def _elsewhere(found: Basket) -> str:
    """Say what became of an order that the wave need not see to any more."""
    order, at = found.order, clock_time(found.order.state_at)
    if order.state == "cancelled":
        is_begun = any(line.checked for line in order.lines)
        told = _("Annulée à %(at)s : remettez ses articles en rayon.", at=at)
        return told if is_begun else _("Annulée à %(at)s : rien à prendre.", at=at)
    if order.state == "expired":
        return _("N'est plus gardée depuis %(at)s.", at=at)
    if order.state == "collected":
        return _("Déjà remise.")
    name = found.by.partition(" ")[0]
    told = _("Déjà prête, par %(name)s", name=name) if name else _("Déjà prête")
    place = order.staging_place
    return f"{told}{BETWEEN}{_('Casier %(place)s', place=place)}" if place else told


def _missing(line: OrderLine, awaited: Mapping[int, str]) -> Missing:
    name = named.of_line(line).name
    label = article_words.counted(name, line.quantity)
    return Missing(line_uid=line.uid, label=typo(label), state=line_state(line, awaited))


def line_state(line: OrderLine, awaited: Mapping[int, str]) -> str:
    """Say what is the matter with a line that lacks."""
    match line.state:
        case "substitute_proposed":
            return _("réponse attendue")
        case "awaiting_transfer":
            return awaited.get(line.id) or _("attendu d'un autre magasin")
        case _:
            return reason(line.reason) or _("manque")


def title(found: list[Basket]) -> str:
    """Name a wave by what is left of it."""
    left = sum(one.is_open for one in found)
    if not left:
        return _("Tournée terminée")
    return ngettext("Une commande à préparer", "%(num)s commandes à préparer", left)


def lead(goods: list[Goods], *, by: str) -> str:
    """Say how far a wave is."""
    units, done = sum(one.quantity for one in goods), sum(one.checked for one in goods)
    counted = ngettext(
        "%(done)s sur %(num)s article", "%(done)s sur %(num)s articles", units, done=done
    )
    return typo(f"{counted}{BETWEEN}{by.partition(' ')[0]}" if by else counted)


# --- said aloud -------------------------------------------------------------------------------


def scanned(one: Scanned) -> Said:
    """Say where a unit goes."""
    text = _("%(done)s sur %(all)s dans ce bac", done=one.checked, all=one.quantity)
    if one.is_order_done:
        text = _("La commande %(number)s est complète.", number=grouped(one.number))
    name = _("Bac %(n)s", n=one.basket)
    return Said(kind="ok", icon="check", title=typo(f"{name}{BETWEEN}{one.label}"), text=typo(text))


def changed() -> Said:
    """Say that an article is no longer as the sheet showed it on which somebody acted."""
    text = _("Rien n'a été noté. Voici où en est la tournée.")
    title = _("Cet article vient de changer.")
    return Said(kind="danger", icon="circle-alert", title=typo(title), text=typo(text))


def asked(told: Sequence[CustomerMessage]) -> str:
    """Say how far the question about a missing article has come, by what was written of an order.

    Who is called, or reads their page, may know of it without a message.
    """
    states = {one.state for one in told if one.kind == "substitution"}
    if states & {"sent", "delivered", UNANSWERED}:
        return typo(_("La question est partie chez le client."))
    if states.intersection(WAITING):
        return typo(_("La question attend d'être envoyée."))
    return typo(_("Le client n'a pas encore répondu."))


def laid(order: Order) -> Said:
    """Say where an order was laid down."""
    title = _("Commande %(number)s prête", number=grouped(order.number))
    text = _("Posée en %(place)s.", place=order.staging_place)
    return Said(kind="ok", icon="package-check", title=typo(title), text=typo(text))


def aside(order: Order) -> str:
    """Say that what there is of an order waits for an answer."""
    place = order.staging_place
    text = _(
        "Commande %(number)s mise de côté en %(place)s", number=grouped(order.number), place=place
    )
    return typo(text)


SIZES = {"small": lambda: _("petit"), "medium": lambda: _("moyen"), "large": lambda: _("grand")}


def sizes() -> list[tuple[str, str]]:
    """Return the sizes of staging places, for a form."""
    return [(size, SIZES[size]()) for size in staging.SIZES]
