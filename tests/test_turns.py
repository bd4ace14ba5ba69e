"""Turns on PostgreSQL: taken before any row; of two who wait for each other one is told."""

import threading
import time

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import SQLAlchemyError

from store import changes, message_queue, pickups
from store.database import make_engine, take_turn, writing
from store.errors import DatabaseBusy
from store.models import CustomerMessage, SyncState
from tests.conftest import NOW, copied_postgres
from tests.shop import open_shop
from tests.test_messages import BY_MAIL, record

PATIENCE_SECONDS = 20
WAITS = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


@pytest.fixture
def engine(postgres_url, postgres_template):
    """An engine on a PostgreSQL database, whatever the other tests run on."""
    with copied_postgres(postgres_url, postgres_template) as fresh:
        engine = make_engine(fresh.render_as_string(hide_password=False))
        yield engine
        engine.dispose()


@pytest.fixture
def claimed(engine):
    """The id of a message of an order that the worker w is sending."""
    with writing(engine) as session:
        open_shop(session, now=NOW)
        pickups.upsert(session, record(), now=NOW, own_store="LIL")
        return message_queue.QUEUE.claim(session, worker="w", now=NOW, lease_seconds=60)


def send(session, uid):
    message_queue.note_sent(session, uid, BY_MAIL, now=NOW)


def try_later(session, uid):
    facts = {"moment": NOW, "reason": "busy", "now": NOW}
    message_queue.try_later(session, uid, worker="w", **facts)


def settle(session, uid):
    message_queue.settle(session, uid, "failed", worker="w", now=NOW)


@pytest.mark.parametrize("act", [send, try_later, settle])
def test_a_message_is_changed_in_turn_with_what_becomes_of_its_order(engine, claimed, act):
    """Who undoes a handover holds the turn and then withdraws its receipt."""
    ends = []

    def worker():
        ends.append(in_words(engine, lambda session: act(session, claimed)))

    sending = threading.Thread(target=worker)
    with writing(engine) as session:
        take_turn(session, changes.TURN)
        sending.start()
        wait_for_a_lock(engine)
        of_claimed = CustomerMessage.uid == claimed
        session.execute(text("SET LOCAL lock_timeout = '2s'"))
        session.execute(update(CustomerMessage).where(of_claimed).values(last_error=""))
    sending.join()

    assert ends == ["done"]


def test_of_two_who_wait_for_each_other_one_is_told_that_it_is_busy(engine):
    with writing(engine) as session:
        session.add_all([SyncState(flow="one"), SyncState(flow="two")])
    both, ends = threading.Barrier(2), []

    def cross(*flows):
        def change(session):
            for flow in flows:
                session.scalar(select(SyncState).where(SyncState.flow == flow).with_for_update())
                if flow == flows[0]:
                    both.wait(PATIENCE_SECONDS)

        ends.append(in_words(engine, change))

    people = [threading.Thread(target=cross, args=way) for way in (("one", "two"), ("two", "one"))]
    [person.start() for person in people]
    [person.join() for person in people]

    assert sorted(ends) == ["busy", "done"]


def in_words(engine, change):
    """Carry out a change in a transaction of its own; say how it ended."""
    try:
        with writing(engine) as session:
            change(session)
    except DatabaseBusy:
        return "busy"
    except SQLAlchemyError as error:
        return repr(error)
    return "done"


def wait_for_a_lock(engine):
    """Return once somebody waits for a lock in this database."""
    until = time.monotonic() + PATIENCE_SECONDS
    with engine.connect() as connection:
        while not connection.scalar(text(f"{WAITS} AND datname = current_database()")):
            assert time.monotonic() < until, "nobody waits"
            connection.rollback()
            time.sleep(0.02)
