"""Former prices: a reduction is told from the lowest of the 30 days before it, or not at all."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from store import prices, products
from store.imports import many_goods
from store.models import FormerPrice
from store.records import ProductRecord, VariantRecord

STAND = VariantRecord(sku="22423", price_minor=1275)
MONTH = timedelta(days=30)


@pytest.fixture
def at(session, now):
    """Bring the price to so much, some days ago; return the variant."""

    def at(price_minor, *, days_ago, currency="EUR"):
        told = replace(STAND, price_minor=price_minor, currency=currency)
        record = ProductRecord(reference="22423", name="Présentoir", variants=(told,))
        moment = now - timedelta(days=days_ago)
        return products.upsert(session, record, now=moment).variants[0]

    return at


def reduction(session, variant, now, *, lasting=MONTH):
    session.flush()
    present = {variant.id: (variant.price_minor, variant.currency)}
    return prices.reductions(session, present, now=now, lasting=lasting).get(variant.id)


def test_a_lowered_price_is_told_from_the_one_before(session, at, now):
    at(1275, days_ago=100)
    variant = at(1095, days_ago=2)

    found = reduction(session, variant, now)

    assert (found.was_minor, found.since) == (1275, now - timedelta(days=2))


def test_the_lowest_of_the_thirty_days_before_counts(session, at, now):
    at(1275, days_ago=100)
    at(1150, days_ago=20)
    at(1400, days_ago=15)
    variant = at(1095, days_ago=2)

    assert reduction(session, variant, now).was_minor == 1150


def test_a_price_that_ended_more_than_thirty_days_before_does_not(session, at, now):
    at(900, days_ago=200)
    at(1275, days_ago=100)
    variant = at(1095, days_ago=2)

    assert reduction(session, variant, now).was_minor == 1275


def test_raised_and_brought_back_is_no_reduction(session, at, now):
    at(1095, days_ago=100)
    at(1275, days_ago=5)
    variant = at(1095, days_ago=1)

    assert reduction(session, variant, now) is None


@pytest.mark.parametrize(("days_ago", "is_told"), [(29, True), (31, False)])
def test_a_reduction_ends_with_its_time(session, at, now, days_ago, is_told):
    at(1275, days_ago=100)
    variant = at(1095, days_ago=days_ago)

    assert (reduction(session, variant, now) is not None) == is_told


def test_without_a_former_price_nothing_is_reduced(session, at, now):
    assert reduction(session, at(1095, days_ago=1), now) is None


def test_another_currency_is_another_price(session, at, now):
    at(1275, days_ago=100, currency="GBP")
    variant = at(1095, days_ago=1)

    assert reduction(session, variant, now) is None


def test_a_price_that_stays_is_not_noted_again(session, at, now):
    at(1275, days_ago=100)
    at(1275, days_ago=50)

    assert session.scalar(select(func.count(FormerPrice.id))) == 0


def test_an_import_by_the_thousand_notes_former_prices_too(session, at, now):
    at(1275, days_ago=100)
    told = replace(STAND, price_minor=1095)
    record = ProductRecord(reference="22423", name="Présentoir", variants=(told,))

    many_goods.write(session, [record], now=now)

    assert session.scalars(select(FormerPrice.price_minor)).all() == [1275]


def test_what_ended_long_ago_is_forgotten(session, at, now):
    at(1275, days_ago=500)
    at(1095, days_ago=450)

    prices.forget(session, before=now - prices.KEPT)

    assert session.scalar(select(func.count(FormerPrice.id))) == 0
