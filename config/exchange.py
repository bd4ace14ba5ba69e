"""The sync worker of a server, made from its settings."""

import socket

from sqlalchemy import Engine, select

from config import pace
from config.settings import Settings
from store.breaker import Breaker
from store.connectors.http import HttpConnector
from store.database import reading
from store.models import Store
from store.sync import Syncing


def make_worker(settings: Settings, engine: Engine, *, name: str) -> Syncing | None:
    """Return the worker that talks to the hub, or None when this server has none above it."""
    if not settings.sync.hub_url:
        return None
    # the data folder is held by one server at a time, so this name is nobody else's
    own_name = f"{name}@{socket.gethostname()}:{settings.data_dir}"
    own_store = settings.store.code or only_store(engine)
    link = connector(settings, store=own_store)
    return Syncing(
        engine,
        link,
        name=own_name,
        own_store=own_store,
        pace=pace.of(
            settings.sync,
            pass_seconds=settings.sync.interval_seconds,
            lease_seconds=settings.sync.lease_seconds,
        ),
        breaker=breaker(settings),
    )


def only_store(engine: Engine) -> str:
    """Return the code of the only shop that is known, empty when there are several."""
    with reading(engine) as session:
        found = session.scalars(select(Store.code).limit(2)).all()
    return found[0] if len(found) == 1 else ""


def connector(settings: Settings, *, store: str) -> HttpConnector:
    sync = settings.sync
    return HttpConnector(
        sync.hub_url,
        sync.token,
        store=store,
        connect_timeout_seconds=sync.connect_timeout_seconds,
        read_timeout_seconds=sync.read_timeout_seconds,
    )


def breaker(settings: Settings) -> Breaker:
    sync = settings.sync
    return Breaker(
        failures=sync.breaker_failures,
        latency_seconds=sync.breaker_latency_seconds,
        open_seconds=sync.breaker_open_seconds,
    )
