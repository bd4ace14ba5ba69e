"""A visit that the screen called recorded reaches the hub once, whatever is killed and when."""

import math
import threading
import time
from collections import Counter

import pytest
from sqlalchemy import select

from store import outbox
from store.database import reading
from store.models import Staff, Visit
from tests.faults.assistant import Assistant
from tests.faults.central import GOOD
from tests.faults.conftest import CARDS
from tests.faults.killer import Killer

PATIENCE_SECONDS = 120


@pytest.fixture
def who(store_engine):
    with reading(store_engine) as session:
        return session.scalar(select(Staff.uid).where(Staff.code == "ines"))


def notes(engine):
    """Count the closed visits by their note."""
    with reading(engine) as session:
        closed = select(Visit.note).where(Visit.ended_at.is_not(None))
        return Counter(session.scalars(closed))


def wait_until_told(engine):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with reading(engine) as session:
            summary = outbox.summary(session)
        if summary.waiting == 0:
            return summary
        time.sleep(0.1)
    raise AssertionError(summary)


def test_killing_either_server_loses_and_doubles_no_visit(
    shop_server, hub, store_engine, hub_engine, who, visits_wanted
):
    assistant = Assistant(shop_server.url, who=who)
    killer = Killer([shop_server, hub], seed=visits_wanted)
    kills_wanted = math.ceil(visits_wanted / 20)
    recorded = []

    killer.start()
    started = time.monotonic()
    # a quick machine goes on until the servers were killed often enough to mean something
    while len(recorded) < visits_wanted or killer.kills < kills_wanted:
        note = f"Visite {len(recorded)}"
        assistant.visit(CARDS[len(recorded) % len(CARDS)], note)
        recorded.append(note)
        assert len(recorded) < 100 * visits_wanted
    killer.stop()
    summary = wait_until_told(store_engine)

    here, there = notes(store_engine), notes(hub_engine)
    lost = [note for note in recorded if not there[note]]
    doubled = [note for note, times in (here + there).items() if times > 2]
    print(f"{len(recorded)} visits, {killer.kills} kills, {time.monotonic() - started:.0f} s")
    assert (lost, doubled) == ([], [])
    assert set(here) == set(there) == set(recorded)
    assert set(here.values()) == set(there.values()) == {1}
    assert summary.set_aside == 0
    assert killer.kills >= kills_wanted


def test_a_hub_that_is_away_stops_nobody_and_learns_everything(
    shop_server, hub, store_engine, hub_engine, who
):
    hub.kill()
    assistant = Assistant(shop_server.url, who=who)
    for number in range(10):
        assistant.visit(CARDS[0], f"Visite {number}")
    hub.start()
    wait_until_told(store_engine)

    with reading(hub_engine) as session:
        told = session.scalars(select(Visit.note).order_by(Visit.id)).all()
    assert told == [f"Visite {number}" for number in range(10)]


def test_a_hub_that_does_not_answer_yet_keeps_no_visit_waiting(
    central, make_store, store_engine, who
):
    may_answer = threading.Event()

    def answers_later(*_):
        may_answer.wait(PATIENCE_SECONDS)
        return GOOD

    central.script = answers_later
    assistant = Assistant(make_store(central.url).url, who=who)
    for number in range(5):
        assistant.visit(CARDS[number], f"Visite {number}")

    assert not central.effects
    may_answer.set()
    wait_until_told(store_engine)
    assert len(central.effects) == 5
