"""Databases that take minutes to make, kept between runs while they have the schema of today."""

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from store import migrations
from store.database import make_engine

DATABASE = "comptoir.db"
# taken out of the environment: servers refuse a setting that they do not know
_GIVEN = os.environ.pop("BENCH_DIR", "")
_HOME = Path(_GIVEN) if _GIVEN else Path(tempfile.gettempdir()) / "comptoir-bench"


def folder(name: str, build: Callable[[Path], None]) -> Path:
    """Return the data folder of that name in BENCH_DIR, or in a place in /tmp.

    `build` fills its database, which has all tables, when there is none, or one of another schema:
    an index that is missing would be measured as slowness of the code.
    """
    place, schema = _HOME / name, _schema()
    done = place / "done"
    if done.exists() and done.read_text(encoding="utf-8") == schema:
        return place
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    began = time.monotonic()
    _migrate(place / DATABASE)
    build(place / DATABASE)
    done.write_text(schema, encoding="utf-8")
    size = (place / DATABASE).stat().st_size / 1e6
    print(f"made {name} in {time.monotonic() - began:.0f} s, {size:,.0f} MB")
    return place


def _schema() -> str:
    with tempfile.TemporaryDirectory() as empty:
        path = Path(empty) / DATABASE
        _migrate(path)
        with sqlite3.connect(path) as connection:
            made = connection.execute("SELECT coalesce(sql, name) FROM sqlite_master").fetchall()
        connection.close()
    # a table that was changed has its constraints in another order each time
    lines = sorted(line.strip(" \t,)") for (sql,) in made for line in sql.splitlines())
    return sha256(repr(lines).encode()).hexdigest()


def _migrate(path: Path) -> None:
    engine = make_engine(f"sqlite:///{path}")
    migrations.upgrade(engine)
    engine.dispose()
