"""Many at once are written exactly as one after the other."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from store import codes, customers, products
from store.errors import Invalid
from store.imports import many_goods, many_people
from store.models import (
    Card,
    Change,
    Customer,
    CustomerToken,
    Identity,
    Product,
    ProductToken,
    Variant,
)
from store.records import CustomerRecord, ProductRecord, VariantRecord
from store.sample import chance
from tests.imports.files import NOW

CLOCK = ProductRecord(
    reference="22727", name="Réveil en bakélite", name_en="Alarm Clock", category="Décoration",
    family="clock", source="test",
    variants=(
        VariantRecord(sku="22727", gtin="4006381333931", colour="rouge", price_minor=375),
        VariantRecord(sku="22726", colour="vert", tone="pistache", price_minor=375),
    ),
)  # fmt: skip
BOWL = ProductRecord(
    reference="B1", name="Bol", variants=(VariantRecord(sku="B1", price_minor=125),)
)
ZOE = CustomerRecord(source="test", external_id="1", country="FR", language="fr")
CARD = chance.code(codes.Kind.CARD, "zoe")
NAMED = replace(
    ZOE, external_id="2", uid=chance.uid("customer", "zoe"), first_name="Zoé", last_name="Petit",
    email=" ZOE@example.org", phone="06 39 98 00 01", points=12, points_at=NOW,
    cards=(CARD.lower(), "2991000000016"), joined_on=NOW.date(), tier="silver",
)  # fmt: skip

OURS = {"id", "uid", "product_id", "customer_id"}


def rows(session: Session, *tables: Any) -> list[list[dict[str, Any]]]:
    """Return what the tables hold, without the numbers that each database gives."""
    return [
        [
            {name: value for name, value in row._mapping.items() if name not in OURS}
            for row in session.execute(select(*table.__table__.columns))
        ]
        for table in tables
    ]


def test_new_products_are_written_as_their_rule_writes_them(session: Session) -> None:
    tables = (Product, Variant, ProductToken, Change)
    for record in (CLOCK, BOWL):
        products.upsert(session, record, now=NOW)
    by_rule = rows(session, *tables)
    session.rollback()

    assert many_goods.write(session, [CLOCK, BOWL], now=NOW) == 2

    at_once = rows(session, *tables)
    assert at_once[:2] == by_rule[:2]
    assert sorted(map(str, at_once[2])) == sorted(map(str, by_rule[2]))
    assert [row["key"] for row in at_once[3]] == [row["key"] for row in by_rule[3]]


def test_known_products_are_left_untouched_and_changed_ones_written(session: Session) -> None:
    many_goods.write(session, [CLOCK, BOWL], now=NOW)
    dearer = replace(BOWL, variants=(VariantRecord(sku="B1", price_minor=150),))

    assert many_goods.write(session, [CLOCK, BOWL], now=NOW) == 0
    assert many_goods.write(session, [CLOCK, dearer], now=NOW) == 1
    assert products.get_by_sku(session, "B1").price_minor == 150


def test_a_withdrawn_product_comes_back(session: Session) -> None:
    many_goods.write(session, [BOWL], now=NOW)
    session.execute(select(Product)).scalar_one().withdrawn_at = NOW
    session.flush()

    assert many_goods.write(session, [BOWL], now=NOW) == 1
    assert session.execute(select(Product)).scalar_one().withdrawn_at is None


def test_what_cannot_be_a_product_is_refused(session: Session) -> None:
    with pytest.raises(Invalid):
        many_goods.write(session, [replace(BOWL, name=" ")], now=NOW)


def test_new_customers_are_written_as_their_rule_writes_them(session: Session) -> None:
    tables = (Customer, CustomerToken, Identity, Card, Change)
    for record in (ZOE, NAMED):
        customers.upsert(session, record, now=NOW)
    by_rule = rows(session, *tables)
    session.rollback()

    assert many_people.write(session, [ZOE, NAMED], now=NOW) == 2

    at_once = rows(session, *tables)
    assert at_once[0] == by_rule[0]
    for place in (1, 2, 3):
        assert sorted(map(str, at_once[place])) == sorted(map(str, by_rule[place]))
    assert len(at_once[4]) == len(by_rule[4])
    assert customers.find_by_card(session, CARD).uid == NAMED.uid


def test_known_customers_are_left_untouched_and_changed_ones_written(session: Session) -> None:
    many_people.write(session, [ZOE, NAMED], now=NOW)
    moved = replace(NAMED, city="Lille")

    assert many_people.write(session, [ZOE, NAMED], now=NOW) == 0
    assert many_people.write(session, [ZOE, moved], now=NOW) == 1
    assert customers.find_by_card(session, CARD).city == "Lille"


def test_two_new_customers_with_one_address_go_by_the_rule(session: Session) -> None:
    twin = replace(NAMED, external_id="3", uid=None, cards=(), phone="")

    many_people.write(session, [NAMED, twin], now=NOW)

    found = customers.find_by_identity(session, "email", "zoe@example.org")
    assert found is not None and found.external_id == "2"
    assert customers.find_by_external_id(session, "test", "3").email == "zoe@example.org"


def test_a_card_of_somebody_else_is_refused(session: Session) -> None:
    many_people.write(session, [NAMED], now=NOW)

    with pytest.raises(Invalid):
        many_people.write(session, [replace(ZOE, cards=(CARD,))], now=NOW)
