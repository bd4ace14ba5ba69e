"""Prices per kilogram, litre, metre or piece."""

import pytest

from store import unit_prices
from store.errors import Invalid


@pytest.mark.parametrize(
    ("price", "content", "minor", "per"),
    [
        (1290, "120 g", 10750, "kg"),
        (450, "0,75 l", 600, "l"),
        (450, "75cl", 600, "l"),
        (500, "20 pièces", 25, "piece"),
        (999, "2,5 m", 400, "m"),
        (1, "3 kg", 0, "kg"),
    ],
)
def test_a_unit_price_follows_from_the_content(price, content, minor, per):
    found = unit_prices.of(price, content)

    assert (found.minor, found.per) == (minor, per)


@pytest.mark.parametrize("content", ["", "1 pièce", "0 g", "beaucoup", "12 parsecs", "-3 g"])
def test_without_a_content_there_is_none(content):
    assert unit_prices.of(100, content) is None


def test_a_price_of_nothing_has_none():
    assert unit_prices.of(0, "120 g") is None


@pytest.mark.parametrize("content", ["beaucoup", "0 g", "12 parsecs", "120"])
def test_a_content_that_cannot_be_read_is_refused(content):
    with pytest.raises(Invalid):
        unit_prices.check(content)


@pytest.mark.parametrize(
    ("content", "number"),
    [("20 pièces", 20), ("1 piece", 1), ("2,5 pièces", None), ("120 g", None)],
)
def test_pieces_are_counted_and_nothing_else_is(content, number):
    assert unit_prices.pieces(content) == number
