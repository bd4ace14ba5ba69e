"""The steps themselves, run by Alembic."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine

from store.errors import DatabaseUnsafe
from store.migrations import FOLDER


def run(engine: Engine, revision: str) -> None:
    """Run every step up to `revision`, all of them or none.

    Raises DatabaseUnsafe, with nothing changed, when a row would point at nothing afterwards.
    """
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with engine.connect() as connection, _pointers_checked_at_the_end(connection):
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@contextmanager
def _pointers_checked_at_the_end(connection: Connection) -> Iterator[None]:
    """Begin a transaction in which SQLite lets a table be made anew, and commit it.

    SQLite alters little in place: the table is copied, dropped and renamed, which the rows that
    point at it forbid. So they are looked over at the end (https://sqlite.org/lang_altertable.html).
    """
    if connection.dialect.name != "sqlite":
        with connection.begin():
            yield
        return
    raw = connection.connection.cursor()
    raw.execute("PRAGMA foreign_keys = OFF")  # counts outside a transaction only
    try:
        with connection.begin():
            yield
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if broken is not None:
                raise DatabaseUnsafe(pragma="foreign_key_check", wanted="none", found=str(broken))
    finally:
        raw.execute("PRAGMA foreign_keys = ON")
