"""By when an order will be ready is known where it was bought as soon as its shop knows it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from store import inbox, pickups, reservations
from store.connectors.base import Page, Pulled
from store.database import reading, writing
from store.models import OrderEvent, OutboxMessage, Store
from store.placed_orders import Wish
from tests.conftest import NOW
from tests.test_disputed_returns import chain
from tests.test_told_handovers import TOLD, found, pull, refused, write

__all__ = ["chain"]

UNPROMISED = replace(TOLD, promised_at=None)


def promise_in(engine, uid):
    with reading(engine) as session:
        return found(session, uid).promised_at


def test_the_hub_knows_the_promise_before_anybody_takes_the_order_on(chain):
    uid = write(chain.hub, UNPROMISED)

    pull(chain, "LIL", "RBX", "LIL")

    promised = promise_in(chain.shops["LIL"], uid)
    assert promised is not None
    assert promise_in(chain.hub, uid) == promise_in(chain.shops["RBX"], uid) == promised
    with reading(chain.hub) as session:
        order = found(session, uid)
        told = select(func.count(OrderEvent.id)).where(OrderEvent.order_id == order.id)
        assert (order.state, session.scalar(told)) == ("new", 1)
    assert refused(chain) == []


def test_each_shop_to_which_an_order_is_moved_promises_it_anew(chain):
    with writing(chain.shops["RBX"]) as session:
        store = session.scalar(select(Store).where(Store.code == "RBX"))
        store.lead_minutes = 24 * 60
    uid = write(chain.hub, UNPROMISED)
    pull(chain, "LIL", "RBX")
    promised = [promise_in(chain.hub, uid)]

    for minutes, code in enumerate(("RBX", "LIL"), start=1):
        write(chain.hub, replace(UNPROMISED, store=code))
        assert promise_in(chain.hub, uid) is None
        for shop in ("LIL", "RBX") * 3:
            chain.workers[shop].run_once(NOW + timedelta(minutes=minutes))
        promised.append(promise_in(chain.hub, uid))
        assert {promise_in(shop, uid) for shop in chain.shops.values()} == {promised[-1]}

    first, slow, last = promised
    assert first <= last < slow
    assert refused(chain) == []


def test_what_the_web_has_promised_moves_with_the_order(chain):
    uid = write(chain.hub, TOLD)
    pull(chain, "LIL", "RBX")

    write(chain.hub, replace(TOLD, store="RBX"))
    pull(chain, "LIL", "RBX")

    known = [promise_in(one, uid) for one in (chain.hub, *chain.shops.values())]
    assert known == [TOLD.promised_at] * 3


def test_what_the_web_has_promised_is_neither_changed_nor_told(chain):
    uid = write(chain.hub, TOLD)

    pull(chain, "LIL")

    assert promise_in(chain.hub, uid) == TOLD.promised_at
    with reading(chain.hub) as session:
        of_order = OrderEvent.order_id == found(session, uid).id
        assert session.scalar(select(func.count(OrderEvent.id)).where(of_order)) == 0


@pytest.mark.parametrize("state", ["cancelled", "collected"])
def test_a_promise_for_what_is_over_meanwhile_is_no_fault(chain, state):
    uid = write(chain.hub, UNPROMISED)
    chain.workers["LIL"].run_once(NOW)  # learns of it, and has not told of its promise yet
    with writing(chain.hub) as session:
        pickups.upsert(session, replace(UNPROMISED, state=state), now=NOW)

    chain.tell("LIL")

    assert refused(chain) == []
    with reading(chain.hub) as session:
        order = found(session, uid)
        assert order.state == state
        told = select(OrderEvent.type).where(OrderEvent.order_id == order.id)
        assert "promised" in session.scalars(told).all()


def test_a_promise_is_told_once_however_often_the_order_is_heard_of(session, shop):
    for minutes in range(2):
        page = Page(items=(Pulled(kind="orders", key="W-9", record=UNPROMISED),), cursor="1")
        at = NOW + timedelta(minutes=minutes)
        assert inbox.take_in(session, page, now=at, own_store="LIL") == []

    facts = session.scalars(select(OutboxMessage.payload)).all()
    assert [(one["type"], one["details"]["promised_at"]) for one in facts] == [
        ("promised", "2026-11-21T15:35:00Z")
    ]


def test_what_is_placed_here_says_itself_by_when_it_is_promised(session, shop):
    wishes = [Wish(variant=shop.cup, quantity=1)]
    where = {"own": shop.lille, "store": shop.lille, "channel": "kiosk", "name": "Zoé"}
    held = {"hold_until": NOW + timedelta(hours=20), "now": NOW}
    reservations.reserve(session, wishes, **where, **held)

    (fact,) = session.scalars(select(OutboxMessage)).all()
    assert fact.kind == "order"
    assert fact.payload["promised_at"] is not None
