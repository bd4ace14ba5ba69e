"""A receipt of a handover that was undone: it never leaves, or it is put right; once."""

from dataclasses import replace

import pytest

from store import (
    handovers,
    message_queue,
    message_states,
    messages,
    pickups,
    receipts,
    web_returns,
)
from store.errors import MessageOutdated
from store.handovers import Handing, Outcome
from store.pickup_steps import Happened, get_locked, happen
from store.records import OrderEventRecord
from tests.conftest import NOW
from tests.test_messages import COOLDOWN, DAY, fail, order, prepare, record, send

__all__ = ["order"]


def give(session, order, shop, **given):
    lines = {line.uid: Outcome(**given) for line in order.lines if line.state == "picked"}
    handing = Handing(lines=lines, check="qr")
    handovers.give(session, order.uid, handing, staff=shop.ines, now=NOW)


def undo(session, order, shop):
    handovers.reverse(session, order.uid, reason="wrong_order", staff=shop.manager, now=NOW)


def told(session, order):
    """Return kind and state of what was written since it was ready, the first first."""
    rows = reversed(messages.list_of(session, order))
    return [(one.kind, one.state) for one in rows if one.kind in ("receipt", "reversed")]


@pytest.fixture
def given(session, order, shop):
    """Two cups in their customer's hands, and the receipt still waiting."""
    prepare(session, order, shop)
    send(session)
    give(session, order, shop)
    return order


def test_a_receipt_that_has_left_is_put_right_once_an_undo(session, given, shop):
    send(session)

    undo(session, given, shop)
    assert told(session, given) == [("receipt", "sent"), ("reversed", "waiting")]
    send(session)
    give(session, given, shop)
    send(session)
    undo(session, given, shop)

    assert told(session, given) == [
        *[("receipt", "sent"), ("reversed", "sent")],
        *[("receipt", "sent"), ("reversed", "waiting")],
    ]


def test_a_receipt_that_still_waits_is_withdrawn_and_nobody_is_told(session, given, shop):
    undo(session, given, shop)
    assert told(session, given) == [("receipt", "withdrawn")]

    give(session, given, shop)
    send(session)

    assert told(session, given) == [("receipt", "withdrawn"), ("receipt", "sent")]


def test_the_right_handover_has_a_receipt_of_its_own(session, given, shop):
    send(session)
    undo(session, given, shop)

    give(session, given, shop)

    first, correction, second = list(reversed(messages.list_of(session, given)))[-3:]
    assert (first.kind, correction.kind, second.kind) == ("receipt", "reversed", "receipt")
    assert [message_states.is_true(one, given, now=NOW) for one in (first, correction, second)] == [
        *(False, True, True)
    ]
    with pytest.raises(MessageOutdated):
        messages.resend(session, first.uid, staff=shop.ines, cooldown=COOLDOWN, now=NOW + DAY)


def test_one_that_is_just_being_sent_is_put_right_and_not_tried_again(session, given, shop):
    uid = message_queue.QUEUE.claim(session, worker="w", now=NOW, lease_seconds=60)

    undo(session, given, shop)
    assert told(session, given) == [("receipt", "claimed"), ("reversed", "waiting")]
    message_queue.try_later(session, uid, worker="w", moment=NOW, reason="451", now=NOW)
    give(session, given, shop)

    receipt = messages.get(session, uid)
    session.refresh(receipt)
    assert (receipt.state, message_states.is_true(receipt, given, now=NOW)) == ("waiting", False)


def test_one_that_a_worker_takes_at_that_very_moment_is_put_right_too(session, given, shop):
    (receipt,) = [one for one in messages.list_of(session, given) if one.kind == "receipt"]
    message_queue.QUEUE.claim(session, worker="w", now=NOW, lease_seconds=60)
    assert receipt.state == "waiting"  # as it was read

    undo(session, given, shop)
    session.expire_all()

    assert told(session, given) == [("receipt", "claimed"), ("reversed", "waiting")]


def test_who_never_got_the_receipt_is_told_nothing(session, given, shop):
    (uid,) = send(session)
    fail(session, messages.get(session, uid))

    undo(session, given, shop)

    assert told(session, given) == [("receipt", "bounced")]


@pytest.fixture
def first_of_two(session, shop):
    """The receipt of one cup of three, of which another was given since with its own receipt."""
    line = replace(record().lines[0], quantity=3)
    order = pickups.upsert(session, replace(record(), lines=(line,)), now=NOW, own_store="LIL")
    prepare(session, order, shop)
    give(session, order, shop, given=1)
    give(session, order, shop, given=1)
    send(session)
    return next(one for one in reversed(messages.list_of(session, order)) if one.kind == "receipt")


def test_the_receipt_of_another_handover_says_nothing_of_one_that_bounced(
    session, first_of_two, shop
):
    fail(session, first_of_two)

    assert messages.list_troubled(session, shop.lille, limit=9) == [first_of_two]


@pytest.mark.parametrize("is_sent_again", [True, False])
def test_who_is_told_of_one_handover_is_not_told_of_another(
    session, first_of_two, shop, is_sent_again
):
    second = messages.list_of(session, first_of_two.order)[0]
    for one in (first_of_two, second):
        fail(session, one)

    if is_sent_again:
        about = {"cooldown": COOLDOWN, "staff": shop.ines}
        messages.resend(session, first_of_two.uid, **about, now=NOW)
    else:
        messages.tell_by_hand(session, first_of_two.uid, staff=shop.ines, now=NOW)

    assert messages.list_troubled(session, shop.lille, limit=9) == [second]


def test_one_receipt_is_sent_again_though_another_has_just_left(session, first_of_two, shop):
    later = NOW + COOLDOWN
    second = messages.list_of(session, first_of_two.order)[0]
    about = {"cooldown": COOLDOWN, "staff": shop.ines}
    messages.resend(session, second.uid, **about, now=later)

    again = messages.resend(session, first_of_two.uid, **about, now=later)

    assert message_states.occasion_of(again) == first_of_two.occasion


def test_a_receipt_that_was_sent_again_bounces_unheard(session, first_of_two, shop):
    later = NOW + COOLDOWN
    uid = first_of_two.uid
    messages.resend(session, uid, staff=shop.ines, cooldown=COOLDOWN, now=later)

    fail(session, first_of_two)

    assert messages.list_troubled(session, shop.lille, limit=9) == []


def test_only_the_receipt_of_what_was_undone_is_put_right(session, order, shop):
    prepare(session, order, shop)
    give(session, order, shop, given=1)
    give(session, order, shop)
    send(session)

    undo(session, order, shop)

    first, second = list(reversed(messages.list_of(session, order)))[-3:-1]
    assert (first.facts, second.facts) == ({}, {"void": True})
    assert told(session, order)[-1] == ("reversed", "waiting")


def test_one_message_puts_all_receipts_right(session, order, shop):
    prepare(session, order, shop)
    give(session, order, shop, given=1)
    give(session, order, shop)
    send(session)
    undone = OrderEventRecord(type="handover_reversed", occurred_at=NOW)

    pickups.record_event(session, undone, order.uid, now=NOW, tells=True)

    assert told(session, order) == [("receipt", "sent")] * 2 + [("reversed", "waiting")]


def undo_some(session, order, units):
    """Let another program undo cups of the handover."""
    lines = (("22699", units),)
    undone = OrderEventRecord(type="handover_reversed", occurred_at=NOW, lines=lines)
    pickups.record_event(session, undone, order.uid, now=NOW, tells=True)


def test_what_the_customer_still_has_stays_true_in_the_receipt(session, given, shop):
    send(session)

    undo_some(session, given, 1)

    receipt, undone = list(reversed(messages.list_of(session, given)))[-2:]
    assert told(session, given) == [("receipt", "sent"), ("reversed", "waiting")]
    assert undone.facts["undone"] == [{"sku": "22699", "quantity": 1}]
    assert message_states.is_true(receipt, given, now=NOW)
    assert message_states.is_true(undone, given, now=NOW)


def test_one_that_a_worker_has_taken_is_put_right_when_a_part_comes_back(session, given, shop):
    (receipt,) = [one for one in messages.list_of(session, given) if one.kind == "receipt"]
    message_queue.QUEUE.claim(session, worker="w", now=NOW, lease_seconds=60)
    assert receipt.state == "waiting"  # as it was read

    undo_some(session, given, 1)

    assert told(session, given) == [("receipt", "claimed"), ("reversed", "waiting")]


def test_a_receipt_that_waits_leaves_with_what_is_left_of_it(session, given, shop):
    undo_some(session, given, 1)

    (receipt,) = [one for one in messages.list_of(session, given) if one.kind == "receipt"]
    (standing,) = receipts.list_standing(session, given)
    assert told(session, given) == [("receipt", "waiting")]
    assert message_states.is_true(receipt, given, now=NOW)
    assert standing.units == {"22699": 1}


def test_a_handover_told_whole_gave_what_was_there_then(session, order, shop):
    prepare(session, order, shop)
    for kind, lines in (
        ("collected", None),
        ("handover_reversed", (("22699", 1),)),
        ("cancelled", (("22699", 1),)),
    ):
        told = OrderEventRecord(type=kind, occurred_at=NOW, lines=lines)
        pickups.record_event(session, told, order.uid, now=NOW, tells=True)

    (standing,) = receipts.list_standing(session, order)

    assert [(line.quantity, line.state) for line in order.lines] == [
        (1, "collected"),
        (1, "cancelled"),
    ]
    assert standing.units == {"22699": 1}


def test_a_receipt_is_void_once_nothing_of_it_stands(session, given, shop):
    send(session)
    undo_some(session, given, 1)
    give(session, given, shop)
    send(session)

    undo_some(session, given, 2)

    first, second = [one for one in messages.list_of(session, given) if one.kind == "receipt"]
    assert [first.facts, second.facts] == [{"void": True}] * 2
    assert [kind for kind, _state in told(session, given)].count("reversed") == 2
    assert "undone" not in messages.list_of(session, given)[0].facts


def test_an_undo_of_units_of_two_handovers_tells_of_both(session, order, shop):
    prepare(session, order, shop)
    give(session, order, shop, given=1)
    give(session, order, shop)
    send(session)

    undo_some(session, order, 2)

    first, second, undone = list(reversed(messages.list_of(session, order)))[-3:]
    assert [one.facts for one in (first, second)] == [{"void": True}] * 2
    assert undone.kind == "reversed"


def test_the_rest_of_a_handover_is_undone_by_hand(session, given, shop):
    undo_some(session, given, 1)
    pickups.check_in(session, given, store=shop.lille, now=NOW)

    undo(session, given, shop)

    assert receipts.list_standing(session, given) == []
    assert {line.state for line in given.lines} == {"picked"}


@pytest.mark.parametrize("ends", ["expired", "cancelled"])
def test_a_receipt_leaves_whatever_becomes_of_the_rest(session, order, shop, ends):
    prepare(session, order, shop)
    give(session, order, shop, given=1)

    over = Happened(type=ends, occurred_at=NOW, staff=shop.ines)
    happen(session, get_locked(session, order.uid), over, now=NOW, tells=True)

    (receipt,) = [one for one in messages.list_of(session, order) if one.kind == "receipt"]
    assert message_states.is_true(receipt, order, now=NOW)


def test_who_brings_back_a_part_of_an_order_that_expired_has_a_receipt(session, order, shop):
    prepare(session, order, shop)
    give(session, order, shop, given=1)
    over = Happened(type="expired", occurred_at=NOW, staff=shop.ines)
    happen(session, get_locked(session, order.uid), over, now=NOW, tells=True)

    back = web_returns.Returned(sku="22699", quantity=1, reason="other")
    web_returns.take_back(session, order.uid, [back], store=shop.lille, staff=shop.ines, now=NOW)

    returned = messages.list_of(session, order)[0]
    assert returned.kind == "returned"
    assert message_states.is_true(returned, order, now=NOW)


def test_the_hub_writes_nobody(session, given, shop):
    send(session)
    undone = OrderEventRecord(type="handover_reversed", occurred_at=NOW)

    pickups.record_event(session, undone, given.uid, now=NOW)

    assert told(session, given) == [("receipt", "sent")]
