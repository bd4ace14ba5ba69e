"""The floor beside the card: the same rows by bare sqlite3, the same bytes, the same server.

`/N` is without a framework, `/flask/N` the same through an empty Flask application. Run by card.py:
python -m tests.bench.floor DATABASE ANSWERS PORT
"""

import pickle
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from a2wsgi import WSGIMiddleware
from flask import Flask, Response

from config import engines
from config.asgi import Hybrid
from store.database import PRAGMAS
from store.web.live import Bus

_own = threading.local()


class Floor:
    """Answers `/N`: runs the statements of the Nth card, then sends its bytes."""

    def __init__(self, database: str, answers: str) -> None:
        self.database = database
        self.answers = pickle.loads(Path(answers).read_bytes())

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        headers, body = self.card(int(environ["PATH_INFO"].strip("/")))
        start("200 OK", headers)
        return [body]

    def card(self, number: int) -> tuple[list[tuple[str, str]], bytes]:
        """Read the rows of the Nth card, all at one moment, and return what is sent for it."""
        statements, headers, body = self.answers[number]
        connection = self.connection()
        connection.execute("BEGIN")
        for statement, values in statements:
            connection.execute(statement, values).fetchall()
        connection.execute("ROLLBACK")
        return headers, body

    def connection(self) -> sqlite3.Connection:
        """Return this thread's connection, with the pragmas of the real one."""
        if not hasattr(_own, "connection"):
            _own.connection = sqlite3.connect(self.database, isolation_level=None)
            for name, value in PRAGMAS.items():
                _own.connection.execute(f"PRAGMA {name} = {value}")
            _own.connection.execute("PRAGMA cache_size = -16384")
        own: sqlite3.Connection = _own.connection
        return own


def through_flask(floor: Floor) -> Flask:
    """Return an application whose only page is the floor."""
    app = Flask("floor")

    @app.get("/flask/<int:number>")
    def card(number: int) -> Response:
        headers, body = floor.card(number)
        return Response(body, headers=headers)

    return app


async def nothing(_scope: Any, _receive: Any, _send: Any) -> None:
    """Stand where the event stream stands."""


def main(database: str, answers: str, port: str) -> None:
    """Serve the floor as the real pages are served."""
    floor = Floor(database, answers)
    flask = through_flask(floor)

    def answer(environ: Any, start: Any) -> Iterable[bytes]:
        page = flask if environ["PATH_INFO"].startswith("/flask") else floor
        return page(environ, start)

    pages: Any = WSGIMiddleware(answer, workers=4)
    bus = Bus()
    door = engines.Door(
        host="127.0.0.1",
        port=int(port),
        certificate=None,
        key=None,
        backlog=4096,
        backpressure=4096,
        stop_seconds=3,
        log_level="warning",
    )
    engines.run(Hybrid(bus=bus, events=nothing, pages=pages), door, on_stop=bus.close_all)


if __name__ == "__main__":
    main(*sys.argv[1:])
