"""Lists, and their way from the kiosk to a phone or a tablet: once, for some minutes."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from store import baskets, handoffs, visitors
from store.database import writing
from store.errors import HandoffGone, Invalid
from store.models import Basket, BasketLine, Handoff

VISITOR = "visitor-1"


def filled(session, shop, now, visitor=VISITOR):
    baskets.add(session, visitor, shop.cup, store=shop.lille, quantity=2, now=now)
    return baskets.add(session, visitor, shop.cake_stand, store=shop.lille, now=now)


def made(session, shop, now, basket=None, **also):
    basket = basket or filled(session, shop, now)
    return handoffs.make(
        session, basket, store=shop.lille, device=shop.kiosk, minutes=10, now=now, **also
    )


def on(session, visitor):
    found = baskets.find(session, visitor)
    return {line.variant.sku: line.quantity for line in found.lines} if found else {}


def test_a_list_adds_up_and_keeps_ten_of_each_at_most(session, shop, now):
    filled(session, shop, now)

    baskets.add(session, VISITOR, shop.cup, store=shop.lille, quantity=9, now=now)

    assert on(session, VISITOR) == {"22699": 10, "22423": 1}
    assert baskets.count(session, VISITOR) == 11
    assert on(session, "visitor-2") == {}


def test_touches_that_come_together_make_one_list(engine, session, shop, now):
    session.commit()
    start, failed = threading.Barrier(4), []

    def touch():
        start.wait()
        try:
            with writing(engine) as own:
                baskets.add(own, VISITOR, shop.cup, store=shop.lille, now=now)
        except DBAPIError as error:
            failed.append(error)

    touches = [threading.Thread(target=touch) for _ in range(4)]
    [one.start() for one in touches]
    [one.join() for one in touches]

    assert failed == []
    assert on(session, VISITOR) == {"22699": 4}


def test_a_quantity_of_none_takes_the_article_off(session, shop, now):
    basket = filled(session, shop, now)

    baskets.set_quantity(session, basket, "22423", quantity=0, now=now)

    assert on(session, VISITOR) == {"22699": 2}
    with pytest.raises(Invalid):
        baskets.set_quantity(session, basket, "22699", quantity=11, now=now)


def test_the_end_of_the_session_leaves_nothing(session, shop, now):
    offer = made(session, shop, now)

    visitors.end(session, VISITOR, device=shop.kiosk, now=now)

    assert session.query(Basket).count() == session.query(BasketLine).count() == 0
    with pytest.raises(HandoffGone) as gone:
        handoffs.take_to_phone(session, offer.token, visitor="phone", now=now)
    assert gone.value.reason == "expired"


def test_a_phone_takes_the_list_and_the_kiosk_has_it_no_more(session, shop, now):
    offer = made(session, shop, now)
    baskets.add(session, "phone", shop.cup, store=shop.lille, now=now)

    handoffs.take_to_phone(session, offer.token, visitor="phone", now=now)

    assert on(session, "phone") == {"22699": 3, "22423": 1}
    assert on(session, VISITOR) == {}
    assert handoffs.find(session, offer.uid).ended_by == "phone"


def test_a_tablet_takes_the_list_by_four_digits(session, shop, now):
    offer = made(session, shop, now)

    basket = handoffs.take_to_tablet(
        session,
        f" {offer.digits[:2]} {offer.digits[2:]}",
        store=shop.lille,
        staff=shop.ines,
        now=now,
    )

    assert (basket.staff_id, basket.came_from) == (shop.ines.id, shop.kiosk.name)
    assert on(session, VISITOR) == {}
    handed = baskets.list_handed(session, shop.lille.id, since=now)
    assert [one.uid for one in handed] == [basket.uid]


def test_a_code_works_once_and_says_so(session, shop, now):
    offer = made(session, shop, now)
    handoffs.take_to_phone(session, offer.token, visitor="phone", now=now)

    for take in (
        lambda: handoffs.take_to_phone(session, offer.token, visitor="other", now=now),
        lambda: handoffs.take_to_tablet(
            session, offer.digits, store=shop.lille, staff=shop.ines, now=now
        ),
    ):
        with pytest.raises(HandoffGone) as gone:
            take()
        assert gone.value.reason == "used"


def test_a_code_ends_after_its_minutes(session, shop, now):
    offer = made(session, shop, now)

    with pytest.raises(HandoffGone) as gone:
        handoffs.take_to_phone(
            session, offer.token, visitor="phone", now=now + timedelta(minutes=10)
        )

    assert gone.value.reason == "expired"
    assert handoffs.end_overdue(session, now=now + timedelta(minutes=10)) == 1


def test_digits_of_another_store_and_wrong_tokens_are_unknown(session, shop, now):
    offer = made(session, shop, now)

    with pytest.raises(HandoffGone) as elsewhere:
        handoffs.take_to_tablet(session, offer.digits, store=shop.roubaix, staff=shop.ines, now=now)
    with pytest.raises(HandoffGone) as wrong:
        handoffs.look(session, "0" * 32, now=now)

    assert elsewhere.value.reason == wrong.value.reason == "unknown"


def test_only_the_hash_of_the_token_is_kept(session, shop, now):
    offer = made(session, shop, now)

    row = session.query(Handoff).one()
    assert offer.token not in "".join(str(value) for value in vars(row).values())


def test_a_second_offer_ends_the_first(session, shop, now):
    basket = filled(session, shop, now)
    first = made(session, shop, now, basket)
    second = made(session, shop, now, basket)

    with pytest.raises(HandoffGone):
        handoffs.look(session, first.token, now=now)
    assert handoffs.look(session, second.token, now=now).uid == second.uid


def test_digits_are_never_twice_among_the_live(session, shop, now, monkeypatch):
    drawn = iter([7, 7, 8])
    monkeypatch.setattr(handoffs.secrets, "randbelow", lambda _most: next(drawn))
    first = made(session, shop, now)
    second = made(session, shop, now, filled(session, shop, now, "visitor-2"))

    assert (first.digits, second.digits) == ("0007", "0008")


def test_of_two_phones_exactly_one_gets_the_list(engine, session, shop, now):
    offer = made(session, shop, now)
    session.commit()
    start, ends = threading.Barrier(4), []

    def phone(number):
        with Session(engine) as own:
            start.wait()
            try:
                handoffs.take_to_phone(own, offer.token, visitor=f"phone-{number}", now=now)
                own.commit()
                ends.append("taken")
            except HandoffGone as gone:
                ends.append(gone.reason)

    phones = [threading.Thread(target=phone, args=(n,)) for n in range(4)]
    [one.start() for one in phones]
    [one.join() for one in phones]

    assert sorted(ends) == ["taken", "used", "used", "used"]


def test_lists_that_nobody_touches_are_dropped(session, shop, now):
    made(session, shop, now)

    assert baskets.drop_untouched(session, before=now) == 0
    assert baskets.drop_untouched(session, before=now + timedelta(hours=1)) == 1
