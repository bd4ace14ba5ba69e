"""Migrations: forward from empty and from each earlier schema, without drift."""

import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, text

from store import migrations
from store.database import make_engine
from store.errors import SchemaTooNew
from store.migrations import REVISIONS
from store.models import Base

RELEASED = "0009"  # the schema of the shops that run already


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


def test_upgrade_keeps_the_rows_of_a_shop_that_has_some(tmp_path):
    """A step that makes a table anew drops it first, which the rows that point at it forbid."""
    engine = make_engine(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    migrations.upgrade(engine, RELEASED)
    before = one_row_in_each_table(engine)

    migrations.upgrade(engine)

    with engine.connect() as connection:
        counts = {
            name: connection.scalar(text(f'SELECT count(*) FROM "{name}"')) for name in before
        }
        assert counts == dict.fromkeys(before, 1)
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


def one_row_in_each_table(engine):
    """Fill every table with one row, whose pointers lead to the one row of the others."""
    kept = MetaData()
    kept.reflect(engine)
    tables = [table for table in kept.sorted_tables if table.name != "alembic_version"]
    with engine.begin() as connection:
        for table in tables:
            connection.execute(table.insert().values({c.name: filled(c) for c in table.columns}))
    return [table.name for table in tables]


def filled(column):
    known = {
        int: 1,
        str: "x",
        bool: True,
        float: 1.0,
        date: date(2026, 1, 1),
        object: {},  # JSON
        bytes: b"x",
    }
    kind = column.type.python_type
    return datetime(2026, 1, 1, tzinfo=UTC) if kind is datetime else known[kind]


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
    heavy = {"alembic", "cryptography", "uvicorn"}
    asked = f"import config.serving, sys; print({heavy} & set(sys.modules))"

    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "set()"
