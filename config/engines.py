"""The HTTP server itself: granian, or uvicorn where there is no granian."""

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from config.asgi import Asgi

try:
    from granian.constants import Interfaces, SSLProtocols
    from granian.server.embed import Server as Granian
except ImportError:  # no wheel for this machine
    import uvicorn

    Granian = None


@dataclass(frozen=True, kw_only=True)
class Door:
    """Where the server listens, and how it ends."""

    host: str
    port: int
    certificate: Path | None
    key: Path | None
    backlog: int
    backpressure: int
    stop_seconds: int
    log_level: str


def run(application: Asgi, door: Door, *, on_stop: Callable[[], None]) -> NoReturn:
    """Serve until SIGTERM or Ctrl-C, then end the process; never returns.

    `on_stop` ends what would never end by itself.
    """
    if Granian:
        asyncio.run(run_granian(application, door, on_stop))
    else:
        run_uvicorn(application, door, on_stop)
    leave()


def leave() -> NoReturn:
    """End the process as it stands: all is answered, the workers have stopped.

    granian's threads wake the event loop as they end, and then want the interpreter once more. One
    that comes too late, on a busy machine, finds it being taken down: until Python 3.14 that ends
    the thread, and Rust answers with SIGABRT (PyO3's #2102). So does a log line of a daemon thread.
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


async def run_granian(application: Asgi, door: Door, on_stop: Callable[[], None]) -> None:
    # Embedded: one process. With granian's own supervisor a SIGKILL left the worker serving.
    server = Granian(
        application,
        address=door.host,
        port=door.port,
        interface=Interfaces.ASGI,
        websockets=False,
        backlog=door.backlog,
        backpressure=door.backpressure,
        log_enabled=False,
        ssl_cert=door.certificate,
        ssl_key=door.key,
        ssl_protocol_min=SSLProtocols.tls12,
    )

    def stop() -> None:
        end_for_certain(door.stop_seconds)
        on_stop()
        server.stop()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    await server.serve()


def end_for_certain(seconds: int) -> None:
    """End the process after `seconds` even if an answer is stuck; SQLite rolls back by itself."""
    timer = threading.Timer(seconds, os._exit, args=(0,))
    timer.daemon = True
    timer.start()


def run_uvicorn(application: Asgi, door: Door, on_stop: Callable[[], None]) -> None:
    config = uvicorn.Config(
        application,
        host=door.host,
        port=door.port,
        backlog=door.backlog,
        limit_concurrency=door.backpressure,
        timeout_graceful_shutdown=door.stop_seconds,
        log_level=door.log_level,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # which proxies are believed is said in one place, config/app.py
        ssl_certfile=door.certificate,
        ssl_keyfile=door.key,
    )

    class Server(uvicorn.Server):
        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            end_for_certain(door.stop_seconds)
            on_stop()
            super().handle_exit(sig, frame)

    # uvicorn raises what it caught once more at the end: being told to go is no failure
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: None)
    Server(config).run()
