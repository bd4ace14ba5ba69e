"""What the feed tells of the lines of an order reaches the shops line by line."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from store import handovers, pickups, preparing, proposals, web_returns
from store.database import reading, writing
from store.handovers import Handing, Outcome
from store.models import Order, OrderEvent, Staff
from tests.conftest import NOW
from tests.test_disputed_returns import chain
from tests.test_pickups import record

__all__ = ["chain"]

CUP, STAND = "22699", "22423"
TOLD = record(external_id="W-9", number="500009")


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


def give(chain, uid, outcome):
    """Hand the order over in Lille: the cups, and the stand as `outcome` says."""
    with writing(chain.shops["LIL"]) as session:
        ines = session.scalar(select(Staff).where(Staff.code == "ines"))
        order = pickups.prepare(session, uid, staff=ines, place="C-03", now=NOW)
        cup, stand = order.lines
        handing = Handing(lines={cup.uid: Outcome(), stand.uid: outcome}, check="qr")
        handovers.give(session, uid, handing, staff=ines, now=NOW)
    chain.tell("LIL")


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
