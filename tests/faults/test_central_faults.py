"""A real shop against a central system that fails in every way it can."""

import json
import random
import subprocess
import time
from datetime import UTC, datetime

from sqlalchemy import select

from store import outbox, visits
from store.database import reading, writing
from store.models import Customer, Staff, Store
from tests.faults.central import GOOD
from tests.servers import COMPTOIR

SOON_SECONDS = 120


def record_visits(engine, number):
    """Close visits by the rule, as the tablet's page does; return their ids in order."""
    uids = []
    for turn in range(number):
        with writing(engine) as session:
            now = datetime.now(UTC)
            people = session.scalars(select(Customer).where(Customer.external_id.like("F-%"))).all()
            facts = {
                "store": session.scalar(select(Store).where(Store.code == "LIL")),
                "staff": session.scalar(select(Staff).where(Staff.code == "ines")),
            }
            customer = people[turn % len(people)]
            visit = visits.start(session, **facts, customer=customer, opened_by="scan", now=now)
            visits.close(session, visit.uid, **facts, outcome="thinking", now=now)
            uids.append(visit.uid)
    return uids


def wait_for(condition, seconds=SOON_SECONDS):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def summary(engine):
    with reading(engine) as session:
        return outbox.summary(session)


def is_drained(engine):
    return lambda: summary(engine).waiting == 0


def test_a_system_that_keeps_and_drops_the_answer_holds_each_visit_once(
    central, make_store, store_engine, visits_wanted
):
    chance = random.Random(7)
    central.script = lambda *_: None if chance.random() < 0.3 else GOOD
    make_store(central.url)

    uids = record_visits(store_engine, visits_wanted)
    wait_for(is_drained(store_engine), 60 + visits_wanted)

    assert sorted(central.effects) == sorted(uids)
    assert len(central.asked) > len(uids)


def test_one_customers_visits_arrive_in_the_order_they_were_made(central, make_store, store_engine):
    chance = random.Random(11)
    central.script = lambda *_: (500, {}, {}) if chance.random() < 0.3 else GOOD
    uids = record_visits(store_engine, 24)
    make_store(central.url)
    wait_for(is_drained(store_engine), 60)

    order = list(central.effects)
    for customer in range(8):
        own = uids[customer::8]
        assert [uid for uid in order if uid in own] == own


def test_a_system_that_asks_to_wait_is_left_alone_until_then(central, make_store, store_engine):
    answers = [(429, {"Retry-After": "2"}, {"title": "Too many requests"})]
    central.script = lambda *_: answers.pop() if answers else GOOD
    make_store(central.url)

    record_visits(store_engine, 5)
    wait_for(is_drained(store_engine))

    first, second = central.asked[0][0], central.asked[1][0]
    assert second - first >= 2.0
    assert len(central.asked) == 6


def test_a_system_that_is_ill_is_not_hammered_and_gets_everything_once_well(
    central, make_store, store_engine
):
    central.script = lambda *_: (503, {}, {})
    make_store(central.url)
    uids = record_visits(store_engine, 8)
    wait_for(lambda: len(central.asked) >= 8)
    tries = [moment for moment, _key in central.asked]
    central.script = lambda *_: GOOD
    wait_for(is_drained(store_engine))

    # three failures, then one trial each half second
    assert len(tries) <= 3 + (tries[-1] - tries[0]) / 0.5 + 1
    assert sorted(central.effects) == sorted(uids)


def command(server, *words):
    done = subprocess.run([*COMPTOIR, *words], env=server.settings, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_refused_visit_is_set_aside_and_leaves_after_a_retry(central, make_store, store_engine):
    uids = record_visits(store_engine, 4)
    problem = {"title": "A value is not possible", "detail": "field: outcome"}
    central.script = lambda _central, body: (422, {}, problem) if body["id"] == uids[1] else GOOD
    server = make_store(central.url)
    wait_for(is_drained(store_engine))

    (row,) = command(server, "outbox", "list", "--json")
    assert (row["id"], row["state"]) == (uids[1], "set_aside")
    assert row["reason"] == "422 A value is not possible: field: outcome"
    assert sorted(central.effects) == sorted(uids[:1] + uids[2:])

    central.script = lambda *_: GOOD
    command(server, "outbox", "retry", uids[1], "--json")
    wait_for(lambda: len(central.effects) == 4)
    wait_for(lambda: command(server, "sync", "status", "--json")["set_aside"] == 0)


def test_a_token_that_has_ended_costs_nothing_and_the_queue_leaves_when_it_is_renewed(
    central, make_store, store_engine
):
    central.script = lambda *_: (401, {}, {"title": "A live bearer token is needed"})
    make_store(central.url)
    uids = record_visits(store_engine, 3)
    wait_for(lambda: len(central.asked) >= 2)
    with reading(store_engine) as session:
        waiting = outbox.list_by_state(session)
        assert {(row.attempts, row.state) for row in waiting} <= {(0, "pending"), (0, "claimed")}

    central.script = lambda *_: GOOD
    wait_for(is_drained(store_engine))

    assert sorted(central.effects) == sorted(uids)


def test_a_shop_killed_while_it_tells_tells_the_same_again(central, make_store, store_engine):
    def slow(*_):
        time.sleep(0.3)
        return GOOD

    central.script = slow
    server = make_store(central.url)
    uids = record_visits(store_engine, 6)
    for told in (1, 2, 3):
        wait_for(lambda told=told: len(central.asked) >= told)
        server.kill()
        server.start()
    wait_for(is_drained(store_engine))

    assert sorted(central.effects) == sorted(uids)
