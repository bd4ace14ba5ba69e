"""A shop and its hub as real processes, and an assistant who works through all of it."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from config import sources
from store import codes, migrations, tokens
from store.database import make_engine, writing
from store.models import Card, Customer
from tests.faults.central import Central
from tests.servers import Server, free_port
from tests.shop import open_shop

QUICK = {
    "COMPTOIR_STORE__CODE": "LIL",
    "COMPTOIR_LIMITS__LOOKUPS_PER_MINUTE": "10000",
    "COMPTOIR_STAFF__LOCK_SECONDS": "3600",
    "COMPTOIR_SYNC__INTERVAL_SECONDS": "0.3",
    # a machine that stands still for a while is no fault of the other side
    "COMPTOIR_SYNC__CONNECT_TIMEOUT_SECONDS": "60",
    "COMPTOIR_SYNC__READ_TIMEOUT_SECONDS": "60",
    "COMPTOIR_SYNC__BREAKER_LATENCY_SECONDS": "60",
    "COMPTOIR_SYNC__BREAKER_FAILURES": "3",
    "COMPTOIR_SYNC__BREAKER_OPEN_SECONDS": "0.5",
    "COMPTOIR_SYNC__BACKOFF_BASE_SECONDS": "0.2",
    "COMPTOIR_SYNC__BACKOFF_MAX_SECONDS": "1",
    "COMPTOIR_SYNC__LEASE_SECONDS": "5",
}
CARDS = tuple(codes.generate(codes.Kind.CARD) for _ in range(8))


@pytest.fixture
def visits_wanted() -> int:
    """How many visits a test makes; `make faults` asks for 200."""
    return int(os.environ.get("FAULTS_VISITS", "30"))


def furnish(folder: Path) -> Engine:
    """Make a data folder with the small shop and eight customers with cards."""
    folder.mkdir()
    settings = sources.load(environ={"COMPTOIR_DATA_DIR": str(folder)})
    engine = make_engine(settings.database_url)
    migrations.upgrade(engine)
    now = datetime.now(UTC)
    with writing(engine) as session:
        open_shop(session, now=now)
        for number, card in enumerate(CARDS):
            person = Customer(
                source="crm",
                external_id=f"F-{number}",
                first_name=f"Client {number}",
                changed_at=now,
            )
            session.add(person)
            session.flush()
            session.add(Card(customer_id=person.id, code=card, issued_at=now))
    return engine


def end(server: Server) -> None:
    """End a server, however it stands."""
    if server.process is not None and server.process.poll() is None:
        server.process.kill()
        server.process.wait()


@pytest.fixture
def hub_engine(tmp_path):
    engine = furnish(tmp_path / "hub")
    yield engine
    engine.dispose()


@pytest.fixture
def store_engine(tmp_path):
    engine = furnish(tmp_path / "store")
    yield engine
    engine.dispose()


@pytest.fixture
def central():
    """A central system that does what a test wants it to."""
    made = Central()
    yield made
    made.stop()


@pytest.fixture
def hub(tmp_path, hub_engine):
    """A running hub."""
    server = Server(
        folder=tmp_path / "hub", port=free_port(), environ={"COMPTOIR_SERVER__ROLE": "hub"}
    )
    yield server.start()
    end(server)


@pytest.fixture
def make_store(tmp_path, store_engine):
    """Start a shop whose central system is at the given address."""
    made = []

    def make(hub_url, token="secret", **settings):
        environ = {
            **QUICK,
            "COMPTOIR_SYNC__HUB_URL": hub_url,
            "COMPTOIR_SYNC__TOKEN": token,
            **settings,
        }
        made.append(Server(folder=tmp_path / "store", port=free_port(), environ=environ))
        return made[-1].start()

    yield make
    for server in made:
        end(server)


@pytest.fixture
def shop_server(hub, hub_engine, make_store):
    """A running shop that tells the running hub."""
    with writing(hub_engine) as session:
        scopes = [
            "visits:write",
            "orders:write",
            "stock:write",
            "customers:read",
            "customers:write",
            "sync",
        ]
        token = tokens.create(session, name="shop", scopes=scopes, now=datetime.now(UTC))[1]
    return make_store(hub.url, token)
