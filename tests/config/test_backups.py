"""A backup is taken while running, read back, and can be put back."""

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from config import backups
from config.backups import BackupUnusable
from store.database import make_engine, reading, writing
from store.errors import DiskFull
from store.models import Store


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path) -> Path:
    path = tmp_path / "comptoir.db"
    path.write_bytes(sqlite_template.read_bytes())
    return path


@pytest.fixture
def server(database: Path) -> Engine:
    engine = make_engine(f"sqlite:///{database}")
    yield engine
    engine.dispose()


def open_shops(engine: Engine, numbers: range) -> None:
    for number in numbers:
        with writing(engine) as session:
            session.add(Store(code=f"S{number}", name=f"Shop {number}"))


def codes(path: Path) -> set[str]:
    engine = make_engine(f"sqlite:///{path}")
    with reading(engine) as session:
        found = set(session.scalars(select(Store.code)))
    engine.dispose()
    return found


def test_a_backup_holds_what_was_committed(database: Path, server: Engine, tmp_path: Path):
    open_shops(server, range(3))

    size = backups.copy(database, tmp_path / "backup.db")

    assert codes(tmp_path / "backup.db") == {"S0", "S1", "S2"}
    assert size == (tmp_path / "backup.db").stat().st_size


def test_a_backup_while_others_write_is_one_moment(database: Path, server: Engine, tmp_path: Path):
    writer = threading.Thread(target=open_shops, args=(server, range(100)))
    writer.start()

    backups.copy(database, tmp_path / "backup.db")

    writer.join()
    kept = codes(tmp_path / "backup.db")
    assert kept == {f"S{number}" for number in range(len(kept))}
    assert len(codes(database)) == 100


def test_a_backup_is_one_file(database: Path, server: Engine, tmp_path: Path):
    backups.copy(database, tmp_path / "backup.db")

    assert not list(tmp_path.glob("backup.db-*"))
    assert not list(tmp_path.glob("*.part"))


def test_a_backup_is_read_by_its_owner_alone(database: Path, server: Engine, tmp_path: Path):
    backups.copy(database, tmp_path / "backup.db")

    assert (tmp_path / "backup.db").stat().st_mode & 0o077 == 0


def test_a_damaged_backup_is_refused(database: Path, server: Engine, tmp_path: Path):
    open_shops(server, range(200))
    backups.copy(database, tmp_path / "backup.db")
    content = bytearray((tmp_path / "backup.db").read_bytes())
    content[8192:20000] = bytes(11808)
    (tmp_path / "backup.db").write_bytes(content)

    with pytest.raises(BackupUnusable):
        backups.check(tmp_path / "backup.db")


def test_another_program_s_database_is_refused(tmp_path: Path):
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE till (id)")
    connection.close()

    with pytest.raises(BackupUnusable):
        backups.check(other)


def test_a_text_is_not_a_backup(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("nothing here")

    with pytest.raises(BackupUnusable):
        backups.check(tmp_path / "notes.txt")


def test_a_failed_backup_leaves_the_one_before(database: Path, server: Engine, tmp_path: Path):
    backups.copy(database, tmp_path / "backup.db")
    before = (tmp_path / "backup.db").read_bytes()

    with pytest.raises(sqlite3.OperationalError):
        backups.copy(tmp_path / "nowhere.db", tmp_path / "backup.db")

    assert (tmp_path / "backup.db").read_bytes() == before


def test_a_disk_that_fills_up_leaves_nothing_half(database, server, tmp_path, monkeypatch):
    def fill(source, target):
        target.write_bytes(b"half")
        target.with_name(target.name + "-journal").write_bytes(b"half")
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(backups, "pour", fill)
    target = tmp_path / "copies" / "backup.db"
    target.parent.mkdir()

    with pytest.raises(DiskFull):
        backups.copy(database, target)

    assert list(target.parent.iterdir()) == []
