"""A shop that learns late what had happened, as after a backup was put back, learns when it was."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select

from store import (
    arrivals,
    handovers,
    pickup_board,
    pickup_steps,
    pickups,
    provisional,
    restorations,
    stock,
    waits,
)
from store.database import reading, writing
from store.errors import AlreadyCollected
from store.handovers import Handing, Outcome
from store.models import OrderEvent, Staff
from store.records import StockRecord
from tests.conftest import NOW
from tests.test_arrivals import arrange_order
from tests.test_disputed_returns import chain
from tests.test_pickups import event, record
from tests.test_provisional import TICKET, told
from tests.test_told_handovers import TOLD, found, hand_all, pull, refused, write

__all__ = ["chain"]

MINUTE = timedelta(minutes=1)
BEFORE = NOW - 2 * MINUTE


def at_hub(chain, uid, kind, **facts):
    """Let a program tell the hub of an order."""
    with writing(chain.hub) as session:
        pickups.record_event(session, event(kind, **facts), uid, now=NOW)


def prepared(session, shop):
    """Return an order that lies ready in a shop whose backup was put back."""
    order = pickups.upsert(session, record(), now=NOW - 60 * MINUTE, own_store="LIL")
    early = NOW - 30 * MINUTE
    pickups.prepare(session, order.uid, staff=shop.ines, place="C-03", now=early)
    restorations.note(session, now=NOW - MINUTE)
    return order


def learn(session, **facts):
    return pickups.upsert(session, record(**facts), now=NOW, own_store="LIL")


def expected_minutes(session, shop):
    """Return what the next customer is told of their wait."""
    following = arrange_order(session, shop, number="NEXT", state="ready")
    arrivals.check_in(session, following, store=shop.lille, now=NOW)
    return waits.minutes(session, following, counters=1, now=NOW)


def median_wait(session, shop):
    since = NOW - timedelta(hours=10)
    return pickup_board.day(session, shop.lille.id, since=since).median_wait_seconds


def test_the_hub_tells_since_when_an_order_is_over(chain):
    uid = write(chain.hub, TOLD)
    for kind, at in (("ready", NOW - 9 * MINUTE), ("collected", BEFORE)):
        at_hub(chain, uid, kind, occurred_at=at)

    pull(chain, "LIL", "RBX")

    for engine in chain.shops.values():
        with reading(engine) as session:
            order = found(session, uid)
            assert (order.state, order.state_at, order.closed_at) == ("collected", BEFORE, BEFORE)


def test_a_handover_that_was_forgotten_was_when_it_was(session, shop):
    order = prepared(session, shop)

    learn(session, state="collected", state_at=BEFORE)

    assert (order.state, order.closed_at) == ("collected", BEFORE)
    events = select(OrderEvent.occurred_at).where(OrderEvent.order_id == order.id)
    assert session.scalar(events.where(OrderEvent.type == "collected")) == BEFORE


@pytest.mark.parametrize("state_at", [BEFORE, None])
def test_who_came_after_the_goods_had_left_waited_for_nothing(session, shop, state_at):
    order = prepared(session, shop)
    arrivals.check_in(session, order, store=shop.lille, now=NOW - MINUTE)

    learn(session, state="collected", state_at=state_at)

    assert (order.state, order.arrived_at) == ("collected", None)
    assert expected_minutes(session, shop) is None
    assert median_wait(session, shop) is None


def test_who_had_come_before_the_goods_left_has_waited_so_long(session, shop):
    order = prepared(session, shop)
    arrivals.check_in(session, order, store=shop.lille, now=BEFORE - 4 * MINUTE)
    arrivals.take(session, order.uid, staff=shop.ines, now=NOW - MINUTE)

    learn(session, state="collected", state_at=BEFORE)

    assert (order.taken_at, order.arrived_at) == (None, BEFORE - 4 * MINUTE)
    assert expected_minutes(session, shop) == 4
    assert median_wait(session, shop) == 240


@pytest.mark.parametrize("state_at", [BEFORE, None])
def test_who_was_welcomed_for_what_had_left_waited_for_nothing(session, shop, now, state_at):
    provisional.welcome(session, TICKET, store=shop.lille, now=now)

    facts = told(now, state="collected", state_at=state_at)
    order = pickups.upsert(session, facts, now=now, own_store="LIL")

    assert (order.closed_at, order.arrived_at) == (state_at or now, None)
    assert expected_minutes(session, shop) is None


def test_a_clock_that_is_fast_elsewhere_puts_no_handover_in_the_future(session, shop):
    order = prepared(session, shop)

    learn(session, state="collected", state_at=NOW + 5 * MINUTE)

    assert order.closed_at == NOW


def test_what_left_before_its_shop_told_of_its_stock_is_held_no_more(session, shop):
    of_roubaix = record(store="RBX")
    pickups.upsert(session, of_roubaix, now=NOW, own_store="LIL")
    figures = StockRecord(
        source="erp",
        store="RBX",
        sku=shop.cup.sku,
        on_hand=5,
        reserved=1,
        as_of=NOW - MINUTE,
    )
    stock.learn(session, figures, with_reserved=True, now=NOW)

    learn(session, store="RBX", state="collected", state_at=BEFORE)

    assert (
        stock.figure(
            session, shop.cup.id, store_id=shop.roubaix.id, now=NOW, trust=stock.Trust()
        ).reserved
        == 1
    )


# --- the hub knows better ---------------------------------------------------------------------


def given_at_the_hub(chain):
    """Write an order that the hub knows as given, and its shop only as new; return its uid."""
    uid = write(chain.hub, TOLD)
    pull(chain, "LIL")
    at_hub(chain, uid, "ready", occurred_at=NOW - 9 * MINUTE)
    at_hub(chain, uid, "collected", occurred_at=BEFORE)
    return uid


@contextmanager
def prepared_once_more(chain, uid):
    """Prepare the order in its shop, and give who did it the rest of the transaction."""
    with writing(chain.shops["LIL"]) as session:
        ines = session.scalar(select(Staff).where(Staff.code == "ines"))
        yield session, pickups.prepare(session, uid, staff=ines, place="C-03", now=NOW), ines


def test_an_arrival_for_what_the_hub_knows_as_given_is_settled_by_itself(chain):
    uid = given_at_the_hub(chain)
    with prepared_once_more(chain, uid) as (session, order, _ines):
        arrivals.check_in(session, order, store=order.store, now=NOW)

    chain.tell("LIL")
    pull(chain, "LIL")

    assert refused(chain) == []
    with reading(chain.hub) as session:
        types = select(OrderEvent.type).where(OrderEvent.order_id == found(session, uid).id)
        assert session.scalars(types.order_by(OrderEvent.id)).all() == ["ready", "collected"]
    with reading(chain.shops["LIL"]) as session:
        order = found(session, uid)
        assert (order.state, order.closed_at, order.arrived_at) == ("collected", BEFORE, None)


def test_a_second_handover_of_what_was_given_is_shown_to_people(chain):
    uid = given_at_the_hub(chain)
    with prepared_once_more(chain, uid) as (session, order, ines):
        hand_all(session, order, ines)

    chain.tell("LIL")

    assert "collected" in [one.get("type") for one in refused(chain)]


def test_only_the_shop_of_the_goods_is_believed_not_to_have_known(session, shop):
    order = prepared(session, shop)
    lines = {line.uid: Outcome() for line in order.lines}
    handing = Handing(lines=lines, check="qr")
    handovers.give(session, order.uid, handing, staff=shop.ines, now=NOW)

    with pytest.raises(AlreadyCollected):
        pickups.record_event(session, event("arrived"), order.uid, now=NOW)
    of_shop = event("arrived", details={"store": "LIL"})
    pickups.record_event(session, of_shop, order.uid, now=NOW)

    assert pickup_steps.get_locked(session, order.uid).state == "collected"
