"""Searching a customer without a card."""

from datetime import datetime

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from store import customer_search, customers
from store.records import CustomerRecord
from tests.counting import counted
from tests.shop import Shop

PEOPLE = (
    ("Amadou", "Rousseau"),
    ("Marie-Christine", "Roussille-Vandeputte"),
    ("Éloïse", "Lefèvre"),
    ("Jean", "de La Tour"),
    ("Camille", "Martin"),
)


@pytest.fixture
def people(session: Session, shop: Shop, now: datetime) -> Shop:
    for number, (first, last) in enumerate(PEOPLE):
        record = CustomerRecord(
            source="crm", external_id=f"P-{number}", first_name=first, last_name=last
        )
        customers.upsert(session, record, now=now)
    session.commit()
    return shop


def named(session: Session, text: str) -> list[str]:
    return [one.last_name for one in customer_search.search(session, text, by="name").found]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("rous", {"Roussel", "Rousseau", "Roussille-Vandeputte"}),
        ("ROUSSEL", {"Roussel"}),
        ("roussel camille", {"Roussel"}),
        ("lefevre", {"Lefèvre"}),
        ("Lefévre Eloise", {"Lefèvre"}),
        ("vandeputte", {"Roussille-Vandeputte"}),
        ("de la tour", {"de La Tour"}),
        ("rousel", {"Roussel"}),  # a letter missing
        ("leefvre", {"Lefèvre"}),  # two swapped
        ("camile rousel", {"Roussel"}),
        ("camille zzzz", set()),
        ("x", set()),
        ("", set()),
        ("%", set()),
    ],
)
def test_a_name_is_found_as_people_type_it(
    session: Session, people: Shop, typed: str, found: set[str]
):
    assert set(named(session, typed)) == found


def test_the_surest_comes_first(session: Session, people: Shop, now: datetime):
    record = CustomerRecord(source="crm", external_id="P-9", first_name="Ann", last_name="Rous")
    customers.upsert(session, record, now=now)
    session.commit()

    assert named(session, "rous")[0] == "Rous"


def test_a_new_name_is_found_at_once(session: Session, people: Shop, now: datetime):
    assert named(session, "quentin") == []
    record = CustomerRecord(source="crm", external_id="P-9", last_name="Quentin")

    customers.upsert(session, record, now=now)
    session.commit()

    assert named(session, "quentin") == ["Quentin"]


def test_what_is_not_listed_is_counted(session: Session, people: Shop):
    matches = customer_search.search(session, "rous", by="name", limit=1)

    assert (len(matches.found), matches.total, matches.is_all) == (1, 3, True)


@pytest.mark.parametrize(
    ("by", "typed"),
    [
        ("phone", "06 00 00 00 42"),
        ("phone", "+33600000042"),
        ("email", "Camille.Roussel@Example.org"),
    ],
)
def test_a_whole_phone_or_address_finds(session: Session, people: Shop, by: str, typed: str):
    (match,) = customer_search.search(session, typed, by=by).found

    assert match.uid == people.camille.uid


@pytest.mark.parametrize(("by", "typed"), [("phone", "06 00"), ("email", "camille"), ("phone", "")])
def test_a_part_of_a_phone_or_address_finds_nobody(
    session: Session, people: Shop, by: str, typed: str
):
    assert not customer_search.search(session, typed, by=by).found


def test_a_search_takes_three_queries(engine: Engine, session: Session, people: Shop):
    named(session, "warm")

    with counted(engine) as statements:
        named(session, "camille roussel")

    assert len(statements) == 3
