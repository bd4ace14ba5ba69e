"""A stock change committed → read again by 200 open screens; memory of the server.

Run: python -m tests.bench.screens [--screens 200] [--changes 40]

Each screen is a kiosk on one product's page: an event stream of its own, and a request for the
stock fragment whenever the stream says so. The floor beside it is the same load on a static
answer of the same size, told by the same streams. The clients share the machine's cores.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil
import requests

from store import migrations
from store.database import make_engine, writing
from store.models import ApiToken
from store.secrets import hashed
from tests.servers import Server, running
from tests.shop import open_shop

SKU = "22699"


@dataclass
class Screen:
    """One kiosk: what it asks for when it is told, and when it had read each change."""

    server: Server
    path: str
    told: asyncio.Event = field(default_factory=asyncio.Event)
    painted: list[float] = field(default_factory=list)
    body: str = ""

    async def follow(self) -> None:
        """Hold the stream; each event wakes the reader."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port, limit=2**20)
        writer.write(request("/events?topics=stock:" + SKU))
        try:
            while line := await reader.readline():
                if line.startswith(b"event: stock"):
                    self.told.set()
        finally:
            writer.close()

    async def read(self) -> None:
        """Read the fragment again each time, on a connection that stays open as a browser's."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port, limit=2**20)
        while True:
            await self.told.wait()
            self.told.clear()
            writer.write(request(self.path))
            self.body = await answer(reader)
            self.painted.append(time.perf_counter())


def request(path: str) -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nHX-Request: true\r\n"
        "HX-Request-Type: partial\r\nCookie: comptoir_store_kiosk=kiosk-secret\r\n\r\n"
    ).encode()


async def answer(reader: asyncio.StreamReader) -> str:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    if not head.startswith("http/1.1 200"):
        raise RuntimeError(head)
    length = int(head.split("content-length: ")[1].split("\r\n")[0])
    return (await reader.readexactly(length)).decode()


async def measure(server: Server, path: str, screens: int, changes: int) -> None:
    """Print how long after each commit every screen had read what it shows now."""
    crowd = [Screen(server, path) for _ in range(screens)]
    tasks = [asyncio.create_task(coroutine()) for s in crowd for coroutine in (s.follow, s.read)]
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
    memory = psutil.Process(server.process.pid).memory_info().rss / 1e6
    report(path, delays, memory, sum(len(screen.body) for screen in crowd) // screens)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


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
        headers={"Authorization": "Bearer bench", "Idempotency-Key": item["source_id"]},
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
