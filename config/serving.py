"""Start a server: hold its folder, check its port, bring its database up to date, serve."""

import ctypes
import gc
import logging
import sys
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from a2wsgi import WSGIMiddleware
from flask import Flask
from sqlalchemy import Engine

from config import engines, folder
from config.app import create_app
from config.asgi import Asgi, Hybrid, Worker
from config.database import open_engine
from config.exchange import make_worker
from config.labels import make_pushing
from config.messages import make_sending
from config.printing import make_printing
from config.settings import Settings
from config.tls import files_of
from kiosk.screen.rereads import checker
from store import migrations
from store.web import pickup_terms, picture_folder, sightings, steady_clock
from store.web.endings import Endings
from store.web.extensions import db
from store.web.following import ForeignChanges, authoriser
from store.web.health import answered
from store.web.housekeeping import Housekeeping, Keeping
from store.web.live import Bus, EventStream
from store.web.rereads import Rereads, finder
from store.web.steady_clock import SteadyClock
from store.word_book import Reading

M_ARENA_MAX = -8  # of malloc.h
Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


def serve(settings: Settings, *, ready: Callable[[Settings], None]) -> None:
    """Serve until told to stop; `ready` is called once everything that can fail has not.

    Raises NotInitialised, DataFolderInUse, PortTaken, SchemaTooNew, or FileNotFoundError when a
    certificate is not there.
    """
    start_log(settings)
    share_heaps()
    with folder.hold(settings.data_dir):
        folder.check_port(settings.server.host, settings.server.port)
        engine = open_engine(settings)
        migrations.upgrade(engine)
        engine.dispose()
        application = assemble(settings)
        ready(settings)
        set_apart()
        engines.run(application, door(settings), on_stop=application.bus.close_all)


def share_heaps() -> None:
    """Let all threads share two heaps of glibc's; one for each thread is 4 MB more in all.

    To be called before there are threads. See M_ARENA_MAX in mallopt(3).
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
        if mallopt is not None:
            mallopt(M_ARENA_MAX, 2)


def set_apart() -> None:
    """Leave what was loaded at the start out of the search for garbage: a page takes 15 % less."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def assemble(settings: Settings) -> Hybrid:
    """Put the pages, the live stream and the workers together."""
    bus = Bus()
    app = create_app(settings, bus=bus)
    pages = WSGIMiddleware(with_ended_bodies(app), workers=settings.server.threads)
    return Hybrid(
        bus=bus,
        events=EventStream(bus, authoriser(app)),
        pages=with_rereads(pages, app, bus) if settings.server.role == "store" else pages,
        workers=workers(app, settings, bus),
    )


def with_rereads(pages: Asgi, app: Flask, bus: Bus) -> Asgi:
    """Let what many kiosks read again at once be drawn for one of them."""
    return Rereads(pages, bus=bus, find=finder(app), check=checker(app), answered=answered(app))


def with_ended_bodies(app: Flask) -> Wsgi:
    """Let bodies without a Content-Length be read: a2wsgi ends its input where the body ends."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["wsgi.input_terminated"] = True
        return app(environ, start_response)

    return answer


def workers(app: Flask, settings: Settings, bus: Bus) -> list[Worker]:
    """Return what goes on beside the pages."""
    with app.app_context():
        engine = db.engine
    pictures, clock = settings.data_dir / picture_folder.FOLDER, steady_clock.of(app)
    made = [
        make_endings(settings, engine, clock),
        make_worker(settings, engine, name="server"),
        make_pushing(app, settings, engine),
        make_sending(app, settings, engine),
        make_printing(app, settings, engine),
    ]
    return [
        ForeignChanges(app, bus),
        Housekeeping(
            engine,
            sightings.of(app),
            pictures=pictures,
            clock=clock,
            keeping=keeping(settings),
        ),
        Reading(engine),
        *filter(None, made),
    ]


def make_endings(settings: Settings, engine: Engine, clock: SteadyClock) -> Endings | None:
    """Return the worker, or None on a hub, which ends nothing."""
    if settings.server.role != "store":
        return None
    terms = pickup_terms.of(settings.pickups)
    return Endings(engine, clock, store=settings.store.code, terms=terms)


def keeping(settings: Settings) -> Keeping:
    """Return how long what is kept."""
    return Keeping(
        lists=timedelta(hours=settings.handoffs.kept_hours),
        addresses=timedelta(days=settings.reservations.address_days),
        contacts=timedelta(days=settings.messages.contact_days),
        unmet=timedelta(days=settings.unmet.days),
    )


def start_log(settings: Settings) -> None:
    """Write the log to standard error, one line a message; ids only, no personal data."""
    line = "%(asctime)s %(levelname)s %(name)s %(message)s"
    logging.basicConfig(level=settings.server.log_level.upper(), format=line)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def door(settings: Settings) -> engines.Door:
    certificate, key = files_of(settings) if settings.https.mode != "off" else (None, None)
    server = settings.server
    return engines.Door(
        host=server.host,
        port=server.port,
        certificate=certificate,
        key=key,
        backlog=server.backlog,
        backpressure=server.backpressure,
        stop_seconds=server.stop_seconds,
        log_level=server.log_level,
    )
