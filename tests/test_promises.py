"""By when an order can be ready, whatever the hours, the pauses and the limits."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import promises, stores
from store.errors import Invalid
from store.models import Order
from tests.conftest import NOW

# Saturday 14:32 in Lille, open from 9:30 to 19:30, closed on Sundays
SATURDAY = NOW


def at(day, hour, minute=0):
    return datetime(2026, 11, day, hour - 1, minute, tzinfo=UTC)  # Paris is an hour ahead


def promised(session, shop, when, number, **changed):
    facts = {"source": "web", "external_id": f"P-{number}", "number": str(number)}
    facts |= {"store": shop.lille, "placed_at": NOW, "state": "new", "state_at": NOW}
    facts |= {"code": f"R{number}", "promised_at": when}
    session.add(Order(**(facts | changed)))
    session.flush()


def test_promise_adds_the_lead_time_to_five_minutes(session, shop):
    assert promises.promise(session, shop.lille, now=SATURDAY) == at(21, 16, 35)


def test_lead_time_is_counted_while_the_shop_is_open(session, shop):
    late = at(21, 18, 30)  # an hour before it closes, and the next day is a Sunday

    assert promises.promise(session, shop.lille, now=late) == at(23, 10, 30)


@pytest.mark.parametrize(
    ("day", "begins", "ready"),
    [
        (date(2026, 10, 24), "20:00", "02:00"),  # the clock goes back: 25 October has 25 hours
        (date(2026, 3, 28), "21:00", "03:00"),  # and forward: 29 March has 23
    ],
)
def test_lead_time_is_counted_through_a_change_of_the_clock(session, shop, day, begins, ready):
    shop.lille.opening_hours = {"sa": [["22:00", "08:00"]]}
    promises.limit(shop.lille, per_hour=None, lead_minutes=6 * 60)
    noon = datetime.combine(day, time(12), UTC)

    promised_at = promises.promise(session, shop.lille, now=noon)

    assert stores.opening(shop.lille, noon).opens_at == datetime.combine(
        day, time.fromisoformat(begins), UTC
    )
    assert promised_at == datetime.combine(day + timedelta(days=1), time.fromisoformat(ready), UTC)


def test_an_exceptional_closing_is_skipped(session, shop):
    promises.change_day(shop.lille, date(2026, 11, 23), spans=[])
    promises.change_day(shop.lille, date(2026, 11, 24), spans=[["14:00", "18:00"]])

    assert promises.promise(session, shop.lille, now=at(21, 18, 30)) == at(24, 15)


def test_hours_of_a_special_day_are_those_that_every_page_shows(shop):
    promises.change_day(shop.lille, date(2026, 11, 21), spans=[["09:30", "14:00"]])

    assert not stores.opening(shop.lille, SATURDAY).is_open


def test_a_special_day_can_be_as_usual_again(shop):
    promises.change_day(shop.lille, date(2026, 11, 21), spans=[])
    promises.change_day(shop.lille, date(2026, 11, 21), spans=None)

    assert stores.opening(shop.lille, SATURDAY).is_open
    assert shop.lille.special_hours == {}


def test_hours_that_cannot_be_read_are_refused(shop):
    with pytest.raises(Invalid):
        promises.change_day(shop.lille, date(2026, 11, 21), spans=[["9h", "14h"]])


def test_a_shop_closed_for_weeks_promises_when_it_opens_again(session, shop):
    for day in range(20):
        promises.change_day(shop.lille, date(2026, 11, 22) + timedelta(days=day), spans=[])

    promised_at = promises.promise(session, shop.lille, now=at(21, 18, 30))

    assert promised_at == datetime(2026, 12, 12, 9, 30, tzinfo=UTC)


def test_a_shop_without_hours_is_taken_as_open(session, shop):
    shop.lille.opening_hours = {}

    assert promises.promise(session, shop.lille, now=SATURDAY) == at(21, 16, 35)


def test_nothing_is_promised_while_the_shop_pauses(session, shop):
    promises.pause(shop.lille, until=at(21, 16), now=SATURDAY)

    assert promises.is_paused(shop.lille, now=SATURDAY)
    assert promises.promise(session, shop.lille, now=SATURDAY) == at(21, 18)


def test_a_pause_ends_by_itself_or_at_once(session, shop):
    promises.pause(shop.lille, until=at(21, 16), now=SATURDAY)

    assert not promises.is_paused(shop.lille, now=at(21, 16))
    promises.pause(shop.lille, until=None, now=SATURDAY)
    assert promises.promise(session, shop.lille, now=SATURDAY) == at(21, 16, 35)


def test_a_pause_that_is_past_or_endless_is_refused(shop):
    for until in (NOW, NOW + timedelta(days=40)):
        with pytest.raises(Invalid):
            promises.pause(shop.lille, until=until, now=NOW)


def test_a_full_hour_moves_the_promise_on(session, shop):
    promises.limit(shop.lille, per_hour=2, lead_minutes=120)
    promised(session, shop, at(21, 16, 30), 1)
    promised(session, shop, at(21, 16, 45), 2)
    promised(session, shop, at(21, 16, 50), 3, state="cancelled")
    promised(session, shop, at(21, 16, 50), 4, store=shop.roubaix)

    assert promises.promise(session, shop.lille, now=SATURDAY) == at(21, 17)


def test_orders_of_one_hour_are_spread_over_it(session, shop):
    promises.limit(shop.lille, per_hour=3, lead_minutes=120)
    made = []
    for number in range(4):
        made.append(promises.promise(session, shop.lille, now=at(21, 12)))
        promised(session, shop, made[-1], number)

    assert made == [at(21, 14), at(21, 14, 20), at(21, 14, 40), at(21, 15)]


def test_limits_that_make_no_sense_are_refused(shop):
    for per_hour, lead in ((0, 60), (1001, 60), (4, -1), (4, 100_000)):
        with pytest.raises(Invalid):
            promises.limit(shop.lille, per_hour=per_hour, lead_minutes=lead)


@given(
    limit=st.integers(1, 6),
    lead=st.integers(0, 600),
    minutes=st.integers(0, 7 * 24 * 60),
    closed=st.sets(st.integers(21, 28), max_size=4),
)
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_promises_keep_the_hours_and_the_limit(session, shop, limit, lead, minutes, closed):
    point = session.begin_nested()
    store, since = shop.lille, NOW + timedelta(minutes=minutes)
    promises.limit(store, per_hour=limit, lead_minutes=lead)
    for day in closed:
        promises.change_day(store, date(2026, 11, day), spans=[])

    made = []
    for number in range(2 * limit + 1):
        made.append(promises.promise(session, store, now=since))
        promised(session, shop, made[-1], number)

    hours = [moment.replace(minute=0) for moment in made]
    assert made == sorted(made)
    assert all(moment - since >= timedelta(minutes=lead) for moment in made)
    assert max(hours.count(hour) for hour in hours) <= limit
    for moment in made:
        just_before = stores.opening(store, moment - timedelta(microseconds=1))
        assert just_before.is_open or stores.opening(store, moment).is_open
    point.rollback()
