"""A pickup as its customer follows it on the phone: where it stands and what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import ngettext

from kiosk.phone import question_words
from store import arrivals, pickup_ends, pickup_facts, waits
from store.models import Order, OrderLine, Store
from store.pickup_board import today_in
from store.pickup_states import CLOSED, COLLECTABLE, HAPPENINGS, OPEN, PREPARED, TO_PREPARE
from store.placed_orders import CHANNELS
from store.proposals import Question
from store.web import arriving, counters, opening_words, order_words, pickup_terms
from store.web.catalogue import gettext as _
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import day, hour, in_sentence, short_day, typo

# what is said of a reservation as of any other pickup
OWN_WORDS = ("partly_collected", "handover_reversed", "collected")
WITHDRAWABLE = ("new", "accepted", "picking", "ready", "problem")


@dataclass(frozen=True, kw_only=True)
class PickupWords:
    """What the page says and offers; `tone` is ok, warn or plain."""

    title: str
    text: str
    tone: str
    sent: str  # "transmise" or "en attente de transmission", or empty
    transmission: str
    kept: str  # the last day, or empty
    is_kept: bool  # what is asked of another shop is not, before that shop has said so
    may_arrive: bool
    closed: str  # a sentence for who would say now that they are there, or empty
    is_waiting: bool
    may_extend: bool
    extended_to: str
    may_delegate: bool
    may_cancel: bool
    shows_code: bool
    is_to_come: bool  # the goods do not lie ready yet: nobody should set out
    is_to_call: bool  # only the shop can say whether the goods are still there


@dataclass(frozen=True, kw_only=True)
class Wait:
    """What somebody reads who has announced themselves; `minutes` is None when nothing tells."""

    number: int
    ahead: int
    minutes: int | None
    counter: str
    way: str
    helper: str
    by_car: bool
    place: str


def words(
    order: Order, own: Store, *, is_asked: bool, answered: Sequence[Question] = ()
) -> PickupWords:
    """Say where a pickup stands; `own` is the shop of the screen, `is_asked` says that the
    customer has a question to answer, `answered` what they answered that the shop does not know."""
    shared = order_words.words(order, own)
    title, text, tone = _state(order, shared, is_asked=is_asked, answered=answered)
    is_here, is_open = order.store_id == own.id, order.state in OPEN
    is_waiting = arrivals.is_waited_for(order, now=now())
    in_time = not _is_too_late(order)
    terms, moment = pickup_terms.terms(), now()
    may_extend = is_here and pickup_ends.may_extend(order, terms=terms, now=moment)
    until = pickup_ends.extended_to(order, terms=terms, now=moment) if may_extend else None
    is_awaited = is_here and in_time and order.state in HAPPENINGS["arrived"].orders
    closed = opening_words.closed(own) if is_awaited else ""
    return PickupWords(
        title=typo(title),
        text=typo(text),
        tone=tone,
        sent=shared.sent if order.channel in CHANNELS else "",
        transmission=shared.transmission,
        kept=_kept(order),
        is_kept=is_here or order.channel not in CHANNELS,
        may_arrive=is_awaited and (not closed or arriving.is_demo()),
        closed=typo(closed),
        is_waiting=is_waiting,
        may_extend=may_extend,
        extended_to=short_day(until) if until else "",
        may_delegate=is_open and in_time,
        may_cancel=order.channel in CHANNELS and order.state in WITHDRAWABLE,
        shows_code=is_open and in_time,
        is_to_come=order.channel not in CHANNELS and order.state in TO_PREPARE and not is_waiting,
        is_to_call=not in_time or order.state == "expired",
    )


def wait(order: Order) -> Wait | None:
    """Say how long it will take, to somebody who waits; else None."""
    if not arrivals.is_waited_for(order, now=now()):
        return None
    counter, way = counters.in_words(order.counter)
    return Wait(
        number=order.waiting_number or 0,
        ahead=waits.ahead(db.session(), order),
        minutes=arriving.minutes(order),
        counter=typo(counter) if order.arrival_by != "car" else "",
        way=typo(way),
        helper=arriving.helper(order),
        by_car=order.arrival_by == "car",
        place=order.arrival_place,
    )


def _state(
    order: Order,
    shared: order_words.OrderWords,
    *,
    is_asked: bool,
    answered: Sequence[Question],
) -> tuple[str, str, str]:
    if order.state == "customer_waiting":
        return _waiting(order)
    if is_asked and order.state in TO_PREPARE:
        return (
            _("Un article manque : à vous de choisir"),
            _("Le reste de la commande attend votre réponse."),
            "warn",
        )
    if answered and order.state in TO_PREPARE:
        return _noted(order, answered)
    if arrivals.is_waited_for(order, now=now()):
        return _waiting(order)
    if is_asked and order.state == "partly_collected":
        title = _("Un article manque : à vous de choisir")
        return title, _("Ce que vous avez déjà reçu n'est pas concerné."), "warn"
    if _is_too_late(order):
        return _too_late(order)
    if order.channel in CHANNELS and order.state not in OWN_WORDS:
        return shared.title, shared.text, shared.tone
    if order.state in CLOSED:
        return _over(order)
    if order.state in COLLECTABLE:
        return _ready(order)
    return _in_preparation(order)


def _waiting(order: Order) -> tuple[str, str, str]:
    helper = arriving.helper(order)
    looked_after = _("%(name)s s'occupe de vous", name=helper) if helper else ""
    if order.state in TO_PREPARE:
        return looked_after or _("Votre arrivée est signalée"), arriving.not_ready_yet(), "warn"
    if arriving.became_ready(order):
        told = f"{looked_after}. {_coming(order)}" if helper else _coming(order)
        return _("Votre commande est prête"), told, "ok"
    if helper:
        return looked_after, _coming(order), "ok"
    return _("Votre arrivée est signalée"), _coming(order), "ok"


def _coming(order: Order) -> str:
    if order.arrival_by == "car":
        return _("Restez dans la voiture, nous vous apportons la commande.")
    if order.counter:
        return _("Rendez-vous ici : %(counter)s.", counter=counters.in_words(order.counter)[0])
    return _("Un conseiller vient vers vous.")


def _ready(order: Order) -> tuple[str, str, str]:
    count = sum(line.quantity for line in order.lines if _lies_ready(order, line))
    title = _("Votre commande est prête")
    if order.state == "partly_collected":
        title = _("Il reste des articles à retirer")
        if not count:
            return title, _("Attendez notre message avant de vous déplacer."), "plain"
    place = order.store.city or in_sentence(order.store.name)
    if order.pickup_by is None:
        return title, _here(place, count), "ok"
    if order.pickup_by == today_in(order.store, now()):
        last = _("Aujourd'hui est le dernier jour.")
        return title, f"{_here(place, count)} {last}", "ok"
    until = ngettext(
        "%(num)s article vous attend à %(place)s jusqu'au %(day)s.",
        "%(num)s articles vous attendent à %(place)s jusqu'au %(day)s.",
        count,
        place=place,
        day=day(order.pickup_by),
    )
    return title, until, "ok"


def _here(place: str, count: int) -> str:
    return ngettext(
        "%(num)s article vous attend à %(place)s.",
        "%(num)s articles vous attendent à %(place)s.",
        count,
        place=place,
    )


def _noted(order: Order, answered: Sequence[Question]) -> tuple[str, str, str]:
    """Say that an answer is kept for the shop, which does not know of it yet."""
    chosen = _(
        "Vous avez choisi : %(what)s.",
        what=", ".join(question_words.chosen(one) for one in answered),
    )
    place = order.store.city or in_sentence(order.store.name)
    told = _("Le magasin de %(place)s s'en occupe dès qu'il la reçoit, et vous écrit.", place=place)
    return _("Votre réponse est notée"), f"{chosen} {told}", "ok"


def _lies_ready(order: Order, line: OrderLine) -> bool:
    """Tell whether goods are there, and not only chosen in place of what was missing."""
    is_chosen_only = line.is_to_fetch and order.state == "partly_collected"
    return line.state in PREPARED and not is_chosen_only


def _in_preparation(order: Order) -> tuple[str, str, str]:
    if order.state == "problem":
        return (
            _("Un article manque"),
            _("Nous cherchons une solution et vous écrivons. Attendez avant de vous déplacer."),
            "warn",
        )
    title = _("Pas encore prête")
    wait = _("Attendez notre message avant de vous déplacer.")
    is_sent_for = any(line.state == "awaiting_transfer" for line in order.lines)
    if is_sent_for:
        wait = _("Un article vient d'un autre magasin.") + f" {wait}"
    if order.promised_at is not None and order.promised_at < now():
        return title, f"{_('Elle a pris du retard, et nous le regrettons.')} {wait}", "warn"
    if order.promised_at is None or is_sent_for:
        return title, wait, "plain"
    when = {"day": day(order.promised_at), "hour": hour(order.promised_at)}
    told = _("Promise pour %(day)s à %(hour)s. Attendez notre message avant de venir.", **when)
    return title, told, "plain"


def _over(order: Order) -> tuple[str, str, str]:
    if order.state == "collected":
        return _collected(order)
    if order.state == "expired":
        return _too_late(order)
    title = _("Cette commande a été annulée")
    if order.closed_at is not None:
        title = _("Cette commande a été annulée %(day)s", day=day(order.closed_at))
    told = _("Rien n'est gardé. Un paiement déjà fait est rendu par là où il est venu.")
    return title, told if order.paid else _("Rien n'est gardé et rien n'est dû."), "plain"


def _collected(order: Order) -> tuple[str, str, str]:
    if order.closed_at is None:
        return _("C'est remis"), _("Merci de votre visite."), "ok"
    when = {"day": day(order.closed_at), "hour": hour(order.closed_at)}
    if order.closed_by:
        told = _("Remise %(day)s à %(hour)s par %(who)s.", who=order.closed_by, **when)
    else:
        told = _("Remise %(day)s à %(hour)s.", **when)
    return _("C'est remis"), f"{told} " + _("Ce n'est pas vous ? Appelez le magasin."), "ok"


def _too_late(order: Order) -> tuple[str, str, str]:
    advice = _("Elle est peut-être encore là : demandez au magasin.")
    if order.store.phone:
        advice = _("Elle est peut-être encore là : appelez le magasin avant de venir.")
    until = pickup_facts.kept_until(order)
    if until is None:
        return _("Cette commande n'est plus gardée"), advice, "warn"
    return _("Cette commande était gardée jusqu'au %(day)s", day=day(until)), advice, "warn"


def _is_too_late(order: Order) -> bool:
    is_kept = order.state in COLLECTABLE and order.state != "customer_waiting"
    return is_kept and pickup_facts.has_passed(order, now())


def _kept(order: Order) -> str:
    if order.state in OPEN and order.hold_until is not None:
        return typo(order_words.until(order))
    if order.state in COLLECTABLE and order.pickup_by is not None:
        return typo(day(order.pickup_by))
    return ""
