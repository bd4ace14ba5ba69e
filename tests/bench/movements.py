"""Stock movements through the machine API, 1,000 in one request; the floor is bare sqlite3.

Run: python -m tests.bench.movements [--requests 10] [--articles 500]

The floor writes the same rows into a table of the same shape with one executemany and one commit,
with the same pragmas, in a file of its own. Half of the movements are sales, the rest counts, of
many articles. What is measured is the whole call: HTTP, the check of each item, the movement, the
level, the change log, the fact for the hub.
"""

import argparse
import sqlite3
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import requests

from store import migrations
from store.database import PRAGMAS, make_engine, writing
from store.models import ApiToken, Product, Variant
from store.secrets import hashed
from tests.servers import Server, running
from tests.shop import open_shop

AT_ONCE = 1000
TARGET = 5_000  # rows a second
TABLE = """
CREATE TABLE movement (
  id INTEGER PRIMARY KEY, source TEXT, source_id TEXT, store_id INTEGER, variant_id INTEGER,
  kind TEXT, quantity INTEGER, occurred_at TEXT, recorded_at TEXT, reason TEXT,
  UNIQUE (source, source_id)
);
CREATE INDEX of_article ON movement (variant_id, store_id, occurred_at);
"""
INSERT = """
INSERT INTO movement (source, source_id, store_id, variant_id, kind, quantity, occurred_at,
  recorded_at, reason) VALUES (?, ?, 1, ?, ?, ?, ?, ?, '') ON CONFLICT DO NOTHING
"""


def prepare(folder: Path, articles: int) -> None:
    """Make a data folder with the tests' small shop, many articles and a token."""
    engine = make_engine(f"sqlite:///{folder / 'comptoir.db'}")
    migrations.upgrade(engine)
    now = datetime.now(UTC)
    with writing(engine) as session:
        open_shop(session, now=now)
        for number in range(articles):
            sku = f"B{number:05}"
            product = Product(reference=sku, name=sku, changed_at=now)
            session.add(Variant(product=product, sku=sku, price_minor=100))
        token = {"name": "bench", "token_hash": hashed("bench"), "created_at": now}
        session.add(ApiToken(**token, scopes=["stock:write"]))
    engine.dispose()


def batch(number: int, articles: int) -> list[dict[str, Any]]:
    """Return one request's items: counts and sales of articles in turn."""
    start = datetime.now(UTC) - timedelta(hours=1)
    items = []
    for place in range(AT_ONCE):
        one = number * AT_ONCE + place
        is_sale = place % 2
        items.append(
            {
                "source": "bench",
                "source_id": f"m-{one}",
                "store": "LIL",
                "sku": f"B{one // 2 * 7 % articles:05}",
                "kind": "delta" if is_sale else "count",
                "quantity": -1 if is_sale else 10,
                "occurred_at": (start + timedelta(milliseconds=one)).isoformat(),
            }
        )
    return items


def post(server: Server, http: requests.Session, items: list[dict[str, Any]]) -> float:
    """Send one request; return how many rows a second it took in."""
    started = time.perf_counter()
    answer = http.post(
        f"{server.url}/api/v1/stock/movements",
        json={"items": items},
        headers={"Authorization": "Bearer bench"},
        timeout=60,
    )
    seconds = time.perf_counter() - started
    if answer.status_code != 200 or answer.json()["applied"] != len(items):
        raise RuntimeError(answer.text[:500] + server.log())
    return len(items) / seconds


def busy(server: Server) -> float:
    """Return the CPU seconds that the server has used, by which a busy machine can be told."""
    times = psutil.Process(server.pid).cpu_times()
    return float(times.user + times.system)


class Floor:
    """The same rows by bare sqlite3."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        for name, value in PRAGMAS.items():
            self.connection.execute(f"PRAGMA {name} = {value}")
        self.connection.executescript(TABLE)

    def write(self, items: list[dict[str, Any]]) -> float:
        """Write the rows of one request; return how many a second."""
        now = datetime.now(UTC).isoformat()
        names = ("source", "source_id", "sku", "kind", "quantity", "occurred_at")
        rows = [(*(item[name] for name in names), now) for item in items]
        started = time.perf_counter()
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.executemany(INSERT, rows)
        self.connection.execute("COMMIT")
        return len(rows) / (time.perf_counter() - started)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10)
    parser.add_argument("--articles", type=int, default=500)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder, asked.articles)
        floor = Floor(folder / "floor.sqlite3")
        ours, bare = [], []
        with running(folder, COMPTOIR_STORE__CODE="LIL") as server, requests.Session() as http:
            post(server, http, batch(asked.requests, asked.articles))  # warm
            before = busy(server)
            for number in range(asked.requests):
                items = batch(number, asked.articles)
                bare.append(floor.write(items))
                ours.append(post(server, http, items))
            spent = busy(server) - before
    for what, speeds in (("HTTP, 1,000 a request", ours), ("floor: executemany", bare)):
        least, most = min(speeds), max(speeds)
        middle = statistics.median(speeds)
        print(f"{what:24} {middle:8,.0f} rows/s (median; {least:,.0f} to {most:,.0f})")
    print(f"the server's own time: {asked.requests * AT_ONCE / spent:,.0f} rows per CPU second")
    ratio = statistics.median(b / o for b, o in zip(bare, ours, strict=True))
    print(f"wanted: {TARGET:,} rows/s; the floor is {ratio:.1f} times as fast")


if __name__ == "__main__":
    main()
