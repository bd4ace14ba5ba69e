"""Many at once are written exactly as one after the other."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from store import customers, products
from store.errors import Invalid
from store.imports import many
from store.models import Change, Customer, Product, ProductToken, Variant
from store.records import CustomerRecord, ProductRecord, VariantRecord
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
NAMED = replace(ZOE, external_id="2", first_name="Zoé", email="zoe@example.org")

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

    assert many.write_products(session, [CLOCK, BOWL], now=NOW) == 2

    at_once = rows(session, *tables)
    assert at_once[:2] == by_rule[:2]
    assert sorted(map(str, at_once[2])) == sorted(map(str, by_rule[2]))
    assert [row["key"] for row in at_once[3]] == [row["key"] for row in by_rule[3]]


def test_known_products_are_left_untouched_and_changed_ones_written(session: Session) -> None:
    many.write_products(session, [CLOCK, BOWL], now=NOW)
    dearer = replace(BOWL, variants=(VariantRecord(sku="B1", price_minor=150),))

    assert many.write_products(session, [CLOCK, BOWL], now=NOW) == 0
    assert many.write_products(session, [CLOCK, dearer], now=NOW) == 1
    assert products.get_by_sku(session, "B1").price_minor == 150


def test_a_withdrawn_product_comes_back(session: Session) -> None:
    many.write_products(session, [BOWL], now=NOW)
    session.execute(select(Product)).scalar_one().withdrawn_at = NOW
    session.flush()

    assert many.write_products(session, [BOWL], now=NOW) == 1
    assert session.execute(select(Product)).scalar_one().withdrawn_at is None


def test_what_cannot_be_a_product_is_refused(session: Session) -> None:
    with pytest.raises(Invalid):
        many.write_products(session, [replace(BOWL, name=" ")], now=NOW)


def test_new_customers_are_written_as_their_rule_writes_them(session: Session) -> None:
    customers.upsert(session, ZOE, now=NOW)
    by_rule = rows(session, Customer)
    session.rollback()

    assert many.write_customers(session, [ZOE], now=NOW) == 1

    assert rows(session, Customer) == by_rule


def test_a_customer_with_contacts_goes_by_the_rule(session: Session) -> None:
    many.write_customers(session, [ZOE, NAMED], now=NOW)

    found = customers.find_by_identity(session, "email", "zoe@example.org")
    assert found is not None and found.external_id == "2"
    assert many.write_customers(session, [ZOE], now=NOW) == 0
