"""New orders on the tablet: they ring on every tablet, louder with time, and are taken on."""

from datetime import timedelta

import pytest

from store import acceptance, pickups
from store.prepared import Prepared
from store.records import CustomerRef, OrderLineRecord, OrderRecord
from store.web import clock
from tests.page_client import PageClient

ALWAYS = {day: [["00:00", "24:00"]] for day in ("mo", "tu", "we", "th", "fr", "sa", "su")}


@pytest.fixture
def open_shop(session, shop):
    shop.lille.opening_hours = ALWAYS
    session.commit()
    return shop


@pytest.fixture
def manager(app, shop):
    return PageClient(app).become(shop.tablet_secret, "tablet").seat(shop.manager.uid)


def receive(session, number="500001", *, minutes_ago=0, seconds_ago=0):
    at = clock.now() - timedelta(minutes=minutes_ago, seconds=seconds_ago)
    record = OrderRecord(
        source="web",
        external_id=f"W-{number}",
        number=number,
        store="LIL",
        placed_at=at,
        promised_at=clock.now() + timedelta(days=1),
        customer=CustomerRef(name="Nadia Benali"),
        lines=(OrderLineRecord(sku="22699", quantity=2, unit_price_minor=295),),
    )
    order = pickups.upsert(session, record, now=at, own_store="LIL")
    session.commit()
    return order


def alert(page):
    return page.soup.select_one("#new-orders .arrival")


def test_all_that_wait_are_counted_also_when_only_the_first_are_named(
    tablet, session, open_shop, monkeypatch
):
    monkeypatch.setattr(acceptance, "_NEW", Prepared(acceptance._new().limit(2)))
    for number in ("500001", "500002", "500003"):
        receive(session, number)

    found = alert(tablet.get("/tablet/stock"))

    assert "3 nouvelles commandes" in found.b.text.replace("\xa0", " ")
    assert len(found.find_all("input", {"name": "uid"})) == 2
    assert found.button.text == "En prendre 2 en charge"


def test_one_that_comes_rings_also_when_it_is_not_named(tablet, session, open_shop, monkeypatch):
    monkeypatch.setattr(acceptance, "_NEW", Prepared(acceptance._new().limit(2)))
    for number, minutes_ago in (("500001", 4), ("500002", 3)):
        receive(session, number, minutes_ago=minutes_ago)
    rang = alert(tablet.get("/tablet/stock"))["data-ring"]

    third = receive(session, "500003", minutes_ago=2)
    found = alert(tablet.get("/tablet/stock"))

    assert rang != found["data-ring"] == f"new-{third.uid}-{found['data-stage']}"


def test_a_new_order_rings_on_every_page_with_what_and_until_when(tablet, session, open_shop):
    order = receive(session)

    found = alert(tablet.get("/tablet/stock"))

    assert found["data-ring"] == f"new-{order.uid}-ringing"
    text = found.get_text(" ", strip=True).replace("\u202f", " ")
    assert "1 nouvelle commande" in text
    assert "500 001\u00a0· Nadia B.\u00a0· 2 articles\u00a0· avant le" in text
    assert "Benali" not in text
    assert "depuis 0 min" not in text.replace("\xa0", " ")


def test_it_rings_where_a_manager_works_too_and_louder_with_time(manager, session, open_shop):
    receive(session)
    assert alert(manager.get("/tablet/stock")).has_attr("data-ring")

    receive(session, "500000", minutes_ago=6)

    page = manager.get("/tablet/stock")
    assert alert(page).has_attr("data-loud")
    assert "2 commandes que personne n’a prises en charge" in page.text


def test_nothing_rings_while_the_shop_is_closed(tablet, session, open_shop):
    tomorrow = (clock.now() + timedelta(days=2)).strftime("%a").lower()[:2]
    open_shop.lille.opening_hours = {tomorrow: [["09:30", "19:30"]]}
    session.commit()
    receive(session)

    found = alert(tablet.get("/tablet/stock"))

    assert found["data-stage"] == "closed"
    assert not found.has_attr("data-ring")


def test_taking_them_on_leaves_the_page_and_silences_all(tablet, manager, session, open_shop):
    orders = [receive(session), receive(session, "500002")]
    page = tablet.get("/tablet/stock")
    fields = page.form("/tablet/pickups/accept") | {"uid": [order.uid for order in orders]}

    answer = tablet.post("/tablet/pickups/accept", fields, follow=True)

    assert answer.answer.request.path == "/tablet/stock"
    assert alert(manager.get("/tablet/stock")) is None
    for order in orders:
        session.refresh(order)
    assert {order.state for order in orders} == {"accepted"}


def test_new_orders_come_with_the_arrivals_and_alone(tablet, session, open_shop):
    receive(session)

    assert tablet.block("/tablet/pickups/arrivals").soup.select_one("#new-orders[hx-swap-oob]")
    assert tablet.block("/tablet/pickups/new").soup.select_one("#new-orders .arrival")
