"""Calls: every tablet rings, exactly one goes, and what is unanswered escalates."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from store import calls
from store.errors import CallEnded, CallTaken
from store.models import AssistanceCall

TIMES = calls.Times()


def ring(session, shop, now, **also):
    return calls.ring(session, shop.kiosk, times=TIMES, now=now, **also)


def waiting(session, store, now):
    return calls.list_waiting(session, store.id, times=TIMES, now=now)


def test_a_call_is_heard_in_its_own_shop_with_what_it_is_about(session, shop, now):
    call = ring(session, shop, now, about="product", variant_id=shop.cup.id, articles=2)

    (heard,) = waiting(session, shop.lille, now)
    assert (heard.uid, heard.device_name, heard.stage) == (call.uid, shop.kiosk.name, "ringing")
    assert (heard.sku, heard.product, heard.articles) == ("22699", shop.cup.product.name, 2)
    assert waiting(session, shop.roubaix, now) == []


def test_a_second_call_is_the_same_call(session, shop, now):
    first = ring(session, shop, now)

    assert ring(session, shop, now + timedelta(seconds=20)).uid == first.uid


@pytest.mark.parametrize(
    ("seconds", "stage"),
    [(0, "ringing"), (59, "ringing"), (60, "louder"), (120, "unanswered"), (600, "over")],
)
def test_an_unanswered_call_escalates(seconds, stage):
    assert TIMES.reached(timedelta(seconds=seconds)) == stage


def test_a_call_that_was_given_up_is_heard_no_more_and_a_new_one_rings(session, shop, now):
    first = ring(session, shop, now)
    later = now + timedelta(minutes=11)

    assert waiting(session, shop.lille, later) == []
    assert ring(session, shop, later).uid != first.uid


def test_who_takes_it_is_known_and_the_tablets_fall_silent(session, shop, now):
    call = ring(session, shop, now)

    calls.take(session, call.uid, staff=shop.ines, now=now)
    again = calls.take(session, call.uid, staff=shop.ines, now=now)

    assert again.taken_by.name == "Inès Benali"
    assert waiting(session, shop.lille, now) == []
    with pytest.raises(CallTaken) as taken:
        calls.take(session, call.uid, staff=shop.manager, now=now)
    assert taken.value.by == "Inès Benali"


def test_a_call_taken_back_is_over(session, shop, now):
    call = ring(session, shop, now)

    calls.cancel(session, call.uid, now=now)
    calls.cancel(session, call.uid, now=now)

    assert waiting(session, shop.lille, now) == []
    with pytest.raises(CallEnded):
        calls.take(session, call.uid, staff=shop.ines, now=now)


def test_of_two_tablets_exactly_one_goes(engine, session, shop, now):
    uid = ring(session, shop, now).uid
    people = (shop.ines, shop.manager)
    session.commit()
    start, ends = threading.Barrier(2), []

    def tablet(person):
        with Session(engine) as own:
            start.wait()
            try:
                calls.take(own, uid, staff=person, now=now)
                own.commit()
                ends.append("goes")
            except CallTaken:
                ends.append("late")

    tablets = [threading.Thread(target=tablet, args=(person,)) for person in people]
    [one.start() for one in tablets]
    [one.join() for one in tablets]

    assert sorted(ends) == ["goes", "late"]


def test_old_calls_are_dropped(session, shop, now):
    ring(session, shop, now)

    calls.forget(session, before=now + timedelta(days=1))

    assert session.query(AssistanceCall).count() == 0
