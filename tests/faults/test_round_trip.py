"""What is told to the hub reaches the shop, and what the shop does with it comes back."""

import time
from datetime import UTC, datetime, timedelta

import pytest
import requests
from sqlalchemy import func, select

from store import pickups, placed_orders, purchases, reservations, tokens
from store.database import reading, writing
from store.models import (
    Consent,
    Customer,
    Order,
    OutboxMessage,
    Product,
    Purchase,
    Staff,
    StockLevel,
    Store,
    Variant,
)
from store.placed_orders import Wish
from store.records import PurchaseLineRecord, PurchaseRecord

SOON_SECONDS = 120


@pytest.fixture
def told(hub, hub_engine):
    """Send something to the hub as the web shop does, and return what it answers."""
    with writing(hub_engine) as session:
        scopes = [scope for scope in tokens.SCOPES if scope.endswith("write")]
        secret = tokens.create(session, name="web", scopes=scopes, now=datetime.now(UTC))[1]

    def tell(method, path, body):
        headers = {"Authorization": f"Bearer {secret}"}
        url = f"{hub.url}/api/v1{path}"
        answer = requests.request(method, url, json=body, headers=headers, timeout=60)
        assert answer.status_code < 300, answer.text
        return answer.json()

    return tell


def wait_for(engine, query):
    """Return the first row that the query finds, once it finds one."""
    deadline = time.monotonic() + SOON_SECONDS
    while time.monotonic() < deadline:
        with reading(engine) as session:
            found = session.scalar(query)
        if found is not None:
            return found
        time.sleep(0.05)
    raise AssertionError(str(query))


def on_hand(engine, sku):
    with reading(engine) as session:
        level = select(StockLevel).join(StockLevel.variant).join(StockLevel.store)
        found = session.scalar(level.where(Variant.sku == sku, Store.code == "LIL"))
        return found.on_hand, found.reserved


def test_customers_products_and_stock_of_the_hub_reach_the_shop(
    told, shop_server, store_engine, hub_engine
):
    customer = told("PUT", "/customers/crm/N-1", {"first_name": "Noé", "cards": ["12345670"]})
    price = {"amount_minor": 990, "currency": "EUR"}
    told("PUT", "/products/NEW-1", {"name": "Bougie", "price": price})
    moment = datetime.now(UTC).isoformat()
    movement = {"store": "LIL", "sku": "NEW-1", "kind": "count", "quantity": 12}
    movement |= {"source": "erp", "source_id": "c-1", "occurred_at": moment}
    told("POST", "/stock/movements", {"items": [movement]})

    person = wait_for(store_engine, select(Customer).where(Customer.external_id == "N-1"))
    wait_for(store_engine, select(Product).where(Product.reference == "NEW-1"))
    wait_for(
        store_engine, select(StockLevel).join(StockLevel.variant).where(Variant.sku == "NEW-1")
    )

    assert (person.uid, person.first_name) == (customer["id"], "Noé")
    assert on_hand(store_engine, "NEW-1") == on_hand(hub_engine, "NEW-1") == (12, 0)


def test_an_order_of_the_web_is_collected_in_the_shop_and_both_agree(
    told, shop_server, store_engine, hub_engine
):
    line = {"sku": "22699", "quantity": 2}
    body = {"number": "900900", "store": "LIL", "lines": [line], "customer": {"name": "Marie C"}}
    body["placed_at"] = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    order = told("PUT", "/orders/web/R-1", body)
    wait_for(store_engine, select(Order).where(Order.uid == order["id"]))

    with writing(store_engine) as session:
        now = datetime.now(UTC)
        ines = session.scalar(select(Staff).where(Staff.code == "ines"))
        pickups.prepare(session, order["id"], staff=ines, place="B-09", now=now)
        here = session.scalar(select(Order).where(Order.uid == order["id"]))
        pickups.check_in(session, here, store=here.store, now=now)
        lines = [line.uid for line in here.lines]
        pickups.hand_over(session, here.uid, line_uids=lines, staff=ines, check="qr", now=now)

    collected = select(Order).where(Order.uid == order["id"], Order.state == "collected")
    wait_for(hub_engine, collected)
    level = select(StockLevel).join(StockLevel.variant).join(StockLevel.store)
    left = level.where(Variant.sku == "22699", Store.code == "LIL", StockLevel.on_hand == 4)
    wait_for(hub_engine, left)
    told("PUT", "/customers/crm/N-2", {"first_name": "Noé"})  # told after what the hub learnt
    wait_for(store_engine, select(Customer).where(Customer.external_id == "N-2"))
    states = [on_hand(store_engine, "22699"), on_hand(hub_engine, "22699")]
    assert states == [(4, 0), (4, 0)]
    wait_for(store_engine, collected)


def test_what_the_hub_knows_of_a_customer_reaches_the_shop(
    told, shop_server, store_engine, hub_engine
):
    customer = told("PUT", "/customers/crm/N-2", {"first_name": "Noé"})
    now = datetime.now(UTC)
    with writing(hub_engine) as session:
        taken = purchases.take_in(session, [sale(number, now) for number in range(3)], now=now)
    assert taken.added == 3
    body = {"source": "site", "source_id": "s-9", "customer": {"id": customer["id"]}}
    body |= {"purpose": "marketing", "channel": "sms", "state": "granted"}
    told("POST", "/consents", body | {"stated_at": now.isoformat()})

    wait_for(store_engine, select(Purchase).where(Purchase.external_id == "N-2-0"))
    wait_for(store_engine, select(Consent).where(Consent.source_id == "s-9"))

    with reading(store_engine) as session:
        rows = session.scalars(select(Purchase).where(Purchase.external_id.like("N-2-%"))).all()
        assert len(rows) == 3
        assert {(row.total_minor, row.lines_count, row.articles) for row in rows} == {(640, 2, 2)}
    with reading(hub_engine) as session:
        assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 0


def sale(number, now):
    cups = PurchaseLineRecord(sku="22699", quantity=2, amount_minor=590)
    postage = PurchaseLineRecord(sku="", quantity=1, amount_minor=50, label="Port")
    return PurchaseRecord(
        source="till",
        external_id=f"N-2-{number}",
        occurred_at=now - timedelta(days=number + 1),
        total_minor=640,
        currency="EUR",
        lines=(cups, postage),
        customer=("crm", "N-2"),
        store="LIL",
    )


def test_a_reservation_reaches_the_hub_with_its_codes_and_so_does_its_end(
    shop_server, store_engine, hub_engine
):
    now = datetime.now(UTC)
    with writing(store_engine) as session:
        cup = session.scalar(select(Variant).where(Variant.sku == "22699"))
        lille, roubaix = (
            session.scalar(select(Store).where(Store.code == code)) for code in ("LIL", "RBX")
        )
        order = reservations.reserve(
            session,
            [Wish(variant=cup)],
            own=lille,
            store=roubaix,
            channel="kiosk",
            name="Zoé",
            hold_until=now + timedelta(hours=20),
            now=now,
        )
        uid, code = order.uid, order.code
    there = wait_for(hub_engine, select(Order).where(Order.uid == uid))
    assert (there.code, there.channel, there.paid) == (code, "kiosk", False)

    with writing(store_engine) as session:
        placed_orders.cancel(session, uid, now=datetime.now(UTC))

    wait_for(hub_engine, select(Order).where(Order.uid == uid, Order.state == "cancelled"))
    told = select(OutboxMessage).where(OutboxMessage.state == "set_aside")
    with reading(store_engine) as session:
        assert session.scalar(told) is None
