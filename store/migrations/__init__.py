"""Numbered steps from one schema to the next, run forward by `upgrade`."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from store.database import READING
from store.errors import SchemaTooNew

FOLDER = str(Path(__file__).parent)


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to `revision`, in one transaction; nothing happens when it is there.

    Raises SchemaTooNew when a newer version of Comptoir made the database.
    """
    check_known(engine)
    if revision == "head" and is_current(engine):
        return
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def current_revision(engine: Engine) -> str | None:
    """Return the revision that the database stands at, None when it is empty."""
    with engine.execution_options(**READING).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(engine: Engine) -> bool:
    """Tell whether every migration has run."""
    return current_revision(engine) == ScriptDirectory.from_config(_config()).get_current_head()


def check_known(engine: Engine) -> None:
    """Raise SchemaTooNew when the database stands at a revision that this version lacks."""
    found = current_revision(engine)
    known = [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()]
    if found is not None and found not in known:
        raise SchemaTooNew(found=found, known=known[0] if known else None)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", FOLDER)
    return config
