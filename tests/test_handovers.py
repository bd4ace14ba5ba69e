"""Goods in a customer's hands: given, refused, damaged or missing, signed for, undone; once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from store import (
    delegates,
    handovers,
    pickups,
    preparing,
    receipts,
    shelf_checks,
    shelf_returns,
    stock,
    web_returns,
)
from store.errors import (
    AlreadyCollected,
    DelegateGone,
    ForbiddenTransition,
    Invalid,
    NotAllowed,
)
from store.handovers import Handing, Outcome
from store.models import (
    AuditEntry,
    CustomerMessage,
    Order,
    OrderEvent,
    OrderLine,
    OutboxMessage,
    Signature,
    StockMovement,
)
from store.records import OrderEventRecord
from store.web_returns import Returned
from tests.conftest import NOW
from tests.test_pickups import record

DRAWN = "M10 20L30 40L50 60M70 80L90 100"


@pytest.fixture
def order(session, shop):
    """A ready order of two cups and a cake stand at C-03; nothing else is held."""
    made = pickups.upsert(session, record(), now=NOW)
    return pickups.prepare(session, made.uid, staff=shop.ines, place="C-03", now=NOW)


def give(session, order, shop, outcomes=None, now=NOW, **how):
    lines = outcomes if outcomes is not None else {line.uid: Outcome() for line in order.lines}
    handing = Handing(lines=lines, **({"check": "qr"} | how))
    return handovers.give(session, order.uid, handing, staff=shop.ines, now=now)


def reverse(session, order, staff, reason="wrong_customer"):
    return handovers.reverse(session, order.uid, reason=reason, staff=staff, now=NOW)


def figure(session, shop, variant):
    here = {"store_id": shop.lille.id, "now": NOW, "trust": stock.Trust()}
    return stock.figure(session, variant.id, **here)


def states(order):
    return sorted((line.sku, line.quantity, line.state) for line in order.lines)


def events(session, order):
    query = select(OrderEvent).where(OrderEvent.order_id == order.id).order_by(OrderEvent.id)
    return [event for event in session.scalars(query) if event.type != "ready"]


# --- given ------------------------------------------------------------------------------------


def test_all_is_given_once_with_one_event_and_one_receipt(session, order, shop):
    give(session, order, shop, signature=DRAWN)

    with pytest.raises(AlreadyCollected) as refused:
        give(session, order, shop)

    assert refused.value.closed_by == "Inès"
    (event,) = events(session, order)
    assert (event.type, event.identity_check) == ("collected", "qr")
    assert event.details == {"signed": True}
    receipts = select(CustomerMessage).where(CustomerMessage.kind == "receipt")
    assert [one.occasion for one in session.scalars(receipts)] == [event.uid]
    assert session.get(Signature, event.uid).strokes == DRAWN
    assert figure(session, shop, shop.cup).on_hand == 4


def test_some_units_of_a_line_are_given_and_the_rest_waits(session, order, shop):
    cups, stand = order.lines

    give(session, order, shop, {cups.uid: Outcome(given=1), stand.uid: Outcome(given=0)})

    assert order.state == "partly_collected"
    assert states(order) == [
        ("22423", 1, "picked"),
        ("22699", 1, "collected"),
        ("22699", 1, "picked"),
    ]
    figures = figure(session, shop, shop.cup)
    assert (figures.on_hand, figures.reserved) == (5, 1)
    give(session, order, shop, {line.uid: Outcome() for line in order.lines if is_open(line)})
    assert order.state == "collected"
    assert stock.compare(session) == []


def is_open(line):
    return line.state == "picked"


def test_what_is_refused_frees_its_stock_and_goes_back_to_its_shelf(session, order, shop):
    cups, stand = order.lines

    give(
        session,
        order,
        shop,
        {cups.uid: Outcome(), stand.uid: Outcome(given=0, rest="not_suitable")},
    )

    assert order.state == "collected"
    assert [event.type for event in events(session, order)] == ["collected", "refused"]
    figures = figure(session, shop, shop.cake_stand)
    assert (figures.on_hand, figures.reserved) == (8, 0)
    (task,) = shelf_returns.list_open(session, shop.lille.id)
    assert (task.reason, task.lines) == ("refused", [{"sku": "22423", "quantity": 1}])


def test_what_is_damaged_leaves_the_stock_and_the_central_system_hears(session, order, shop):
    cups, stand = order.lines

    give(session, order, shop, {cups.uid: Outcome(given=1, rest="damaged"), stand.uid: Outcome()})

    figures = figure(session, shop, shop.cup)
    assert (figures.on_hand, figures.reserved) == (4, 0)
    assert shelf_returns.list_open(session, shop.lille.id) == []
    refused = events(session, order)[-1]
    assert (refused.reason, refused.details) == ("damaged", {"condition": "damaged"})
    told = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()[-1]
    assert told.payload["items"][0]["quantity"] == -1


def test_nothing_given_and_all_refused_ends_the_order(session, order, shop):
    outcomes = {line.uid: Outcome(given=0, rest="changed_mind") for line in order.lines}

    give(session, order, shop, outcomes)

    assert (order.state, order.reason) == ("cancelled", "changed_mind")
    assert [event.type for event in events(session, order)] == ["refused"]
    assert figure(session, shop, shop.cup).reserved == 0


def test_what_is_missing_is_short_and_somebody_is_asked_to_look(session, order, shop):
    cups, stand = order.lines

    give(session, order, shop, {cups.uid: Outcome(), stand.uid: Outcome(given=0, rest="missing")})

    assert order.state == "partly_collected"
    assert states(order)[0] == ("22423", 1, "substitute_proposed")
    asked = shelf_checks.find_open(session, shop.cake_stand.id, store_id=shop.lille.id)
    assert asked.reason == "doubt"
    preparing.pick(session, order.uid, stand.uid, staff=shop.ines, now=NOW)
    assert order.state == "partly_collected"
    give(session, order, shop, {order.lines[1].uid: Outcome()})
    assert order.state == "collected"


def test_what_another_shop_sent_is_missing_without_holding_up_the_rest(session, order, shop):
    cups, stand = order.lines
    stand.state = "arrived"

    give(session, order, shop, {cups.uid: Outcome(), stand.uid: Outcome(given=0, rest="missing")})

    assert (cups.state, stand.state) == ("collected", "substitute_proposed")


def test_what_is_missing_after_an_undone_handover_can_turn_up(session, order, shop):
    give(session, order, shop)
    reverse(session, order, shop.manager)

    for kind, state in (("short", "problem"), ("picked", "picking")):
        told = OrderEventRecord(type=kind, occurred_at=NOW, lines=(("22423", 1),))
        pickups.record_event(session, told, order.uid, now=NOW)
        assert order.state == state


@pytest.mark.parametrize(
    ("outcome", "how", "field"),
    [
        (None, {}, "lines"),
        (Outcome(given=0), {}, "lines"),
        (Outcome(given=3), {}, "quantity"),
        (Outcome(given=-1), {}, "quantity"),
        (Outcome(given=1, rest="eaten"), {}, "rest"),
        (Outcome(), {"check": "passport 12AB34567"}, "check"),
        (Outcome(), {"signature": "<svg/>"}, "signature"),
        (Outcome(), {"signature": "M1 1" + "L2 2" * 6000}, "signature"),
        (Outcome(), {"delegate_code": "T000000"}, "delegate_code"),
    ],
)
def test_what_makes_no_sense_is_refused(session, order, shop, outcome, how, field):
    outcomes = {order.lines[0].uid: outcome} if outcome else {}

    with pytest.raises(Invalid) as refused:
        give(session, order, shop, outcomes, **how)

    assert refused.value.field == field


def test_a_line_of_another_order_is_not_given(session, order, shop):
    with pytest.raises(Invalid):
        give(session, order, shop, {shop.order.lines[0].uid: Outcome()})


# --- who collects -----------------------------------------------------------------------------


def test_a_delegate_collects_with_a_code_that_works_once(session, order, shop):
    delegate = delegates.name(session, order.uid, "Nadia", now=NOW)
    cups, stand = order.lines

    give(session, order, shop, {cups.uid: Outcome()}, check="code", delegate_code=delegate.code)
    with pytest.raises(DelegateGone):
        give(session, order, shop, {stand.uid: Outcome()}, delegate_code=delegate.code)

    event = events(session, order)[0]
    assert event.details == {"collected_by": "delegate"}
    told = session.scalars(select(OutboxMessage.payload)).all()
    assert "Nadia" not in str(told)
    assert handovers.find_last(session, order).delegate is delegate


# --- paid in the shop -------------------------------------------------------------------------


@pytest.fixture
def unpaid(session, order):
    order.paid = False
    session.flush()
    return order


def test_an_unpaid_order_closes_against_a_till_ticket(session, unpaid, shop):
    assert handovers.needs_ticket(unpaid)
    with pytest.raises(Invalid) as refused:
        give(session, unpaid, shop)
    assert (refused.value.field, refused.value.problem) == ("till_ticket", "empty")

    give(session, unpaid, shop, till_ticket=" a-2041  7 ")

    assert (unpaid.till_ticket, unpaid.paid) == ("A-2041 7", True)
    assert events(session, unpaid)[0].details == {"till_ticket": "A-2041 7"}
    pickups.upsert(session, record(paid=False), now=NOW)
    assert unpaid.paid


@pytest.mark.parametrize("ticket", ["<b>", "é1", "1" * 41])
def test_a_till_ticket_is_a_short_number(session, unpaid, shop, ticket):
    with pytest.raises(Invalid) as refused:
        give(session, unpaid, shop, till_ticket=ticket)

    assert refused.value.problem == "malformed"


def test_refusing_all_of_an_unpaid_order_needs_no_ticket(session, unpaid, shop):
    outcomes = {line.uid: Outcome(given=0, rest="changed_mind") for line in unpaid.lines}

    assert give(session, unpaid, shop, outcomes).state == "cancelled"


def test_the_hub_learns_the_ticket(session, unpaid):
    told = OrderEventRecord(
        type="collected", occurred_at=NOW, details={"till_ticket": "7"}, uid="told"
    )

    pickups.record_event(session, told, unpaid.uid, now=NOW)

    assert (unpaid.till_ticket, unpaid.paid) == ("7", True)


# --- undone -----------------------------------------------------------------------------------


def test_a_manager_undoes_a_handover_with_a_reason(session, order, shop):
    give(session, order, shop)

    reverse(session, order, shop.manager)

    assert (order.state, order.closed_at) == ("handover_reversed", None)
    assert {line.state for line in order.lines} == {"picked"}
    figures = figure(session, shop, shop.cup)
    assert (figures.on_hand, figures.reserved) == (6, 2)
    assert events(session, order)[-1].actor == "manager"
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.reason) == ("pickup.reversed", "wrong_customer")
    assert handovers.find_last(session, order) is None
    give(session, order, shop)
    assert order.state == "collected"
    assert figure(session, shop, shop.cup).on_hand == 4
    assert stock.compare(session) == []


def test_an_assistant_cannot_undo_it(session, order, shop):
    give(session, order, shop)

    with pytest.raises(NotAllowed):
        reverse(session, order, shop.ines)


def test_it_is_undone_once_for_a_known_reason(session, order, shop):
    give(session, order, shop)
    with pytest.raises(Invalid):
        reverse(session, order, shop.manager, reason="because Camille said so")

    reverse(session, order, shop.manager)

    with pytest.raises(ForbiddenTransition):
        reverse(session, order, shop.manager)
    assert count(session, StockMovement.kind == "return") == 2


def count(session, *conditions):
    return session.scalar(select(func.count(StockMovement.id)).where(*conditions))


def test_what_was_taken_back_as_a_return_is_not_undone(session, order, shop):
    give(session, order, shop)
    returned = [Returned(sku="22699", quantity=1, reason="changed_mind")]
    web_returns.take_back(session, order.uid, returned, store=shop.lille, staff=shop.ines, now=NOW)

    with pytest.raises(ForbiddenTransition):
        reverse(session, order, shop.manager)


def test_undoing_takes_the_ticket_back(session, unpaid, shop):
    give(session, unpaid, shop, till_ticket="7")

    reverse(session, unpaid, shop.manager)

    assert handovers.needs_ticket(unpaid)


@pytest.fixture
def given_twice(session, order, shop):
    """Two cups given on one day, the cake stand on the next."""
    cups, stand = order.lines
    give(session, order, shop, {cups.uid: Outcome(), stand.uid: Outcome(given=0)})
    return give(session, order, shop, {stand.uid: Outcome()}, now=NOW + timedelta(days=1))


def test_an_undo_brings_back_what_was_given_last(session, given_twice, shop):
    reverse(session, given_twice, shop.manager)

    assert states(given_twice) == [("22423", 1, "picked"), ("22699", 2, "collected")]
    assert figure(session, shop, shop.cup).on_hand == 4
    assert handovers.find_last(session, given_twice).event.occurred_at == NOW
    assert stock.compare(session) == []


def test_each_handover_can_be_undone_the_last_first(session, given_twice, shop):
    for _handover in range(2):
        reverse(session, given_twice, shop.manager)

    assert states(given_twice) == [("22423", 1, "picked"), ("22699", 2, "picked")]
    assert handovers.find_last(session, given_twice) is None
    assert stock.compare(session) == []


def test_two_managers_undo_the_same_handover_once(session, given_twice, shop):
    last = handovers.find_last(session, given_twice).event.uid
    meant = {"reason": "wrong_order", "staff": shop.manager, "handover": last, "now": NOW}
    handovers.reverse(session, given_twice.uid, **meant)

    with pytest.raises(ForbiddenTransition):
        handovers.reverse(session, given_twice.uid, **meant)

    assert states(given_twice) == [("22423", 1, "picked"), ("22699", 2, "collected")]


def test_the_hub_brings_back_what_was_given_last(session, order, shop):
    for uid, sku, quantity in (("one", "22699", 1), ("two", "22699", 1), ("three", "22423", 1)):
        told = OrderEventRecord(
            type="collected", occurred_at=NOW, lines=((sku, quantity),), uid=uid
        )
        pickups.record_event(session, told, order.uid, now=NOW)
    undone = OrderEventRecord(
        type="handover_reversed", occurred_at=NOW, lines=(("22699", 1),), uid="undone"
    )

    pickups.record_event(session, undone, order.uid, now=NOW)

    assert states(order) == [
        ("22423", 1, "collected"),
        ("22699", 1, "collected"),
        ("22699", 1, "picked"),
    ]
    assert [one.event.uid for one in receipts.list_standing(session, order)] == ["one", "three"]


def test_each_part_of_an_unpaid_order_needs_its_ticket(session, unpaid, shop):
    cups, stand = unpaid.lines
    some = {cups.uid: Outcome(given=1), stand.uid: Outcome(given=0)}
    give(session, unpaid, shop, some, till_ticket="T1")
    rest = {line.uid: Outcome() for line in unpaid.lines if is_open(line)}
    assert handovers.needs_ticket(unpaid)

    with pytest.raises(Invalid):
        give(session, unpaid, shop, rest)
    give(session, unpaid, shop, rest, till_ticket="T2")

    assert (unpaid.till_ticket, unpaid.paid) == ("T2", True)
    reverse(session, unpaid, shop.manager)
    assert (unpaid.till_ticket, unpaid.paid) == ("T1", False)


def test_a_pull_neither_pays_the_rest_of_a_hold_nor_what_was_undone(session, unpaid, shop):
    given, *_kept = unpaid.lines
    give(session, unpaid, shop, {given.uid: Outcome()}, till_ticket="T1")
    pickups.upsert(session, record(paid=False), now=NOW, own_store="LIL")
    assert handovers.needs_ticket(unpaid)

    reverse(session, unpaid, shop.manager)
    pickups.upsert(session, record(paid=True), now=NOW, own_store="LIL")  # from before the undo

    assert handovers.needs_ticket(unpaid)


def test_refusing_the_rest_of_a_hold_closes_it_as_paid(session, unpaid, shop):
    cups, stand = unpaid.lines
    give(session, unpaid, shop, {cups.uid: Outcome()}, till_ticket="T1")

    give(session, unpaid, shop, {stand.uid: Outcome(given=0, rest="changed_mind")})

    assert (unpaid.state, unpaid.paid) == ("collected", True)


def test_signatures_are_forgotten(session, order, shop):
    give(session, order, shop, signature=DRAWN)

    handovers.forget_signatures(session, before=NOW + timedelta(days=1))

    assert session.scalar(select(func.count()).select_from(Signature)) == 0


# --- returned ---------------------------------------------------------------------------------


@pytest.fixture
def collected(session, order, shop):
    return give(session, order, shop)


def take_back(session, order, shop, *returned, store=None):
    return web_returns.take_back(
        session, order.uid, returned, store=store or shop.lille, staff=shop.ines, now=NOW
    )


def back(sku="22699", quantity=1, reason="not_suitable", condition="resell"):
    return Returned(sku=sku, quantity=quantity, reason=reason, condition=condition)


def test_articles_come_back_line_by_line_with_reason_and_state(session, collected, shop):
    event = take_back(
        session, collected, shop, back(), back("22423", reason="damaged", condition="damaged")
    )

    assert collected.state == "collected"
    assert event.details["returned"][0] == {
        "sku": "22699",
        "quantity": 1,
        "reason": "not_suitable",
        "condition": "resell",
    }
    assert figure(session, shop, shop.cup).on_hand == 5
    assert figure(session, shop, shop.cake_stand).on_hand == 7
    told = select(OutboxMessage.kind).where(OutboxMessage.uid != "").order_by(OutboxMessage.id)
    assert session.scalars(told).all()[-2:] == ["order_event", "stock_movements"]


def test_what_has_come_back_does_not_come_back_again(session, collected, shop):
    take_back(session, collected, shop, back(quantity=2))

    with pytest.raises(Invalid) as refused:
        take_back(session, collected, shop, back())

    assert refused.value.field == "quantity"
    left = {one.sku: one.left for one in web_returns.list_returnable(session, collected)}
    assert left == {"22699": 0, "22423": 1}


def test_another_shop_takes_it_back_on_its_own_shelf(session, collected, shop):
    take_back(session, collected, shop, back(), store=shop.roubaix)

    there = {"store_id": shop.roubaix.id, "now": NOW, "trust": stock.Trust()}
    assert stock.figure(session, shop.cup.id, **there).on_hand == 3
    assert figure(session, shop, shop.cup).on_hand == 4


def test_the_hub_counts_a_return_once(session, collected, shop):
    told = OrderEventRecord(
        type="returned",
        occurred_at=NOW,
        details={"returned": [vars(back())], "store": "RBX"},
        uid="told",
    )

    for _twice in range(2):
        pickups.record_event(session, told, collected.uid, now=NOW)

    assert count(session, StockMovement.source_id == "told:22699") == 1
    assert [one.quantity for one in web_returns.list_returned(session, collected)] == [1]


@pytest.mark.parametrize(
    ("returned", "field"),
    [
        ([], "lines"),
        ([back("99999")], "lines"),
        ([back(quantity=0)], "quantity"),
        ([back(), back(quantity=2)], "quantity"),
        ([back(reason="none")], "reason"),
        ([back(condition="eaten")], "condition"),
    ],
)
def test_a_return_that_cannot_be_is_refused(session, collected, shop, returned, field):
    with pytest.raises(Invalid) as refused:
        take_back(session, collected, shop, *returned)

    assert refused.value.field == field


def test_what_was_never_collected_does_not_come_back(session, order, shop):
    with pytest.raises(ForbiddenTransition):
        take_back(session, order, shop, back())


def test_an_order_is_found_by_its_number_or_code_in_any_shop(session, collected, shop):
    numbers = [" #500001 ", collected.code.lower()]
    assert [web_returns.search(session, text, store=shop.roubaix) for text in numbers] == [
        [collected],
        [collected],
    ]
    assert web_returns.search(session, " ", store=shop.lille) == []
    assert web_returns.get(session, collected.uid) is session.get_one(Order, collected.id)
    assert session.scalar(select(func.count(OrderLine.id))) > 0


def test_a_substitute_of_unknown_price_is_told_at_that_of_what_was_ordered(session, order, shop):
    line = order.lines[0]
    line.substitute_sku, line.substitute_label = "ROSE", "Tasse rose"
    given = Handing(lines={line.uid: Outcome()}, check="qr")

    handovers.give(session, order.uid, given, staff=shop.ines, now=NOW)

    event = session.scalars(select(OrderEvent).where(OrderEvent.type == "collected")).one()
    told = {"for": line.sku, "sku": "ROSE", "label": "Tasse rose", "quantity": line.quantity}
    assert event.details["substitutes"] == [told | {"price_minor": line.unit_price_minor}]
    assert line.unit_price_minor > 0
