"""Records survive the way to JSON and back."""

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from store import json_catalogue, json_orders, json_records
from store.records import (
    ConsentRecord,
    CustomerRecord,
    CustomerRef,
    DeliveryRecord,
    MovementRecord,
    OrderEventRecord,
    OrderLineRecord,
    OrderRecord,
    ProductRecord,
    ShownRecord,
    StockRecord,
    VariantRecord,
    VisitRecord,
)

NOW = datetime(2026, 11, 21, 13, 32, 5, 123456, tzinfo=UTC)
UID = "7c1b1a52-7a3e-4bb0-9b83-0d8ad3c9a001"
REF = CustomerRef(id=UID, source="crm", external_id="C-1", name="Camille Roussel")


def through_json(body):
    return json.loads(json.dumps(body))


def test_a_visit_survives():
    visit = VisitRecord(
        id=UID,
        store="LIL",
        staff="ines",
        staff_name="Inès",
        customer=REF,
        opened_by="tap",
        started_at=NOW - timedelta(minutes=9),
        ended_at=NOW,
        reason="gift",
        outcome="bought",
        products=(ShownRecord(sku="22699", kind="tried"),),
        note="« Cœur » 🎁",
        next_step="none",
    )

    assert json_records.read_visit(through_json(json_records.write_visit(visit))) == visit


def test_a_customer_survives():
    customer = CustomerRecord(
        source="crm",
        external_id="C-1",
        uid=UID,
        first_name="Camille",
        joined_on=date(2024, 2, 29),
        points=0,
        points_at=NOW,
        cards=("A", "B"),
    )
    body = through_json(json_records.write_customer(customer))

    assert json_records.read_customer(body, source="crm", external_id="C-1") == customer


def test_an_order_survives():
    order = OrderRecord(
        source="web",
        external_id="W-1",
        uid=UID,
        number="482915",
        store="LIL",
        customer=REF,
        placed_at=NOW,
        pickup_by=date(2026, 12, 1),
        paid=False,
        channel="kiosk",
        fulfilment="delivery",
        hold_until=NOW,
        delivery=DeliveryRecord(
            name="Camille",
            address="3 rue Basse",
            postcode="59800",
            city="Lille",
            phone="0600000042",
        ),
        currency="GBP",
        code="X",
        pickup_code="482915",
        state="ready",
        staging_place="B-04",
        lines=(OrderLineRecord(sku="22699", quantity=2, unit_price_minor=295, label="Tasse"),),
    )
    body = through_json(json_orders.write_order(order))

    assert json_orders.read_order(body, source="web", external_id="W-1") == order


@pytest.mark.parametrize("lines", [None, (("22699", 1), ("22423", 2))])
def test_an_event_survives(lines):
    event = OrderEventRecord(
        type="collected", occurred_at=NOW, lines=lines, identity_check="qr", staff="ines", uid=UID
    )

    assert json_orders.read_event(through_json(json_orders.write_event(event))) == event


def test_a_consent_survives():
    consent = ConsentRecord(
        source="store:LIL",
        source_id="1",
        customer=REF,
        purpose="marketing",
        state="withdrawn",
        channel="sms",
        stated_at=NOW,
        language="en",
    )

    assert json_records.read_consent(through_json(json_records.write_consent(consent))) == consent


def test_a_product_survives():
    variants = tuple(VariantRecord(sku=sku, price_minor=100, size=sku) for sku in "ABC")
    product = ProductRecord(reference="R", name="Tasse", name_en="Cup", variants=variants)

    assert (
        json_catalogue.read_product(through_json(json_catalogue.write_product(product))) == product
    )


def test_a_level_survives():
    level = StockRecord(
        store="LIL",
        sku="A",
        on_hand=3,
        as_of=NOW,
        source="till",
        safety_stock=1,
        incoming=4,
        incoming_on=date(2026, 12, 1),
    )

    assert (
        json_catalogue.read_stock(through_json(json_catalogue.write_stock(level, available=2)))
        == level
    )


@pytest.mark.parametrize(
    ("kind", "told", "quantity"),
    [
        ("count", "count", 2),
        ("shelf_check", "count", 2),
        ("delta", "delta", 2),
        ("return", "delta", 2),
        ("handover", "delta", -2),
    ],
)
def test_a_movement_is_told_as_a_count_or_a_signed_delta(kind, told, quantity):
    movement = MovementRecord(
        source="till", source_id="1", store="LIL", sku="A", kind=kind, quantity=2, occurred_at=NOW
    )

    body = through_json(json_catalogue.write_movement(movement))

    assert (body["kind"], body["quantity"]) == (told, quantity)
    assert json_catalogue.read_movement(body).occurred_at == NOW


def test_times_of_any_zone_are_read_as_utc():
    paris = timezone(timedelta(hours=1))

    assert json_records.write_time(NOW.astimezone(paris)) == "2026-11-21T13:32:05.123456Z"
    assert json_records.moment("2026-11-21T14:32:05.123456+01:00") == NOW
