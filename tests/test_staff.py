"""Staff: the PIN, its lock, and what each role may do."""

from datetime import timedelta

import pytest
from argon2 import extract_parameters
from sqlalchemy import update

from store import staff
from store.errors import Invalid, Locked, NotFound, WrongPin
from store.models import Staff
from tests.shop import PIN

POLICY = staff.PinPolicy(attempts=3, lock_out_seconds=30)


def sign_in(session, shop, pin, *, now, who=None):
    person = who or shop.ines
    return staff.sign_in(session, person.uid, pin, device=shop.tablet, policy=POLICY, now=now)


def test_sign_in_takes_the_right_pin(session, shop, now):
    assert sign_in(session, shop, PIN, now=now).code == "ines"


def test_a_pin_that_was_set_signs_in_and_is_dear_to_guess(session, shop, now):
    staff.set_pin(shop.ines, "4711")

    assert sign_in(session, shop, "4711", now=now).code == "ines"
    kept = extract_parameters(shop.ines.pin_hash)
    assert kept.memory_cost >= 19 * 1024  # KiB, at least what OWASP asks for


def test_sign_in_counts_down_and_then_locks(session, shop, now):
    for left in (2, 1):
        with pytest.raises(WrongPin) as refused:
            sign_in(session, shop, "0000", now=now)
        assert refused.value.left == left

    with pytest.raises(Locked):
        sign_in(session, shop, "0000", now=now)
    with pytest.raises(Locked) as locked:
        sign_in(session, shop, PIN, now=now + timedelta(seconds=29))
    assert locked.value.until == now + timedelta(seconds=30)


def test_a_wrong_pin_that_came_at_the_same_time_counts(session, shop, now):
    elsewhere = update(Staff).where(Staff.id == shop.ines.id).values(failed_pins=1)
    session.execute(elsewhere.execution_options(synchronize_session=False))

    with pytest.raises(WrongPin) as refused:
        sign_in(session, shop, "0000", now=now)

    assert refused.value.left == 1


def test_the_lock_ends_by_itself(session, shop, now):
    for _ in range(3):
        with pytest.raises((WrongPin, Locked)):
            sign_in(session, shop, "0000", now=now)

    assert sign_in(session, shop, PIN, now=now + timedelta(seconds=31)).code == "ines"


def test_trying_one_pin_on_many_people_locks_the_device(session, shop, now):
    for person in (shop.ines, shop.manager):
        with pytest.raises(WrongPin):
            sign_in(session, shop, "0000", now=now, who=person)

    with pytest.raises(Locked):
        sign_in(session, shop, "0000", now=now)
    with pytest.raises(Locked):
        sign_in(session, shop, PIN, now=now, who=shop.manager)


def test_somebody_of_another_store_is_not_known_here(session, shop, now):
    zoe = next(p for p in staff.list_for(session, shop.roubaix) if p.code == "zoe")

    with pytest.raises(NotFound):
        sign_in(session, shop, PIN, now=now, who=zoe)


def test_a_disabled_person_cannot_sign_in(session, shop, now):
    staff.disable(session, "ines", now=now)

    with pytest.raises(NotFound):
        sign_in(session, shop, PIN, now=now)


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", "٣٤٥٦", "12 34"])
def test_add_refuses_a_pin_that_is_not_four_to_eight_digits(session, shop, pin):
    with pytest.raises(Invalid):
        staff.add(session, code="new", name="New", pin=pin)


def test_add_refuses_a_code_that_is_taken(session, shop):
    with pytest.raises(Invalid):
        staff.add(session, code="ines", name="Another", pin="1234")


def test_a_manager_may_do_what_an_assistant_may(shop):
    assert staff.may(shop.manager, "assistant")
    assert not staff.may(shop.ines, "manager")


def test_a_wrong_pin_at_a_kiosk_is_not_held_against_the_person(session, shop, now):
    policy = staff.PinPolicy(attempts=3)
    for _try in range(2):
        with pytest.raises(WrongPin):
            staff.confirm(session, shop.ines.uid, "0000", device=shop.kiosk, policy=policy, now=now)

    assert (shop.kiosk.failed_pins, shop.ines.failed_pins) == (2, 0)
    confirmed = staff.confirm(
        session, shop.ines.uid, PIN, device=shop.kiosk, policy=policy, now=now
    )
    assert (confirmed, shop.kiosk.failed_pins) == (shop.ines, 0)


def test_a_lock_that_a_wrong_clock_wrote_holds_nobody(session, shop, now):
    for _ in range(3):
        with pytest.raises((WrongPin, Locked)):
            sign_in(session, shop, "0000", now=now + timedelta(days=400))

    assert sign_in(session, shop, PIN, now=now).code == "ines"
