"""A clock that leaps ends nothing: not until the network or a manager says that it is right."""

from datetime import timedelta

import pytest

from config import clocks, health
from store import reservations
from store.database import reading, writing
from store.models import AuditEntry, Order
from store.placed_orders import Wish
from store.web import steady_clock
from store.web.endings import Endings
from store.web.steady_clock import Doubt, Machine, SteadyClock
from tests.conftest import NOW
from tests.page_client import PageClient

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Fake:
    """Clocks that a test sets."""

    def __init__(self):
        self.on_wall, self.since_start, self.by_network = NOW, 10 * DAY, False

    def wall(self):
        return self.on_wall

    def elapsed(self):
        return self.since_start

    def is_synchronised(self):
        return self.by_network

    def pass_by(self, time):
        self.on_wall += time
        self.since_start += time


@pytest.fixture
def clocks_of():
    return Fake()


@pytest.fixture
def clock(clocks_of):
    return SteadyClock(clocks_of)


def test_time_that_passes_is_believed(clock, clocks_of):
    for _look in range(100):
        clocks_of.pass_by(HOUR)
        clocks_of.on_wall += timedelta(seconds=40)  # each one a correction

        assert clock.now() == clocks_of.on_wall
    assert clock.find_doubt() is None


def test_a_leap_ahead_is_in_doubt_and_time_goes_on(clock, clocks_of):
    clocks_of.on_wall += 3 * DAY
    clocks_of.pass_by(HOUR)

    assert clock.now() == NOW + HOUR
    assert clock.find_doubt() == Doubt(by=3 * DAY)


def test_a_leap_back_ends_nothing_early_and_freezes_nothing(clock, clocks_of):
    clocks_of.on_wall -= 3 * DAY
    assert clock.now() == NOW - 3 * DAY

    clocks_of.pass_by(HOUR)

    assert clock.now() == NOW - 3 * DAY + HOUR


@pytest.mark.parametrize("by", [3 * DAY, -3 * DAY])
def test_a_leap_that_is_taken_back_was_none(clock, clocks_of, by):
    clocks_of.on_wall += by
    clock.now()

    clocks_of.on_wall -= by

    assert clock.find_doubt() is None
    assert clock.now() == NOW


def test_the_network_s_time_is_believed_at_once(clock, clocks_of):
    clocks_of.on_wall += 3 * DAY
    clocks_of.by_network = True
    assert clock.now() == clocks_of.on_wall

    clocks_of.by_network = False

    assert clock.find_doubt() is None


def test_a_manager_s_word_is_believed(clock, clocks_of):
    clocks_of.on_wall += 3 * DAY

    clock.confirm()

    assert clock.now() == clocks_of.on_wall
    assert clock.find_doubt() is None


def test_the_machine_s_own_clocks_agree():
    clock = SteadyClock(Machine())

    assert clock.find_doubt() is None
    assert Machine().elapsed() > timedelta()


def test_what_was_believed_outlives_the_server_but_not_the_machine(clocks_of, tmp_path):
    clocks.open_clock(tmp_path, clocks_of, boot="first").now()
    clocks_of.on_wall += 3 * DAY

    same = clocks.open_clock(tmp_path, clocks_of, boot="first")
    assert same.find_doubt() == Doubt(by=3 * DAY)
    same.confirm()
    assert clocks.open_clock(tmp_path, clocks_of, boot="first").find_doubt() is None
    clocks_of.since_start = HOUR

    assert clocks.open_clock(tmp_path, clocks_of, boot="second").find_doubt() is None


def test_a_broken_memory_is_none(clocks_of, tmp_path):
    (tmp_path / clocks.FILE).write_text("[", encoding="utf-8")

    assert clocks.open_clock(tmp_path, clocks_of, boot="first").find_doubt() is None


@pytest.fixture
def reserved(engine, shop):
    """A reservation until Monday: on Sunday, tomorrow, the shop does not open."""
    with writing(engine) as session:
        made = reservations.reserve(
            session,
            [Wish(variant=shop.cup)],
            own=shop.lille,
            store=shop.lille,
            channel="kiosk",
            name="Camille",
            hold_until=NOW + 2 * DAY,
            now=NOW,
        )
        return made.uid


def state(engine, uid):
    with reading(engine) as session:
        return session.query(Order).filter_by(uid=uid).one().state


def test_no_reservation_ends_by_a_leap(engine, reserved, clock, clocks_of):
    endings = Endings(engine, clock, store="LIL")
    clocks_of.on_wall += 3 * DAY
    clocks_of.pass_by(47 * HOUR)
    endings.look()
    assert state(engine, reserved) == "new"

    clocks_of.pass_by(2 * HOUR)
    endings.look()

    assert state(engine, reserved) == "expired"


def test_a_leap_that_is_right_ends_what_is_over(engine, reserved, clock, clocks_of):
    endings = Endings(engine, clock, store="LIL")
    clocks_of.on_wall += 3 * DAY
    endings.look()
    assert state(engine, reserved) == "new"

    clock.confirm()
    endings.look()

    assert state(engine, reserved) == "expired"


def test_after_a_leap_back_reservations_still_end(engine, reserved, clock, clocks_of):
    endings = Endings(engine, clock, store="LIL")
    endings.look()
    clocks_of.on_wall -= 30 * DAY
    endings.look()

    clocks_of.pass_by(32 * DAY)
    endings.look()

    assert state(engine, reserved) == "expired"


@pytest.fixture
def leapt(app, clock, clocks_of):
    steady_clock.init_app(app, clock)
    clocks_of.on_wall += 3 * HOUR


def test_everybody_reads_of_it_and_a_manager_says_that_it_is_right(app, engine, shop, leapt):
    tablet = PageClient(app).become(shop.tablet_secret, "tablet").seat(shop.ines.uid)
    page = tablet.get("/tablet/scan")
    assert "avancé de 3 heures" in page.text
    assert "/tablet/clock" not in page.text
    assert tablet.client.get("/readyz").json["clock"] == {"leap_seconds": 3 * 3600}
    manager = PageClient(app).become(shop.tablet_secret, "tablet").seat(shop.manager.uid)

    page = manager.send(manager.get("/tablet/pickups"), "/tablet/clock")

    assert page.soup.find("h1").text == "Retraits du jour"
    assert "avancé de" not in page.text
    assert tablet.client.get("/readyz").json["clock"] == {"leap_seconds": 0}
    with reading(engine) as session:
        assert session.query(AuditEntry).filter_by(action="clock.confirmed").count() == 1


def test_the_doctor_says_what_to_do(clock, clocks_of):
    assert health.leap(clock).state == "ok"
    clocks_of.on_wall -= 90 * timedelta(minutes=1)

    finding = health.leap(clock)

    assert (finding.state, "-90" in finding.what) == ("warning", True)
    assert "NTP" in finding.advice
