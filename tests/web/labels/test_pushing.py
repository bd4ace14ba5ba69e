"""Electronic labels are sent what has changed, once, and again what failed."""

from datetime import timedelta

import pytest
from werkzeug import Response

from store import aisles, paperless
from store.connectors.openepaperlink import AccessPoint
from store.database import reading, writing
from store.errors import NoAnswer
from store.models import PaperlessLabel, Variant
from store.web.labels.pushing import Pushing
from tests.access_point import Double
from tests.web.labels.conftest import read

CUP, STAND = "00000197E5CB3B38", "00000197E5CB3B39"
MINUTE = timedelta(minutes=1)
LATER = timedelta(hours=1)


@pytest.fixture
def point(httpserver):
    return Double().serve(httpserver)


class Timed(Pushing):
    """The clock that nobody sets goes with the time that a test tells."""

    seconds = 0.0

    def run_once(self, now):
        self.seconds = now.timestamp()
        return super().run_once(now)


@pytest.fixture
def door(point):
    made = AccessPoint(point.url, connect_timeout_seconds=30, read_timeout_seconds=30)
    yield made
    made.close()


@pytest.fixture
def pushing(app, engine, door):
    made = Timed(app, engine, door, told_seconds=30, elapsed=lambda: made.seconds)
    return made


@pytest.fixture
def labels(engine, shop, now, point):
    """Two labels, known to the access point, before the cup and the cake stand."""
    with writing(engine) as session:
        for mac, variant in ((CUP, shop.cup), (STAND, shop.cake_stand)):
            point.add(mac)
            own = session.get(Variant, variant.id)
            paperless.pair(session, mac, own, model="296x128", store=shop.lille, now=now)


@pytest.fixture
def label(engine):
    def label(mac=CUP):
        with reading(engine) as session:
            return session.query(PaperlessLabel).filter_by(mac=mac).one()

    return label


@pytest.fixture
def change(engine, shop):
    def change(price_minor=350, **product):
        with writing(engine) as session:
            variant = session.get(Variant, shop.cup.id)
            variant.price_minor = price_minor
            for name, value in product.items():
                setattr(variant.product, name, value)

    return change


def test_each_label_is_sent_its_own_article(pushing, labels, point, now):
    done = pushing.run_once(now)

    assert (done.sent, done.failed) == (2, 0)
    said = [read(point.tags[mac].waiting)["QRCode"].text for mac in (CUP, STAND)]
    assert said == ["HTTP://LOCALHOST:8000/P/22699", "HTTP://LOCALHOST:8000/P/22423"]


def test_nothing_is_sent_twice(pushing, labels, point, now):
    pushing.run_once(now)

    again = pushing.run_once(now + MINUTE)

    assert again.sent == 0
    assert len(point.uploads) == 2


def test_a_changed_price_is_sent_to_its_label_alone(pushing, labels, point, now, change):
    pushing.run_once(now)
    change(350)

    pushing.run_once(now + MINUTE)

    assert [upload["mac"] for upload in point.uploads] == [CUP, STAND, CUP]


def test_a_change_that_the_picture_does_not_show_is_not_sent(
    pushing, labels, point, now, engine, shop
):
    pushing.run_once(now)
    with writing(engine) as session:
        session.get(Variant, shop.cup.id).gtin = "04006381333931"

    done = pushing.run_once(now + MINUTE)

    assert (done.sent, done.same) == (0, 1)


def test_an_article_that_moved_is_sent_to_its_label_alone(
    pushing, labels, point, now, engine, shop
):
    pushing.run_once(now)
    with writing(engine) as session:
        aisles.place(session, shop.lille, {shop.cup.id: "3 B"})
        aisles.place(session, shop.roubaix, {shop.cup.id: "7"})

    pushing.run_once(now + MINUTE)
    again = pushing.run_once(now + 2 * MINUTE)

    assert [upload["mac"] for upload in point.uploads] == [CUP, STAND, CUP]
    assert (again.sent, again.same) == (0, 0)


def test_a_label_shows_it_when_it_has_fetched_it(pushing, labels, point, now, label):
    pushing.run_once(now)
    assert label().shown_at is None

    point.wake(CUP, at=(now + MINUTE).timestamp())
    pushing.run_once(now + 2 * MINUTE)

    assert label().shown_at == now + MINUTE
    assert label(STAND).shown_at is None


def test_a_withdrawn_article_shows_no_price(pushing, labels, point, now, change):
    pushing.run_once(now)
    change(withdrawn_at=now)

    pushing.run_once(now + MINUTE)

    assert read(point.tags[CUP].waiting) == {}


def test_a_price_of_nothing_is_not_shown(pushing, labels, point, now, change):
    change(0)

    pushing.run_once(now)

    assert read(point.tags[CUP].waiting) == {}


def test_an_unknown_label_fails_alone(pushing, labels, point, now, label):
    del point.tags[CUP]

    done = pushing.run_once(now)

    assert (done.sent, done.failed) == (1, 1)
    assert label().last_error == "unknown_mac"
    assert label(STAND).handed_at is not None


def test_a_failure_is_tried_again_later_and_succeeds(pushing, labels, point, now, label):
    point.faults.append(Response("out of memory", 500))
    pushing.run_once(now)
    failed = label()
    assert (failed.attempts, failed.last_error) == (1, "500 out of memory")

    pushing.run_once(now + LATER)

    assert (label().attempts, label().last_error) == (0, "")
    assert label().handed_at is not None


def test_a_busy_access_point_is_left_alone(pushing, labels, point, now, label):
    point.is_running = False

    done = pushing.run_once(now)

    assert done.failed == 2
    assert {label(mac).last_error for mac in (CUP, STAND)} == {"busy"}


def test_one_that_cannot_be_reached_is_tried_when_it_is_back(pushing, labels, point, now, label):
    pushing._door._base = "http://127.0.0.1:9"
    pushing.run_once(now)
    assert {label(mac).last_error for mac in (CUP, STAND)} == {paperless.NOT_REACHED}

    pushing._door._base = point.url
    done = pushing.run_once(now + MINUTE)

    assert done.sent == 2


def test_one_that_does_not_answer_in_time_is_left_alone(
    pushing, labels, point, now, label, monkeypatch
):
    def wait(_mac, _jpeg):
        raise NoAnswer(permanent=False, reason="ReadTimeoutError", retry_after_seconds=None)

    monkeypatch.setattr(pushing._door, "upload", wait)

    done = pushing.run_once(now)

    assert done.failed == 2
    assert label().last_error == paperless.TOO_SLOW
    assert pushing.run_once(now).failed == 0


def test_a_battery_is_told(pushing, labels, point, now, label):
    point.tags[CUP].battery_mv = 2280

    pushing.run_once(now)

    assert label().battery_mv == 2280


def test_a_freed_label_says_so(pushing, labels, point, now, label, engine, shop):
    pushing.run_once(now)
    with writing(engine) as session:
        paperless.unpair(session, label().uid, store=shop.lille, now=now)

    pushing.run_once(now + MINUTE)

    assert read(point.tags[CUP].waiting) == {}


def test_without_labels_nobody_is_asked(pushing, point, shop, now, httpserver):
    pushing.run_once(now)

    assert httpserver.log == []


def test_a_changed_price_wakes_the_worker(pushing, labels, point, now, change):
    pushing._hear("stock", "22699")
    assert not pushing._awake.is_set()

    pushing._hear("products", "22699")
    assert pushing._awake.is_set()


def test_the_worker_works_until_it_is_stopped(pushing, labels, point):
    pushing.start()
    for _ in range(600):
        if len(point.uploads) == 2:
            break
        pushing._thread.join(0.1)
    pushing.stop()

    assert sorted(upload["mac"] for upload in point.uploads) == [CUP, STAND]
    assert not pushing._thread.is_alive()


def test_a_clock_that_was_ahead_delays_neither_a_picture_nor_the_question(
    app, engine, door, labels, point, now, label
):
    elapsed = [0.0]
    pushing = Pushing(app, engine, door, told_seconds=30, elapsed=lambda: elapsed[0])
    point.faults.append(Response("out of memory", 500))
    pushing.run_once(now + timedelta(days=400))
    assert label().attempts == 1

    elapsed[0] += 60
    done = pushing.run_once(now)

    assert (done.sent, done.told) == (1, 2)
