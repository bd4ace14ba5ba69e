"""The database of a server, opened from its settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from config.settings import Settings
from store import migrations
from store.database import make_engine


class NotInitialised(Exception):
    """The data folder has no database yet."""


def open_engine(settings: Settings) -> Engine:
    """Return the engine of an initialised server; raises NotInitialised."""
    engine = make_engine(settings.database_url)
    if is_missing(engine) or migrations.current_revision(engine) is None:
        raise NotInitialised(str(settings.data_dir))
    return engine


@contextmanager
def made(url: str) -> Iterator[Engine]:
    """Give the engine of a database that may be empty, closed at the end."""
    engine = make_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def is_missing(engine: Engine) -> bool:
    """Tell whether the SQLite file is not there: connecting would make an empty one."""
    return engine.dialect.name == "sqlite" and not file_of(engine).exists()


def file_of(engine: Engine) -> Path:
    """Return the path of a SQLite database."""
    return Path(engine.url.database or "")
