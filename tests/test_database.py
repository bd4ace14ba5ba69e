"""Transactions: nothing acknowledged is lost, nobody's update is overwritten."""

import threading
from errno import EDQUOT, ENOSPC

import pytest
from sqlalchemy import select, text

from store import database
from store.errors import DatabaseBusy, DatabaseUnsafe, DiskFull
from store.models import SyncState


def test_every_connection_to_sqlite_has_the_safe_pragmas(sqlite_template, tmp_path):
    engine = database.make_engine(f"sqlite:///{tmp_path / 'new.sqlite3'}")

    with engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in database.PRAGMAS
        }

    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
    }


def test_a_pragma_that_does_not_hold_is_an_error(tmp_path):
    engine = database.make_engine(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    with engine.connect() as connection:
        dbapi = connection.connection.dbapi_connection
        connection.commit()
        dbapi.execute("PRAGMA synchronous = NORMAL")

        with pytest.raises(DatabaseUnsafe) as unsafe:
            database.assert_pragmas(dbapi)

    assert unsafe.value.data == {"pragma": "synchronous", "wanted": 2, "found": 1}


def test_concurrent_updates_are_not_lost(engine):
    with database.writing(engine) as session:
        session.add(SyncState(flow="push", cursor="0"))

    threads = [threading.Thread(target=count_up, args=(engine,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.reading(engine) as session:
        assert session.scalar(select(SyncState.cursor)) == "160"


def count_up(engine):
    for _ in range(20):
        with database.writing(engine) as session:
            row = session.scalar(select(SyncState).with_for_update())
            row.cursor = str(int(row.cursor) + 1)


def test_a_reader_is_not_kept_waiting_by_a_writer(engine):
    with database.writing(engine) as writer:
        writer.add(SyncState(flow="push"))
        writer.flush()

        with database.reading(engine) as reader:
            assert reader.scalars(select(SyncState)).all() == []


def test_a_lock_held_for_too_long_is_said_in_our_words(sqlite_template, tmp_path):
    engine = database.make_engine(f"sqlite:///{tmp_path / 'busy.sqlite3'}")
    with engine.connect() as holder:
        holder.execute(text("CREATE TABLE thing (id INTEGER)"))
        with pytest.raises(DatabaseBusy), database.writing(impatient(engine)) as session:
            session.execute(text("SELECT 1"))


def impatient(engine):
    other = database.make_engine(str(engine.url))

    @database.event.listens_for(other, "connect")
    def shorten(dbapi, _entry):
        dbapi.execute("PRAGMA busy_timeout = 50")

    return other


@pytest.mark.parametrize("behind", [OSError(ENOSPC, "no room"), OSError(EDQUOT, "no more for you")])
def test_a_disk_that_is_full_is_seen_behind_another_error_of_the_system(behind):
    with pytest.raises(OSError, match="not written") as raised:
        try:
            raise behind
        except OSError:
            raise OSError("not written") from None

    assert isinstance(database.explain(behind), DiskFull)
    assert isinstance(database.explain(raised.value), DiskFull)
    assert database.explain(PermissionError("not allowed")) is None
