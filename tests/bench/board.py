"""The board of pickups with 300 open orders, and a change of one seen on 30 tablets.

Run: python -m tests.bench.board [--orders 300] [--tablets 30] [--changes 20]

First paint: the page as one tablet asks for it after each change, so that it is drawn anew every
time; beside it the same page drawn already for another tablet, and the floor: a static file.
Changes: an order is told ready through the machine API, and every tablet, told by its own stream,
reads the board and the arrivals again. The clients share the machine's cores.
"""

import argparse
import asyncio
import http.client
import re
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import requests
from sqlalchemy.orm import Session

from store import migrations, pickups
from store.database import make_engine, writing
from store.models import ApiToken, Order, Staff
from store.records import CustomerRef, OrderEventRecord, OrderLineRecord, OrderRecord
from store.secrets import hashed
from tests.servers import Server, running
from tests.shop import PIN, open_shop

FIRST = "Camille Nadia Thomas Zoé Élodie Awa Paul Karim Lucie Hugo Fatou Marc Sonia René".split()
SKUS = ("22699", "22423", "99999")
PATHS = ("/tablet/pickups/board", "/tablet/pickups/arrivals")
TOKEN = re.compile(r'name="(csrf_token|key)" value="([^"]+)"')
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


def prepare(folder: Path, orders: int) -> tuple[list[str], str]:
    """Make a shop with so many open orders; return the ids of those accepted, and Inès's."""
    engine = make_engine(f"sqlite:///{folder / 'comptoir.db'}")
    migrations.upgrade(engine)
    now = datetime.now(UTC)
    with writing(engine) as session:
        shop = open_shop(session, now=now)
        uids = [add(session, number, now).uid for number in range(orders)]
        scopes = ["orders:write"]
        token = ApiToken(name="b", token_hash=hashed("bench"), scopes=scopes, created_at=now)
        session.add(token)
        ines = session.get_one(Staff, shop.ines.id).uid
    engine.dispose()
    return uids[::2], ines


def add(session: Session, number: int, now: datetime) -> Order:
    """Add an order; each second one is ready."""
    record = OrderRecord(
        source="web",
        external_id=f"W{number}",
        number=str(600_000 + number),
        store="LIL",
        placed_at=now - timedelta(hours=5),
        promised_at=now + timedelta(minutes=number * 7 % 600 - 30),
        customer=CustomerRef(name=f"{FIRST[number % len(FIRST)]} Bernard"),
        lines=tuple(
            OrderLineRecord(sku=sku, quantity=1 + number % 3, unit_price_minor=295)
            for sku in SKUS[: 1 + number % 3]
        ),
    )
    order = pickups.upsert(session, record, now=now)
    if number % 2:
        order.staging_place = f"B-{number % 40:02}"
        ready = OrderEventRecord(type="ready", occurred_at=now, uid=f"ready-{number}")
        pickups.record_event(session, ready, order.uid, now=now)
    return order


def sign_in(server: Server, ines: str) -> str:
    """Sign Inès in on the tablet; return the cookie header."""
    link = requests.Session()
    link.cookies.set("comptoir_store_tablet", "tablet-secret", domain="127.0.0.1", path="/")
    page = link.get(f"{server.url}/tablet/sign-in?who={ines}", timeout=30).text
    fields = {**dict(TOKEN.findall(page)), "who": ines, "pin": PIN}
    answer = link.post(f"{server.url}/tablet/sign-in", fields, timeout=30, allow_redirects=False)
    if answer.status_code != 303:
        raise RuntimeError(answer.text)
    cookies = {cookie.name: cookie.value for cookie in link.cookies}
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def change(server: Server, uid: str, kind: str) -> float:
    """Tell of an order through the machine API; return when it was asked."""
    asked = time.perf_counter()
    event = {"type": kind, "lines": None, "reason": None}
    event["occurred_at"] = datetime.now(UTC).isoformat()
    told = requests.post(
        f"{server.url}/api/v1/orders/{uid}/events",
        json=event,
        headers={"Authorization": "Bearer bench", "Idempotency-Key": f"{uid}-{kind}-padding"},
        timeout=30,
    )
    if told.status_code not in (200, 201):
        raise RuntimeError(told.text + server.log())
    return asked


# --- first paint ------------------------------------------------------------------------------


def first_paint(server: Server, cookies: str, uids: list[str]) -> None:
    """Print how long the page takes when it has to be drawn, and when another tablet had it."""
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    for _ in range(10):
        ask(link, "/tablet/pickups", cookies)
    drawn, kept, floor = [], [], []
    for uid in uids:
        change(server, uid, "accepted")
        drawn.append(ask(link, "/tablet/pickups", cookies))
        kept.append(ask(link, "/tablet/pickups", cookies))
        floor.append(ask(link, "/static/css/clienteling.css", cookies))
    for name, times in (
        ("drawn anew", drawn),
        ("drawn for another", kept),
        ("a static file", floor),
    ):
        times.sort()
        p95 = times[int(len(times) * 0.95)]
        print(f"first paint, {name:18} p50 {statistics.median(times):6.1f} ms  p95 {p95:6.1f} ms")


def ask(link: http.client.HTTPConnection, path: str, cookies: str) -> float:
    """Open a page on a connection kept open; return its milliseconds."""
    started = time.perf_counter()
    link.request("GET", path, headers={"Cookie": cookies})
    answer = link.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return (time.perf_counter() - started) * 1000


# --- changes on many tablets ------------------------------------------------------------------


class Tablet:
    """A tablet on the board: its stream, and a connection on which it reads again when told."""

    def __init__(self, server: Server, cookies: str) -> None:
        self.port, self.cookies = server.port, cookies
        self.painted = asyncio.Event()
        self.at = 0.0
        self.bytes = 0

    async def open(self) -> None:
        """Open the stream; what is told is read on a second connection."""
        self.stream = await asyncio.open_connection("127.0.0.1", self.port)
        self.stream[1].write(self.head("/events?topics=orders,sync,staff,devices:printers"))
        self.page = await asyncio.open_connection("127.0.0.1", self.port)
        self.task = asyncio.create_task(self.follow())

    def head(self, path: str) -> bytes:
        return (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nHX-Request: true\r\n"
            f"HX-Request-Type: partial\r\nCookie: {self.cookies}\r\n\r\n"
        ).encode()

    async def follow(self) -> None:
        while line := await self.stream[0].readline():
            if line.startswith(b"event: orders"):
                for path in PATHS:
                    await self.read(path)
                self.at = time.perf_counter()
                self.painted.set()

    async def read(self, path: str) -> None:
        reader, writer = self.page
        writer.write(self.head(path))
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode())
        found = LENGTH.search(head)
        assert found is not None, head
        await reader.readexactly(int(found[1]))
        self.bytes = max(self.bytes, int(found[1]))


async def live(server: Server, cookies: str, tablets: int, uids: list[str]) -> None:
    """Print how long after a change every tablet had read what it shows now."""
    crowd = [Tablet(server, cookies) for _ in range(tablets)]
    for tablet in crowd:
        await tablet.open()
    await asyncio.sleep(2)
    delays: list[float] = []
    for uid in uids:
        for tablet in crowd:
            tablet.painted.clear()
        asked = await asyncio.to_thread(change, server, uid, "ready")
        await asyncio.wait_for(asyncio.gather(*(one.painted.wait() for one in crowd)), 60)
        delays += [(one.at - asked) * 1000 for one in crowd]
        await asyncio.sleep(0.3)
    for tablet in crowd:
        tablet.task.cancel()
    delays.sort()
    p50, p99 = statistics.median(delays), delays[int(len(delays) * 0.99)]
    memory = psutil.Process(server.pid).memory_info().rss / 1e6
    print(
        f"{tablets} tablets, {len(uids)} changes: p50 {p50:.0f} ms  p99 {p99:.0f} ms  "
        f"worst {delays[-1]:.0f} ms; {crowd[0].bytes:,} bytes a board; server {memory:.0f} MB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=300)
    parser.add_argument("--tablets", type=int, default=30)
    parser.add_argument("--changes", type=int, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        uids, ines = prepare(folder, asked.orders)
        more = {"COMPTOIR_STORE__CODE": "LIL", "COMPTOIR_LIMITS__LOOKUPS_PER_MINUTE": "10000"}
        with running(folder, **more) as server:
            cookies = sign_in(server, ines)
            first_paint(server, cookies, uids[:40])
            asyncio.run(live(server, cookies, asked.tablets, uids[40 : 40 + asked.changes]))


if __name__ == "__main__":
    main()
