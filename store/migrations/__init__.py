"""Numbered steps from one schema to the next, run forward by `upgrade`."""

import importlib
from pathlib import Path

from sqlalchemy import Engine, inspect, text

from store.database import READING
from store.errors import SchemaTooNew

FOLDER = Path(__file__).parent
REVISIONS = tuple(sorted(path.name[:4] for path in (FOLDER / "versions").glob("[0-9]*.py")))
"""The number of every migration, oldest first; the last one is the head."""


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to `revision`, in one transaction; nothing happens when it is there.

    Raises SchemaTooNew when a newer version of Comptoir made the database.
    """
    check_known(engine)
    if revision == "head" and is_current(engine):
        return
    # Alembic is 12 MB that a running server never needs
    importlib.import_module("store.migrations.steps").run(engine, revision)


def current_revision(engine: Engine) -> str | None:
    """Return the revision that the database stands at, None when it is empty."""
    with engine.execution_options(**READING).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def is_current(engine: Engine) -> bool:
    """Tell whether every migration has run."""
    return current_revision(engine) == REVISIONS[-1]


def check_known(engine: Engine) -> None:
    """Raise SchemaTooNew when the database stands at a revision that this version lacks."""
    found = current_revision(engine)
    if found is not None and found not in REVISIONS:
        raise SchemaTooNew(found=found, known=REVISIONS[-1])
