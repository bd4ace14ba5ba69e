"""Purchases go in once, with the sums that the customer's card reads."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store import purchases
from store.models import CustomerMonth, CustomerVariant, Purchase, PurchaseLine
from store.records import PurchaseLineRecord, PurchaseRecord
from tests.shop import Shop

AT = datetime(2026, 11, 12, 10, 5, tzinfo=UTC)


def bought(shop: Shop, number: str = "T1", **changed: object) -> PurchaseRecord:
    record = PurchaseRecord(
        source="till", external_id=number, occurred_at=AT, total_minor=1685, currency="EUR",
        customer=(shop.camille.source, shop.camille.external_id), store=shop.lille.code,
        lines=(
            PurchaseLineRecord(sku="22699", quantity=2, amount_minor=590),
            PurchaseLineRecord(sku="22423", quantity=1, amount_minor=1095),
            PurchaseLineRecord(sku="", label="Emballage", quantity=1, amount_minor=0),
        ),
    )  # fmt: skip
    return replace(record, **changed)


def brought_back(shop: Shop) -> PurchaseRecord:
    line = PurchaseLineRecord(sku="22699", quantity=-1, amount_minor=-295)
    return bought(shop, "R1", kind="return", total_minor=-295, lines=(line,))


def test_take_in_writes_the_purchase_and_its_lines(session: Session, shop: Shop) -> None:
    purchases.take_in(session, [bought(shop)], now=AT)

    kept = session.scalars(select(Purchase).where(Purchase.source == "till")).one()
    assert (kept.articles, kept.lines_count) == (3, 3)
    assert kept.summary == "Tasse et soucoupe Regency « Roses »"
    assert [line.label for line in kept.lines] == ["", "", "Emballage"]


def test_take_in_knows_a_purchase_again(session: Session, shop: Shop) -> None:
    first = purchases.take_in(session, [bought(shop), bought(shop)], now=AT)
    second = purchases.take_in(session, [bought(shop)], now=AT)

    assert (first.added, first.repeated) == (1, 1)
    assert (second.added, second.repeated) == (0, 1)
    assert lines_of_till(session) == 3


def lines_of_till(session: Session) -> int:
    query = select(func.count(PurchaseLine.id)).join(PurchaseLine.purchase)
    return session.scalar(query.where(Purchase.source == "till")) or 0


def test_take_in_adds_sales_and_returns_to_the_month(session: Session, shop: Shop) -> None:
    before = month(session, shop)

    purchases.take_in(session, [bought(shop)], now=AT)
    purchases.take_in(session, [brought_back(shop)], now=AT)

    after = month(session, shop)
    assert (after[0] - before[0], after[1] - before[1]) == (1, 1685 - 295)


def month(session: Session, shop: Shop) -> tuple[int, int]:
    session.expire_all()
    found = session.get(CustomerMonth, (shop.camille.id, 202611))
    return (found.purchases, found.total_minor) if found else (0, 0)


def test_take_in_counts_times_and_units_of_what_is_bought(session: Session, shop: Shop) -> None:
    later = AT.replace(day=19)
    records = [bought(shop), bought(shop, "T2", occurred_at=later), brought_back(shop)]

    for record in records:
        purchases.take_in(session, [record], now=AT)

    usual = session.get(CustomerVariant, (shop.camille.id, shop.cup.id))
    assert usual is not None
    assert (usual.times, usual.quantity, usual.last_at) == (2, 3, later)


def test_a_sale_without_customer_has_no_sums(session: Session, shop: Shop) -> None:
    before = session.scalar(select(func.count()).select_from(CustomerMonth))

    purchases.take_in(session, [bought(shop, customer=None)], now=AT)

    assert session.scalar(select(func.count()).select_from(CustomerMonth)) == before


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"store": "NOPE"}, "unknown_store"),
        ({"customer": ("till", "nobody")}, "unknown_customer"),
        ({"lines": ()}, "no_lines"),
        ({"kind": "gift"}, "unknown_kind"),
        (
            {"lines": (PurchaseLineRecord(sku="NOPE", quantity=1, amount_minor=1),)},
            "unknown_sku",
        ),
    ],
)
def test_take_in_refuses_what_names_nothing_known(
    session: Session, shop: Shop, changed: dict[str, object], reason: str
) -> None:
    result = purchases.take_in(session, [bought(shop, "X", **changed), bought(shop)], now=AT)

    assert result.refused == ((0, reason),)
    assert result.added == 1
