"""A shop, its hub and its mail server: an order comes from the web, and is followed to its end."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
from aiosmtpd.controller import Controller
from sqlalchemy import Engine, Select, select, update
from sqlalchemy.orm import Session

from config import sources
from store import migrations, products, stock, stores, tokens
from store.database import make_engine, reading, writing
from store.models import Device, Order, OrderEvent
from store.records import MovementRecord, ProductRecord, VariantRecord
from tests import mail_server, servers
from tests.mail_server import Inbox
from tests.shop import open_shop

CUP, STAND, GREEN = "22699", "22423", "22697"
GTINS = {CUP: "2000000226996", STAND: "2000000224237", GREEN: "2000000226972"}
PRICES = {CUP: {"amount_minor": 295}, STAND: {"amount_minor": 1095}, GREEN: {"amount_minor": 285}}
ORDERED = {CUP: 2, STAND: 1}
PATIENCE_SECONDS = 60
TOKEN_SCOPES = (
    *("sync", "orders:read", "orders:write", "stock:read", "stock:write", "visits:write"),
    *("customers:read", "customers:write"),
)
UNLIMITED = {
    "COMPTOIR_LIMITS__LOOKUPS_PER_MINUTE": "10000",
    "COMPTOIR_LIMITS__REQUESTS_PER_MINUTE": "100000",
}
QUICK = {
    **UNLIMITED,
    "COMPTOIR_STORE__CODE": "LIL",
    "COMPTOIR_STAFF__LOCK_SECONDS": "3600",
    "COMPTOIR_SYNC__INTERVAL_SECONDS": "0.5",
    "COMPTOIR_SYNC__BREAKER_OPEN_SECONDS": "0.5",
    "COMPTOIR_SYNC__BACKOFF_BASE_SECONDS": "0.2",
    "COMPTOIR_SYNC__BACKOFF_MAX_SECONDS": "1",
    "COMPTOIR_MESSAGES__PASS_SECONDS": "1",
    "COMPTOIR_MESSAGES__BACKOFF_BASE_SECONDS": "1",
    "COMPTOIR_MESSAGES__BACKOFF_MAX_SECONDS": "1",
    "COMPTOIR_MESSAGES__SMTP_SECURITY": "none",
    "COMPTOIR_MESSAGES__EMAIL_FROM": "retraits@example.org",
}


@dataclass
class PickupShop:
    """Two running servers and an inbox; `cut` takes the internet away from the shop."""

    store: servers.Server
    hub: servers.Server
    token: str
    mail_port: int
    inbox: Inbox = field(default_factory=Inbox)
    mail: Controller | None = None

    def cut(self) -> None:
        """Lose the hub and the mail server at once, as a shop without internet does."""
        self.hub.kill()
        if self.mail:
            self.mail.stop()
            self.mail = None

    def restore(self) -> None:
        """Give both back."""
        if not servers.answers(f"{self.hub.url}/readyz"):
            self.hub.start()
        if self.mail is None:
            self.mail = mail_server.serve(self.inbox, port=self.mail_port)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Call the hub's machine API; the answer's body."""
        answer = requests.request(
            method,
            f"{self.hub.url}/api/v1{path}",
            json=body,
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=120,
        )
        assert answer.ok, answer.text
        return answer.json()

    def order(
        self,
        external_id: str,
        *,
        name: str,
        language: str,
        store: str = "LIL",
        goods: Mapping[str, int] = ORDERED,
    ) -> Any:
        """Let the web shop tell the hub of an order for somebody new: two cups and a stand."""
        body = {
            "number": external_id,
            "store": store,
            "customer": {"name": name, "email": f"{external_id.lower()}@example.org"},
            "language": language,
            "placed_at": datetime.now(UTC).isoformat(),
            "paid": True,
            "lines": [
                {"sku": sku, "quantity": units, "unit_price": {**PRICES[sku], "currency": "EUR"}}
                for sku, units in goods.items()
            ],
        }
        return self.ask("PUT", f"/orders/web/{external_id}", body)

    def happen(self, order: Any, kind: str) -> None:
        """Let another program tell the hub that something happened to a whole order."""
        told = {"type": kind, "lines": None, "occurred_at": datetime.now(UTC).isoformat()}
        self.ask("POST", f"/orders/{order['id']}/events", told)

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Look again until what one server tells has come to the other."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_so():
            assert time.monotonic() < deadline, self.store.log()
            time.sleep(0.1)

    @contextmanager
    def inside(self) -> Iterator[Session]:
        """Act by the shop's own rules on its database, beside the running server."""
        engine = engine_of(self.store.folder)
        try:
            with writing(engine) as session:
                yield session
        finally:
            engine.dispose()

    def look(self, query: Select[Any], *, at_hub: bool = False) -> list[Any]:
        """Return the first column of what a query finds in the shop's database, or the hub's."""
        engine = engine_of((self.hub if at_hub else self.store).folder)
        try:
            with reading(engine) as session:
                return [*session.scalars(query)]
        finally:
            engine.dispose()

    def events(self, order: Any, kind: str) -> list[Any]:
        """Return the details of the events of this kind that the hub has of an order."""
        query = select(OrderEvent.details).join(Order).where(OrderEvent.type == kind)
        return self.look(query.where(Order.uid == order["id"]), at_hub=True)

    def speak(self, language: str) -> None:
        """Set the language of the shop's own screens."""
        with self.inside() as session:
            session.execute(update(Device).values(language=language))

    def kinds(self, external_id: str) -> list[str]:
        """Return the subjects of what this order's customer was written, in order."""
        own = f"{external_id.lower()}@example.org"
        return [mail["Subject"] for mail in self.inbox.mails if own in mail["To"]]


def engine_of(folder: Path) -> Engine:
    """Return an engine on the database of a data folder."""
    return make_engine(sources.load(environ={"COMPTOIR_DATA_DIR": str(folder)}).database_url)


def furnish(folder: Path) -> Engine:
    """Make a data folder with the small shop, and something that can stand in for the cup."""
    folder.mkdir()
    engine = engine_of(folder)
    migrations.upgrade(engine)
    now = datetime.now(UTC)
    with writing(engine) as session:
        always_open = {day: [["00:00", "24:00"]] for day in stores.DAYS}
        open_shop(session, now=now).lille.opening_hours = always_open
        green = VariantRecord(sku=GREEN, price_minor=285, gtin="0" + GTINS[GREEN])
        products.upsert(
            session,
            ProductRecord(
                reference=GREEN,
                name="Tasse et soucoupe Regency vertes",
                category="kitchen",
                family="cup",
                variants=(green,),
            ),
            now=now,
        )
        counted = MovementRecord(
            source="till",
            source_id="count-green",
            store="LIL",
            sku=GREEN,
            kind="count",
            quantity=4,
            occurred_at=now,
        )
        stock.apply(session, [counted], now=now)
    return engine


@contextmanager
def running(home: Path) -> Iterator[PickupShop]:
    """Give the running shop and all that belongs to it."""
    hub_engine, store_engine = furnish(home / "hub"), furnish(home / "store")
    with writing(hub_engine) as session:
        token = tokens.create(session, name="all", scopes=TOKEN_SCOPES, now=datetime.now(UTC))[1]
    hub_engine.dispose()
    store_engine.dispose()
    mail_port = servers.free_port()
    with (
        servers.running(home / "hub", **UNLIMITED, COMPTOIR_SERVER__ROLE="hub") as hub,
        servers.running(
            home / "store",
            **QUICK,
            COMPTOIR_SYNC__HUB_URL=hub.url,
            COMPTOIR_SYNC__TOKEN=token,
            COMPTOIR_MESSAGES__SMTP_HOST="127.0.0.1",
            COMPTOIR_MESSAGES__SMTP_PORT=str(mail_port),
        ) as store,
    ):
        shop = PickupShop(store=store, hub=hub, token=token, mail_port=mail_port)
        shop.restore()
        try:
            yield shop
        finally:
            if shop.mail:
                shop.mail.stop()
