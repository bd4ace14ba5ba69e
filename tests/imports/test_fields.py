"""Cells are read as people write them, and refused by the name of their column."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from store.errors import Invalid
from store.imports import fields

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("written", "minor"),
    [
        ("2,55", 255), ("2.55", 255), ("1 234,50", 123450), ("1\u202f234,50 €", 123450),
        ("1.234,50", 123450), ("1,234.50", 123450), ("£12", 1200), ("-3,10", -310),
        ("\N{MINUS SIGN}3,10", -310), ("0", 0),
    ],
)  # fmt: skip
def test_money_is_read_with_comma_or_point(written: str, minor: int) -> None:
    assert fields.money({"price": written}, "price") == minor


@pytest.mark.parametrize(
    ("written", "problem"),
    [("", "empty"), ("abc", "not_a_number"), ("1,234", "too_precise"), ("NaN", "not_a_number"),
     ("1,2,3", "not_a_number"), ("inf", "not_a_number")],
)  # fmt: skip
def test_what_is_no_amount_is_refused(written: str, problem: str) -> None:
    with pytest.raises(Invalid) as refusal:
        fields.money({"price": written}, "price")

    assert (refusal.value.field, refusal.value.problem) == ("price", problem)


def test_a_quantity_is_whole() -> None:
    assert fields.integer({"quantity": "12,0"}, "quantity") == 12
    with pytest.raises(Invalid):
        fields.integer({"quantity": "1,5"}, "quantity")


@pytest.mark.parametrize(
    "written",
    ["2026-07-14 10:30", "2026-07-14T10:30:00", "14/07/2026 10:30", "14.07.2026 10:30:00",
     "2026-07-14T08:30:00Z", "2026-07-14T09:30:00+01:00"],
)  # fmt: skip
def test_a_time_without_zone_is_of_the_shop(written: str) -> None:
    found = fields.moment({"at": written}, "at", PARIS)

    assert found == datetime(2026, 7, 14, 8, 30, tzinfo=UTC)


def test_a_day_may_be_absent_but_not_wrong() -> None:
    assert fields.day({"on": ""}, "on") is None
    assert fields.day({"on": "03/04/2021"}, "on") == date(2021, 4, 3)
    with pytest.raises(Invalid):
        fields.day({"on": "31/02/2021"}, "on")


@pytest.mark.parametrize(
    ("written", "meant"), [("oui", True), ("NON", False), ("1", True), ("faux", False), ("", True)]
)
def test_yes_and_no_are_read_in_both_languages(written: str, meant: bool) -> None:
    assert fields.flag({"paid": written}, "paid", default=True) is meant


def test_a_word_that_is_no_choice_names_the_choices() -> None:
    with pytest.raises(Invalid) as refusal:
        fields.choice({"kind": "sold"}, "kind", "count", "delta")

    assert refusal.value.data["allowed"] == ("count", "delta")
