"""Shops: how far, and when they are open."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from store import stores
from store.errors import Invalid, NotFound, StoreClosed
from store.models import Store
from store.records import StoreRecord

WEEK = {day: [["09:30", "19:30"]] for day in ("mo", "tu", "we", "th", "fr", "sa")}
LILLE = StoreRecord(
    code=" lil ",
    name="Lille",
    city="Lille",
    latitude=50.6366,
    longitude=3.0635,
    opening_hours=WEEK,
)


def shop(**hours):
    return Store(code="X", name="X", time_zone="Europe/Paris", opening_hours=hours)


def at(text):
    """A moment from its UTC text."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_upsert_writes_once_and_then_anew(session):
    first = stores.upsert(session, LILLE)

    again = stores.upsert(session, replace(LILLE, code="LIL", name="Lille, Grand'Place"))

    assert first is again
    assert (again.code, again.name) == ("LIL", "Lille, Grand'Place")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "  "),
        ("time_zone", "Mars/Olympus"),
        ("latitude", 91.0),
        ("longitude", -181.0),
        ("opening_hours", {"lu": [["09:00", "18:00"]]}),
        ("opening_hours", {"mo": [["9h", "18h"]]}),
        ("opening_hours", {"mo": ["09:00-18:00"]}),
    ],
)
def test_upsert_refuses_what_cannot_be_a_shop(session, field, value):
    with pytest.raises(Invalid) as refusal:
        stores.upsert(session, replace(LILLE, **{field: value}))

    assert refusal.value.field == field


def test_get_by_code_raises_for_an_unknown_shop(session):
    with pytest.raises(NotFound):
        stores.get_by_code(session, "NOWHERE")


def test_get_own_needs_a_code_only_among_several(session):
    lille = stores.upsert(session, LILLE)
    assert stores.get_own(session, "") is lille

    stores.upsert(session, replace(LILLE, code="RBX"))

    assert stores.get_own(session, "lil") is lille
    with pytest.raises(NotFound):
        stores.get_own(session, "")


def test_list_near_gives_the_nearest_first_and_the_unplaced_last(session):
    lille = stores.upsert(session, LILLE)
    stores.upsert(session, replace(LILLE, code="PAR", latitude=48.857, longitude=2.361))
    stores.upsert(session, replace(LILLE, code="NUL", latitude=None, longitude=None))
    stores.upsert(session, replace(LILLE, code="RBX", latitude=50.6916, longitude=3.1746))

    near = stores.list_near(session, lille)

    assert [one.store.code for one in near] == ["RBX", "PAR", "NUL"]
    assert [one.kilometres and round(one.kilometres) for one in near] == [10, 204, None]


def test_great_circle_of_half_the_earth():
    assert round(stores.great_circle((0, 0), (0, 180))) == 20015


@pytest.mark.parametrize(
    ("moment", "is_open", "change"),
    [
        ("2026-11-21T13:32", True, "2026-11-21T19:30+01:00"),
        ("2026-11-21T08:29", False, "2026-11-21T09:30+01:00"),
        ("2026-11-21T08:30", True, "2026-11-21T19:30+01:00"),
        ("2026-11-21T18:30", False, "2026-11-23T09:30+01:00"),
        ("2026-07-21T17:00", True, "2026-07-21T19:30+02:00"),
    ],
)
def test_opening_says_what_comes_next(moment, is_open, change):
    opening = stores.opening(shop(**WEEK), at(moment))

    assert opening.is_open is is_open
    assert (opening.closes_at if is_open else opening.opens_at) == datetime.fromisoformat(change)


def test_opening_runs_past_midnight():
    late = shop(sa=[["22:00", "02:00"]])

    assert stores.opening(late, at("2026-11-22T00:30")).is_open
    assert not stores.opening(late, at("2026-11-22T01:30")).is_open


def test_a_shop_that_opens_again_each_evening_is_open_since_then():
    late = shop(fr=[["22:00", "02:00"]], sa=[["22:00", "02:00"]])

    since = stores.open_since(late, at("2026-11-22T00:30"))

    assert since == datetime.fromisoformat("2026-11-21T22:00+01:00")
    assert stores.open_since(late, at("2026-11-22T01:30")) is None


def test_opening_knows_the_midday_break():
    shop_with_break = shop(mo=[["09:00", "12:00"], ["14:00", "18:00"]])

    opening = stores.opening(shop_with_break, at("2026-11-23T11:30"))

    assert opening.opens_at == datetime.fromisoformat("2026-11-23T14:00+01:00")


def test_opening_keeps_the_wall_clock_when_summer_time_ends():
    sunday = shop(su=[["01:00", "04:00"]])

    assert stores.opening(
        sunday, at("2026-10-25T02:30")
    ).is_open  # 03:30 in Paris, for a second time
    assert not stores.opening(sunday, at("2026-10-25T03:30")).is_open


def test_opening_without_hours_is_closed_without_a_time():
    opening = stores.opening(shop(), at("2026-11-21T13:32"))

    assert (opening.is_open, opening.closes_at, opening.opens_at) == (False, None, None)
    assert not opening.is_known
    stores.require_open(shop(), at("2026-11-21T13:32"))


def test_a_shop_closed_for_its_season_is_refused_with_the_day_on_which_it_opens():
    seasonal = shop(**WEEK)
    days = [date(2026, 11, 21) + timedelta(days=later) for later in range(150)]
    seasonal.special_hours = {day.isoformat(): [] for day in days}

    with pytest.raises(StoreClosed) as refused:
        stores.require_open(seasonal, at("2026-11-21T13:32"))

    assert refused.value.opens_at == datetime.fromisoformat("2027-04-20T09:30+02:00")


def test_a_shop_that_tells_of_no_opening_is_refused_all_the_same():
    with pytest.raises(StoreClosed) as refused:
        stores.require_open(shop(mo=[], sa=[]), at("2026-11-21T13:32"))

    assert refused.value.opens_at is None


def test_a_shop_of_which_only_days_gone_by_were_told_is_not_refused():
    untold = shop()
    untold.special_hours = {"2026-11-11": [["10:00", "12:00"]]}

    assert not stores.opening(untold, at("2026-11-21T13:32")).is_known
    stores.require_open(untold, at("2026-11-21T13:32"))
