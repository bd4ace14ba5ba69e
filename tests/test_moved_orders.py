"""Orders that the web moves to another shop while the first one, cut off, goes on with them."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from store import pickups, shelf_returns
from store.database import reading, writing
from store.errors import ForbiddenTransition, Invalid
from store.handovers import Outcome
from store.models import Staff, StockLevel, Store, Variant
from store.pickup_states import CLOSED
from store.records import OrderEventRecord
from tests.conftest import NOW
from tests.test_late_cancellations import OTHER, substitute
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
