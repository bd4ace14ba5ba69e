"""Orders that the web moves to another shop while the first one, cut off, goes on with them."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from store import (
    arrivals,
    changes,
    inbox,
    laid_aside,
    pickup_steps,
    pickups,
    preparing,
    proposals,
    shelf_returns,
)
from store.database import reading, writing
from store.errors import AlreadyAnswered, ForbiddenTransition, Invalid
from store.handovers import Outcome
from store.models import Order, OutboxMessage, Staff, StockLevel, Store, Variant
from store.pickup_states import CLOSED
from store.records import OrderEventRecord
from tests.conftest import NOW
from tests.test_late_cancellations import OTHER, ask, substitute
from tests.test_told_handovers import (
    CUP,
    STAND,
    TOLD,
    at_lille,
    chain,
    found,
    give,
    give_rest,
    pull,
    refused,
    seen,
    write,
)

__all__ = ["chain"]

MOVED = replace(TOLD, store="RBX")
ARTICLES = (CUP, STAND, OTHER)


def place_of(engine, uid):
    with reading(engine) as session:
        return found(session, uid).store.code


def levels(engine):
    """Return what a server believes to be in both shops: on hand and reserved."""
    with reading(engine) as session:
        query = select(Store.code, Variant.sku, StockLevel.on_hand, StockLevel.reserved)
        query = query.join_from(StockLevel, Variant).join(Store).where(Variant.sku.in_(ARTICLES))
        return {tuple(row[:2]): tuple(row[2:]) for row in session.execute(query)}


@pytest.mark.parametrize(
    ("rest", "state", "back"),
    [(Outcome(), "collected", [(CUP, 2), (STAND, 1)]), (Outcome(given=0), "partly", [(CUP, 2)])],
)
def test_what_a_shop_gave_of_an_order_moved_meanwhile_has_left_there(chain, rest, state, back):
    uid = write(chain.hub, TOLD)
    before = levels(chain.hub)
    pull(chain, "LIL")
    write(chain.hub, MOVED)
    pull(chain, "RBX")
    with writing(chain.shops["RBX"]) as session:
        somebody = session.scalar(select(Staff).where(Staff.code == "ines"))
        pickups.prepare(session, uid, staff=somebody, place="B-01", now=NOW)
    chain.tell("RBX")

    give(chain, uid, rest)
    pull(chain, "LIL", "RBX")

    assert refused(chain) == []
    whole = replace(chain, shops=chain.shops | {"HUB": chain.hub})
    for code, engine in whole.shops.items():
        assert place_of(engine, uid) == "LIL"
        assert seen(whole, code, uid)[0].startswith(state)
        assert seen(whole, code, uid)[2] == back
    now_there, left = levels(chain.hub), sum(units for _sku, units in back)
    roubaix = [key for key in before if key[0] == "RBX"]
    assert [now_there[key] for key in roubaix] == [before[key] for key in roubaix]
    gone = [before[key][0] - now_there[key][0] for key in before if key[0] == "LIL"]
    assert sum(gone) == left
    with reading(chain.shops["RBX"]) as session:
        place = session.scalar(select(Store.id).where(Store.code == "RBX"))
        assert {one.reason for one in shelf_returns.list_open(session, place)} == {"moved"}


@pytest.fixture
def moved(chain):
    """The id of an order that Roubaix prepares by now, and of which Lille has not heard so."""
    chain.order = write(chain.hub, TOLD)
    pull(chain, "LIL")
    write(chain.hub, MOVED)
    pull(chain, "RBX")
    return chain.order


def ended(chain, uid):
    """Return how an order stands everywhere: its place, state and what of it may come back.

    The hub and the shop that gave of it also agree on its lines and on the stock, of which
    nothing is held for it any more once it is over.
    """
    assert refused(chain) == []
    whole = replace(chain, shops=chain.shops | {"HUB": chain.hub})
    of_all = {
        code: (place_of(one, uid), seen(whole, code, uid)) for code, one in whole.shops.items()
    }
    assert of_all["HUB"] == of_all["LIL"]
    assert levels(chain.hub) == levels(chain.shops["LIL"])
    if of_all["LIL"][1][0] in CLOSED:
        assert {reserved for _on_hand, reserved in levels(chain.hub).values()} == {0}
    (known,) = {(place, state, *back) for place, (state, _lines, back) in of_all.values()}
    return known


def test_what_is_given_later_of_an_order_moved_meanwhile_ends_it(chain, moved):
    give(chain, moved, Outcome(given=0))
    pull(chain, "LIL", "RBX")
    assert ended(chain, moved) == ("LIL", "partly_collected", (CUP, 2))

    give_rest(chain, moved)
    pull(chain, "LIL", "RBX")

    assert ended(chain, moved) == ("LIL", "collected", (CUP, 2), (STAND, 1))


def test_what_was_given_in_place_of_an_article_of_a_moved_order_may_come_back(chain, moved):
    give_another(chain, moved)

    give(chain, moved, Outcome())
    pull(chain, "LIL", "RBX")

    assert ended(chain, moved) == ("LIL", "collected", (CUP, 2), (OTHER, 1))


def test_what_is_refused_of_a_moved_order_is_not_prepared_elsewhere(chain, moved):
    give(chain, moved, Outcome(given=0, rest="changed_mind"))
    pull(chain, "LIL", "RBX")

    assert ended(chain, moved) == ("LIL", "collected", (CUP, 2))


def test_an_order_of_which_something_was_refused_is_moved_no_more(session, shop):
    order = pickups.upsert(session, TOLD, now=NOW)
    order.lines[0].state = "refused"

    moved = replace(TOLD, store="RBX")
    assert pickups.upsert(session, moved, now=NOW).store.code == order.store.code == "LIL"


def test_a_moved_order_that_is_refused_is_over(chain, moved):
    give_another(chain, moved)

    damaged = Outcome(given=0, rest="damaged")
    give(chain, moved, damaged, cups=damaged)
    pull(chain, "LIL", "RBX")

    assert ended(chain, moved) == ("LIL", "cancelled")


def give_another(chain, uid):
    with at_lille(chain, "ines") as (session, ines):
        substitute(session, found(session, uid).lines[1], ines)


@pytest.mark.parametrize(
    ("choice", "state", "back"),
    [
        (f"substitute:{OTHER}", "partly_collected", [(CUP, 2)]),
        ("refund", "collected", [(CUP, 2)]),
        ("", "partly_collected", [(CUP, 2)]),
    ],
)
def test_what_was_asked_at_the_counter_of_a_moved_order_is_answered_after_the_handover(
    chain, moved, choice, state, back
):
    question = ask_at_the_counter(chain, moved, offers=OTHER in choice)
    give_rest(chain, moved)
    pull(chain, "LIL", "RBX")

    settle(chain, moved, question, choice)
    pull(chain, "LIL", "RBX")

    assert ended(chain, moved) == ("LIL", state, *back)


def test_what_was_chosen_at_the_counter_of_a_moved_order_is_given_at_last(chain, moved):
    question = ask_at_the_counter(chain, moved, offers=True)
    give_rest(chain, moved)
    settle(chain, moved, question, f"substitute:{OTHER}")

    with at_lille(chain, "ines") as (session, ines):
        order = pickup_steps.get_locked(session, moved)
        left = [line.uid for line in order.lines if line.state == "substituted"]
        laid_aside.fetch(session, moved, left[0], now=NOW)
        given = {"line_uids": left, "staff": ines, "check": "qr", "now": NOW}
        pickups.hand_over(session, moved, **given)
    pull(chain, "LIL", "RBX")

    assert ended(chain, moved) == ("LIL", "collected", (CUP, 2), (OTHER, 1))


def test_what_turns_up_at_the_counter_of_a_moved_order_is_there(chain, moved):
    ask_at_the_counter(chain, moved, offers=False)
    give_rest(chain, moved)

    with at_lille(chain, "ines") as (session, ines):
        order = pickup_steps.get_locked(session, moved)
        found_again = next(line for line in order.lines if line.sku == STAND)
        preparing.pick(session, moved, found_again.uid, staff=ines, now=NOW)
    give_rest(chain, moved)
    pull(chain, "LIL", "RBX")

    assert ended(chain, moved) == ("LIL", "collected", (CUP, 2), (STAND, 1))


def ask_at_the_counter(chain, uid, *, offers):
    """Prepare an order in Lille, let its customer come and ask them about the stand that lacks."""
    with at_lille(chain, "ines") as (session, ines):
        order = pickups.prepare(session, uid, staff=ines, place="C-03", now=NOW)
        arrivals.check_in(session, order, store=order.store, now=NOW)
        stand = order.lines[1]
        return ask(session, stand, ines)[1] if offers else miss(session, stand, ines)


def miss(session, line, ines):
    """Ask its customer about a unit in place of which there is nothing."""
    about = {"staff": ines, "now": NOW}
    short = preparing.short(session, line.order.uid, line.uid, missing=1, reason="damaged", **about)
    return proposals.propose(session, line.order.uid, short.uid, **about).uid


def settle(chain, uid, question, choice):
    """Answer, or take the question back where nothing is chosen."""
    with at_lille(chain, "ines") as (session, ines):
        if choice:
            proposals.answer(session, uid, question, choice, staff=ines, now=NOW)
        else:
            proposals.withdraw(session, uid, question, staff=ines, now=NOW)


@pytest.mark.parametrize("choice", [f"substitute:{OTHER}", "rest", ""])
def test_what_was_asked_of_an_order_moved_away_and_back_is_answered(chain, moved, choice):
    with at_lille(chain, "ines") as (session, ines):
        question = ask(session, found(session, moved).lines[1], ines)[1]
    write(chain.hub, TOLD)

    settle(chain, moved, question, choice)

    assert refused(chain) == []
    with reading(chain.hub) as session:
        states = [line.state for line in found(session, moved).lines]
    with reading(chain.shops["LIL"]) as session:
        assert [line.state for line in found(session, moved).lines] == states


@pytest.mark.parametrize("choice", ["rest", "refund"])
def test_what_was_asked_of_an_order_moved_away_and_back_is_asked_at_the_hub(chain, moved, choice):
    """The customer reads it on the hub's page, and answers there."""
    with at_lille(chain, "ines") as (session, ines):
        question = ask(session, found(session, moved).lines[1], ines)[1]
    asked_at_once = asked_at(chain.hub, moved)
    write(chain.hub, TOLD)

    for _time in range(2):
        pull(chain, "LIL")
        chain.tell("LIL")

    assert (asked_at_once, asked_at(chain.hub, moved)) == ([], asked_at(chain.shops["LIL"], moved))
    with writing(chain.hub) as session:
        proposals.answer(session, moved, question, choice, is_ours=False, now=NOW)
    pull(chain, "LIL")
    chain.tell("LIL")
    assert refused(chain) == []
    assert asked_at(chain.hub, moved) == asked_at(chain.shops["LIL"], moved) == []
    assert standing(chain.hub, moved) == standing(chain.shops["LIL"], moved)


def test_a_question_that_the_hub_knows_is_told_once(chain):
    uid = write(chain.hub, TOLD)
    pull(chain, "LIL")
    with writing(chain.shops["LIL"]) as session:
        somebody = session.scalar(select(Staff).where(Staff.code == "ines"))
        ask(session, found(session, uid).lines[1], somebody)
    for _time in range(2):  # the first time it is still to be told
        pull_anew(chain, "LIL")
        chain.tell("LIL")

    with reading(chain.shops["LIL"]) as session:
        told = select(OutboxMessage.payload).where(OutboxMessage.subject == f"order:{uid}")
        kinds = [one["type"] for one in session.scalars(told)]
    assert kinds.count("substitute_proposed") == 1
    assert len(asked_at(chain.hub, uid)) == 1


def pull_anew(chain, code):
    """Let the hub tell all orders again, and nothing of the shop leave before."""
    with writing(chain.hub) as session:
        for order in session.scalars(select(Order)):
            changes.record(session, "orders", order.uid, now=NOW)
    page = chain.workers[code].connector.pull("")
    with writing(chain.shops[code]) as session:
        assert inbox.take_in(session, page, now=NOW, own_store=code) == []


def asked_at(engine, uid):
    """Return the questions that the customer reads of a server."""
    with reading(engine) as session:
        return [one.uid for one in proposals.open_for(session, found(session, uid))]


def standing(engine, uid):
    with reading(engine) as session:
        order = found(session, uid)
        lines = [(one.goods_sku, one.quantity, one.state) for one in order.lines]
        return order.state, sorted(lines)


def test_what_was_given_of_an_order_moved_away_and_back_has_left(chain, moved):
    with at_lille(chain, "ines") as (session, ines):
        pickups.prepare(session, moved, staff=ines, place="C-03", now=NOW)
    write(chain.hub, TOLD)

    give_rest(chain, moved)
    pull(chain, "LIL", "RBX")

    assert ended(chain, moved) == ("LIL", "collected", (CUP, 2), (STAND, 1))


def test_a_question_ends_with_the_move_of_its_order(session, shop):
    order = pickups.upsert(session, TOLD, now=NOW)
    question = miss(session, order.lines[1], shop.ines)

    pickups.upsert(session, MOVED, now=NOW)
    pickups.upsert(session, TOLD, now=NOW)
    other = miss(session, order.lines[1], shop.ines)

    assert [one.uid for one in proposals.open_for(session, order)] == [other]
    with pytest.raises(AlreadyAnswered) as refusal:
        proposals.answer(session, order.uid, question, "rest", staff=shop.ines, now=NOW)
    assert refusal.value.at is None


def told(kind, store, uid, lines=None):
    details = {"store": store}
    return OrderEventRecord(type=kind, occurred_at=NOW, lines=lines, details=details, uid=uid)


def test_what_a_shop_prepared_of_an_order_moved_meanwhile_is_not_prepared(session, shop):
    order = pickups.upsert(session, TOLD, now=NOW)
    pickups.upsert(session, MOVED, now=NOW)

    for kind in ("accepted", "ready", "expired"):
        pickups.record_event(session, told(kind, "LIL", kind), order.uid, now=NOW)
    assert (order.state, order.store.code) == ("new", "RBX")

    with pytest.raises(Invalid):
        pickups.record_event(session, told("accepted", "ELSEWHERE", "odd"), order.uid, now=NOW)
    pickups.record_event(session, told("accepted", " rbx", "here"), order.uid, now=NOW)
    assert order.state == "accepted"


def test_what_two_shops_gave_of_an_order_is_for_people_to_find_out(session, shop):
    order = pickups.upsert(session, MOVED, now=NOW)
    pickups.record_event(session, told("ready", "RBX", "ready"), order.uid, now=NOW)
    some = told("collected", "RBX", "some", ((CUP, 1),))
    pickups.record_event(session, some, order.uid, now=NOW)

    with pytest.raises(ForbiddenTransition):
        pickups.record_event(session, told("collected", "LIL", "all"), order.uid, now=NOW)

    assert (order.state, order.store.code) == ("partly_collected", "RBX")


def test_what_was_given_and_cancelled_after_it_was_moved_has_left(session, shop):
    order = pickups.upsert(session, TOLD, now=NOW)
    pickups.upsert(session, replace(MOVED, state="cancelled"), now=NOW)

    given = told("collected", "LIL", "given", ((CUP, 2), (STAND, 1)))
    pickups.record_event(session, given, order.uid, now=NOW)

    assert (order.state, order.store.code) == ("collected", "LIL")
