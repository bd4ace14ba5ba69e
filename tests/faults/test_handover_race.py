"""Eight tablets give out the same pickup at the same instant: exactly one does, every time.

Over HTTP on a real server with the database that --database names; and the rule alone, by eight
threads, on both.
"""

import os
import threading
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import requests
from bs4 import BeautifulSoup
from sqlalchemy import func, select

from store import pickups, stock
from store.database import make_engine, reading, writing
from store.errors import AlreadyCollected
from store.models import Order, OrderEvent, OutboxMessage, StockLevel
from store.records import CustomerRef, MovementRecord, OrderLineRecord, OrderRecord
from tests.servers import running
from tests.shop import PIN, open_shop

CLIENTS = 8
ROUNDS = int(os.environ.get("FAULTS_ROUNDS", "25"))
PLENTY = 1_000
SKU = "22699"


def open_with_plenty(engine, now):
    """Open a shop with plenty of one cup; return who works there and an order of theirs."""
    with writing(engine) as session:
        shop = open_shop(session, now=now)
        counted = MovementRecord(
            source="erp",
            source_id="plenty",
            store="LIL",
            sku=SKU,
            kind="count",
            quantity=PLENTY,
            occurred_at=now - timedelta(minutes=1),
        )
        stock.apply(session, [counted], now=now)
        return shop.ines.uid, shop.order.uid


def bring(engine, number, now):
    """Let a ready order arrive from the web shop; return its id and that of its line."""
    with writing(engine) as session:
        brought = pickups.upsert(session, order(number, now), now=now)
        return brought.uid, brought.lines[0].uid


def order(number, now):
    return OrderRecord(
        source="web",
        external_id=f"R-{number}",
        number=str(600_000 + number),
        store="LIL",
        placed_at=now - timedelta(hours=1),
        customer=CustomerRef(name="Nadia Benali"),
        lines=(OrderLineRecord(sku=SKU, quantity=1),),
        state="ready",
    )


class Tablet:
    """One browser with its own session, and the barrier at which it waits for the others."""

    def __init__(self, url, staff_uid, order_uid, barrier):
        self.url, self.barrier, self.browser = url, barrier, requests.Session()
        self.browser.cookies.set("comptoir_store_tablet", "tablet-secret")
        self.token = self.read(f"/tablet/sign-in?who={staff_uid}")
        self.send("/tablet/sign-in", who=staff_uid, pin=PIN)
        self.token = self.read(f"/tablet/pickups/{order_uid}")

    def read(self, path):
        page = BeautifulSoup(self.browser.get(self.url + path, timeout=120).text, "html.parser")
        return page.find("input", {"name": "csrf_token"})["value"]

    def send(self, path, **fields):
        form = {"csrf_token": self.token, "key": str(uuid.uuid4())} | fields
        return self.browser.post(self.url + path, form, allow_redirects=False, timeout=120)

    def hand_over(self, order_uid, line_uid):
        self.barrier.wait()
        path = f"/tablet/pickups/{order_uid}/hand-over"
        return self.send(path, line=line_uid, check="qr").status_code


def test_eight_tablets_hand_over_each_pickup_once(database_url, tmp_path):
    engine, now = make_engine(database_url), datetime.now(UTC)
    ines, known_order = open_with_plenty(engine, now)
    settings = {
        "COMPTOIR_DATABASE__URL": database_url,
        "COMPTOIR_STORE__CODE": "LIL",
        "COMPTOIR_LIMITS__LOOKUPS_PER_MINUTE": "10000",
    }

    answers = []
    with running(tmp_path, **settings) as server, ThreadPoolExecutor(CLIENTS) as pool:
        barrier = threading.Barrier(CLIENTS)
        tablets = [Tablet(server.url, ines, known_order, barrier) for _ in range(CLIENTS)]
        for number in range(ROUNDS):
            ids = bring(engine, number, now)
            race = [pool.submit(tablet.hand_over, *ids) for tablet in tablets]
            answers.append(Counter(one.result() for one in race))
        for tablet in tablets:
            tablet.browser.close()

    assert answers == [Counter({409: CLIENTS - 1, 303: 1})] * ROUNDS
    assert_each_was_handed_over_once(engine)
    engine.dispose()


def test_eight_threads_hand_over_each_pickup_once(either_database_url):
    engine, now = make_engine(either_database_url), datetime.now(UTC)
    open_with_plenty(engine, now)
    barrier = threading.Barrier(CLIENTS)

    def hand_over(order_uid, line_uid):
        barrier.wait()
        try:
            with writing(engine) as session:
                pickups.hand_over(
                    session, order_uid, line_uids=[line_uid], staff=None, check="qr", now=now
                )
        except AlreadyCollected:
            return "refused"
        return "handed over"

    answers = []
    with ThreadPoolExecutor(CLIENTS) as pool:
        for number in range(ROUNDS):
            ids = bring(engine, number, now)
            race = [pool.submit(hand_over, *ids) for _ in range(CLIENTS)]
            answers.append(Counter(one.result() for one in race))

    assert answers == [Counter({"refused": CLIENTS - 1, "handed over": 1})] * ROUNDS
    assert_each_was_handed_over_once(engine)
    engine.dispose()


def assert_each_was_handed_over_once(engine):
    with reading(engine) as session:
        assert collected(session) == ROUNDS
        assert told(session) == {"order_event": ROUNDS, "stock_movements": ROUNDS}
        assert events_by_order(session) == {1}
        assert on_hand(session) == PLENTY - ROUNDS
        assert stock.compare(session) == []


def collected(session):
    ours = Order.external_id.startswith("R-"), Order.state == "collected"
    return session.scalar(select(func.count(Order.id)).where(*ours))


def told(session):
    by_kind = select(OutboxMessage.kind, func.count()).group_by(OutboxMessage.kind)
    return {row[0]: row[1] for row in session.execute(by_kind)}


def events_by_order(session):
    of_kind = select(func.count()).where(OrderEvent.type == "collected")
    return set(session.scalars(of_kind.group_by(OrderEvent.order_id)))


def on_hand(session):
    here = select(StockLevel.on_hand).join(StockLevel.variant).join(StockLevel.store)
    return session.scalar(here.filter_by(code="LIL").where(StockLevel.variant.has(sku=SKU)))
