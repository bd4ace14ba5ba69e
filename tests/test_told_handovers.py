"""What the feed tells of the lines of an order reaches the shops line by line."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import select

from store import (
    handovers,
    pickup_ends,
    pickup_steps,
    pickups,
    preparing,
    proposals,
    web_returns,
)
from store.database import reading, writing
from store.handovers import Handing, Outcome
from store.models import Order, OrderEvent, OutboxMessage, Staff, StockLevel, Store, Variant
from store.pickup_steps import Happened
from store.records import OrderLineRecord
from tests.conftest import NOW
from tests.test_disputed_returns import chain
from tests.test_pickups import record

__all__ = ["chain"]

CUP, STAND = "22699", "22423"
TOLD = record(external_id="W-9", number="500009")
ALL_GIVEN = Outcome()


def write(engine, told):
    with writing(engine) as session:
        return pickups.upsert(session, told, now=NOW).uid


def pull(chain, *codes):
    for code in codes:
        chain.workers[code].run_once(NOW)
        chain.workers[code].run_once(NOW)


def found(session, uid):
    return session.scalar(select(Order).where(Order.uid == uid))


def seen(chain, code, uid):
    """Return how a shop sees an order: its state, its lines, and what may come back of it."""
    with reading(chain.shops[code]) as session:
        order = found(session, uid)
        back = [(one.sku, one.left) for one in web_returns.list_returnable(session, order)]
        return order.state, {line.sku: line.state for line in order.lines}, back


def refused(chain):
    """Return what the hub has not taken of what the shops told."""
    found = []
    for shop in chain.shops.values():
        with reading(shop) as session:
            left = OutboxMessage.state != "delivered"
            found += session.scalars(select(OutboxMessage.payload).where(left))
    return found


def figures(chain, code):
    """Return what a shop believes to be in Lille of the two articles."""
    with reading(chain.shops[code]) as session:
        query = (
            select(Variant.sku, StockLevel.on_hand, StockLevel.reserved)
            .join(Variant, Variant.id == StockLevel.variant_id)
            .join(Store, Store.id == StockLevel.store_id)
            .where(Store.code == "LIL", Variant.sku.in_((CUP, STAND)))
        )
        return {row.sku: (row.on_hand, row.reserved) for row in session.execute(query)}


def give(chain, uid, outcome, cups=ALL_GIVEN):
    """Hand the order over in Lille: the cups, and the stand as `outcome` says."""
    with at_lille(chain, "ines") as (session, ines):
        order = pickups.prepare(session, uid, staff=ines, place="C-03", now=NOW)
        hand(session, order, ines, outcome, cups)


def hand(session, order, ines, outcome, cups=ALL_GIVEN):
    cup, stand = order.lines
    handing = Handing(lines={cup.uid: cups, stand.uid: outcome}, check="qr")
    handovers.give(session, order.uid, handing, staff=ines, now=NOW)


def hand_all(session, order, ines, **how):
    """Hand over all of an order, whatever its lines have become."""
    lines = {line.uid: ALL_GIVEN for line in order.lines}
    handing = Handing(lines=lines, check="qr", **how)
    handovers.give(session, order.uid, handing, staff=ines, now=NOW)


@contextmanager
def at_lille(chain, who):
    """Let somebody act in Lille, and the hub hear of it."""
    with writing(chain.shops["LIL"]) as session:
        yield session, session.scalar(select(Staff).where(Staff.code == who))
    chain.tell("LIL")


def end(chain, uid, how):
    """End what is left of an order in Lille."""
    with at_lille(chain, "ines") as (session, ines):
        order = pickup_steps.get_locked(session, uid)
        over = Happened(type=how, occurred_at=NOW, staff=ines)
        pickup_steps.happen(session, order, over, now=NOW, tells=True)


def open_again(chain, uid):
    with at_lille(chain, "ines") as (session, ines):
        pickup_ends.reopen(session, uid, terms=pickup_ends.Terms(), staff=ines, now=NOW)


def undo(chain, uid):
    with at_lille(chain, "malik") as (session, claire):
        handovers.reverse(session, uid, reason="wrong_order", staff=claire, now=NOW)


def give_rest(chain, uid):
    with at_lille(chain, "ines") as (session, ines):
        order = pickup_steps.get_locked(session, uid)
        rest = [line.uid for line in order.lines if line.state == "picked"]
        pickups.hand_over(session, uid, line_uids=rest, staff=ines, check="qr", now=NOW)


def test_a_line_that_the_web_takes_out_at_the_hub_is_taken_out_in_the_shop(chain):
    uid = write(chain.hub, TOLD)
    pull(chain, "LIL")

    write(chain.hub, replace(TOLD, lines=TOLD.lines[:1]))
    pull(chain, "LIL")
    assert seen(chain, "LIL", uid)[:2] == ("new", {CUP: "to_pick", STAND: "cancelled"})

    write(chain.hub, TOLD)
    pull(chain, "LIL")
    with reading(chain.shops["LIL"]) as session:
        states = [(line.sku, line.state) for line in found(session, uid).lines]
    assert states == [(CUP, "to_pick"), (STAND, "cancelled"), (STAND, "to_pick")]


@pytest.mark.parametrize("is_known", [True, False])
def test_what_was_refused_in_one_shop_cannot_come_back_in_another(chain, is_known):
    uid = write(chain.hub, TOLD)
    pull(chain, "LIL", *["RBX"] * is_known)

    give(chain, uid, Outcome(given=0, rest="changed_mind"))
    pull(chain, "RBX")

    assert seen(chain, "RBX", uid) == (
        "collected",
        {CUP: "collected", STAND: "refused"},
        [(CUP, 2)],
    )


@pytest.mark.parametrize("is_known", [True, False])
def test_what_was_given_of_an_order_may_come_back_anywhere(chain, is_known):
    uid = write(chain.hub, TOLD)
    pull(chain, "LIL", *["RBX"] * is_known)

    give(chain, uid, Outcome(given=0))
    pull(chain, "RBX")

    state, lines, back = seen(chain, "RBX", uid)
    assert (state, lines[CUP], back) == ("partly_collected", "collected", [(CUP, 2)])


@pytest.mark.parametrize(
    ("how", "is_known"), [("expired", True), ("expired", False), ("cancelled", True)]
)
def test_what_left_of_an_order_that_is_over_may_come_back_anywhere(chain, how, is_known):
    uid = write(chain.hub, TOLD)
    pull(chain, "LIL", *["RBX"] * is_known)
    give(chain, uid, Outcome(given=0))

    end(chain, uid, how)
    pull(chain, "RBX")

    state, lines, back = seen(chain, "RBX", uid)
    assert (lines[CUP], back) == ("collected", [(CUP, 2)])
    assert state == ("expired" if how == "expired" else "collected")
    chain.order = uid
    chain.take_back("RBX")
    chain.tell("RBX")
    pull(chain, "LIL")
    assert chain.counted() == {"RBX": 2}
    assert [seen(chain, code, uid)[2] for code in ("LIL", "RBX")] == [[(CUP, 0)]] * 2


def test_an_order_that_is_kept_again_is_followed_to_its_end(chain):
    uid = write(chain.hub, TOLD)
    pull(chain, "LIL", "RBX")
    give(chain, uid, Outcome(given=0))
    end(chain, uid, "expired")
    pull(chain, "RBX")

    open_again(chain, uid)
    pull(chain, "RBX")
    assert seen(chain, "RBX", uid) == seen(chain, "LIL", uid)
    end(chain, uid, "expired")
    pull(chain, "RBX")
    assert seen(chain, "RBX", uid)[0] == "expired"
    open_again(chain, uid)
    give_rest(chain, uid)
    pull(chain, "RBX")

    assert seen(chain, "RBX", uid)[::2] == ("collected", [(CUP, 2), (STAND, 1)])
    assert figures(chain, "RBX") == figures(chain, "LIL")


@pytest.mark.parametrize("is_known", [True, False])
def test_what_was_undone_in_one_shop_comes_back_in_none(chain, is_known):
    uid = write(chain.hub, TOLD)
    pull(chain, "LIL")
    give(chain, uid, Outcome())
    if is_known:
        pull(chain, "RBX")
        assert seen(chain, "RBX", uid)[2] == [(CUP, 2), (STAND, 1)]

    undo(chain, uid)
    pull(chain, "RBX")
    assert seen(chain, "RBX", uid) == (
        "handover_reversed",
        {CUP: "picked", STAND: "picked"},
        [],
    )

    with at_lille(chain, "ines") as (session, ines):
        refused = Outcome(given=0, rest="changed_mind")
        hand(session, pickup_steps.get_locked(session, uid), ines, refused)
    pull(chain, "RBX")
    assert seen(chain, "RBX", uid) == seen(chain, "LIL", uid)
    assert seen(chain, "RBX", uid)[2] == [(CUP, 2)]
    assert figures(chain, "RBX") == figures(chain, "LIL")


def test_what_is_paid_is_followed_through_an_undo(chain):
    uid = write(chain.hub, replace(TOLD, paid=False))
    pull(chain, "LIL", "RBX")
    with at_lille(chain, "ines") as (session, ines):
        pickups.prepare(session, uid, staff=ines, place="C-03", now=NOW)
    paid = []

    for act in (pay, undo, pay):
        act(chain, uid)
        pull(chain, "RBX")
        with reading(chain.shops["RBX"]) as session:
            paid.append(found(session, uid).paid)

    assert paid == [True, False, True]


def pay(chain, uid):
    """Hand all of it over against a till ticket."""
    with at_lille(chain, "ines") as (session, ines):
        hand_all(session, pickup_steps.get_locked(session, uid), ines, till_ticket="T1")


def test_an_undo_and_the_right_handover_are_heard_of_at_once(chain):
    uid = write(chain.hub, TOLD)
    pull(chain, "LIL", "RBX")
    give(chain, uid, Outcome())
    pull(chain, "RBX")

    undo(chain, uid)
    with at_lille(chain, "ines") as (session, ines):
        later = Outcome(given=0)
        hand(session, pickup_steps.get_locked(session, uid), ines, later)
    end(chain, uid, "cancelled")
    pull(chain, "RBX")

    assert seen(chain, "RBX", uid) == (
        "collected",
        {CUP: "collected", STAND: "cancelled"},
        [(CUP, 2)],
    )


def test_what_left_though_it_was_cancelled_elsewhere_may_come_back_there(chain):
    uid = write(chain.hub, TOLD)
    pull(chain, "LIL", "RBX")
    with writing(chain.shops["RBX"]) as session:
        back = Happened(type="cancelled", occurred_at=NOW, by="customer")
        order = pickup_steps.get_locked(session, uid)
        pickup_steps.happen(session, order, back, now=NOW, tells=True)

    give(chain, uid, Outcome())
    pull(chain, "RBX")
    pull(chain, "RBX")

    assert seen(chain, "RBX", uid) == seen(chain, "LIL", uid)
    assert seen(chain, "RBX", uid)[::2] == ("collected", [(CUP, 2), (STAND, 1)])
    assert figures(chain, "RBX") == figures(chain, "LIL")


def test_the_shop_of_the_order_learns_nothing_twice(chain):
    uid = write(chain.hub, TOLD)
    pull(chain, "LIL")
    give(chain, uid, Outcome(given=0))

    pull(chain, "LIL")

    with reading(chain.shops["LIL"]) as session:
        given = OrderEvent.order_id == found(session, uid).id, OrderEvent.type == "collected"
        assert len(session.scalars(select(OrderEvent).where(*given)).all()) == 1


def test_an_order_whose_missing_line_is_refunded_lacks_nothing_any_more(session, shop):
    order = pickups.upsert(session, record(), now=NOW, own_store="LIL")
    cup, stand = order.lines
    who = {"staff": shop.ines, "now": NOW}
    preparing.pick(session, order.uid, stand.uid, **who)
    preparing.short(session, order.uid, cup.uid, missing=2, reason="not_found", **who)
    proposals.propose(session, order.uid, cup.uid, **who)
    assert order.state == "problem"

    pickups.upsert(session, record(lines=record().lines[1:]), now=NOW, own_store="LIL")

    assert order.state == "picking"
    pickups.prepare(session, order.uid, place="C-03", **who)
    assert order.state == "ready"


def test_what_left_is_known_in_whatever_letters_it_is_told(session, shop):
    line = OrderLineRecord(sku=" 85123a", quantity=1, unit_price_minor=295, label="Lanterne")
    order = pickups.upsert(session, record(lines=(line,), state="ready"), now=NOW)

    left = replace(line, state="collected")
    pickups.upsert(session, record(lines=(left,), state="collected"), now=NOW)

    assert [(one.sku, one.state) for one in order.lines] == [("85123A", "collected")]


TWO_CUPS = record(
    external_id="W-8",
    number="500008",
    store="RBX",
    lines=(OrderLineRecord(sku=CUP, quantity=1, unit_price_minor=295),) * 2,
)
ROSE = {"sku": "ROSE", "label": "Tasse rose", "price_minor": 250}


def told_given(*substitutes, state="collected"):
    """Return the order of two equal lines as told by the hub; None is a line not given yet."""
    lines = [
        replace(line, state="picked" if one is None else "collected", substitute=one or {})
        for line, one in zip(TWO_CUPS.lines, substitutes, strict=True)
    ]
    return replace(TWO_CUPS, state=state, lines=tuple(lines))


@pytest.mark.parametrize("is_cancelled", [True, False])
def test_what_was_given_for_the_second_of_two_equal_lines_is_named(session, shop, is_cancelled):
    order = pickups.upsert(session, TWO_CUPS, now=NOW, own_store="LIL")
    if is_cancelled:
        over = replace(TWO_CUPS, state="cancelled")
        pickups.upsert(session, over, now=NOW, own_store="LIL")

    pickups.upsert(session, told_given({}, ROSE), now=NOW, own_store="LIL")

    back = web_returns.list_returnable(session, order)
    assert [(one.sku, one.left) for one in back] == [(CUP, 1), ("ROSE", 1)]


def test_what_was_given_later_for_the_first_of_two_equal_lines_is_named(session, shop):
    order = pickups.upsert(session, TWO_CUPS, now=NOW, own_store="LIL")

    for state, given in (("partly_collected", (None, {})), ("collected", (ROSE, {}))):
        told = told_given(*given, state=state)
        pickups.upsert(session, told, now=NOW, own_store="LIL")

    back = web_returns.list_returnable(session, order)
    assert sorted((one.sku, one.left) for one in back) == [(CUP, 1), ("ROSE", 1)]


def test_what_was_undone_of_two_equal_lines_is_what_is_not_told_any_more(session, shop):
    order = pickups.upsert(session, TWO_CUPS, now=NOW, own_store="LIL")
    pickups.upsert(session, told_given({}, ROSE), now=NOW, own_store="LIL")

    undone = told_given(None, ROSE, state="handover_reversed")
    pickups.upsert(session, undone, now=NOW, own_store="LIL")

    assert [line.substitute_sku for line in order.lines if line.state == "collected"] == ["ROSE"]


def test_a_second_undo_is_followed_too(chain):
    uid = write(chain.hub, TOLD)
    pull(chain, "LIL", "RBX")
    give(chain, uid, Outcome(given=0))
    give_rest(chain, uid)
    pull(chain, "RBX")

    for left in ([(CUP, 2)], []):
        undo(chain, uid)
        pull(chain, "RBX")
        assert [seen(chain, code, uid)[2] for code in ("LIL", "RBX")] == [left] * 2
