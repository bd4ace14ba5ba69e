"""The sync worker of a server, made from its settings."""

from sqlalchemy import Engine

from config.settings import Settings
from store.connectors.http import HttpConnector
from store.sync import Pace, Worker


def make_worker(settings: Settings, engine: Engine, *, name: str) -> Worker | None:
    """Return the worker that talks to the hub, or None when this server has none above it."""
    if not settings.sync.hub_url:
        return None
    return Worker(engine, connector(settings), name=name, pace=pace(settings))


def connector(settings: Settings) -> HttpConnector:
    sync = settings.sync
    return HttpConnector(
        sync.hub_url,
        sync.token,
        store=settings.store.code,
        connect_timeout_seconds=sync.connect_timeout_seconds,
        read_timeout_seconds=sync.read_timeout_seconds,
    )


def pace(settings: Settings) -> Pace:
    sync = settings.sync
    return Pace(
        interval_seconds=sync.interval_seconds,
        lease_seconds=sync.lease_seconds,
        backoff_base_seconds=sync.backoff_base_seconds,
        backoff_max_seconds=sync.backoff_max_seconds,
        breaker_failures=sync.breaker_failures,
        breaker_latency_seconds=sync.breaker_latency_seconds,
        breaker_open_seconds=sync.breaker_open_seconds,
    )
