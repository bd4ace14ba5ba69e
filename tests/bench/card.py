"""The customer's card at 10,000 and at 1,000,000 customers, and the floor beside it.

Run: python -m tests.bench.card [--cards 100]. The databases are kept in BENCH_DIR.

Four servers run at once and are asked in turn, so that what else the machine does falls on all of
them alike: the shop's own at both sizes, and for each a floor that runs the very statements of the
page by bare sqlite3, in one transaction as the page does, and sends the very bytes, headers
included. Times are those of one client on a kept connection; p50 and p99 are of all, the ratio is
of the quietest of five times for each card.
"""

import argparse
import http.client
import pickle
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import requests
from flask import Flask
from sqlalchemy import Engine, event

from config import sources
from config.app import create_app
from store.web.extensions import db
from tests.bench import kept, many_customers
from tests.servers import answers, free_port, running
from tests.shop import PIN

SMALL, LARGE = 10_000, 1_000_000
WARM_UP, ROUNDS, IN_A_ROW = 40, 5, 20
TABLET = {"comptoir_store_tablet": "tablet-secret"}
LIMITS = {
    "COMPTOIR_LIMITS__LOOKUPS_PER_MINUTE": "10000",
    "COMPTOIR_STAFF__LOCK_SECONDS": "3600",
    "COMPTOIR_STORE__CODE": "LIL",
}
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
PERSON = re.compile(r"/tablet/sign-in\?who=([0-9a-f-]{36})[^>]*>(?:(?!</a>).)*Inès", re.DOTALL)
Statements = list[tuple[str, Any]]
Work = tuple[Statements, list[tuple[str, str]], bytes]  # what is read, and the answer


@dataclass(frozen=True)
class Times:
    """Milliseconds, in order."""

    sorted: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        return self.at(0.5)

    @property
    def p99(self) -> float:
        return self.at(0.99)

    def at(self, share: float) -> float:
        return self.sorted[min(len(self.sorted) - 1, int(len(self.sorted) * share))]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was measured at one size; the CPU times are of a process, for one card."""

    customers: int
    server: Times
    floor: Times
    ratio: float
    flask_ratio: float
    server_cpu: float
    floor_cpu: float
    bytes: int
    statements: int

    def __str__(self) -> str:
        own, bare = self.server, self.floor
        return (
            f"{self.customers:>9,} customers: {own.p50:5.2f} ms (p99 {own.p99:5.2f}), floor"
            f" {bare.p50:5.2f} ms (p99 {bare.p99:5.2f}), {self.ratio:.1f} times, or"
            f" {self.flask_ratio:.1f} times the floor through Flask; CPU"
            f" {self.server_cpu:.2f} ms, floor {self.floor_cpu:.2f} ms; {self.statements} queries,"
            f" {self.bytes:,} bytes"
        )


@dataclass
class Shop:
    """A data folder, and the signed-in tablet whose cookies open its cards."""

    customers: int
    cards: list[int]

    def __post_init__(self) -> None:
        self.folder = many_customers.database(self.customers)

    def sign_in(self, url: str) -> str:
        """Sign in on the running server, open every card's file; return the cookie header."""
        tablet = requests.Session()
        tablet.cookies.update(TABLET)
        address = f"{url}/tablet/sign-in"
        who = PERSON.findall(tablet.get(address, timeout=10).text)[0]
        token = TOKEN.findall(tablet.get(f"{address}?who={who}", timeout=10).text)[0]
        send(tablet, address, csrf_token=token, who=who, pin=PIN)
        token = TOKEN.findall(tablet.get(f"{url}/tablet/scan", timeout=10).text)[0]
        for uid in map(many_customers.uid, self.cards):
            send(tablet, f"{url}/tablet/customers", csrf_token=token, uid=uid, reason="no_card")
        return "; ".join(f"{name}={value}" for name, value in tablet.cookies.items())

    def paths(self) -> list[str]:
        return [f"/tablet/customers/{many_customers.uid(number)}" for number in self.cards]


def send(tablet: requests.Session, address: str, **fields: str) -> None:
    """Send a form; raises RuntimeError with the page when it is refused."""
    key = f"bench-{time.monotonic_ns():020}"
    answer = tablet.post(address, data={"key": key, **fields}, timeout=10, allow_redirects=False)
    if answer.status_code != 303:
        raise RuntimeError(f"{address} {fields}: {answer.status_code}\n{answer.text[:2000]}")


def sample(customers: int, cards: int) -> list[int]:
    """Draw customers who have everything, one in twenty of them for years."""
    drawn = random.Random(2026)
    full = [drawn.randrange(customers // 10) * 10 for _ in range(cards)]
    faithful = max(1, customers // many_customers.FAITHFUL)
    step = customers // faithful
    return [drawn.randrange(faithful) * step if at % 20 == 0 else n for at, n in enumerate(full)]


def application(shop: Shop) -> Flask:
    environ = {"COMPTOIR_DATA_DIR": str(shop.folder), **LIMITS}
    return create_app(sources.load(environ=environ))


@contextmanager
def told(engine: Engine) -> Iterator[Statements]:
    """Give the statements, with their values, that the block sends."""
    seen: Statements = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        seen.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def record(shop: Shop, cookies: str) -> list[Work]:
    """Ask for each card without a server; return what the floor has to do."""
    app = application(shop)
    client = app.test_client(use_cookies=False)
    with app.app_context(), told(db.engine) as seen:
        work = []
        for path in [shop.paths()[0], *shop.paths()]:
            seen.clear()
            answer = client.get(path, headers={"Cookie": cookies})
            assert answer.status_code == 200, (path, answer.status_code)
            read = [one for one in seen if one[0].startswith(("SELECT", "WITH"))]
            headers = [one for one in answer.headers.items() if one[0] != "Set-Cookie"]
            work.append((read, headers, answer.data))
    return work[1:]


@contextmanager
def floor(shop: Shop, work: Sequence[Any]) -> Iterator[tuple[int, psutil.Process]]:
    """Serve the floor of a shop; give its port and its process."""
    answers_file = shop.folder / "floor.pickle"
    answers_file.write_bytes(pickle.dumps(list(work)))
    port = free_port()
    database = str(shop.folder / kept.DATABASE)
    command = [sys.executable, "-m", "tests.bench.floor", database, str(answers_file), str(port)]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[2])
    try:
        while not answers(f"http://127.0.0.1:{port}/0"):
            time.sleep(0.05)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(10)


@dataclass
class Lane:
    """One server that is asked for one card after the other, on a connection that stays open."""

    port: int
    process: psutil.Process
    paths: list[str]
    cookies: str = ""
    taken: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def ask(self, turn: int) -> None:
        """Take the milliseconds until the whole answer is there."""
        path = self.paths[turn % len(self.paths)]
        began = time.perf_counter()
        self.connection.request("GET", path, headers={"Cookie": self.cookies})
        answer = self.connection.getresponse()
        answer.read()
        self.taken.append((time.perf_counter() - began) * 1000)
        assert answer.status == 200, (path, answer.status)
        self.keep(answer.getheader("Set-Cookie") or "")

    def keep(self, told: str) -> None:
        """Keep a cookie as a browser does."""
        name, _, rest = told.partition("=")
        others = [one for one in self.cookies.split("; ") if not one.startswith(f"{name}=")]
        if name:
            self.cookies = "; ".join([*others, f"{name}={rest.partition(';')[0]}"])

    def quiet(self) -> float:
        """Return the median over the cards of the quietest time of each."""
        cards = len(self.paths)
        return statistics.median(min(self.taken[at::cards]) for at in range(cards))

    def begin(self) -> None:
        """Forget the warming up."""
        self.taken.clear()
        self.cpu_taken = 0.0

    def ask_in_a_row(self, start: int) -> None:
        """Ask for some cards one after the other."""
        before = self.cpu()
        for turn in range(start, start + IN_A_ROW):
            self.ask(turn)
        self.cpu_taken += self.cpu() - before

    def cpu(self) -> float:
        """Return the milliseconds that the server and its workers have computed so far."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(sum(one.cpu_times()[:2]) for one in family) * 1000

    def cpu_of_one(self) -> float:
        return self.cpu_taken / len(self.taken)


def measure(cards: int) -> list[Figures]:
    """Return the figures of the small and of the large shop."""
    shops = [Shop(size, sample(size, cards)) for size in (SMALL, LARGE)]
    with ExitStack() as stack:
        pairs = [lanes(stack, shop) for shop in shops]
        every = [lane for *own, _work in pairs for lane in own]
        for turn in range(WARM_UP):
            for lane in every:
                lane.ask(turn)
        for lane in every:
            lane.begin()
        for start in range(0, cards * ROUNDS, IN_A_ROW):
            for lane in every:
                lane.ask_in_a_row(start)
        return [figures(shop, *pair) for shop, pair in zip(shops, pairs, strict=True)]


def lanes(stack: ExitStack, shop: Shop) -> tuple[Lane, Lane, Lane, list[Work]]:
    """Start a shop's server and its floor, which is asked with and without Flask."""
    server = stack.enter_context(running(shop.folder, **LIMITS))
    assert server.process is not None
    cookies = shop.sign_in(server.url)
    work = record(shop, cookies)
    port, process = stack.enter_context(floor(shop, work))
    own = Lane(server.port, psutil.Process(server.process.pid), shop.paths(), cookies)
    bare = Lane(port, process, [f"/{at}" for at in range(len(work))])
    flask = Lane(port, process, [f"/flask/{at}" for at in range(len(work))])
    return own, bare, flask, work


def figures(shop: Shop, own: Lane, bare: Lane, flask: Lane, work: Sequence[Any]) -> Figures:
    statements, _headers, body = work[0]
    return Figures(
        customers=shop.customers,
        server=Times(sorted(own.taken)),
        floor=Times(sorted(bare.taken)),
        ratio=own.quiet() / bare.quiet(),
        flask_ratio=own.quiet() / flask.quiet(),
        server_cpu=own.cpu_of_one(),
        floor_cpu=bare.cpu_of_one(),
        bytes=len(body),
        statements=len(statements),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=100)
    small, large = measure(parser.parse_args().cards)
    print(small, large, sep="\n")
    print(f"1,000,000 against 10,000 customers: {large.server.p50 / small.server.p50:.2f} ×")


if __name__ == "__main__":
    main()
