"""By when an order can be ready: opening hours, time to prepare it, and what the shop can do.

Time to prepare is counted while the shop is open. When the shop has a limit, at most so many
orders are promised for one hour, and they are spread over it.
"""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import pickup_steps, stores
from store.errors import Invalid
from store.models import Order, OrderEvent, Store
from store.pickup_states import CLOSED, PROMISING, TO_PREPARE
from store.pickup_steps import Happened

HOUR, STEP = timedelta(hours=1), timedelta(minutes=5)
LOOK_AHEAD = 24 * 60  # hours and openings looked through
LONGEST_LEAD_MINUTES = 7 * 24 * 60
MOST_AN_HOUR = 1000
LONGEST_PAUSE = timedelta(days=31)


def promise(session: Session, store: Store, *, now: datetime) -> datetime:
    """Return when an order taken on now will be ready in a store, to five minutes."""
    since = max(now, store.pickups_paused_until or now)
    return _with_room(session, store, earliest(store, since=since))


def give(session: Session, order: Order, *, now: datetime) -> None:
    """Promise an order that its source has not promised for any time."""
    if order.promised_at is None and order.fulfilment == "pickup":
        order.promised_at = promise(session, order.store, now=now)
        session.flush()


def tell(session: Session, order: Order, *, now: datetime) -> None:
    """Tell by when an order is promised of which the central system does not know that.

    Once, and again when it comes back from another shop, where it was promised for another time.
    """
    if order.promised_at is None or order.state not in TO_PREPARE:
        return
    since = order.received_at or order.placed_at
    here = OrderEvent.order_id == order.id, OrderEvent.recorded_at >= since
    told = select(OrderEvent.id).where(*here, OrderEvent.type.in_(PROMISING))
    if session.scalar(told.limit(1)) is None:
        happened = Happened(type="promised", occurred_at=now, by="system")
        pickup_steps.happen(session, order, happened, now=now, tells=True)


def earliest(store: Store, *, since: datetime) -> datetime:
    """Return when the time to prepare is over, counted while the shop is open.

    A shop that has no opening hours is taken as open.
    """
    # in UTC: within one zone Python reckons by the clock on the wall, which changes twice a year
    moment, left = since.astimezone(UTC), timedelta(minutes=store.lead_minutes)
    for _step in range(LOOK_AHEAD):
        opening = stores.opening(store, moment)
        if not opening.is_open:
            if opening.opens_at is None:
                break
            moment = opening.opens_at.astimezone(UTC)
            continue
        closes_at = opening.closes_at and opening.closes_at.astimezone(UTC)
        if closes_at is None or moment + left <= closes_at:
            break
        left -= closes_at - moment
        moment = closes_at
    return _rounded_up(moment + left)


def _with_room(session: Session, store: Store, first: datetime) -> datetime:
    """Return the first moment from `first` on at whose hour the shop can do one more."""
    limit = store.pickups_per_hour
    if not limit:
        return first
    taken = _taken(session, store, since=_hour(first))
    moment = first
    for _step in range(LOOK_AHEAD):
        span = _span(store, moment)
        if span.opens_at is not None:
            moment = span.opens_at.astimezone(UTC)
            continue
        hour = _hour(moment)
        spread = max(moment, hour + _rounded_down(taken[hour] * HOUR / limit))
        if taken[hour] < limit and (span.closes_at is None or spread <= span.closes_at):
            return spread
        moment = hour + HOUR
    return moment


def _span(store: Store, moment: datetime) -> stores.Opening:
    """Return the hours around a moment; it is still within them when they end."""
    now = stores.opening(store, moment)
    if now.is_open or now.opens_at is None:
        return now
    before = stores.opening(store, moment - timedelta(microseconds=1))
    return before if before.is_open else now


def _taken(session: Session, store: Store, *, since: datetime) -> Counter[datetime]:
    query = select(Order.promised_at).where(
        Order.store_id == store.id,
        Order.fulfilment == "pickup",
        Order.promised_at >= since,
        Order.state.not_in(CLOSED - {"collected"}),
    )
    return Counter(_hour(at) for at in session.scalars(query) if at is not None)


def _hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _rounded_up(moment: datetime) -> datetime:
    over = (moment - _hour(moment)) % STEP
    return moment + (STEP - over) if over else moment


def _rounded_down(span: timedelta) -> timedelta:
    return span - span % STEP


# --- what a manager says ----------------------------------------------------------------------


def limit(store: Store, *, per_hour: int | None, lead_minutes: int) -> None:
    """Set how many orders the shop can prepare an hour (None: any) and how long one takes.

    Raises Invalid outside 1 to 1,000 orders, or 0 minutes to a week.
    """
    if per_hour is not None and not 1 <= per_hour <= MOST_AN_HOUR:
        raise Invalid(field="per_hour", problem="out_of_range")
    if not 0 <= lead_minutes <= LONGEST_LEAD_MINUTES:
        raise Invalid(field="lead_minutes", problem="out_of_range")
    store.pickups_per_hour, store.lead_minutes = per_hour, lead_minutes


def pause(store: Store, *, until: datetime | None, now: datetime) -> None:
    """Prepare nothing new until a moment within a month; None goes on at once.

    Orders still come in: they are promised for later. Raises Invalid.
    """
    if until is not None and not now < until <= now + LONGEST_PAUSE:
        raise Invalid(field="until", problem="out_of_range")
    store.pickups_paused_until = until


def is_paused(store: Store, *, now: datetime) -> bool:
    """Tell whether the shop prepares nothing new at the moment."""
    return store.pickups_paused_until is not None and store.pickups_paused_until > now


def change_day(store: Store, day: date, *, spans: Any) -> None:
    """Set the hours of one day, [["09:00", "17:00"]] or none when closed; None: as usual.

    Raises Invalid.
    """
    hours = dict(store.special_hours or {})
    hours.pop(day.isoformat(), None)
    if spans is not None:
        hours[day.isoformat()] = spans
    stores.check_hours(hours, field="special_hours", day=date.fromisoformat)
    store.special_hours = dict(sorted(hours.items()))
