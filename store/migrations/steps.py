"""The steps themselves, run by Alembic."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from store.migrations import FOLDER


def run(engine: Engine, revision: str) -> None:
    """Run every step up to `revision`, all of them or none."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
