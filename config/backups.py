"""Copies of a SQLite database taken while the server runs, and read back before they count."""

import sqlite3
from contextlib import closing
from pathlib import Path

from config import attachments
from store.database import PRAGMAS
from store.errors import DiskFull

PAGES_AT_A_TIME = 2000


class BackupUnusable(Exception):
    """A file is not a whole Comptoir database (`path`, `why`)."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(why)
        self.path = path
        self.why = why


def copy(source: Path, target: Path, *, data: Path | None = None) -> int:
    """Copy a database that may be in use, check the copy, and return its number of bytes.

    Pictures and the key of the data folder go with it, where one is given.

    The target appears whole or not at all. Raises BackupUnusable when the copy cannot be read
    back, DiskFull, and sqlite3.OperationalError when there is no such database.
    """
    half = target.with_name(target.name + ".part")
    half.unlink(missing_ok=True)
    half.touch(mode=0o600)  # everybody's data is in it
    try:
        pour(source, half)
        if data is not None:
            attachments.attach(half, data)
        check(half)
        half.replace(target)
    except sqlite3.OperationalError as error:
        if "full" in str(error):
            raise DiskFull() from error
        raise
    finally:
        for leftover in ("", "-journal"):
            half.with_name(half.name + leftover).unlink(missing_ok=True)
    return target.stat().st_size


def pour(source: Path, target: Path) -> None:
    with closing(connect(source)) as old, closing(sqlite3.connect(target)) as new:
        new.execute(f"PRAGMA synchronous = {PRAGMAS['synchronous']}")
        old.backup(new, pages=PAGES_AT_A_TIME)
        new.execute("PRAGMA journal_mode = delete")  # one file, no -wal beside it


def connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def check(path: Path) -> str:
    """Read every page of a database and return its revision.

    Raises BackupUnusable when something is wrong with it.
    """
    if not path.is_file():
        raise BackupUnusable(path, "no such file")
    try:
        with closing(connect(path)) as database:
            (verdict,) = database.execute("PRAGMA integrity_check(1)").fetchone()
            revision = database.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise BackupUnusable(path, str(error)) from error
    if verdict != "ok" or revision is None:
        raise BackupUnusable(path, verdict)
    return str(revision[0])
