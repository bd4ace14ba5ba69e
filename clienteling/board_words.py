"""Pickups in the words of the board."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from clienteling.durations import MINUTE, duration, long_duration
from store.pickup_states import TO_PREPARE
from store.pickups import Day, Pickup
from store.web.filters import clock_time, local, public_name, short_day, typo

TARGET_MINUTES = 5
COLUMNS = ("to_prepare", "ready", "waiting", "done", "late")


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """One order on the board."""

    uid: str
    number: str
    public_name: str
    text: str
    since: str
    late: bool
    action: str


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of the board; `count` may be more than what is listed."""

    count: int
    pickups: list[Ticket]


def lead(today: Day) -> str:
    """Say how the day goes."""
    if today.median_wait_seconds is None:
        return typo(_("Aucune remise aujourd'hui · objectif %(n)s min", n=TARGET_MINUTES))
    wait = duration(today.median_wait_seconds)
    return typo(_("Attente médiane %(wait)s · objectif %(n)s min", wait=wait, n=TARGET_MINUTES))


def ticket(pickup: Pickup, column: str, *, now: datetime, today: date) -> Ticket:
    """Say one order of a column: until when, what, where and what to do."""
    return Ticket(
        uid=pickup.uid,
        number=pickup.number,
        public_name=public_name(pickup.customer_name),
        text=typo(" · ".join(_facts(pickup, column, today))),
        since=typo(_since(pickup, column, now=now, today=today)),
        late=column == "late",
        action=_action(pickup, column),
    )


def _action(pickup: Pickup, column: str) -> str:
    if pickup.state in TO_PREPARE:
        return _("Préparer")
    return _("Remettre") if column == "waiting" else ""


def _since(pickup: Pickup, column: str, *, now: datetime, today: date) -> str:
    if column == "waiting":
        return _clocked(int((now - (pickup.arrived_at or now)).total_seconds()))
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


def _facts(pickup: Pickup, column: str, today: date) -> list[str]:
    if column == "done":
        return [part for part in (_closed_at(pickup), pickup.closed_by) if part]
    articles = ngettext("%(num)s article", "%(num)s articles", pickup.articles)
    place = _("Casier %(place)s", place=pickup.staging_place) if pickup.staging_place else ""
    promise = _promise(pickup, today, is_late=column == "late")
    facts = [articles, promise] if pickup.state in TO_PREPARE else [place, articles]
    if column == "late" and pickup.state not in TO_PREPARE and pickup.pickup_by:
        facts.append(_("à retirer avant le %(day)s", day=short_day(pickup.pickup_by)))
    if pickup.state == "partly_collected":
        facts.append(_("reste à remettre"))
    if column == "waiting":
        facts += [_waiting(pickup), _taken(pickup)]
    return [fact for fact in facts if fact]


def _closed_at(pickup: Pickup) -> str:
    return clock_time(pickup.closed_at) if pickup.closed_at else ""


def _promise(pickup: Pickup, today: date, *, is_late: bool) -> str:
    if pickup.promised_at is None:
        return ""
    at = clock_time(pickup.promised_at)
    if local(pickup.promised_at).date() == today:
        return _("promis %(at)s", at=at) if is_late else _("avant %(at)s", at=at)
    on = short_day(pickup.promised_at)
    if is_late:
        return _("promis le %(day)s %(at)s", day=on, at=at)
    return _("avant le %(day)s %(at)s", day=on, at=at)


def _waiting(pickup: Pickup) -> str:
    return _("attente n° %(n)s", n=pickup.waiting_number) if pickup.waiting_number else ""


def _taken(pickup: Pickup) -> str:
    name = pickup.taken_by.partition(" ")[0]
    return _("%(name)s s'en occupe", name=name) if name else ""


def _at(moment: datetime, today: date) -> str:
    return clock_time(moment) if local(moment).date() == today else short_day(moment)
