"""Pickups in the words of the board."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clienteling.durations import MINUTE, duration, long_duration
from store.pickup_states import OPEN, TO_PREPARE
from store.pickups import Day, Pickup
from store.web import clock, counters, order_words
from store.web.catalogue import gettext as _
from store.web.catalogue import ngettext
from store.web.filters import clock_time, local, short_day, typo
from store.web.typography import BETWEEN

TARGET_MINUTES = 5
COLUMNS = ("to_prepare", "ready", "waiting", "done", "late")
PRESSING = timedelta(hours=1)  # prepared next: such a ticket has its button
SOON = timedelta(minutes=30)

FILTERS = ("new", "soon", "problem", "last_day", "unpaid")


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """One order on the board; `urgency` is late, soon or nothing, by what was promised."""

    uid: str
    number: str
    public_name: str
    text: str
    since: str
    urgency: str
    action: str


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of the board; `count` may be more than what is listed."""

    count: int
    pickups: list[Ticket]


def is_pressing(pickup: Pickup, *, now: datetime) -> bool:
    """Tell whether the order should be ready within the hour, or as soon as can be."""
    return pickup.promised_at is None or pickup.promised_at - now <= PRESSING


def kinds(pickup: Pickup, *, now: datetime, today: date) -> set[str]:
    """Return of which kinds the order is that the board can be narrowed to."""
    if pickup.state not in OPEN:
        return set()
    is_to_prepare = pickup.state in TO_PREPARE
    facts = {
        "new": pickup.state == "new",
        "soon": is_to_prepare and is_pressing(pickup, now=now),
        "problem": pickup.state == "problem" or pickup.is_answered,
        "last_day": not is_to_prepare and pickup.pickup_by == today,
        "unpaid": not pickup.paid,
    }
    return {kind for kind, is_so in facts.items() if is_so}


def filters(counts: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """Return what the board can be narrowed to: the key, its words and how many there are."""
    named = {
        "new": _("À prendre en charge"),
        "soon": _("Dans l'heure"),
        "problem": _("Manquants"),
        "last_day": _("Dernier jour"),
        "unpaid": _("À payer"),
    }
    return [(key, typo(text), counts[key]) for key, text in named.items()]


def lead(today: Day) -> str:
    """Say how the day goes."""
    if today.median_wait_seconds is None:
        return typo(_("Aucune remise aujourd'hui · objectif %(n)s min", n=TARGET_MINUTES))
    wait = duration(today.median_wait_seconds)
    return typo(_("Attente médiane %(wait)s · objectif %(n)s min", wait=wait, n=TARGET_MINUTES))


def ticket(pickup: Pickup, column: str, *, now: datetime, today: date, awaited: str = "") -> Ticket:
    """Say one order of a column: until when, what, where and what to do.

    `awaited` says what comes for it from another shop.
    """
    return Ticket(
        uid=pickup.uid,
        number=pickup.number,
        public_name=_whose(pickup),
        text=typo(BETWEEN.join(_facts(pickup, column, today, awaited))),
        since=typo(_since(pickup, column, now=now, today=today)),
        urgency=_urgency(pickup, column, now=now, today=today),
        action=_action(pickup, column, now=now),
    )


def _whose(pickup: Pickup) -> str:
    if pickup.is_provisional:
        return typo(_("Pas encore reçue du siège"))
    return order_words.whose(pickup) or typo(_("Sans nom"))


def _urgency(pickup: Pickup, column: str, *, now: datetime, today: date) -> str:
    if column == "late":
        return "late"
    if column == "waiting":
        return "late" if _waits(pickup, now) >= TARGET_MINUTES * MINUTE else ""
    if pickup.is_answered:
        return "soon"
    if column == "to_prepare":
        is_soon = pickup.promised_at is not None and pickup.promised_at - now <= SOON
    else:
        is_soon = column == "ready" and pickup.pickup_by == today
    return "soon" if is_soon else ""


def _waits(pickup: Pickup, now: datetime) -> int:
    return int((now - (pickup.arrived_at or now)).total_seconds())


def _action(pickup: Pickup, column: str, *, now: datetime) -> str:
    if pickup.is_answered and column in ("to_prepare", "late"):
        return _("Terminer la préparation")
    if pickup.state in TO_PREPARE:
        return _("Préparer") if is_pressing(pickup, now=now) else ""
    if column == "waiting":
        return _("Chercher le colis") if pickup.is_provisional else _("Remettre")
    return _("Prolonger") if column == "late" else ""


def _since(pickup: Pickup, column: str, *, now: datetime, today: date) -> str:
    if column == "waiting":
        return _clocked(_waits(pickup, now))
    if column == "done":
        return _waited(pickup)
    if column == "late":
        return _overdue(pickup, now=now, today=today)
    if column == "ready":
        return _("prêt %(at)s", at=_at(pickup.ready_at, today)) if pickup.ready_at else ""
    if pickup.promised_at is None:
        return ""
    return long_duration(max(0, int((pickup.promised_at - now).total_seconds())))


def _clocked(seconds: int) -> str:
    minutes, rest = divmod(max(0, seconds), MINUTE)
    return f"{minutes}:{rest:02}" if minutes < MINUTE else long_duration(seconds)


def _waited(pickup: Pickup) -> str:
    if pickup.arrived_at is None or pickup.closed_at is None:
        return ""
    return duration(int((pickup.closed_at - pickup.arrived_at).total_seconds()) // MINUTE * MINUTE)


def _overdue(pickup: Pickup, *, now: datetime, today: date) -> str:
    if pickup.state in TO_PREPARE and pickup.promised_at is not None:
        return f"+ {long_duration(int((now - pickup.promised_at).total_seconds()))}"
    days = (today - (pickup.pickup_by or today)).days
    return f"+ {_('%(n)s j', n=days)}"


def _facts(pickup: Pickup, column: str, today: date, awaited: str) -> list[str]:
    if column == "done":
        return [part for part in (_how_ended(pickup, today), pickup.closed_by) if part]
    articles = _articles(pickup)
    place = _("Casier %(place)s", place=pickup.staging_place) if pickup.staging_place else ""
    promise = _promise(pickup, today, is_late=column == "late")
    facts = [articles, promise] if pickup.state in TO_PREPARE else [place, articles]
    facts += [_state(pickup, awaited), _last_day(pickup, column, today)]
    if column == "waiting":
        facts += [_where(pickup), _waiting(pickup), _taken(pickup)]
    return [fact for fact in facts if fact]


def _articles(pickup: Pickup) -> str:
    if pickup.is_provisional:
        return _("articles pas encore connus")
    return ngettext("%(num)s article", "%(num)s articles", pickup.articles)


def _state(pickup: Pickup, awaited: str) -> str:
    """Say what is particular about the state: each is rare in its column."""
    if pickup.is_answered:
        return _("réponse reçue, à terminer")
    if pickup.awaited:
        return awaited or _("attendu d'un autre magasin")
    words = {
        "new": _("à prendre en charge"),
        "problem": _("manquant"),
        "partly_collected": _("reste à remettre"),
        "handover_reversed": _("remise annulée"),
    }
    return words.get(pickup.state, "")


def _last_day(pickup: Pickup, column: str, today: date) -> str:
    if pickup.state in TO_PREPARE or pickup.pickup_by is None:
        return ""
    if column == "late":
        return _("à retirer avant le %(day)s", day=short_day(pickup.pickup_by))
    return _("dernier jour") if column == "ready" and pickup.pickup_by == today else ""


def _how_ended(pickup: Pickup, today: date) -> str:
    if pickup.closed_at is None:
        return ""
    at = _at(pickup.closed_at, today)
    if pickup.state == "cancelled":
        return _("annulée %(at)s", at=at)
    return _("non retirée %(at)s", at=at) if pickup.state == "expired" else at


def _promise(pickup: Pickup, today: date, *, is_late: bool) -> str:
    if pickup.promised_at is None:
        return ""
    at = clock_time(pickup.promised_at)
    if _is_of(today, pickup.promised_at):
        return _("promis %(at)s", at=at) if is_late else _("avant %(at)s", at=at)
    on = short_day(pickup.promised_at)
    if is_late:
        return _("promis le %(day)s %(at)s", day=on, at=at)
    return _("avant le %(day)s %(at)s", day=on, at=at)


def _where(pickup: Pickup) -> str:
    if pickup.arrival_by == "car":
        place = pickup.arrival_place
        return _("voiture, place %(place)s", place=place) if place else _("voiture")
    return counters.in_words(pickup.counter)[0]


def _waiting(pickup: Pickup) -> str:
    return _("attente n° %(n)s", n=pickup.waiting_number) if pickup.waiting_number else ""


def _taken(pickup: Pickup) -> str:
    name = pickup.taken_by.partition(" ")[0]
    return _("%(name)s s'en occupe", name=name) if name else ""


def _at(moment: datetime, today: date) -> str:
    return clock_time(moment) if _is_of(today, moment) else short_day(moment)


def _is_of(today: date, moment: datetime) -> bool:
    """Tell whether a moment is of the shop's day, which may last beyond midnight."""
    return today <= local(moment).date() <= local(clock.now()).date()
