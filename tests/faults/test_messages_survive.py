"""What happens to an order is whole, and told to its customer once, whatever is killed and when."""

import math
import os
import threading
import time
import uuid
from collections import Counter
from datetime import UTC, datetime

import pytest
import requests
from sqlalchemy import func, select
from urllib3.exceptions import ProtocolError

from store import messages, tokens
from store.database import reading, writing
from store.models import CustomerMessage, Order, OrderEvent, OutboxMessage
from tests.faults.killer import Killer
from tests.mail_server import Inbox, serve
from tests.servers import free_port

PATIENCE_SECONDS = 300
TOLD = ("placed", "ready", "receipt")
DOMAIN = "maboutique.example"
AT_ONCE = 5  # orders that go through the shop side by side
STEPS = 4  # placed, accepted, ready, collected


@pytest.fixture
def transitions_wanted():
    """How many transitions a test makes; `make faults` asks for 500."""
    return int(os.environ.get("FAULTS_TRANSITIONS", "40"))


@pytest.fixture
def mail():
    inbox = Inbox(pause_seconds=0.02)  # a kill often falls into it
    port = free_port()
    controller = serve(inbox, port=port)
    yield inbox, port
    controller.stop()


@pytest.fixture
def shop_server(make_store, mail):
    """A shop of its own, whose customers are written at once."""
    return make_store(
        "",
        COMPTOIR_MESSAGES__EMAIL_FROM=f"retraits@{DOMAIN}",
        COMPTOIR_MESSAGES__SMTP_HOST="127.0.0.1",
        COMPTOIR_MESSAGES__SMTP_PORT=str(mail[1]),
        COMPTOIR_MESSAGES__SMTP_SECURITY="none",
        COMPTOIR_MESSAGES__PASS_SECONDS="0.2",
        COMPTOIR_MESSAGES__BACKOFF_BASE_SECONDS="0.1",
        COMPTOIR_MESSAGES__BACKOFF_MAX_SECONDS="0.5",
    )


class WebShop:
    """A program that brings orders and says what happens to them, and does not give up."""

    def __init__(self, url, engine):
        with writing(engine) as session:
            made = tokens.create(
                session, name="web", scopes=["orders:write"], now=datetime.now(UTC)
            )
        self.url, self.http = url, requests.Session()
        self.asked, self.cut = threading.Event(), 0
        self.http.headers["Authorization"] = f"Bearer {made[1]}"

    def place(self, number):
        price = {"amount_minor": 295, "currency": "EUR"}
        told = {
            "number": f"{number:06}",
            "store": "LIL",
            "customer": {"name": "Dominique", "email": f"d{number}@example.org"},
            "placed_at": datetime.now(UTC).isoformat(),
            "paid": True,
            "lines": [
                {"sku": sku, "quantity": 1, "unit_price": price} for sku in ("22699", "22423")
            ],
        }
        return self.ask("PUT", f"/orders/web/K-{number}", told)["id"]

    def tell(self, order, event):
        told = {"type": event, "occurred_at": datetime.now(UTC).isoformat()}
        self.ask("POST", f"/orders/{order}/events", told)

    def ask(self, method, path, body):
        """Send until the server answers: the same body under the same key."""
        key, deadline = str(uuid.uuid4()), time.monotonic() + PATIENCE_SECONDS
        while True:
            self.asked.set()
            try:
                answer = self.http.request(
                    method,
                    f"{self.url}/api/v1{path}",
                    json=body,
                    headers={"Idempotency-Key": key},
                    timeout=5,
                )
                if answer.status_code < 500:
                    assert answer.status_code < 300, answer.text
                    return answer.json()
            except requests.RequestException as error:
                self.cut += was_cut(error)
            assert time.monotonic() < deadline, f"{method} {path}: no answer"
            time.sleep(0.02)


def was_cut(error):
    """Tell whether a server went while it was at work on what it was asked."""
    return bool(error.args) and isinstance(error.args[0], ProtocolError)


def wait_until_sent(engine):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with reading(engine) as session:
            if messages.summary(session).waiting == 0:
                return
        time.sleep(0.05)
    with reading(engine) as session:
        raise AssertionError(messages.summary(session))


def go_through(web, engine, first):
    """Take some orders from the basket to the customer's hands; return their uids."""
    orders = [web.place(first + n) for n in range(AT_ONCE)]
    wait_until_sent(engine)
    for order in orders:
        web.tell(order, "accepted")
        web.tell(order, "ready")
    wait_until_sent(engine)
    for order in orders:
        web.tell(order, "collected")
    wait_until_sent(engine)
    return orders


def found(engine, uid):
    """Return everything that an order must have whole: states, events, facts, messages."""
    with reading(engine) as session:
        order = session.scalars(select(Order).where(Order.uid == uid)).one()
        of_order = OrderEvent.order_id == order.id
        events = session.scalars(select(OrderEvent).where(of_order).order_by(OrderEvent.id)).all()
        facts = select(func.count(OutboxMessage.id)).where(
            OutboxMessage.kind == "order_event", OutboxMessage.subject == f"order:{uid}"
        )
        told = select(CustomerMessage).where(CustomerMessage.order_id == order.id)
        rows = session.scalars(told.order_by(CustomerMessage.id)).all()
        return {
            "state": order.state,
            "lines": [line.state for line in order.lines],
            "events": [event.type for event in events],
            "facts": session.scalar(facts),
            "messages": [(row.kind, row.state) for row in rows],
        }, [f"<{row.uid}@{DOMAIN}>" for row in rows]


WHOLE = {
    "state": "collected",
    "lines": ["collected", "collected"],
    "events": ["accepted", "ready", "collected"],
    "facts": 3,
    "messages": [(kind, "sent") for kind in TOLD],
}


def test_killing_the_shop_loses_and_doubles_no_message_and_halves_no_order(
    shop_server, store_engine, mail, transitions_wanted
):
    inbox, _port = mail
    web = WebShop(shop_server.url, store_engine)
    killer = Killer([shop_server], seed=transitions_wanted, asked=web.asked)
    kills_wanted = math.ceil(transitions_wanted / 20)
    orders = []

    killer.start()
    started = time.monotonic()
    # a quick machine goes on until the server was killed often enough to mean something
    while STEPS * len(orders) < transitions_wanted or web.cut < kills_wanted:
        orders += go_through(web, store_engine, len(orders))
        assert len(orders) < 100 * transitions_wanted
    killer.stop()

    all_found = [found(store_engine, uid) for uid in orders]
    expected = [name for _order, names in all_found for name in names]
    arrived = Counter(inbox.ids)
    again = sum(arrived.values()) - len(arrived)
    print(
        f"{STEPS * len(orders)} transitions, {killer.kills} kills, {web.cut} in the middle of one, "
        f"{len(expected)} messages, "
        f"{again} handed over again under the same Message-ID, {time.monotonic() - started:.0f} s"
    )
    assert [order for order, _names in all_found if order != WHOLE] == []
    assert len(set(expected)) == len(TOLD) * len(orders)
    assert set(arrived) == set(expected)
    assert web.cut >= kills_wanted
