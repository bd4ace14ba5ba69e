"""Engines, sessions and transactions: how this program talks to SQLite and PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from errno import EDQUOT, ENOSPC
from typing import Any, cast

from sqlalchemy import Connection, CursorResult, Delete, Engine, Update, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from store.errors import DatabaseBusy, DatabaseUnsafe, DiskFull

# WAL with NORMAL lost acknowledged commits in 12 of 25 power cuts, FULL in none of 25.
PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "busy_timeout": 5000,
}
FULL = (ENOSPC, EDQUOT)  # no room on the disk, or in what one may use of it
# of PostgreSQL: two who wait for each other, and one who waited for too long
BUSY = ("40P01", "55P03")
READING = {"comptoir_reading": True}


def make_engine(url: str | URL, **options: Any) -> Engine:
    """Return an engine whose transactions are safe on the database that `url` names.

    On SQLite a transaction takes the write lock as it begins, unless the connection carries the
    execution options `READING`: the driver's own mode silently loses concurrent updates.

    Raises DatabaseUnsafe at the first connection when a pragma could not be set.
    """
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, **{"pool_pre_ping": True, **options})
    engine = create_engine(url, **{"pool_size": 20, "max_overflow": 20, **options})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(dbapi: Any, _entry: ConnectionPoolEntry) -> None:
    dbapi.isolation_level = None  # we send BEGIN ourselves
    cursor = dbapi.cursor()
    for name, value in PRAGMAS.items():
        cursor.execute(f"PRAGMA {name} = {value}")
    cursor.execute("PRAGMA cache_size = -16384")
    cursor.close()
    assert_pragmas(dbapi)


def assert_pragmas(dbapi: Any) -> None:
    """Check on an open sqlite3 connection that no acknowledged write can be lost.

    Raises DatabaseUnsafe naming the first pragma that does not hold.
    """
    for name, wanted in PRAGMAS.items():
        (found,) = dbapi.execute(f"PRAGMA {name}").fetchone()
        in_memory = name == "journal_mode" and found == "memory"
        if found != wanted and not in_memory:
            raise DatabaseUnsafe(pragma=name, wanted=wanted, found=found)


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("comptoir_reading"):
        # takes no lock, so it cannot fail, and needs none of what surrounds a statement (40 µs)
        connection.connection.cursor().execute("BEGIN")
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Give a session that is committed at the end, or rolled back when an error passes.

    Raises DatabaseBusy or DiskFull in the place of the driver's own errors.
    """
    with translated_errors(), Session(engine) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Give a session that takes no write lock and must not write."""
    with translated_errors(), Session(engine.execution_options(**READING)) as session:
        yield session


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn the driver's errors that somebody can act upon into ours."""
    try:
        yield
    except DBAPIError as error:
        ours = explain(error)
        if ours is None:
            raise
        raise ours from error


def explain(error: DBAPIError | OSError) -> DatabaseBusy | DiskFull | None:
    """Return the error of ours that an error of the driver or of the system means, or None.

    On a full disk SQLite undoes the whole transaction by itself, and going back to a savepoint then
    fails: what happened first is behind that second error.
    """
    behind: BaseException | None = error
    while behind is not None:
        if isinstance(behind, OSError) and behind.errno in FULL:
            return DiskFull()
        found = _meaning(behind) if isinstance(behind, DBAPIError) else None
        if found:
            return found
        behind = behind.__context__
    return None


def _meaning(error: DBAPIError) -> DatabaseBusy | DiskFull | None:
    words = str(error.orig).lower()
    if "disk is full" in words or "no space left" in words or "disk i/o error" in words:
        return DiskFull()
    is_locked = "is locked" in words or getattr(error.orig, "sqlstate", "") in BUSY
    if isinstance(error, OperationalError) and is_locked:
        return DatabaseBusy()
    return None


def affected(session: Session, statement: Update | Delete) -> int:
    """Carry out an update or a deletion and return how many rows it reached.

    With its condition in the statement, the database says who was first. Objects that the session
    holds are left as they were: refresh them to see the change.
    """
    statement = statement.execution_options(synchronize_session=False)
    return cast("CursorResult[Any]", session.execute(statement)).rowcount


def is_sqlite(session: Session) -> bool:
    """Tell whether the session stands on SQLite."""
    return session.get_bind().dialect.name == "sqlite"


def take_turn(session: Session, name: str) -> None:
    """Hold a named lock until the transaction ends, where writers are not serialised anyway.

    SQLite has one writer at a time; on PostgreSQL this is an advisory lock.
    """
    if not is_sqlite(session):
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": name})
