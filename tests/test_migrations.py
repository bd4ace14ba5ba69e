"""Migrations: forward from empty and from each earlier schema, without drift."""

import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from store import migrations
from store.database import make_engine
from store.errors import SchemaTooNew
from store.migrations import REVISIONS
from store.models import Base


def test_the_migrated_database_is_what_the_models_say(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.parametrize("revision", REVISIONS)
def test_upgrade_reaches_the_head_from_every_earlier_schema(tmp_path, revision):
    engine = make_engine(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    migrations.upgrade(engine, revision)

    migrations.upgrade(engine)

    assert migrations.is_current(engine)


def test_upgrading_twice_changes_nothing(engine):
    migrations.upgrade(engine)

    assert migrations.current_revision(engine) == REVISIONS[-1]


def test_a_database_of_a_newer_version_is_refused(engine):
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(SchemaTooNew) as refused:
        migrations.upgrade(engine)

    assert refused.value.data["found"] == "9999"


def test_migrations_are_numbered_without_gaps():
    assert [f"{number:04}" for number in range(1, len(REVISIONS) + 1)] == list(REVISIONS)


def test_a_running_server_does_not_carry_what_only_commands_need():
    heavy = {"alembic", "cryptography.x509", "uvicorn"}
    asked = f"import config.serving, sys; print({heavy} & set(sys.modules))"

    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "set()"
