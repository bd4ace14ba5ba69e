"""Units of one article of which only some are given as themselves: each is told for what it is."""

import pytest

from store import handovers, pickup_steps, pickups, web_returns
from store.handovers import Handing, Outcome
from store.models import StockLevel
from tests.conftest import NOW
from tests.test_late_cancellations import (
    OTHER,
    at_hub,
    substitute,
    tell,
    tells_the_cancellation,
)
from tests.test_told_handovers import (
    CUP,
    STAND,
    TOLD,
    TWO_CUPS,
    at_lille,
    chain,
    hand_all,
    pull,
    refused,
    seen,
    write,
)

__all__ = ["chain"]

ROSE = {"for": CUP, "sku": "ROSE", "label": "Tasse rose", "price_minor": 250}
PART = [(CUP, 1), (STAND, 1), (OTHER, 1)]


def test_of_two_cups_one_may_come_back_as_what_was_given_in_its_place(chain):
    uid = write(chain.hub, TOLD)
    pull(chain, "LIL", "RBX")
    tells_the_cancellation(chain, uid)
    with at_lille(chain, "ines") as (session, ines):
        substitute(session, pickup_steps.get_locked(session, uid).lines[0], ines)
        order = pickups.prepare(session, uid, staff=ines, place="C-03", now=NOW)
        hand_all(session, order, ines)

    pull(chain, "LIL", "RBX")

    assert refused(chain) == []
    assert at_hub(chain, uid)[0] == "collected"
    back = [at_hub(chain, uid)[1], *(seen(chain, code, uid)[2] for code in ("LIL", "RBX"))]
    assert [sorted(one) for one in back] == [sorted(PART)] * 3


@pytest.fixture
def ready(session, shop):
    """An order of two cups and a stand that lies ready in Lille, as the hub knows it."""
    order = pickups.upsert(session, TOLD, now=NOW)
    return tell(session, order, "ready")


def given(order):
    """Return the units that are with the customer, by what they are."""
    lines = [line for line in order.lines if line.state == "collected"]
    return sorted((line.goods_sku, line.quantity) for line in lines)


def test_only_so_many_units_as_are_told_are_something_else(session, ready):
    tell(session, ready, "collected", (CUP, 2), substitutes=[ROSE | {"quantity": 1}])

    assert given(ready) == [(CUP, 1), ("ROSE", 1)]
    level = session.query(StockLevel).filter_by(variant_id=ready.lines[0].variant_id)
    assert level.filter_by(store_id=ready.store_id).one().reserved == 0


def test_all_units_are_something_else_where_no_number_is_told(session, ready):
    tell(session, ready, "collected", (CUP, 2), substitutes=[ROSE])

    assert given(ready) == [("ROSE", 2)]


def test_what_is_known_to_be_something_else_is_what_was_given(session, ready):
    one_rose = [ROSE | {"quantity": 1}]
    tell(session, ready, "collected", (CUP, 2), substitutes=one_rose)
    tell(session, ready, "handover_reversed", (CUP, 2))

    tell(session, ready, "collected", (CUP, 1), substitutes=one_rose)
    assert given(ready) == [("ROSE", 1)]
    tell(session, ready, "collected", (CUP, 1))
    assert given(ready) == [(CUP, 1), ("ROSE", 1)]

    tell(session, ready, "handover_reversed", (CUP, 1), substitutes=one_rose)
    assert given(ready) == [(CUP, 1)]
    tell(session, ready, "collected", (CUP, 1), substitutes=one_rose)
    tell(session, ready, "handover_reversed", (CUP, 1))
    assert given(ready) == [("ROSE", 1)]


@pytest.mark.parametrize("first", [0, 1])
def test_undoing_a_handover_of_equal_lines_takes_back_what_it_gave(session, shop, first):
    order = pickups.upsert(session, TWO_CUPS, now=NOW)
    who = {"staff": shop.ines, "now": NOW}
    pickups.prepare(session, order.uid, place="C-03", **who)
    lines = [order.lines[first], order.lines[1 - first]]
    lines[1].substitute_sku, lines[1].substitute_label = "ROSE", "Tasse rose"
    for line in lines:
        handing = Handing(lines={line.uid: Outcome()}, check="qr")
        handovers.give(session, order.uid, handing, **who)

    left = [lines[0]], []
    for standing in left:
        about = {"reason": "other", "staff": shop.manager, "now": NOW}
        handovers.reverse(session, order.uid, **about)
        assert [line for line in order.lines if line.state == "collected"] == standing

    back = web_returns.list_returnable(session, order)
    assert [one for one in back if one.left] == []
