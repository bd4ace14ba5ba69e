"""Signed order codes: what is signed reads back, whatever else is refused."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import codes, layouts, order_tickets
from store.errors import ForgedTicket, Invalid, UnknownSigner
from store.order_tickets import Signer, Ticket
from store.web import qr
from tests import keyboards

OURS, OTHERS = Signer([bytes(range(32))]), Signer([bytes(range(1, 33))])
TICKET = Ticket(
    order="6a0f3c52-6f7e-4d0e-9d0e-3b8c0f1f7a11",
    store_mark=order_tickets.mark_of("LIL"),
    expires_on=date(2027, 1, 27),
    nonce=40213,
    number="WEB-482915",
)


def test_what_was_signed_reads_back():
    assert order_tickets.read(OURS.sign(TICKET), trusted=OURS.public_keys) == TICKET


@given(
    order=st.uuids(),
    days=st.dates(order_tickets.FIRST_DAY, order_tickets.LAST_DAY),
    nonce=st.integers(0, 0xFFFF),
    number=st.text("ABCXYZ019-", max_size=12),
)
def test_every_ticket_reads_back(order, days, nonce, number):
    ticket = replace(TICKET, order=str(order), expires_on=days, nonce=nonce, number=number)

    assert order_tickets.read(OURS.sign(ticket), trusted=OURS.public_keys) == ticket


@pytest.mark.parametrize("number", ["N° 12", "A-NUMBER-OF-MANY-SIGNS", "É12"])
def test_a_number_that_does_not_fit_is_left_out(number):
    text = OURS.sign(replace(TICKET, number=number))

    assert order_tickets.read(text, trusted=OURS.public_keys).number == ""


def test_the_same_ticket_gives_the_same_text_in_the_alphabet_of_our_codes():
    text = OURS.sign(TICKET)

    assert text == OURS.sign(TICKET)
    assert set(text) <= set(codes.ALPHABET)
    assert codes.kind_of(text) is codes.Kind.TICKET


def test_its_qr_is_of_version_7_with_room_for_a_scratch():
    assert qr.version(qr.modules(OURS.sign(TICKET), level="M")) == 7


@pytest.mark.parametrize("place", range(1, 170, 13))
def test_a_changed_character_is_refused(place):
    text = OURS.sign(TICKET)
    other = "0" if text[place] != "0" else "1"
    body = text[:place] + other + text[place + 1 : -1]

    with pytest.raises((ForgedTicket, UnknownSigner)):
        order_tickets.read(body + codes.check_character(body), trusted=OURS.public_keys)


def test_facts_cannot_be_moved_under_another_signature():
    other = replace(TICKET, order="00000000-0000-4000-8000-000000000000")
    facts = order_tickets._from_text(OURS.sign(other))[:33]
    signature = order_tickets._from_text(OURS.sign(TICKET))[33:]

    with pytest.raises(ForgedTicket):
        order_tickets.read(order_tickets._as_text(facts + signature), trusted=OURS.public_keys)


def test_a_key_that_nobody_told_us_of_is_named_so():
    with pytest.raises(UnknownSigner):
        order_tickets.read(OTHERS.sign(TICKET), trusted=OURS.public_keys)


def test_a_code_of_another_kind_is_no_ticket():
    with pytest.raises(ForgedTicket):
        order_tickets.read(codes.generate(codes.Kind.ORDER), trusted=OURS.public_keys)


def test_any_characters_behind_a_true_check_are_refused():
    with pytest.raises((ForgedTicket, UnknownSigner)):
        order_tickets.read(codes.generate(codes.Kind.TICKET), trusted=OURS.public_keys)


def test_both_keys_are_believed_while_they_change():
    changing = Signer([bytes(range(1, 33)), bytes(range(32))])

    old = order_tickets.read(OURS.sign(TICKET), trusted=changing.public_keys)
    new = order_tickets.read(changing.sign(TICKET), trusted=changing.public_keys)

    assert old == new == TICKET
    assert changing.sign(TICKET) == OTHERS.sign(TICKET)


def test_a_hand_scanner_on_a_french_keyboard_types_it_right():
    text = OURS.sign(TICKET)

    assert layouts.as_us(keyboards.as_french(text)) == text


def test_a_ticket_speaks_for_one_store(shop):
    assert TICKET.is_for(shop.lille)
    assert not TICKET.is_for(shop.roubaix)


def test_an_order_has_a_ticket_until_some_days_after_its_last(shop):
    ticket = order_tickets.of_order(shop.order, days=60)

    assert (ticket.order, ticket.number) == (shop.order.uid, "482915")
    assert ticket.expires_on == date(2027, 1, 27)
    assert ticket.is_for(shop.lille)


def test_what_is_delivered_has_no_ticket(shop):
    shop.order.fulfilment = "delivery"

    assert order_tickets.of_order(shop.order, days=60) is None


def test_the_store_of_a_ticket_is_found(session, shop):
    there = replace(TICKET, store_mark=order_tickets.mark_of(" rbx "))
    nowhere = replace(TICKET, store_mark=b"0000")

    assert order_tickets.find_store(session, there).code == "RBX"
    assert order_tickets.find_store(session, nowhere) is None


def test_trust_believes_the_told_keys_and_no_others(session):
    assert order_tickets.trust(session, [*OURS.public_keys, *OTHERS.public_keys])
    assert not order_tickets.trust(session, [*OURS.public_keys, *OTHERS.public_keys])
    assert order_tickets.trust(session, OTHERS.public_keys)

    assert order_tickets.list_trusted(session) == OTHERS.public_keys


def test_trust_refuses_what_is_no_key(session):
    order_tickets.trust(session, OURS.public_keys)

    with pytest.raises(Invalid):
        order_tickets.trust(session, ["not a key"])

    assert order_tickets.list_trusted(session) == OURS.public_keys
