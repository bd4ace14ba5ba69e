"""Addresses of deliveries: told once, then forgotten."""

from dataclasses import replace
from datetime import timedelta

from store import addresses, outbox, pickups, placed_orders
from store.models import DeliveryAddress, OutboxMessage, StockLevel
from store.records import DeliveryRecord, OrderLineRecord, OrderRecord

HOME = DeliveryRecord(name="Camille", address="3 rue Basse", postcode="59800", city="Lille")


def order(session, now, number="D-1"):
    record = OrderRecord(
        source="store-LIL",
        external_id=number,
        number=number,
        store="LIL",
        placed_at=now,
        paid=False,
        channel="phone",
        fulfilment="delivery",
        delivery=HOME,
        lines=(OrderLineRecord(sku="22699", quantity=2, unit_price_minor=295),),
    )
    return record, pickups.upsert(session, record, now=now)


def test_a_delivery_holds_nothing_of_the_shop_and_stands_on_no_board(session, shop, now):
    _record, placed = order(session, now)

    level = session.get(StockLevel, (shop.lille.id, shop.cup.id), populate_existing=True)
    assert level.reserved == 0
    assert placed.uid not in [one.uid for one in pickups.list_open(session, shop.lille.id)]


def test_the_address_is_kept_once_and_mended(session, shop, now):
    record, placed = order(session, now)

    pickups.upsert(session, replace(record, delivery=replace(HOME, city="Roubaix")), now=now)

    kept = session.query(DeliveryAddress).one()
    assert (kept.order_id, kept.city) == (placed.id, "Roubaix")


def test_an_address_that_was_told_is_forgotten_with_its_fact(session, shop, now):
    _record, placed = order(session, now)
    payload = {"delivery": {"name": "Camille"}, "customer": {"name": "Camille"}, "number": "D1"}
    told = outbox.add(
        session, kind="order", subject=f"order:{placed.uid}", payload=payload, now=now
    )
    outbox.mark_delivered(session, told.uid, now=now)

    assert addresses.forget(session, before=now) == 0
    assert addresses.forget(session, before=now + timedelta(days=3)) == 1
    session.expire_all()
    assert session.query(DeliveryAddress).count() == 0
    assert session.query(OutboxMessage).one().payload == {
        "delivery": None,
        "customer": None,
        "number": "D1",
    }


def test_an_address_that_nobody_took_is_forgotten_when_its_order_is_over(session, shop, now):
    _record, placed = order(session, now)
    _record, other = order(session, now, number="D-2")
    for one in (placed, other):
        payload = {"delivery": {"name": "Camille"}, "customer": {"name": "Camille"}}
        fact = outbox.add(
            session, kind="order", subject=f"order:{one.uid}", payload=payload, now=now
        )
        outbox.set_aside(session, fact.uid, reason="422", now=now)
    placed_orders.cancel(session, placed.uid, now=now)

    assert addresses.forget(session, before=now + timedelta(days=3)) == 1
    session.expire_all()
    facts = session.query(OutboxMessage).filter_by(kind="order").order_by(OutboxMessage.id)
    assert [bool(fact.payload["delivery"]) for fact in facts] == [False, True]
