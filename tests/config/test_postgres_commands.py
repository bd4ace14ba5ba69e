"""The command line on PostgreSQL: examined, backed up, put back, and words when it fails."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from config import dumps
from store import migrations
from store.database import make_engine
from tests.config.test_commands import run
from tests.config.test_dumps import server, tools

__all__ = ["run", "server", "tools"]


@pytest.fixture
def shop(server, run, monkeypatch):
    """Run `comptoir` on a PostgreSQL database that `init` has been run on."""
    url = server.url.render_as_string(hide_password=False)
    monkeypatch.setenv("COMPTOIR_DATABASE__URL", url)
    done = run("init", "--store", "LIL", "--pin", "2580")
    assert done.returncode == 0, done.stderr
    return run


def people(shop):
    return [each["code"] for each in json.loads(shop("staff", "list", "--json").stdout)]


def test_the_doctor_finds_a_fresh_server_healthy(shop):
    report = json.loads(shop("doctor", "--json").stdout)

    assert report["state"] == "ok"


def test_a_dump_is_put_back_with_what_lies_beside_it(shop, tmp_path: Path):
    backup, data = tmp_path / "backup.dump", tmp_path / "data"
    (data / "tickets.key").write_text("ab" * 32)
    assert shop("backup", str(backup)).returncode == 0
    shop("staff", "add", "lea", "--pin", "4321")
    (data / "tickets.key").unlink()

    done = shop("restore", str(backup), "--yes")

    assert done.returncode == 0, done.stderr
    assert people(shop) == ["responsable"]
    assert (data / "tickets.key").read_text() == "ab" * 32
    kept = data / "before-restore.dump"
    assert str(kept) in done.stdout
    shop("restore", str(kept), "--yes")
    assert people(shop) == ["lea", "responsable"]
    assert json.loads(shop("doctor", "--json").stdout)["state"] == "ok"


def test_a_dump_of_an_older_version_is_put_back_and_brought_forward(
    shop, server, postgres_url, tmp_path: Path
):
    older = make_engine(postgres_url.set(database=f"{server.url.database}_older"))
    with server.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"CREATE DATABASE {older.url.database}"))
        migrations.upgrade(older, "0013")
        dumps.copy(older.url, tmp_path / "older.dump")
        older.dispose()
        connection.execute(text(f"DROP DATABASE {older.url.database}"))

    done = shop("restore", str(tmp_path / "older.dump"), "--yes")

    assert done.returncode == 0, done.stderr
    assert migrations.is_current(server)
    assert people(shop) == []


def stand_at(server, version):
    with server.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        if version:
            connection.execute(text(f"INSERT INTO alembic_version VALUES ('{version}')"))


@pytest.mark.parametrize("version", ["9999", None], ids=["newer", "another program's"])
def test_a_dump_that_is_not_ours_changes_nothing(shop, server, tmp_path: Path, version):
    stand_at(server, version)
    dumps.copy(server.url, tmp_path / "other.dump")
    stand_at(server, migrations.REVISIONS[-1])
    shop("staff", "add", "lea", "--pin", "4321")

    done = shop("restore", str(tmp_path / "other.dump"), "--yes")

    assert done.returncode == 1
    assert "version" in done.stderr
    assert people(shop) == ["lea", "responsable"]


def test_a_text_that_is_no_dump_is_refused_in_one_line(shop, tmp_path: Path):
    (tmp_path / "notes.txt").write_text("nothing here")

    done = shop("restore", str(tmp_path / "notes.txt"), "--yes")

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "pg_restore" in done.stderr
    assert people(shop) == ["responsable"]


def test_a_machine_without_the_tools_is_told_which(shop, monkeypatch, tmp_path: Path):
    monkeypatch.setenv("PATH", str(tmp_path))

    done = shop("backup", str(tmp_path / "backup.dump"))

    assert done.returncode == 1
    assert "pg_dump" in done.stderr


@pytest.mark.parametrize("command", [("doctor",), ("init", "--pin", "2580")])
def test_a_database_that_is_not_there_is_said_in_one_line(run, command):
    done = run(*command, COMPTOIR_DATABASE__URL="postgresql+psycopg://nobody@127.0.0.1:1/none")

    assert done.returncode == 1
    assert "COMPTOIR_DATABASE__URL" in done.stderr
    assert done.stderr.count("\n") == 1
