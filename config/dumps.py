"""Copies of a PostgreSQL database, by its own tools, and read back before they count."""

import os
import shutil
import subprocess
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL


class ToolMissing(Exception):
    """A program of PostgreSQL's is not on this machine (`name`)."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class ToolFailed(Exception):
    """A program of PostgreSQL's did not do its work (`name`, `why`)."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(why)
        self.name = name
        self.why = why


def copy(url: URL, target: Path) -> int:
    """Copy a database that may be in use, read the copy back, and return its number of bytes.

    The target appears whole or not at all. Raises ToolMissing or ToolFailed.
    """
    half = target.with_name(target.name + ".part")
    half.unlink(missing_ok=True)
    half.touch(mode=0o600)  # everybody's data is in it
    try:
        _run("pg_dump", "--format=custom", f"--file={half}", _address(url), secret=url.password)
        _run("pg_restore", f"--file={os.devnull}", str(half))
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    return target.stat().st_size


@contextmanager
def unpacked(file: Path, folder: Path) -> Iterator[Path]:
    """Give a copy as a script in `folder`, for as long as it is needed.

    Raises ToolMissing, or ToolFailed when the file is no copy.
    """
    script = folder / "restore.sql"
    script.unlink(missing_ok=True)
    script.touch(mode=0o600)
    try:
        _run("pg_restore", "--clean", "--if-exists", "--no-owner", f"--file={script}", str(file))
        yield script
    finally:
        script.unlink(missing_ok=True)


def put_back(
    script: Path, url: URL, *, tables: Collection[str], revisions: Collection[str]
) -> None:
    """Replace what is in the database by an unpacked copy, all of it or nothing.

    `tables` are dropped first: a copy of an older version does not know them all. The copy must
    stand at one of `revisions`. Raises ToolMissing or ToolFailed.
    """
    whole = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
    steps = (f"--command={_drop(tables)}", f"--file={script}", f"--command={_check(revisions)}")
    _run("psql", *whole, *steps, f"--dbname={_address(url)}", secret=url.password)


def _drop(tables: Collection[str]) -> str:
    names = ", ".join(f'"{name}"' for name in tables)
    return f"SET client_min_messages = warning; DROP TABLE IF EXISTS {names} CASCADE"


def _check(revisions: Collection[str]) -> str:
    """Undo all of it unless the copy was a Comptoir database of this version or an older one."""
    known = ", ".join(f"'{revision}'" for revision in revisions)
    return f"""
        DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM public.alembic_version WHERE version_num IN ({known}))
        THEN RAISE EXCEPTION 'made by a newer version of Comptoir'; END IF;
        END $$"""


def _run(name: str, *arguments: str, secret: object = None) -> None:
    program = shutil.which(name)
    if program is None:
        raise ToolMissing(name)
    # a password among the arguments could be read by everybody on the machine
    environ = {**os.environ, **({"PGPASSWORD": str(secret)} if secret else {})}
    done = subprocess.run([program, *arguments], capture_output=True, text=True, env=environ)
    if done.returncode:
        raise ToolFailed(name, done.stderr.strip())


def _address(url: URL) -> str:
    return url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
