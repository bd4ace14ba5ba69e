"""Copies of a PostgreSQL database, by its own tools, and read back before they count."""

import os
import shutil
import subprocess
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


def put_back(file: Path, url: URL) -> None:
    """Replace what is in the database by a copy, all of it or nothing.

    Raises ToolMissing or ToolFailed.
    """
    whole = ("--clean", "--if-exists", "--single-transaction", "--no-owner")
    _run("pg_restore", *whole, f"--dbname={_address(url)}", str(file), secret=url.password)


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
