"""Goods that left their shop though the order had expired in another: they have left there."""

import pytest
from sqlalchemy import select

from store import pickup_steps, pickups, shelf_returns
from store.database import reading, writing
from store.errors import OrderExpired
from store.handovers import Outcome
from store.models import Staff
from store.pickup_steps import Happened
from store.records import OrderEventRecord
from tests.conftest import NOW
from tests.test_late_cancellations import tell
from tests.test_moved_orders import chain, ended, moved
from tests.test_told_handovers import (
    CUP,
    STAND,
    TOLD,
    at_lille,
    end,
    found,
    give,
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
