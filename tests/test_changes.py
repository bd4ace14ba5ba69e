"""The change log and what its listeners hear."""

import threading

import pytest
from sqlalchemy.orm import Session

from store import changes


@pytest.fixture
def heard():
    told = []

    def listener(kind, key):
        told.append((kind, key))

    changes.listen(listener)
    yield told
    changes.ignore(listener)


def test_listeners_hear_nothing_before_the_commit(session, now, heard):
    changes.record(session, "stock", "22423", now=now)
    assert heard == []

    session.commit()

    assert heard == [("stock", "22423")]


def test_listeners_never_hear_what_was_rolled_back(session, now, heard):
    changes.record(session, "stock", "22423", now=now)
    session.rollback()
    session.commit()

    assert heard == []


def test_a_savepoint_tells_nothing_before_the_whole_is_committed(session, now, heard):
    with session.begin_nested():
        changes.record(session, "orders", "o1", now=now)
    assert heard == []

    session.commit()

    assert heard == [("orders", "o1")]


def test_list_after_gives_what_came_after_a_cursor_in_order(session, now):
    changes.record_all(session, "stock", ["a", "b", "c"], now=now)
    changes.record(session, "visits", "v", now=now)
    session.commit()
    first = changes.list_after(session, 0, kinds=["stock"], limit=2)

    rest = changes.list_after(session, first[-1].id, kinds=["stock"])

    assert [change.key for change in (*first, *rest)] == ["a", "b", "c"]


def test_a_reader_with_a_cursor_misses_nothing_while_many_write(engine, now):
    writers = [threading.Thread(target=write_some, args=(engine, now, n)) for n in range(4)]
    for writer in writers:
        writer.start()
    seen, cursor = [], 0
    while any(writer.is_alive() for writer in writers) or len(seen) < 80:
        with Session(engine) as session:
            for change in changes.list_after(session, cursor):
                seen.append(change.key)
                cursor = change.id

    assert sorted(seen) == sorted(f"{n}-{turn}" for n in range(4) for turn in range(20))


def write_some(engine, now, writer):
    for turn in range(20):
        with Session(engine) as session:
            changes.record(session, "stock", f"{writer}-{turn}", now=now)
            session.commit()
