"""Customers: taken in from their source, found by any identity, their files opened."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from store import audit, changes, codes, customers
from store.errors import Invalid
from store.models import Card, Customer, CustomerToken, Identity
from store.records import CustomerRecord, CustomerRef
from tests.shop import Shop

RECORD = CustomerRecord(
    source="crm",
    external_id="C-7",
    first_name="Éloïse",
    last_name="Lefèvre-Dubois",
    email=" Eloise@Example.ORG ",
    phone="06 12 34 56 78",
    country="FR",
    city="Lens",
    joined_on=date(2024, 2, 29),
    tier="silver",
    points=12,
    points_at=datetime.fromisoformat("2026-11-20T10:00:00+00:00"),
    cards=("2912345678903",),
)


def test_upsert_writes_identities_words_and_cards(session: Session, now: datetime):
    customer = customers.upsert(session, RECORD, now=now)

    identities = session.execute(select(Identity.kind, Identity.value)).all()
    assert sorted(map(tuple, identities)) == [
        ("email", "eloise@example.org"),
        ("phone", "+33612345678"),
    ]
    assert set(session.scalars(select(CustomerToken.token))) == {"eloise", "lefevre", "dubois"}
    assert session.scalar(select(Card.code)) == "2912345678903"
    assert customer.points_snapshot == 12


def test_upsert_of_the_same_record_changes_nothing(session: Session, now: datetime):
    first = customers.upsert(session, RECORD, now=now)
    session.commit()
    seen = changes.last_number(session)

    again = customers.upsert(session, RECORD, now=now + timedelta(days=1))

    assert again is first
    assert again.changed_at == now
    assert changes.last_number(session) == seen


def test_upsert_follows_a_new_name_and_address(session: Session, now: datetime):
    customers.upsert(session, RECORD, now=now)

    changed = replace(RECORD, last_name="Martin", email="")
    customer = customers.upsert(session, changed, now=now)

    assert set(session.scalars(select(CustomerToken.token))) == {"eloise", "martin"}
    assert customers.find_by_identity(session, "email", "eloise@example.org") is None
    assert customers.find_by_identity(session, "phone", "0612345678") is customer


def test_upsert_knows_again_by_the_hubs_id(session: Session, shop: Shop, now: datetime):
    moved = replace(RECORD, source="hub", external_id="77", uid=shop.camille.uid)

    assert customers.upsert(session, moved, now=now) is shop.camille


def test_upsert_does_not_take_older_points(session: Session, now: datetime):
    customers.upsert(session, RECORD, now=now)

    older = replace(RECORD, points=999, points_at=RECORD.points_at - timedelta(days=1))

    assert customers.upsert(session, older, now=now).points_snapshot == 12


def test_upsert_keeps_points_when_the_source_says_nothing(session: Session, now: datetime):
    customers.upsert(session, RECORD, now=now)

    silent = replace(RECORD, points=None, points_at=None)

    assert customers.upsert(session, silent, now=now).points_snapshot == 12


def test_upsert_refuses_the_card_of_somebody_else(session: Session, now: datetime):
    customers.upsert(session, RECORD, now=now)

    with pytest.raises(Invalid):
        customers.upsert(session, replace(RECORD, external_id="C-8"), now=now)


@pytest.mark.parametrize(
    ("typed", "country", "written"),
    [
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("+44 20 7946 0018", "FR", "+442079460018"),
        ("0033612345678", "FR", "+33612345678"),
        ("020 7946 0018", "GB", "+442079460018"),
        ("0470 12 34 56", "BE", "+32470123456"),
        ("06 12 34 56 78", "France", "+33612345678"),
        ("poste 12", "FR", "poste12"),
    ],
)
def test_phone_numbers_are_written_in_one_way(typed: str, country: str, written: str):
    assert customers.normalise_phone(typed, country) == written


def test_our_own_card_is_known_however_it_is_typed(session: Session, shop: Shop):
    typed = codes.grouped(shop.camille_card).lower()

    assert customers.find_by_card(session, typed) is shop.camille


@pytest.mark.parametrize(
    "ref",
    [
        {"source": "crm", "external_id": "C-1001"},
        {"external_id": "C-1001"},
        {"email": "CAMILLE.ROUSSEL@example.org"},
        {"phone": "06 00 00 00 42"},
        {"id": "unknown", "email": "camille.roussel@example.org"},
    ],
)
def test_resolve_finds_by_any_identity(session: Session, shop: Shop, ref: dict[str, str]):
    assert customers.resolve(session, CustomerRef(**ref)) is shop.camille


def test_resolve_finds_nobody_by_a_name(session: Session, shop: Shop):
    assert customers.resolve(session, CustomerRef(name="Camille Roussel")) is None


def test_two_people_may_share_a_phone(session: Session, now: datetime):
    first = customers.upsert(session, RECORD, now=now)

    second = customers.upsert(
        session, replace(RECORD, external_id="C-8", cards=(), email="b@example.org"), now=now
    )

    assert second is not first
    assert customers.find_by_identity(session, "phone", "0612345678") is first


def test_opening_a_file_leaves_who_where_and_why(session: Session, shop: Shop, now: datetime):
    customers.open_file(
        session,
        shop.camille,
        staff=shop.ines,
        device=shop.tablet,
        reason="card",
        now=now,
    )

    (entry,) = audit.list_about(session, "customer", shop.camille.uid)
    assert (entry.action, entry.reason) == ("customer.opened", "card")
    assert (entry.staff_id, entry.device_id) == (shop.ines.id, shop.tablet.id)


def test_customers_of_two_sources_may_have_the_same_number(session: Session, now: datetime):
    customers.upsert(session, replace(RECORD, cards=()), now=now)
    customers.upsert(session, replace(RECORD, source="till", cards=()), now=now)

    assert len(session.scalars(select(Customer)).all()) == 2
