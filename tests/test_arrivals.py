"""Customers who come: a number, how long, who goes, and what rings until somebody does."""

from datetime import UTC, date, datetime, timedelta

import pytest

from store import arrivals, pickup_ends, pickups, ringing, stores, waits
from store.arrivals import Coming
from store.errors import AlreadyTaken, ForbiddenTransition, Invalid
from store.models import OrderEvent, OutboxMessage, Staff
from store.pickup_ends import Terms
from store.ringing import Times
from tests.shop import arrange_order

TERMS = Terms()
TIMES = Times(louder=timedelta(seconds=60), unanswered=timedelta(seconds=120))


@pytest.fixture
def waiting(session, shop, now):
    """Camille's order, announced."""
    return arrivals.check_in(session, shop.order, store=shop.lille, now=now, proof="qr")


def colleague(session, shop):
    zoe = session.query(Staff).filter_by(code="zoe").one()
    zoe.store_id = shop.lille.id
    session.flush()
    return zoe


def test_the_customer_says_that_they_came_and_how(session, shop, now):
    car = Coming(by="car", place="  place 4,  Clio rouge ", counter="Comptoir 2")

    order = arrivals.check_in(session, shop.order, store=shop.lille, now=now, coming=car)

    assert (order.arrival_by, order.arrival_place) == ("car", "place 4, Clio rouge")
    event = session.query(OrderEvent).filter_by(order_id=order.id, type="arrived").one()
    assert event.actor == "customer"
    assert event.details == {"by": "car", "counter": "Comptoir 2"}
    assert session.query(OutboxMessage).filter_by(kind="order_event").count() == 1


@pytest.mark.parametrize("coming", [Coming(by="boat"), Coming(by="car", place="x" * 61)])
def test_an_impossible_way_is_refused_and_nobody_is_told(session, shop, now, coming):
    with pytest.raises(Invalid):
        arrivals.check_in(session, shop.order, store=shop.lille, now=now, coming=coming)

    assert shop.order.state == "ready"


def test_a_second_announcement_keeps_the_number_and_notes_the_place(session, shop, waiting, now):
    later = now + timedelta(minutes=2)
    car = Coming(by="car", place="place 4")

    again = arrivals.check_in(session, waiting, store=shop.lille, now=later, coming=car)

    assert (again.waiting_number, again.arrived_at) == (1, now)
    assert again.arrival_place == "place 4"
    assert session.query(OrderEvent).filter_by(type="arrived").count() == 1


def test_who_waits_in_a_car_comes_in_and_back_again(session, shop, now):
    car, counter = Coming(by="car", place="place 4"), Coming(counter="Comptoir 2")
    order = arrivals.check_in(session, shop.order, store=shop.lille, now=now, coming=car)

    arrivals.check_in(session, order, store=shop.lille, now=now, coming=counter)
    assert (order.arrival_by, order.arrival_place) == ("counter", "")
    assert (order.counter, order.waiting_number) == ("Comptoir 2", 1)

    elsewhere = Coming(counter="Comptoir 3")
    arrivals.check_in(session, order, store=shop.lille, now=now, coming=elsewhere)
    assert order.counter == "Comptoir 2"
    arrivals.check_in(session, order, store=shop.lille, now=now, coming=Coming(by="car"))
    assert (order.arrival_by, order.arrival_place) == ("car", "")


def test_a_place_is_kept_when_the_car_is_said_again_without_one(session, shop, now):
    car = Coming(by="car", place="place 4")
    order = arrivals.check_in(session, shop.order, store=shop.lille, now=now, coming=car)

    arrivals.check_in(session, order, store=shop.lille, now=now, coming=Coming(by="car"))

    assert order.arrival_place == "place 4"


def test_who_goes_away_is_forgotten_and_may_come_again(session, shop, waiting, now):
    arrivals.leave(session, waiting.uid, by="customer", now=now)

    assert (waiting.state, waiting.arrived_at, waiting.waiting_number) == ("ready", None, None)
    assert ringing.list_untaken(session, shop.lille, now=now) == []


def test_nobody_leaves_who_did_not_wait(session, shop, now):
    with pytest.raises(ForbiddenTransition):
        arrivals.leave(session, shop.order.uid, by="customer", now=now)


# --- how long ---------------------------------------------------------------------------------


def handed_over(session, shop, *, arrived, taken, closed):
    order = arrange_order(session, shop, number=f"H{closed:%H%M%S%f}", state="collected")
    order.arrived_at, order.taken_at, order.closed_at = arrived, taken, closed
    session.flush()


def test_without_a_handover_nobody_is_told_how_long(session, shop, waiting, now):
    assert waits.minutes(session, waiting, counters=1, now=now) is None


def test_the_wait_is_the_median_of_the_last_handovers(session, shop, waiting, now):
    minute = timedelta(minutes=1)
    for reaction, hours in ((2, 1), (3, 2), (50, 3)):
        start = now - timedelta(hours=hours)
        taken = start + reaction * minute
        handed_over(session, shop, arrived=start, taken=taken, closed=taken + 2 * minute)

    assert waits.minutes(session, waiting, counters=1, now=now) == 3
    assert waits.minutes(session, waiting, counters=1, now=now + 2 * minute) == 1
    assert waits.minutes(session, waiting, counters=1, now=now + 9 * minute) == 1


def test_each_one_before_takes_time_at_one_of_the_counters(session, shop, waiting, now):
    minute = timedelta(minutes=1)
    start = now - timedelta(hours=1)
    handed_over(session, shop, arrived=start, taken=start + 2 * minute, closed=start + 6 * minute)
    second = arrange_order(session, shop, number="2", state="ready")
    arrivals.check_in(session, second, store=shop.lille, now=now)

    assert waits.ahead(session, second) == 1
    assert waits.minutes(session, second, counters=1, now=now) == 6
    assert waits.minutes(session, second, counters=2, now=now) == 4


def test_old_and_forgotten_handovers_tell_nothing(session, shop, waiting, now):
    old = now - timedelta(days=4)
    handed_over(session, shop, arrived=old, taken=old, closed=old + timedelta(minutes=1))
    yesterday = now - timedelta(days=1)
    handed_over(
        session, shop, arrived=yesterday, taken=yesterday, closed=yesterday + timedelta(hours=2)
    )

    assert waits.minutes(session, waiting, counters=1, now=now) is None


# --- who goes ---------------------------------------------------------------------------------


def test_an_arrival_rings_until_somebody_goes(session, shop, waiting, now):
    (arrival,) = ringing.list_untaken(session, shop.lille, now=now)

    arrivals.take(session, waiting.uid, staff=shop.ines, now=now)

    assert (arrival.number, arrival.staging_place, arrival.missing) == ("482915", "B-04", 0)
    assert ringing.list_untaken(session, shop.lille, now=now) == []


def test_an_arrival_rings_in_its_own_store_and_today_only(session, shop, waiting, now):
    assert ringing.list_untaken(session, shop.roubaix, now=now) == []
    assert ringing.list_untaken(session, shop.lille, now=now + timedelta(days=1)) == []


def test_an_arrival_says_what_is_missing(session, shop, now):
    order = arrange_order(session, shop, number="3", state="ready", lines=("picked", "short"))

    arrivals.check_in(session, order, store=shop.lille, now=now)

    (arrival,) = ringing.list_untaken(session, shop.lille, now=now)
    assert arrival.missing == 1


@pytest.mark.parametrize(
    ("seconds", "stage"), [(0, "ringing"), (59, "ringing"), (60, "louder"), (120, "unanswered")]
)
def test_an_arrival_that_nobody_takes_escalates(session, shop, waiting, now, seconds, stage):
    (arrival,) = ringing.list_untaken(session, shop.lille, now=now)
    then = now + timedelta(seconds=seconds)

    assert TIMES.reached(then - arrival.arrived_at) == stage


def test_a_colleague_who_is_asked_rings_alone_until_they_say_yes(session, shop, waiting, now):
    zoe = colleague(session, shop)

    arrivals.entrust(session, waiting.uid, to=zoe, staff=shop.ines, now=now)

    (arrival,) = ringing.list_untaken(session, shop.lille, now=now)
    assert (arrival.to_name, arrival.asked_by) == ("Zoé Martin", "Inès Benali")
    assert ringing.concerns(arrival, zoe.id, times=TIMES, now=now)
    assert not ringing.concerns(arrival, shop.manager.id, times=TIMES, now=now)
    late = now + timedelta(seconds=60)
    assert ringing.concerns(arrival, shop.manager.id, times=TIMES, now=late)

    arrivals.take(session, waiting.uid, staff=zoe, now=now)
    assert ringing.list_untaken(session, shop.lille, now=now) == []


def test_anybody_may_be_quicker_than_who_was_asked(session, shop, waiting, now):
    zoe = colleague(session, shop)
    arrivals.entrust(session, waiting.uid, to=zoe, staff=shop.ines, now=now)

    arrivals.take(session, waiting.uid, staff=shop.manager, now=now)

    with pytest.raises(AlreadyTaken):
        arrivals.take(session, waiting.uid, staff=zoe, now=now)


def test_only_who_has_it_gives_it_away(session, shop, waiting, now):
    zoe = colleague(session, shop)
    arrivals.take(session, waiting.uid, staff=shop.ines, now=now)

    with pytest.raises(AlreadyTaken):
        arrivals.entrust(session, waiting.uid, to=zoe, staff=shop.manager, now=now)
    arrivals.entrust(session, waiting.uid, to=zoe, staff=shop.ines, now=now)

    assert waiting.taken_by_id == zoe.id


def test_nobody_is_asked_who_works_elsewhere_or_no_longer(session, shop, waiting, now):
    elsewhere = session.query(Staff).filter_by(code="zoe").one()

    with pytest.raises(Invalid):
        arrivals.entrust(session, waiting.uid, to=elsewhere, staff=shop.ines, now=now)
    shop.manager.disabled_at = now
    with pytest.raises(Invalid):
        arrivals.entrust(session, waiting.uid, to=shop.manager, staff=shop.ines, now=now)


def test_what_was_handed_over_rings_no_more(session, shop, waiting, now):
    lines = [line.uid for line in waiting.lines]

    pickups.hand_over(session, waiting.uid, line_uids=lines, staff=shop.ines, check="qr", now=now)

    assert ringing.list_untaken(session, shop.lille, now=now) == []


# --- past midnight ----------------------------------------------------------------------------


@pytest.fixture
def night(session, shop):
    """A shop that is open from Saturday evening until two in the night; it is 23:50 there."""
    shop.lille.opening_hours = {"sa": [["18:00", "02:00"]]}
    session.flush()
    return datetime(2026, 11, 21, 22, 50, tzinfo=UTC)


def test_who_came_before_midnight_waits_on_while_the_shop_is_open(session, shop, night):
    arrivals.check_in(session, shop.order, store=shop.lille, now=night)
    later = night + timedelta(minutes=30)

    assert pickup_ends.list_no_shows(session, shop.lille, terms=TERMS, now=later) == []
    assert [one.uid for one in ringing.list_untaken(session, shop.lille, now=later)] == [
        shop.order.uid
    ]

    closed = night + timedelta(hours=3)
    assert pickup_ends.list_no_shows(session, shop.lille, terms=TERMS, now=closed) == [
        shop.order.uid
    ]
    assert ringing.list_untaken(session, shop.lille, now=closed) == []


def test_the_last_day_of_an_order_lasts_until_the_shop_closes(session, shop, night):
    shop.order.pickup_by = date(2026, 11, 21)
    after_midnight, closed = night + timedelta(minutes=30), night + timedelta(hours=3)

    assert pickup_ends.list_no_shows(session, shop.lille, terms=TERMS, now=after_midnight) == []
    assert pickup_ends.list_no_shows(session, shop.lille, terms=TERMS, now=closed) == [
        shop.order.uid
    ]
    arrivals.check_in(session, shop.order, store=shop.lille, now=after_midnight)
    assert shop.order.state == "customer_waiting"


@pytest.mark.parametrize(
    "spans", [[["00:00", "24:00"]], [["00:00", "00:00"]], [["00:00", "12:00"], ["12:00", "24:00"]]]
)
def test_where_a_shop_never_closes_midnight_sends_nobody_away(session, shop, night, spans):
    shop.lille.opening_hours = dict.fromkeys(stores.DAYS, spans)
    arrivals.check_in(session, shop.order, store=shop.lille, now=night)

    def found(later):
        left = pickup_ends.list_no_shows(session, shop.lille, terms=TERMS, now=night + later)
        return left, [
            one.uid for one in ringing.list_untaken(session, shop.lille, now=night + later)
        ]

    assert found(timedelta(minutes=30)) == ([], [shop.order.uid])
    assert found(timedelta(hours=23)) == ([], [shop.order.uid])
    assert found(timedelta(days=2)) == ([shop.order.uid], [])


def test_two_who_wait_never_have_the_same_number(session, shop, night):
    other = arrange_order(session, shop, number="7", state="ready", lines=("picked",))
    arrivals.check_in(session, shop.order, store=shop.lille, now=night)

    arrivals.check_in(session, other, store=shop.lille, now=night + timedelta(minutes=30))

    assert [shop.order.waiting_number, other.waiting_number] == [1, 2]
    assert waits.ahead(session, other) == 1


def test_where_a_shop_never_closes_no_two_who_wait_share_a_number(session, shop, night):
    shop.lille.opening_hours = {day: [["00:00", "24:00"]] for day in stores.DAYS}
    other = arrange_order(session, shop, number="7", state="ready", lines=("picked",))
    arrivals.check_in(session, shop.order, store=shop.lille, now=night)

    arrivals.check_in(session, other, store=shop.lille, now=night + timedelta(minutes=30))

    assert [shop.order.waiting_number, other.waiting_number] == [1, 2]
