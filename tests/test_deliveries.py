"""Orders for home delivery: taken here, told to the central system, nothing held."""

from dataclasses import replace

import pytest

from store import deliveries, placed_orders
from store.errors import Invalid
from store.models import DeliveryAddress, OutboxMessage
from store.placed_orders import Wish
from store.records import DeliveryRecord

HOME = DeliveryRecord(
    name="Camille Roussel",
    address="3 rue Basse",
    postcode="59800",
    city="Lille",
    phone="06 00 00 00 42",
)


def order(session, shop, now, to=HOME):
    wishes = [Wish(variant=shop.cup, quantity=2)]
    return deliveries.order(session, wishes, own=shop.lille, channel="phone", to=to, now=now)


def test_an_order_is_told_with_its_address(session, shop, now):
    placed = order(session, shop, now)

    fact = session.query(OutboxMessage).filter_by(uid=placed.uid).one()
    assert (fact.kind, fact.subject) == ("order", f"order:{placed.uid}")
    assert fact.payload["delivery"]["postcode"] == "59800"
    assert fact.payload["fulfilment"] == "delivery"
    assert session.query(DeliveryAddress).one().order_id == placed.id
    assert placed_orders.transmission(session, placed) == "waiting"


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"name": " "}, {"name": "empty"}),
        ({"address": "x" * 121}, {"address": "too_long"}),
        ({"phone": ""}, {"contact": "missing"}),
        ({"email": "camille"}, {"email": "malformed"}),
        ({"phone": "12"}, {"phone": "malformed"}),
    ],
)
def test_what_is_wrong_with_an_address_is_said_by_field(session, shop, now, wrong, fault):
    to = replace(HOME, **wrong)

    assert deliveries.faults(to) == fault
    with pytest.raises(Invalid):
        order(session, shop, now, to)
