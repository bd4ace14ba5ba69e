"""Goods that left their shop though the order had expired in another: they have left there."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from store import arrivals, pickup_ends, pickup_steps, pickups, proposals, shelf_returns
from store.database import reading, writing
from store.errors import OrderExpired
from store.handovers import Outcome
from store.models import Staff
from store.pickup_steps import Happened
from store.records import OrderEventRecord
from tests.conftest import NOW
from tests.test_late_cancellations import tell
from tests.test_moved_orders import chain, ended, levels, miss, moved
from tests.test_told_handovers import (
    CUP,
    STAND,
    TOLD,
    at_lille,
    end,
    found,
    give,
    give_rest,
    open_again,
    pull,
    refused,
    seen,
    write,
)

__all__ = ["chain", "moved"]


def end_in_roubaix(chain, uid):
    """Let Roubaix prepare an order that nobody fetches there."""
    with writing(chain.shops["RBX"]) as session:
        somebody = session.scalar(select(Staff).where(Staff.code == "ines"))
        pickups.prepare(session, uid, staff=somebody, place="B-01", now=NOW)
        order = pickup_steps.get_locked(session, uid)
        over = Happened(type="expired", occurred_at=NOW, by="system")
        pickup_steps.happen(session, order, over, now=NOW, tells=True)
    chain.tell("RBX")


@pytest.mark.parametrize(
    ("rest", "state", "back"),
    [
        (Outcome(), "collected", [(CUP, 2), (STAND, 1)]),
        (Outcome(given=0), "partly_collected", [(CUP, 2)]),
    ],
)
def test_what_was_given_of_an_order_that_expired_where_it_was_moved_has_left(
    chain, moved, rest, state, back
):
    end_in_roubaix(chain, moved)

    give(chain, moved, rest)
    pull(chain, "LIL", "RBX")

    assert ended(chain, moved) == ("LIL", state, *back)


def test_what_expired_at_the_hub_was_given_in_its_shop_all_the_same(chain):
    chain.order = write(chain.hub, TOLD)
    pull(chain, "LIL", "RBX")
    over = OrderEventRecord(type="expired", occurred_at=NOW, uid="web-over")
    with writing(chain.hub) as session:
        pickups.record_event(session, over, chain.order, now=NOW)

    give(chain, chain.order, Outcome())
    pull(chain, "LIL", "RBX")

    assert ended(chain, chain.order) == ("LIL", "collected", (CUP, 2), (STAND, 1))


def end_on_the_web(chain):
    """Let the web end at the hub what Lille, cut off, goes on with; return the order."""
    chain.order = uid = write(chain.hub, TOLD)
    pull(chain, "LIL")
    write(chain.hub, replace(TOLD, state="expired"))
    return uid


def come(chain, uid, *, leaves=False):
    """Prepare the order in Lille, and let its customer stand there."""
    with at_lille(chain, "ines") as (session, ines):
        order = pickups.prepare(session, uid, staff=ines, place="C-03", now=NOW)
        arrivals.check_in(session, order, store=order.store, now=NOW)
        if leaves:
            arrivals.leave(session, uid, by="customer", now=NOW)


def agreed(chain, uid):
    """Return how the order stands at the hub, and that Lille says so of it and of its stock."""
    pull(chain, "LIL")
    assert refused(chain) == []
    assert levels(chain.hub) == levels(chain.shops["LIL"])
    with reading(chain.hub) as session, reading(chain.shops["LIL"]) as there:
        facts = [(one.state, one.extensions) for one in (found(session, uid), found(there, uid))]
        assert facts[0] == facts[1]
        return facts[0]


def test_who_stands_in_the_shop_for_what_expired_at_the_hub_is_waited_for(chain):
    uid = end_on_the_web(chain)

    come(chain, uid)

    assert agreed(chain, uid) == ("customer_waiting", 0)
    with reading(chain.hub) as session:
        assert found(session, uid).waiting_number == 1
    give_rest(chain, uid)
    assert agreed(chain, uid) == ("collected", 0)


@pytest.mark.parametrize("is_pulled", [True, False])
def test_who_leaves_without_what_expired_at_the_hub_leaves_nothing_held(chain, is_pulled):
    """Lille may have learnt that it is over before the hub hears who came."""
    uid = end_on_the_web(chain)
    if is_pulled:
        with writing(chain.shops["LIL"]) as session:
            somebody = session.scalar(select(Staff).where(Staff.code == "ines"))
            order = pickups.prepare(session, uid, staff=somebody, place="C-03", now=NOW)
            arrivals.check_in(session, order, store=order.store, now=NOW)
            arrivals.leave(session, uid, by="customer", now=NOW)
        pull(chain, "LIL")
        chain.tell("LIL")
    else:
        come(chain, uid, leaves=True)

    assert agreed(chain, uid) == ("expired", 0)


def test_what_was_put_off_in_its_shop_is_kept_at_the_hub_too(chain):
    uid = end_on_the_web(chain)
    with at_lille(chain, "ines") as (session, ines):
        pickups.prepare(session, uid, staff=ines, place="C-03", now=NOW)
        pickup_ends.extend(session, uid, terms=pickup_ends.Terms(), staff=ines, now=NOW)

    assert agreed(chain, uid) == ("ready", 1)


def test_who_has_it_put_off_in_the_shop_and_leaves_may_come_again(chain):
    uid = end_on_the_web(chain)
    come(chain, uid)
    with at_lille(chain, "ines") as (session, ines):
        pickup_ends.extend(session, uid, terms=pickup_ends.Terms(), staff=ines, now=NOW)
        arrivals.leave(session, uid, by="customer", now=NOW)

    assert agreed(chain, uid) == ("ready", 1)


def test_an_arrival_from_before_its_shop_let_it_expire_holds_nothing_again(chain):
    uid = write(chain.hub, TOLD)
    pull(chain, "LIL")
    come(chain, uid, leaves=True)
    end(chain, uid, "expired")
    before = levels(chain.hub)

    with writing(chain.hub) as session:
        tell(session, found(session, uid), "arrived")

    assert (agreed(chain, uid), levels(chain.hub)) == (("expired", 0), before)


def test_what_ends_in_its_shop_too_is_not_refused(chain):
    uid = end_on_the_web(chain)
    with at_lille(chain, "ines") as (session, ines):
        pickups.prepare(session, uid, staff=ines, place="C-03", now=NOW)
    end(chain, uid, "expired")

    assert agreed(chain, uid) == ("expired", 0)


def test_what_lacks_of_what_expired_at_the_hub_is_not_refused(chain):
    uid = end_on_the_web(chain)
    with at_lille(chain, "ines") as (session, ines):
        question = miss(session, found(session, uid).lines[1], ines)
        proposals.withdraw(session, uid, question, staff=ines, now=NOW)

    assert agreed(chain, uid) == ("expired", 0)


def test_only_the_shop_of_the_goods_gives_what_expired(session, shop):
    order = pickups.upsert(session, TOLD, now=NOW)
    for kind in ("ready", "expired"):
        tell(session, order, kind, store="")

    with pytest.raises(OrderExpired):
        tell(session, order, "collected", store="")
    assert order.state == "expired"

    tell(session, order, "collected")
    assert order.state == "collected"


def test_what_went_back_to_its_shelf_is_to_be_picked_again_everywhere(chain):
    uid = write(chain.hub, TOLD)
    pull(chain, "LIL", "RBX")
    with at_lille(chain, "ines") as (session, ines):
        pickups.prepare(session, uid, staff=ines, place="C-03", now=NOW)
    end(chain, uid, "expired")
    with at_lille(chain, "ines") as (session, ines):
        order = found(session, uid)
        task = shelf_returns.find_open(session, order)
        shelf_returns.finish(session, task.uid, store=order.store, staff=ines, now=NOW)

    open_again(chain, uid)
    pull(chain, "RBX")

    assert refused(chain) == []
    with reading(chain.hub) as session:
        assert found(session, uid).state == "accepted"
    for code in ("LIL", "RBX"):
        assert seen(chain, code, uid)[:2] == ("accepted", {CUP: "to_pick", STAND: "to_pick"})
