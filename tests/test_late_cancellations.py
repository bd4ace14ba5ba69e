"""Goods that left before their shop heard that the web had cancelled them: they have left."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from store import pickup_steps, pickups, preparing, proposals, shelf_returns
from store.database import reading, writing
from store.errors import ForbiddenTransition, OrderCancelled
from store.handovers import Outcome
from store.models import OrderEvent, StockLevel, Store, Variant, new_uid
from store.records import OrderEventRecord
from tests.conftest import NOW
from tests.test_told_handovers import (
    CUP,
    STAND,
    TOLD,
    at_lille,
    chain,
    give,
    pull,
    refused,
    seen,
    undo,
    write,
)

__all__ = ["chain"]

OTHER = "99999"
ALL = [(CUP, 2), (STAND, 1)]


def takes_out_a_line(chain, uid):
    write(chain.hub, replace(TOLD, lines=TOLD.lines[:1]))


def takes_out_a_unit(chain, uid):
    one_cup = replace(TOLD.lines[0], quantity=1)
    write(chain.hub, replace(TOLD, lines=(one_cup, TOLD.lines[1])))


def says_it_is_cancelled(chain, uid):
    write(chain.hub, replace(TOLD, state="cancelled"))


def tells_the_cancellation(chain, uid):
    over = OrderEventRecord(type="cancelled", occurred_at=NOW, uid="web-over")
    with writing(chain.hub) as session:
        pickups.record_event(session, over, uid, now=NOW)


def at_hub(chain, uid):
    """Return how the hub sees an order: its state, and what may come back of it."""
    with_hub = replace(chain, shops={"HUB": chain.hub})
    state, _lines, back = seen(with_hub, "HUB", uid)
    return state, back


def on_hand(engine):
    with reading(engine) as session:
        query = select(Variant.sku, StockLevel.on_hand, StockLevel.reserved).join(Variant)
        query = query.join(Store).where(Store.code == "LIL", Variant.sku.in_((CUP, STAND)))
        return sorted(tuple(row) for row in session.execute(query))


# each way of the web, and each moment at which the other shop may have heard of the order
@pytest.mark.parametrize(
    ("heard", "web"),
    [
        ("never", takes_out_a_unit),
        ("before", takes_out_a_line),
        ("between", says_it_is_cancelled),
        ("never", tells_the_cancellation),
    ],
)
def test_what_left_while_the_web_cancelled_it_may_come_back_anywhere(chain, web, heard):
    uid = write(chain.hub, TOLD)
    pull(chain, "LIL", *["RBX"] * (heard == "before"))

    web(chain, uid)
    pull(chain, *["RBX"] * (heard == "between"))
    give(chain, uid, Outcome())
    pull(chain, "LIL", "RBX")

    assert refused(chain) == []
    assert at_hub(chain, uid) == ("collected", ALL)
    assert [seen(chain, code, uid)[::2] for code in ("LIL", "RBX")] == [("collected", ALL)] * 2
    assert on_hand(chain.hub) == on_hand(chain.shops["LIL"])
    chain.order = uid
    chain.take_back("RBX")
    chain.tell("RBX")
    assert chain.counted() == {"RBX": 2}


def test_what_left_in_part_though_cancelled_ends_no_hold_of_others(chain):
    uid = write(chain.hub, TOLD)
    pull(chain, "LIL")

    tells_the_cancellation(chain, uid)
    give(chain, uid, Outcome(), cups=Outcome(given=1, rest="changed_mind"))
    pull(chain, "LIL")

    assert refused(chain) == []
    assert on_hand(chain.hub) == on_hand(chain.shops["LIL"])
    assert [reserved for _sku, _units, reserved in on_hand(chain.hub)] == [0, 0]


@pytest.mark.parametrize("web", [takes_out_a_unit, says_it_is_cancelled])
def test_the_web_telling_the_same_again_changes_nothing(chain, web):
    uid = write(chain.hub, TOLD)
    pull(chain, "LIL")
    web(chain, uid)
    give(chain, uid, Outcome())

    web(chain, uid)
    pull(chain, "LIL", "RBX")

    assert refused(chain) == []
    assert at_hub(chain, uid) == ("collected", ALL)
    assert [seen(chain, code, uid)[::2] for code in ("LIL", "RBX")] == [("collected", ALL)] * 2


def test_what_comes_back_to_the_counter_is_cancelled_as_the_web_wished(chain):
    uid = write(chain.hub, TOLD)
    pull(chain, "LIL")
    tells_the_cancellation(chain, uid)
    give(chain, uid, Outcome())

    undo(chain, uid)
    pull(chain, "LIL", "RBX")

    assert refused(chain) == []
    assert at_hub(chain, uid) == ("cancelled", [])
    assert [seen(chain, code, uid)[::2] for code in ("LIL", "RBX")] == [("cancelled", [])] * 2
    with reading(chain.shops["LIL"]) as session:
        lille = session.scalar(select(Store).where(Store.code == "LIL"))
        assert len(shelf_returns.list_open(session, lille.id)) == 1
    assert on_hand(chain.hub) == on_hand(chain.shops["LIL"])


def test_a_line_that_comes_back_is_out_of_the_order_again(chain):
    uid = write(chain.hub, TOLD)
    pull(chain, "LIL")
    takes_out_a_line(chain, uid)
    give(chain, uid, Outcome())

    undo(chain, uid)
    pull(chain, "LIL")

    assert refused(chain) == []
    assert seen(chain, "LIL", uid)[:2] == (
        "handover_reversed",
        {CUP: "picked", STAND: "cancelled"},
    )
    assert on_hand(chain.hub) == on_hand(chain.shops["LIL"])


def test_a_program_of_the_shop_itself_cannot_give_what_is_cancelled(session, shop):
    order = pickups.upsert(session, TOLD, now=NOW)
    over = OrderEventRecord(type="cancelled", occurred_at=NOW)
    pickups.record_event(session, over, order.uid, now=NOW, tells=True)

    gone = OrderEventRecord(type="collected", occurred_at=NOW, lines=((CUP, 2),))
    with pytest.raises(Exception, match="cancelled"):
        pickups.record_event(session, gone, order.uid, now=NOW, tells=True)

    events = session.scalars(select(OrderEvent.type).where(OrderEvent.order_id == order.id))
    assert "collected" not in events.all()


@pytest.mark.parametrize(
    ("web", "rest"),
    [
        (tells_the_cancellation, "missing"),
        (says_it_is_cancelled, "changed_mind"),
        (takes_out_a_line, "damaged"),
    ],
)
def test_what_was_not_given_ends_with_the_rest_of_a_cancelled_order(chain, web, rest):
    uid = write(chain.hub, TOLD)
    pull(chain, "LIL")
    web(chain, uid)
    give(chain, uid, Outcome(given=0, rest=rest))

    pull(chain, "LIL", "RBX")

    assert refused(chain) == []
    assert at_hub(chain, uid) == ("collected", [(CUP, 2)])
    assert [seen(chain, code, uid)[::2] for code in ("LIL", "RBX")] == [
        ("collected", [(CUP, 2)])
    ] * 2
    assert on_hand(chain.hub) == on_hand(chain.shops["LIL"])


def tell(session, order, kind, *lines, store="LIL", **details):
    about = {"lines": lines or None, "details": {"store": store} | details if store else {}}
    event = OrderEventRecord(type=kind, occurred_at=NOW, uid=new_uid(), **about)
    return pickups.record_event(session, event, order.uid, now=NOW)


@pytest.fixture
def order(session, shop):
    """Two cups and a stand, as the web told of them."""
    return pickups.upsert(session, TOLD, now=NOW)


@pytest.fixture
def ready(session, order):
    """The same, ready in its shop."""
    tell(session, order, "ready")
    return order


def test_an_undone_order_stays_so_when_a_line_of_it_is_out_again(session, ready):
    tell(session, ready, "refused", (STAND, 1))
    one_cup = replace(TOLD.lines[0], quantity=1)
    pickups.upsert(session, replace(TOLD, lines=(one_cup, TOLD.lines[1])), now=NOW)

    for kind in ("collected", "handover_reversed"):
        tell(session, ready, kind, (CUP, 2))

    assert ready.state == "handover_reversed"
    states = sorted((line.sku, line.state) for line in ready.lines)
    assert states == [(STAND, "refused"), (CUP, "cancelled"), (CUP, "picked")]


@pytest.mark.parametrize("kind", ["accepted", "ready", "arrived", "refused", "cancelled"])
def test_what_a_shop_did_with_a_cancelled_order_changes_nothing(session, order, kind):
    tell(session, order, "cancelled", store="")

    with pytest.raises(OrderCancelled):
        tell(session, order, kind, store="")
    tell(session, order, kind, *[(STAND, 1)] * (kind == "refused"))

    events = session.scalars(select(OrderEvent.type).where(OrderEvent.order_id == order.id))
    assert events.all() == ["cancelled"]
    assert {line.state for line in order.lines} == {"cancelled"}


def test_what_a_shop_tells_of_units_of_which_some_were_cancelled_is_so_of_the_rest(session, ready):
    tell(session, ready, "cancelled", (CUP, 1))

    with pytest.raises(ForbiddenTransition):
        tell(session, ready, "refused", (CUP, 2), store="")
    tell(session, ready, "refused", (CUP, 2))

    states = sorted((line.sku, line.quantity, line.state) for line in ready.lines)
    assert states == [(STAND, 1, "picked"), (CUP, 1, "cancelled"), (CUP, 1, "refused")]
    with pytest.raises(ForbiddenTransition):
        tell(session, ready, "refused", (CUP, 3))


@pytest.mark.parametrize(
    ("cancelled", "left"),
    [(1, ["cancelled", "refused", "short"]), (0, ["refused", "short"])],
)
def test_what_a_shop_tells_of_units_leaves_alone_the_one_that_lacks(session, shop, cancelled, left):
    three_cups = replace(TOLD.lines[0], quantity=3)
    told = replace(TOLD, lines=(three_cups, TOLD.lines[1]))
    order = pickups.upsert(session, told, now=NOW)
    tell(session, order, "ready")
    tell(session, order, "collected", (STAND, 1))
    tell(session, order, "short", (CUP, 1))
    for _unit in range(cancelled):
        tell(session, order, "cancelled", (CUP, 1), store="")

    tell(session, order, "refused", (CUP, 2))

    assert sorted(line.state for line in order.lines if line.sku == CUP) == left


def test_what_a_shop_tells_of_the_whole_order_may_name_its_units(session, order):

    tell(session, order, "accepted", (CUP, 1))

    assert order.state == "accepted"
    assert {line.state for line in order.lines} == {"to_pick"}


def test_no_more_units_come_back_to_the_counter_than_were_given(session, ready):
    tell(session, ready, "collected", (CUP, 1))

    with pytest.raises(ForbiddenTransition):
        tell(session, ready, "handover_reversed", (CUP, 2))

    assert sorted(line.state for line in ready.lines) == ["collected", "picked", "picked"]


def test_what_was_given_in_place_of_an_article_that_was_cancelled_may_come_back(chain):
    uid = write(chain.hub, TOLD)
    pull(chain, "LIL", "RBX")
    tells_the_cancellation(chain, uid)
    with at_lille(chain, "ines") as (session, ines):
        substitute(session, pickup_steps.get_locked(session, uid).lines[1], ines)
    give(chain, uid, Outcome())

    pull(chain, "LIL", "RBX")

    assert refused(chain) == []
    assert at_hub(chain, uid) == ("collected", [(CUP, 2), (OTHER, 1)])
    assert [seen(chain, code, uid)[2] for code in ("LIL", "RBX")] == [[(CUP, 2), (OTHER, 1)]] * 2


def substitute(session, line, ines):
    """Give another article in place of one that lacks, as its customer said at the counter."""
    about = {"staff": ines, "now": NOW}
    lack, question = ask(session, line, ines)
    proposals.answer(session, line.order.uid, question, f"substitute:{OTHER}", **about)
    preparing.pick(session, lack.order.uid, lack.uid, **about)


def ask(session, line, ines):
    """Ask its customer about a unit that lacks; return its line and the uid of the question."""
    article = line.sku
    about = {"staff": ines, "now": NOW}
    short = preparing.short(session, line.order.uid, line.uid, missing=1, reason="damaged", **about)
    made = proposals.propose(session, line.order.uid, short.uid, **about)
    offer = {"for": article, "sku": OTHER, "label": "Article", "price_minor": 100}
    made.offered = {"substitutes": [offer], "stores": []}
    other = session.scalar(select(Variant).where(Variant.sku == OTHER))
    level = {"on_hand": 5, "counted": 5, "counted_at": NOW, "learnt_at": NOW}
    session.add(StockLevel(store_id=line.order.store_id, variant_id=other.id, **level))
    session.flush()
    return short, made.uid
