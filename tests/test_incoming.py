"""Goods that another shop sends: taken in once, whoever still waits for them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from store import (
    as_records,
    incoming,
    pickup_ends,
    pickup_goods,
    pickup_steps,
    pickups,
    shelf_returns,
    transfers,
)
from store.errors import ForbiddenTransition, NotFound
from store.models import OrderEvent, OutboxMessage, StockLevel, StockMovement
from store.pickup_steps import Happened
from tests.conftest import NOW
from tests.counting import counted
from tests.test_pickups import event, record
from tests.test_transfers import asked, bring_together, line, order

__all__ = ["asked", "line", "order"]

CUPS = 2
TERMS = pickup_ends.Terms()


def on_hand(session, shop, store="lille", article=None):
    place, variant = getattr(shop, store), article or shop.cup
    level = session.get(StockLevel, (place.id, variant.id), populate_existing=True)
    return level.on_hand


def end(session, order, how="cancelled"):
    pickups.record_event(session, event(how), order.uid, now=NOW)


def sent(session, shop, asked):
    """Let Roubaix say that the cups have left."""
    for kind in ("ready", "collected"):
        pickups.record_event(session, event(kind), asked.uid, now=NOW)


def strays(session, shop, now=NOW):
    return [
        (one.asked.uid, one.is_sent) for one in incoming.list_strays(session, shop.lille, now=now)
    ]


def take_in(session, shop, asked, store=None):
    who = {"store": store or shop.lille, "staff": shop.ines, "now": NOW}
    return incoming.take_in(session, asked.uid, **who)


def test_what_was_on_its_way_for_a_cancelled_order_goes_on_the_shelf(session, shop, order, asked):
    sent(session, shop, asked)
    end(session, order)
    before = on_hand(session, shop)
    assert strays(session, shop) == [(asked.uid, True)]

    for _tap in range(2):
        assert take_in(session, shop, asked) is order

    assert on_hand(session, shop) == before + CUPS
    (task,) = shelf_returns.list_open(session, shop.lille.id)
    assert (task.lines, task.reason) == ([{"sku": "22699", "quantity": CUPS}], "cancelled")
    assert (order.state, order.closed_at) == ("cancelled", NOW)
    assert strays(session, shop) == []


def test_what_was_sent_in_place_of_a_part_is_in_stock_too(session, shop, order, asked):
    sent(session, shop, asked)
    part = pickup_goods.split(session, asked.lines[0], 1)
    part.substitute, part.substitute_sku = shop.cake_stand, shop.cake_stand.sku
    end(session, order)
    before = levels(session, shop)

    for _tap in range(2):
        take_in(session, shop, asked)

    assert levels(session, shop) == {sku: had + 1 for sku, had in before.items()}


def levels(session, shop):
    return {one.sku: on_hand(session, shop, article=one) for one in (shop.cup, shop.cake_stand)}


def test_both_stocks_are_told_once(session, shop, order, asked):
    end(session, order)
    bring_together(session, shop)
    there = on_hand(session, shop, "roubaix")

    take_in(session, shop, asked)

    assert on_hand(session, shop, "roubaix") == there - CUPS
    rows = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "stock_movements"))
    items = [item for row in rows for item in row.payload["items"]]
    told = [(one["store"], one["kind"], one["quantity"]) for one in items[-2:]]
    assert told == [("LIL", "delta", CUPS), ("RBX", "delta", -CUPS)]


def test_the_other_shop_says_so_too_and_its_goods_leave_once(session, shop, order, line, asked):
    incoming.receive(session, order.uid, line.uid, staff=shop.ines, now=NOW)
    there = on_hand(session, shop, "roubaix")

    theirs = event("collected", uid=pickup_goods.handover_uid(asked, 0))
    pickups.record_event(session, theirs, asked.uid, now=NOW)

    assert (asked.state, on_hand(session, shop, "roubaix")) == ("collected", there)
    left = select(StockMovement).where(StockMovement.kind == "handover")
    assert [one.quantity for one in session.scalars(left)] == [CUPS]


def test_what_was_taken_in_has_left_though_the_hub_does_not_know_yet(session, shop, asked):
    before = as_records.of_order(asked)
    lines = tuple(replace(one, state="picked") for one in before.lines)
    there = on_hand(session, shop, "roubaix")
    take_in(session, shop, asked)

    heard = replace(before, state="ready", lines=lines)
    pickups.upsert(session, heard, now=NOW, own_store="LIL")

    assert asked.state == "collected"
    assert on_hand(session, shop, "roubaix") == there - CUPS


def test_a_handover_to_another_shop_that_was_undone_has_another_name(session, shop, asked):
    sent(session, shop, asked)
    pickups.record_event(session, event("handover_reversed"), asked.uid, now=NOW)
    again = Happened(type="collected", occurred_at=NOW, staff=shop.ines)

    told = pickup_steps.happen(session, asked, again, now=NOW)

    assert told.uid == pickup_goods.handover_uid(asked, 1)


def test_what_comes_for_an_expired_order_may_be_kept_again(session, shop, order, line, asked):
    sent(session, shop, asked)
    end(session, order, "expired")

    take_in(session, shop, asked)

    assert (order.state, line.state) == ("expired", "arrived")
    assert len(shelf_returns.list_open(session, shop.lille.id)) == 1
    pickup_ends.reopen(session, order.uid, terms=TERMS, staff=shop.ines, now=NOW)
    assert (order.state, line.state) == ("picking", "arrived")
    assert shelf_returns.list_open(session, shop.lille.id) == []


def test_what_is_awaited_goes_to_its_order(session, shop, order, line, asked):
    sent(session, shop, asked)
    assert strays(session, shop) == []

    take_in(session, shop, asked)

    assert (line.state, shelf_returns.list_open(session, shop.lille.id)) == ("arrived", [])


def test_units_that_the_web_took_out_meanwhile_go_on_the_shelf(session, shop, order, line, asked):
    one_cup = tuple(
        type(told)(sku=told.sku, quantity=1, unit_price_minor=told.unit_price_minor)
        for told in record().lines
    )
    pickups.upsert(session, record(lines=one_cup), now=NOW)
    before = on_hand(session, shop)

    incoming.receive(session, order.uid, line.uid, staff=shop.ines, now=NOW)

    assert (line.quantity, on_hand(session, shop)) == (1, before + CUPS)
    (task,) = shelf_returns.list_open(session, shop.lille.id)
    assert task.lines == [{"sku": "22699", "quantity": 1}]


def test_what_was_called_off_may_come_all_the_same_for_some_days(session, shop, order, asked):
    end(session, order)
    bring_together(session, shop)

    assert strays(session, shop) == [(asked.uid, False)]
    assert strays(session, shop, now=NOW + timedelta(days=15)) == []


def test_what_may_come_is_listed_with_its_articles_in_four_queries(
    session, engine, shop, order, asked
):
    end(session, order)
    bring_together(session, shop)
    session.commit()
    session.refresh(shop.lille)

    with counted(engine) as statements:
        (stray,) = incoming.list_strays(session, shop.lille, now=NOW)
        assert stray.asked.lines[0].goods.product.name.startswith("Tasse")
        assert (stray.line.order.uid, stray.asked.store.code) == (order.uid, "RBX")

    assert len(statements) == 4


def test_what_the_other_shop_has_refused_is_not_expected(session, shop, order, asked):
    end(session, asked)
    end(session, order)

    assert (strays(session, shop), bring_together(session, shop).orders) == ([], [])


def test_goods_that_nobody_asked_for_are_not_taken_in(session, shop, order, asked):
    with pytest.raises(NotFound):
        take_in(session, shop, order)
    with pytest.raises(NotFound):
        take_in(session, shop, asked, store=shop.roubaix)


def test_what_has_come_comes_no_second_time(session, shop, order, line, asked):
    incoming.receive(session, order.uid, line.uid, staff=shop.ines, now=NOW)
    before = on_hand(session, shop)

    with pytest.raises(ForbiddenTransition):
        incoming.receive(session, order.uid, line.uid, staff=shop.ines, now=NOW)
    end(session, order)
    take_in(session, shop, asked)

    assert (on_hand(session, shop), strays(session, shop)) == (before, [])


def test_the_central_system_hears_that_they_came_late(session, shop, order, asked):
    sent(session, shop, asked)
    end(session, order)

    take_in(session, shop, asked)

    late = select(OrderEvent).where(OrderEvent.type == "came_late")
    assert session.scalars(late).one().details == {"from": "RBX"}
    assert transfers.find_adrift(session, shop.lille).orders == []
