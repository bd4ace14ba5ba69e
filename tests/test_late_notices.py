"""That goods left though the web had cancelled them is told once, until a manager has seen it."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from store import changes, handovers, late_notices, pickups
from store.errors import NotFound
from store.models import Order
from store.pickup_states import WITHDRAWN
from tests.conftest import NOW
from tests.counting import counted
from tests.test_pickups import record

CANCELLED = record(state="cancelled")


def by_line():
    """Return the order as the hub tells it once it believes that a line left all the same."""
    cup, stand = (replace(line, state="collected") for line in record().lines)
    return record(state="collected", lines=(cup, replace(stand, reason=WITHDRAWN)))


@pytest.fixture
def given(session, shop):
    """An order that was handed over, and one beside it of which nobody took anything back."""
    for number in ("500002", "500001"):
        about = {"external_id": f"W-{number}", "number": number}
        order = pickups.upsert(session, record(**about), now=NOW, own_store="LIL")
        pickups.prepare(session, order.uid, staff=shop.ines, place="C-03", now=NOW)
        uids = [line.uid for line in order.lines]
        who = {"staff": shop.ines, "check": "qr", "now": NOW}
        pickups.hand_over(session, order.uid, line_uids=uids, **who)
    return order


def see(session, shop, order):
    late_notices.see(session, order.uid, store=shop.lille, staff=shop.manager, now=NOW)


def learn(session, order, told, own_store="LIL"):
    about = {"external_id": order.external_id, "number": order.number}
    pickups.upsert(session, replace(told, **about), now=NOW, own_store=own_store)


def unseen(session, store):
    found = late_notices.list_unseen(session, store, limit=9)
    assert late_notices.count_unseen(session, store) == len(found)
    return list(found)


@pytest.mark.parametrize("late", [CANCELLED, by_line()])
def test_what_left_though_it_was_cancelled_is_told_until_it_is_seen(session, shop, given, late):
    learn(session, given, record())
    assert unseen(session, shop.lille) == []

    learn(session, given, late)
    assert unseen(session, shop.lille) == [given]
    assert unseen(session, shop.roubaix) == []

    about = {"store": shop.lille, "staff": shop.manager, "now": NOW}
    late_notices.see(session, given.uid, **about)
    late_notices.see(session, given.uid, **about)
    learn(session, given, late)
    assert unseen(session, shop.lille) == []


def test_what_came_back_to_the_counter_is_nothing_to_be_seen(session, shop, given):
    learn(session, given, CANCELLED)

    handovers.reverse(session, given.uid, reason="other", staff=shop.manager, now=NOW)

    assert unseen(session, shop.lille) == []


def test_what_was_cancelled_in_time_is_nothing_to_be_seen(session, shop):
    order = pickups.upsert(session, record(), now=NOW, own_store="LIL")

    pickups.upsert(session, CANCELLED, now=NOW, own_store="LIL")

    assert order.state == "cancelled"
    assert unseen(session, shop.lille) == []
    with pytest.raises(NotFound):
        late_notices.see(session, order.uid, store=shop.lille, staff=shop.manager, now=NOW)


def test_what_left_once_more_after_it_was_seen_is_told_again(session, shop, given):
    learn(session, given, CANCELLED)
    see(session, shop, given)
    handovers.reverse(session, given.uid, reason="other", staff=shop.manager, now=NOW)
    uids = [line.uid for line in given.lines]
    who = {"staff": shop.ines, "check": "qr", "now": NOW}
    pickups.hand_over(session, given.uid, line_uids=uids, **who)

    learn(session, given, CANCELLED)
    assert unseen(session, shop.lille) == [given]

    see(session, shop, given)
    learn(session, given, by_line())
    assert unseen(session, shop.lille) == []


def test_what_is_taken_out_after_another_article_was_seen_is_told_again(session, shop, given):
    learn(session, given, by_line())
    see(session, shop, given)

    learn(session, given, CANCELLED)
    learn(session, given, CANCELLED)

    assert unseen(session, shop.lille) == [given]


def test_all_tablets_are_let_know_of_what_left_and_that_it_was_seen(session, shop, given):
    for act in (lambda: learn(session, given, CANCELLED), lambda: see(session, shop, given)):
        before = changes.last_number(session)

        act()

        told = {(one.kind, one.key) for one in changes.list_after(session, before)}
        assert {("orders", given.uid), ("sync", late_notices.KIND)} <= told


def test_an_order_of_which_nothing_left_so_asks_nothing_of_the_audit(engine, session, given):
    with counted(engine) as statements:
        learn(session, given, record())

    assert [one for one in statements if "FROM audit" in one] == []


def test_when_and_by_whom_many_were_given_takes_two_queries(engine, session, shop, given):
    other = session.scalar(select(Order).where(Order.number == "500002"))
    orders = [given, other]
    assert all(order.lines for order in orders)

    with counted(engine) as statements:
        found = handovers.list_given(session, orders)

    assert len(statements) == 2
    assert {found[order.id].by for order in orders} == {"Inès"}
