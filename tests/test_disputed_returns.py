"""Two shops that are cut off take the same article back: the hub counts the first it hears of."""

import re
import shutil
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from config import sources
from config.app import create_app
from store import disputed_returns, handovers, outbox, pickups, tokens, web_returns
from store.connectors.http import HttpConnector
from store.database import make_engine, reading, writing
from store.errors import Invalid
from store.handovers import Handing, Outcome
from store.models import (
    CustomerMessage,
    Order,
    OrderEvent,
    OutboxMessage,
    Staff,
    StockMovement,
    Store,
)
from store.sync import Syncing
from store.web.extensions import db
from store.web_returns import Returned
from tests.conftest import NOW
from tests.test_pickups import record

CUP = "22699"
PATIENT = {"connect_timeout_seconds": 120, "read_timeout_seconds": 120}


@dataclass
class Chain:
    """The databases of a hub and two shops, all knowing the same order, and their uplinks."""

    hub: Engine
    shops: dict[str, Engine]
    workers: dict[str, Syncing]
    order: str

    def take_back(self, code: str, quantity: int = 2) -> None:
        """Take cups of the order back in a shop; two were collected."""
        with writing(self.shops[code]) as session:
            store = session.scalar(select(Store).where(Store.code == code))
            staff = session.scalar(select(Staff).where(Staff.code == "ines"))
            returned = [Returned(sku=CUP, quantity=quantity, reason="other")]
            web_returns.take_back(session, self.order, returned, store=store, staff=staff, now=NOW)

    def tell(self, *codes: str) -> None:
        """Give the shops their uplink back, one after the other."""
        for code in codes:
            self.workers[code].run_once(NOW, with_pull=False)

    def outbox(self, code: str) -> dict[str, OutboxMessage]:
        """Return what a shop has told or has still to tell, by its kind."""
        with reading(self.shops[code]) as session:
            found = outbox.list_by_state(session, *outbox.STATES)
            return {row.kind: row for row in found}

    def counted(self) -> dict[str, int]:
        """Return how many units the hub has counted as returned, by the code of the shop."""
        with reading(self.hub) as session:
            units = select(Store.code, func.sum(StockMovement.quantity)).join(Store)
            back = units.where(StockMovement.kind.in_(("return", "delta"))).group_by(Store.code)
            return dict(session.execute(back).all())


@pytest.fixture
def chain(sqlite_shop, tmp_path, httpserver):
    path, names = sqlite_shop
    first = tmp_path / "hub.sqlite3"
    shutil.copy(path, first)
    engine = make_engine(f"sqlite:///{first}")
    with Session(engine, expire_on_commit=False) as session:
        secrets = {
            code: tokens.create(session, name=code, scopes=tokens.SCOPES, now=NOW)[1]
            for code in ("LIL", "RBX")
        }
        uid = collected(session, session.get_one(*names["ines"]))
        session.commit()
        session.connection().exec_driver_sql("COMMIT")
        session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shops = {code: copied(first, tmp_path / f"{code}.sqlite3") for code in secrets}
    app = hub_app(first, tmp_path)
    forward(httpserver, app)
    url = httpserver.url_for("")
    workers = {
        code: Syncing(
            shop,
            HttpConnector(url, secrets[code], store=code, **PATIENT),
            name=code,
            own_store=code,
            clock=lambda: 0.0,  # the hub is not slow, however slow this machine is
        )
        for code, shop in shops.items()
    }
    yield Chain(hub=engine, shops=shops, workers=workers, order=uid)
    for worker in workers.values():
        worker.connector.close()
    for one in (engine, *shops.values()):
        one.dispose()
    with app.app_context():
        db.engine.dispose()


def collected(session, staff) -> str:
    """Add an order of two cups and a cake stand that was handed over, told to everybody."""
    order = pickups.upsert(session, record(), now=NOW)
    pickups.prepare(session, order.uid, staff=staff, place="C-03", now=NOW)
    lines = {line.uid: Outcome() for line in order.lines}
    handovers.give(session, order.uid, Handing(lines=lines, check="qr"), staff=staff, now=NOW)
    session.query(OutboxMessage).delete()
    return order.uid


def copied(source, path):
    shutil.copy(source, path)
    return make_engine(f"sqlite:///{path}")


def hub_app(path, folder):
    settings = sources.load(
        environ={
            "COMPTOIR_DATA_DIR": str(folder),
            "COMPTOIR_DATABASE__URL": f"sqlite:///{path}",
            "COMPTOIR_SERVER__ROLE": "hub",
        }
    )
    return create_app(settings)


def forward(httpserver, app):
    """Let a port of this machine be the hub."""

    def answer(request):
        return app.test_client().open(
            request.path,
            method=request.method,
            query_string=request.args,
            headers=dict(request.headers),
            data=request.get_data(),
        )

    httpserver.expect_request(re.compile("/api/v1/.*")).respond_with_handler(answer)


@pytest.mark.parametrize("order", [("LIL", "RBX"), ("RBX", "LIL")])
def test_the_first_that_the_hub_hears_of_is_counted(chain, order):
    first, second = order
    chain.take_back("LIL")
    chain.take_back("RBX")

    chain.tell(first, second)

    assert chain.counted() == {first: 2}
    assert {row.state for row in chain.outbox(first).values()} == {"delivered"}
    aside = chain.outbox(second)
    assert {kind: row.state for kind, row in aside.items()} == {
        "order_event": "set_aside",
        "stock_movements": "set_aside",
    }
    for row in aside.values():
        assert disputed_returns.read(row.last_error).at == NOW


def test_the_shop_that_was_second_reads_where_they_were_taken_back(chain):
    chain.take_back("LIL")
    chain.take_back("RBX")
    chain.tell("LIL", "RBX")

    with reading(chain.shops["RBX"]) as session:
        order = session.scalar(select(Order).where(Order.uid == chain.order))
        (dispute,) = disputed_returns.list_by_order(session, order)

    with reading(chain.hub) as session:
        lille = session.scalar(select(Store.name).where(Store.code == "LIL"))
        (aside,) = disputed_returns.list_set_aside(session, limit=9)
    assert (dispute.shop, dispute.at) == (lille, NOW)
    assert (aside.first, dict(aside.units)) == (dispute, {CUP: 2})


def test_the_same_told_again_is_answered_as_before(chain):
    chain.take_back("LIL")
    chain.take_back("RBX")
    chain.tell("LIL", "RBX")

    for code, shop in chain.shops.items():
        with writing(shop) as session:
            session.query(OutboxMessage).update({"state": "pending"})
        chain.tell(code)
    with_another_key(chain)

    assert chain.counted() == {"LIL": 2}
    with reading(chain.hub) as session:
        returns = OrderEvent.type.in_(("returned", disputed_returns.TWICE))
        types = session.scalars(select(OrderEvent.type).where(returns).order_by(OrderEvent.id))
        assert types.all() == ["returned", disputed_returns.TWICE]


def with_another_key(chain):
    """Tell the same facts in new requests, which no idempotency key knows."""
    for code, shop in chain.shops.items():
        with writing(shop) as session:
            for row in outbox.list_by_state(session, *outbox.STATES):
                row.uid, row.state = f"{row.uid}-again", "pending"
        chain.tell(code)
        expected = "delivered" if code == "LIL" else "set_aside"
        assert {row.state for row in chain.outbox(code).values()} == {expected}


def test_units_that_are_still_out_may_come_back_in_another_shop(chain):
    chain.take_back("LIL", quantity=1)
    chain.take_back("RBX", quantity=1)

    chain.tell("LIL", "RBX")

    assert chain.counted() == {"LIL": 1, "RBX": 1}
    assert {row.state for row in chain.outbox("RBX").values()} == {"delivered"}


def test_a_shop_that_is_connected_knows_what_came_back_elsewhere(chain):
    chain.take_back("LIL")
    chain.tell("LIL")

    for _time in range(2):
        chain.workers["RBX"].run_once(NOW)

    with pytest.raises(Invalid) as refused:
        chain.take_back("RBX", quantity=1)
    assert refused.value.field == "quantity"
    with reading(chain.shops["RBX"]) as session:
        order = session.scalar(select(Order).where(Order.uid == chain.order))
        (told,) = web_returns.list_told(session, [order])[order.id]
        assert (told.store, told.at, told.lines[0]["quantity"]) == ("LIL", NOW, 2)
        written = select(CustomerMessage).where(CustomerMessage.kind == "returned")
        assert session.scalars(written).all() == []
    assert (chain.outbox("RBX"), chain.counted()) == ({}, {"LIL": 2})
    with reading(chain.shops["RBX"]) as session:
        back = select(StockMovement).join(Store).where(StockMovement.kind == "return")
        assert session.scalars(back.where(Store.code == "RBX")).all() == []


def test_a_shop_hears_of_its_own_return_and_keeps_one(chain):
    chain.take_back("LIL", quantity=1)
    chain.tell("LIL")

    chain.workers["LIL"].run_once(NOW)

    with reading(chain.shops["LIL"]) as session:
        order = session.scalar(select(Order).where(Order.uid == chain.order))
        assert len(web_returns.list_told(session, [order])[order.id]) == 1
