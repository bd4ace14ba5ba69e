"""Whom or what a code leads to in this shop."""

from datetime import UTC, datetime, timedelta

import pytest

from store import codes, loyalty, staff
from store.codes import Kind
from store.loyalty import FoundCustomer, FoundOrder, FoundStaff, FoundVariant, Missing, Nothing
from store.models import Card, Customer, Order, Product, Staff, Store, Variant
from store.programmes import parse
from store.recognition import Reason, recognise
from tests import keyboards

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def code_of(kind, filling):
    """Make a valid code that is the same at every run."""
    body = kind.value + filling * codes.RANDOM_CHARACTERS[kind]
    return body + codes.check_character(body)


CARD, OLD_CARD = code_of(Kind.CARD, "2"), code_of(Kind.CARD, "3")
ORDER, BADGE = code_of(Kind.ORDER, "2"), code_of(Kind.BADGE, "2")


@pytest.fixture
def lille(session):
    shops = [Store(code="LIL", name="Lille"), Store(code="PAR", name="Paris")]
    session.add_all(shops)
    session.flush()
    _people(session)
    _orders(session, *shops)
    _catalogue(session)
    session.flush()
    return shops[0]


def _people(session):
    for number, card in enumerate([CARD, "2990001234567", "AB123456", codes.generate(Kind.CARD)]):
        customer = Customer(uid=f"c{number}", source="test", external_id=str(number))
        customer.changed_at = NOW
        session.add(customer)
        session.flush()
        kind = "own" if len(card) > 20 else "programme"
        session.add(Card(customer_id=customer.id, code=card, kind=kind, issued_at=NOW))
    session.add(
        Card(customer_id=customer.id, code=OLD_CARD, kind="own", issued_at=NOW, revoked_at=NOW)
    )
    person = Staff(uid="s1", code="ines", name="Inès", pin_hash="")
    session.add(person)
    staff.set_badge(person, BADGE)


def _orders(session, here, elsewhere):
    for uid, store, pickup_code, age, closed in [
        ("o1", here, "482915", 1, None),
        ("o2", elsewhere, "482915", 0, None),
        ("o3", here, "482915", 0, NOW),
        ("o4", here, "100000", 5, NOW),
        ("o5", elsewhere, "550000", 1, None),
        ("o6", elsewhere, "660000", 1, NOW),
        ("o7", elsewhere, "770000", 1, None),
        ("o8", elsewhere, "770000", 1, None),
    ]:
        session.add(
            Order(
                uid=uid,
                source="test",
                external_id=uid,
                number=f"CMD-{uid}",
                store_id=store.id,
                placed_at=NOW - timedelta(days=age),
                state_at=NOW,
                code=ORDER if uid == "o2" else codes.generate(Kind.ORDER),
                pickup_code=pickup_code,
                closed_at=closed,
            )
        )


def _catalogue(session):
    for uid, sku, gtin, gone in [
        ("p1", "85123A", "04006381333931", None),
        ("p2", "22423", None, None),
        ("p3", "90001", "00012345000065", None),
        ("p4", "90002", "09780201379624", NOW),
    ]:
        product = Product(uid=uid, reference=sku, name=sku, changed_at=NOW, withdrawn_at=gone)
        product.variants = [Variant(sku=sku, gtin=gtin, price_minor=100)]
        session.add(product)


def find(session, text, store, **options):
    code = recognise(text, own_hosts=["shop.example"], **options)
    return loyalty.find(session, code, store=store)


@pytest.mark.parametrize(
    ("text", "uid", "kind"), [(CARD, "c0", "own"), ("2990001234567", "c1", "programme")]
)
def test_a_card_leads_to_its_customer(session, lille, text, uid, kind):
    found = find(session, text, lille)

    assert isinstance(found, FoundCustomer)
    assert (found.uid, found.kind) == (uid, kind)


def test_a_number_of_the_shops_programme_leads_to_its_customer(session, lille):
    found = find(session, "ab 123456", lille, programme_patterns=parse(["@@######"]))

    assert isinstance(found, FoundCustomer)
    assert found.uid == "c2"


@pytest.mark.parametrize(
    ("text", "sku"),
    [
        ("4006381333931", "85123A"),
        ("https://id.gs1.org/01/04006381333931", "85123A"),
        ("HTTPS://SHOP.EXAMPLE/P/85123A", "85123A"),
        ("https://shop.example/p/4006381333931", "85123A"),
        ("85123a", "85123A"),
        ("22423", "22423"),
        ("01234565", "90001"),
    ],
)
def test_an_article_is_found_by_what_it_carries(session, lille, text, sku):
    found = find(session, text, lille)

    assert isinstance(found, FoundVariant)
    assert found.sku == sku


@pytest.mark.parametrize("text", ["22423", "85123A", "90001"])
def test_a_reference_is_found_whatever_the_layout_of_the_keyboard(session, lille, text):
    keys = keyboards.as_french(text)

    for alt in ([text, text.swapcase()], []):
        assert find(session, keys, lille, alt=alt).sku == text


def test_a_number_of_the_programme_that_is_an_article_leads_to_the_article(session, lille):
    found = find(session, "4006381333931", lille, programme_patterns=parse(["#############"]))

    assert isinstance(found, FoundVariant)


@pytest.mark.parametrize(
    ("text", "uid", "is_here"),
    [
        *((ORDER, "o2", False), ("482 915", "o1", True), ("100000", "o4", True)),
        *(("CMD-o3", "o3", True), ("550000", "o5", False)),
    ],
)
def test_an_order_is_found(session, lille, text, uid, is_here):
    found = find(session, text, lille)

    assert isinstance(found, FoundOrder)
    assert (found.uid, found.is_here) == (uid, is_here)


def test_a_badge_leads_to_a_colleague_until_disabled(session, lille):
    assert isinstance(find(session, BADGE, lille), FoundStaff)

    staff.disable(session, "ines", now=NOW)

    assert find(session, BADGE, lille) == Nothing(reason=Missing.BADGE)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (code_of(Kind.CARD, "9"), Missing.CARD),
        (OLD_CARD, Missing.CARD_REVOKED),
        (code_of(Kind.ORDER, "9"), Missing.ORDER),
        ("123456", Missing.PICKUP_CODE),
        ("660000", Missing.PICKUP_CODE),
        ("770000", Missing.PICKUP_CODE),
        ("9780201379624", Missing.PRODUCT),
        ("https://shop.example/P/NONE", Missing.LABEL),
        (code_of(Kind.DEVICE, "9"), Missing.DEVICE_CODE),
        ("CMD-o2", Reason.UNRECOGNISED),
        ("camille@example.org", Reason.EMAIL),
        ("", Reason.EMPTY),
    ],
)
def test_the_reason_when_a_code_leads_nowhere(session, lille, text, reason):
    found = find(session, text, lille)

    assert isinstance(found, Nothing)
    assert found.reason is reason
