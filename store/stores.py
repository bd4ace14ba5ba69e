"""The shops of the chain: where they are, how far, and when they are open."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import time_zones
from store.errors import Invalid, NotFound, StoreClosed
from store.models import Store
from store.records import StoreRecord

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
EARTH_RADIUS_KM = 6371.0088
LOOK_AHEAD_DAYS = 366  # a shop may be closed for its season


@dataclass(frozen=True, kw_only=True)
class Opening:
    """Whether a shop is open, and the next change; times are aware, in the shop's zone.

    `is_known` is False where nobody told its hours: it may be open.
    """

    is_open: bool
    is_known: bool = True
    closes_at: datetime | None = None
    opens_at: datetime | None = None
    opened_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Near:
    """A shop and how far it is as the crow flies; None when a position is not known."""

    store: Store
    kilometres: float | None


def upsert(session: Session, record: StoreRecord) -> Store:
    """Write a shop as its source tells it, found again by its code.

    Raises Invalid when the code is empty, the zone unknown, the position impossible or the
    opening hours cannot be read.
    """
    check(record)
    store = find_by_code(session, record.code)
    if store is None:
        store = Store(code=normalise(record.code))
        session.add(store)
    for name in ("name", "address", "postcode", "city", "country", "latitude", "longitude"):
        setattr(store, name, getattr(record, name))
    store.phone, store.time_zone = record.phone, record.time_zone
    store.opening_hours = dict(record.opening_hours)
    if record.special_hours is not None:
        store.special_hours = dict(record.special_hours)
    session.flush()
    return store


def check(record: StoreRecord) -> None:
    """Raise Invalid, naming the field, when a record cannot be a shop."""
    if not record.code.strip():
        raise Invalid(field="code", problem="empty")
    if not time_zones.is_known(record.time_zone):
        raise Invalid(field="time_zone", problem="unknown")
    for field, limit in (("latitude", 90), ("longitude", 180)):
        value = getattr(record, field)
        if value is not None and not -limit <= value <= limit:
            raise Invalid(field=field, problem="out_of_range")
    check_hours(record.opening_hours, field="opening_hours", day=DAYS.index)
    check_hours(record.special_hours or {}, field="special_hours", day=date.fromisoformat)


def check_hours(hours: Any, *, field: str, day: Callable[[str], object]) -> None:
    """Raise Invalid, naming the field, when hours cannot be read; `day` reads their keys."""
    try:
        for key, spans in hours.items():
            day(key)
            for opens, closes in spans:
                _clock(opens), _clock(closes)
    except (ValueError, TypeError, AttributeError) as error:
        raise Invalid(field=field, problem="malformed") from error


def normalise(code: str) -> str:
    """Write a shop's code as it is stored: upper case, without spaces around it."""
    return code.strip().upper()


def find_by_code(session: Session, code: str) -> Store | None:
    """Return the shop with this code, or None."""
    return session.scalar(select(Store).where(Store.code == normalise(code)))


def get_by_code(session: Session, code: str) -> Store:
    """Return the shop with this code; raise NotFound when there is none."""
    store = find_by_code(session, code)
    if store is None:
        raise NotFound(kind="store", key=code)
    return store


def get_own(session: Session, code: str) -> Store:
    """Return the shop that a server serves: the one with this code, or the only one known.

    Raises NotFound when the code is unknown, or empty while there are several shops.
    """
    if code:
        return get_by_code(session, code)
    known = session.scalars(select(Store).limit(2)).all()
    if len(known) != 1:
        raise NotFound(kind="store", key=code)
    return known[0]


def list_near(session: Session, store: Store, *, limit: int = 10) -> Sequence[Near]:
    """Return the other shops, the nearest first; those without a position last, by name."""
    others = session.scalars(select(Store).where(Store.id != store.id)).all()
    near = [Near(store=other, kilometres=distance(store, other)) for other in others]
    near.sort(key=lambda one: (one.kilometres is None, one.kilometres or 0.0, one.store.name))
    return near[:limit]


def distance(one: Store, other: Store) -> float | None:
    """Return the kilometres between two shops over the ground, or None.

    Great circle by the haversine formula: within 0.6 % of the true distance.
    """
    if None in (one.latitude, one.longitude, other.latitude, other.longitude):
        return None
    return great_circle(
        (float(one.latitude or 0), float(one.longitude or 0)),
        (float(other.latitude or 0), float(other.longitude or 0)),
    )


def great_circle(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the kilometres between two positions (latitude, longitude in degrees)."""
    (from_latitude, from_longitude), (to_latitude, to_longitude) = one, other
    half = sin(radians(to_latitude - from_latitude) / 2) ** 2
    turn = sin(radians(to_longitude - from_longitude) / 2) ** 2
    turn *= cos(radians(from_latitude)) * cos(radians(to_latitude))
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(half + turn)))


def opening(store: Store, now: datetime) -> Opening:
    """Say whether the shop is open at `now`, and when that changes next.

    The hours of a special day count instead of the usual ones. A span whose end is not after its
    start runs past midnight. A shop that does not open within a year is closed, with no time.
    """
    if not store.opening_hours and not store.special_hours:
        return Opening(is_open=False, is_known=False)
    zone = ZoneInfo(store.time_zone)
    here = now.astimezone(zone)
    for day in range(-1, LOOK_AHEAD_DAYS):
        for opens, closes in _spans(store, here.date() + timedelta(days=day), zone):
            if opens.astimezone(UTC) <= now < closes.astimezone(UTC):
                return Opening(is_open=True, closes_at=closes, opened_at=opens)
            if opens.astimezone(UTC) > now:
                return Opening(is_open=False, opens_at=opens)
    return Opening(is_open=False, is_known=bool(store.opening_hours))


def require_open(store: Store, now: datetime) -> None:
    """Raise StoreClosed, with the next opening, outside the hours of a shop.

    A shop whose hours are not known is not refused.
    """
    found = opening(store, now)
    if found.is_known and not found.is_open:
        raise StoreClosed(opens_at=found.opens_at)


def open_since(store: Store, now: datetime) -> datetime | None:
    """Return since when the shop is open without a break, None while it is closed.

    No further back than what opened before the last 24 hours: a shop may never close.
    """
    since = opening(store, now).opened_at
    while since is not None and now - since.astimezone(UTC) < timedelta(days=1):
        before = opening(store, since.astimezone(UTC) - timedelta(seconds=1)).opened_at
        if before is None:
            break
        since = before
    return since


def open_day(store: Store, day: date) -> date:
    """Return the day, or the first after it on which the shop opens; special days count.

    The day itself for a shop whose hours are not known, or that stays closed for a year.
    """
    zone = ZoneInfo(store.time_zone)
    days = (day + timedelta(days=later) for later in range(LOOK_AHEAD_DAYS))
    return next((one for one in days if _spans(store, one, zone)), day)


def _spans(store: Store, day: date, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    usual = store.opening_hours.get(DAYS[day.weekday()], [])
    spans = (store.special_hours or {}).get(day.isoformat(), usual)
    return sorted(_span(day, opens, closes, zone) for opens, closes in spans)


def _span(day: date, opens: str, closes: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    start = datetime.combine(day, _clock(opens), zone)
    last = day if _clock(closes) > _clock(opens) else day + timedelta(days=1)
    return start, datetime.combine(last, _clock(closes), zone)


def _clock(text: str) -> time:
    return time.min if text == "24:00" else time.fromisoformat(text)
