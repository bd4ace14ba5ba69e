"""Work beside the pages: it looks again, at once when woken, and nothing ends it but a stop."""

import threading
from datetime import timedelta

import pytest

from store import changes, workers
from store.database import writing
from store.workers import LONGEST_WAIT_SECONDS, Pace, Worker, passing


class Counting(Worker):
    """Counts its looks, and fails as often as it is told to."""

    def __init__(self, *, failures=0, **told):
        super().__init__("counting", **told)
        self.failures, self.told = failures, []
        self.has_looked = threading.Event()

    def begin(self):
        self.told.append("begin")

    def look(self):
        if self.failures:
            self.failures -= 1
            raise OSError("disk is full")
        self.told.append("look")
        self.has_looked.set()

    def end(self):
        self.told.append("end")


@pytest.fixture
def work():
    started = []

    def work(**told):
        worker = Counting(**told)
        worker.start()
        started.append(worker)
        return worker

    yield work
    for worker in started:
        if not worker.is_stopping:
            worker.stop()


def test_it_begins_looks_and_ends_each_in_its_turn(work):
    worker = work(pass_seconds=3600)
    assert worker.has_looked.wait(60)

    worker.stop()
    worker._thread.join(60)

    assert worker.told == ["begin", "look", "end"]


def test_it_survives_whatever_a_look_raises(work, monkeypatch, caplog):
    monkeypatch.setattr(workers, "FAULT_SECONDS", 0.0)

    worker = work(pass_seconds=0.001, failures=3)

    assert worker.has_looked.wait(60)
    assert caplog.text.count("counting: not done this time") == 3


@pytest.mark.parametrize("follows", ["devices", "devices:printers"])
def test_a_commit_of_what_it_follows_wakes_it(work, engine, now, follows):
    worker = work(pass_seconds=3600, follows=(follows,))
    assert worker.has_looked.wait(60)
    worker.has_looked.clear()

    with writing(engine) as session:
        changes.record(session, "devices", "printers", now=now)

    assert worker.has_looked.wait(60)


def test_what_it_does_not_follow_leaves_it_asleep():
    worker = Counting(pass_seconds=3600, follows=("orders", "devices:printers"))

    worker._hear("stock", "22423")
    worker._hear("devices", "labels")

    assert not worker._awake.is_set()


def test_one_that_has_not_begun_yet_stops_at_once(work):
    worker = work(pass_seconds=3600, first_seconds=3600)

    worker.stop()
    worker._thread.join(60)

    assert not worker._thread.is_alive()
    assert "look" not in worker.told


def test_time_passes_by_a_clock_that_nobody_sets(now):
    clock = iter([100.0, 103.5])

    present = passing(now, lambda: next(clock))

    assert present() == now + timedelta(seconds=3.5)


def test_what_the_other_side_asks_is_respected_for_a_day_at_most():
    pace = Pace(backoff_base_seconds=1, backoff_max_seconds=4)

    assert pace.pause_seconds(0, asked=17.0) == 17.0
    assert pace.pause_seconds(0, asked=1e9) == LONGEST_WAIT_SECONDS
    assert 0 <= pace.pause_seconds(30) <= 4
    assert 0 <= pace.pause_seconds(0, asked=0.0) <= 1
