"""A stock change committed → read again by 200 open screens; memory of the server.

Run: python -m tests.bench.screens [--screens 200] [--changes 40]

Each screen is a kiosk on one product's page: an event stream of its own, and a request for the
stock fragment whenever the stream says so. The floor beside it is the same load on a static
answer of the same size, told by the same streams. The clients share the machine's cores.
"""

import argparse
import asyncio
import re
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import requests

from store import migrations
from store.database import make_engine, writing
from store.models import ApiToken
from store.secrets import hashed
from tests.servers import Server, running
from tests.shop import open_shop

SKU = "22699"


REQUEST = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nHX-Request: true\r\n"
    "HX-Request-Type: partial\r\nCookie: comptoir_store_kiosk=kiosk-secret\r\n\r\n"
)
COOKIE = re.compile(rb"set-cookie: (comptoir_store_session=[^;\r]+)", re.IGNORECASE)
HEAD_ENDS, LENGTH, TOLD = b"\r\n\r\n", b"content-length: ", b"event: stock"


class Screen:
    """One kiosk: a stream that is followed, and what it reads again on a connection kept open.

    The clients share the cores with the server, so that they do no more than a browser's network
    thread: requests are ready-made bytes, answers are counted up to their length.
    """

    def __init__(self, server: Server, path: str) -> None:
        self.server = server
        self.asks = REQUEST.format(path=path).encode()
        self.painted: list[float] = []
        self.size = 0

    async def open(self) -> None:
        """Open both connections; each event makes the reader ask."""
        loop, at = asyncio.get_running_loop(), ("127.0.0.1", self.server.port)
        self.reader = Reader(self)
        await loop.create_connection(lambda: self.reader, *at)
        self.reader.ask()  # the page itself, from which a browser has its cookie
        self.stream, _ = await loop.create_connection(lambda: Stream(self.reader), *at)

    def keep_cookie(self, head: bytes) -> None:
        """Send from now on what the server has given, as a browser does."""
        given = COOKIE.search(head)
        if given and given[1] not in self.asks:
            self.asks = self.asks.replace(b"\r\n\r\n", b"; " + given[1] + b"\r\n\r\n")

    def close(self) -> None:
        self.stream.close()
        self.reader.transport.close()


class Stream(asyncio.Protocol):
    """The event stream of a screen."""

    def __init__(self, reader: "Reader") -> None:
        self.reader = reader
        self.rest = b""

    def connection_made(self, transport: Any) -> None:
        transport.write(REQUEST.format(path=f"/events?topics=stock:{SKU}").encode())

    def data_received(self, data: bytes) -> None:
        whole, _, self.rest = (self.rest + data).rpartition(b"\n")
        if TOLD in whole:
            self.reader.ask()


class Reader(asyncio.Protocol):
    """The requests of a screen, one at a time; what is told meanwhile is asked afterwards."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.is_busy = self.is_told = False
        self.got = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def ask(self) -> None:
        self.is_told = self.is_busy
        if not self.is_busy:
            self.is_busy = True
            self.transport.write(self.screen.asks)

    def data_received(self, data: bytes) -> None:
        self.got += data
        head, ends, body = self.got.partition(HEAD_ENDS)
        if not ends:
            return
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode())
        at = head.lower().index(LENGTH) + len(LENGTH)
        size = int(head[at:].split(b"\r", 1)[0])
        if len(body) < size:
            return
        self.screen.keep_cookie(head)
        self.screen.painted.append(time.perf_counter())
        self.screen.size, self.got, self.is_busy = size, b"", False
        if self.is_told:
            self.ask()


async def measure(server: Server, path: str, screens: int, changes: int) -> None:
    """Print how long after each commit every screen had read what it shows now."""
    crowd = [Screen(server, path) for _ in range(screens)]
    for screen in crowd:
        await screen.open()
    await asyncio.sleep(2)
    delays = []
    for number in range(changes):
        for screen in crowd:
            screen.painted.clear()
        committed = await asyncio.to_thread(change, server, number)
        while not all(screen.painted for screen in crowd):
            await asyncio.sleep(0.005)
        delays += [(screen.painted[0] - committed) * 1000 for screen in crowd]
        await asyncio.sleep(0.1)
    memory = psutil.Process(server.pid).memory_info().rss / 1e6
    report(path, delays, memory, sum(screen.size for screen in crowd) // screens)
    for screen in crowd:
        screen.close()


def change(server: Server, number: int) -> float:
    """Tell the server one sale through the machine API; return when it was asked.

    The commit lies between asking and the answer, so that the delays are never too kind.
    """
    asked = time.perf_counter()
    at = datetime.now(UTC).isoformat()
    item = {
        "source": "bench",
        "source_id": f"{server.port}-{number}-{at}",
        "store": "LIL",
        "sku": SKU,
        "kind": "delta",
        "quantity": -1 if number % 2 else 1,
        "occurred_at": at,
    }
    told = requests.post(
        f"{server.url}/api/v1/stock/movements",
        json={"items": [item]},
        headers={"Authorization": "Bearer bench", "Idempotency-Key": str(item["source_id"])},
        timeout=10,
    )
    if told.status_code != 200:
        raise RuntimeError(told.text + server.log())
    return asked


def report(path: str, delays: list[float], memory: float, size: int) -> None:
    delays.sort()
    p50, p99 = statistics.median(delays), delays[int(len(delays) * 0.99)]
    print(
        f"{path:44} {len(delays):6} paints  p50 {p50:6.0f} ms  p99 {p99:6.0f} ms  "
        f"{size:6} B  server {memory:4.0f} MB"
    )


def prepare(folder: Path) -> None:
    """Make a data folder with the tests' small shop and a token."""

    engine = make_engine(f"sqlite:///{folder / 'comptoir.db'}")
    migrations.upgrade(engine)
    now = datetime.now(UTC)
    with writing(engine) as session:
        open_shop(session, now=now)
        session.add(
            ApiToken(
                name="bench",
                token_hash=hashed("bench"),
                scopes=["stock:write"],
                created_at=now,
            )
        )
    engine.dispose()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--screens", type=int, default=200)
    parser.add_argument("--changes", type=int, default=40)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        with running(folder, COMPTOIR_STORE__CODE="LIL") as server:
            for path in (f"/kiosk/products/{SKU}/stock", "/static/favicon.svg"):
                asyncio.run(measure(server, path, asked.screens, asked.changes))


if __name__ == "__main__":
    main()
