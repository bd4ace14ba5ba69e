"""Opening hours are read as OpenStreetMap writes them."""

import pytest

from store.errors import Invalid
from store.imports.opening_hours import parse, parse_days

DAY = [["10:00", "19:00"]]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Mo-Sa 10:00-19:00", "mo tu we th fr sa"),
        ("Mo,We 10:00-19:00", "mo we"),
        ("Sa-Mo 10:00-19:00", "mo sa su"),
        ("10:00-19:00", "mo tu we th fr sa su"),
        ("Mo-Su 10:00-19:00; Su off", "mo tu we th fr sa"),
        ("mo-fr 10:00-19:00, sa 10:00-19:00", "mo tu we th fr sa"),
    ],
)
def test_days_are_read(text: str, days: str) -> None:
    assert parse(text) == dict.fromkeys(days.split(), DAY)


def test_a_day_may_have_several_spans() -> None:
    assert parse("Tu 9:00-12:30,14:00-19:00") == {"tu": [["09:00", "12:30"], ["14:00", "19:00"]]}
    assert parse("Tu 09:00-12:30 / 14:00-19:00") == {"tu": [["09:00", "12:30"], ["14:00", "19:00"]]}


def test_a_later_rule_wins() -> None:
    assert parse("Mo-Su 08:30-21:00; Sa 08:30-20:00")["sa"] == [["08:30", "20:00"]]


@pytest.mark.parametrize(
    "text", ["Lu-Sam 10:00-21:00", '08:00-19:30 "fixme:day"', "open", "Mo 25:00-26:00", "Mo"]
)
def test_what_is_written_otherwise_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse(text)


def test_no_text_is_no_hours() -> None:
    assert parse("") == {}


def test_single_days_are_read() -> None:
    text = "2026-12-24 9:00-17:00; 2026 Dec 25 off; 2027-01-02 10:00-12:00,14:00-18:00"

    assert parse_days(text) == {
        "2026-12-24": [["09:00", "17:00"]],
        "2026-12-25": [],
        "2027-01-02": [["10:00", "12:00"], ["14:00", "18:00"]],
    }


@pytest.mark.parametrize("text", ["25/12/2026 off", "2026-02-30 off", "2026-12-24 9h-17h"])
def test_a_single_day_written_otherwise_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_days(text)
