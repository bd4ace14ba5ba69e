"""Holds: of two who ask for the last unit, one gets it, and what is held is given back once."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store import stock
from store.errors import HoldEnded, Invalid, NotEnoughStock, NotFound
from store.models import StockLevel, StockMovement
from store.records import MovementRecord
from tests.conftest import NOW

ON_HAND = 6  # of the cup, in Lille


def hold(session, shop, quantity=1, *, name="a", now=NOW, **also):
    where = {"store_id": shop.lille.id, "source": "test", "source_id": name}
    return stock.hold(session, shop.cup.id, quantity=quantity, now=now, **where, **also)


def release(session, name="a", *, now=NOW):
    return stock.release(session, source="test", source_id=name, now=now)


def reserved(session, shop):
    of_cup = StockLevel.store_id == shop.lille.id, StockLevel.variant_id == shop.cup.id
    return session.scalar(select(StockLevel.reserved).where(*of_cup))


def count(session, kind):
    query = select(func.count()).where(StockMovement.kind == kind)
    return session.scalar(query.select_from(StockMovement))


def test_hold_takes_units_out_of_what_is_available(session, shop):
    hold(session, shop, 2)

    here = stock.figure(
        session, shop.cup.id, store_id=shop.lille.id, now=NOW, trust=stock.Trust(recent_seconds=900)
    )
    assert (here.on_hand, here.reserved, here.available) == (ON_HAND, 2, ON_HAND - 2)
    assert stock.compare(session) == []


def test_hold_refuses_more_than_there_is_and_says_how_much_is_left(session, shop):
    hold(session, shop, ON_HAND - 1)

    with pytest.raises(NotEnoughStock) as refused:
        hold(session, shop, 2, name="b")

    assert (refused.value.sku, refused.value.available) == (shop.cup.sku, 1)
    assert reserved(session, shop) == ON_HAND - 1


def test_hold_keeps_the_safety_stock_back(session, shop):
    level = session.get_one(StockLevel, (shop.lille.id, shop.cup.id))
    level.safety_stock = ON_HAND

    with pytest.raises(NotEnoughStock):
        hold(session, shop)


def test_the_same_hold_twice_counts_once(session, shop):
    hold(session, shop, 2)
    hold(session, shop, 2)

    assert reserved(session, shop) == 2
    assert count(session, "hold") == 1


def test_hold_refuses_what_the_store_never_had(session, shop):
    with pytest.raises(NotEnoughStock):
        stock.hold(
            session,
            shop.cake_stand.id,
            store_id=shop.roubaix.id,
            quantity=1,
            source="test",
            source_id="a",
            now=NOW,
        )


@pytest.mark.parametrize("quantity", [0, -1])
def test_hold_refuses_a_quantity_that_is_none(session, shop, quantity):
    with pytest.raises(Invalid):
        hold(session, shop, quantity)


def test_what_is_promised_already_is_held_and_the_difference_told(session, shop):
    held = hold(session, shop, ON_HAND + 2, is_promised=True)

    assert (held.quantity, held.missing) == (ON_HAND + 2, 2)
    assert reserved(session, shop) == ON_HAND + 2
    assert stock.compare(session) == []


def test_release_gives_back_once(session, shop):
    hold(session, shop, 2)

    assert release(session) == 2
    assert release(session) == 0

    assert reserved(session, shop) == 0
    assert count(session, "release") == 1
    assert stock.compare(session) == []


def test_release_of_nothing_is_not_found(session, shop):
    with pytest.raises(NotFound):
        release(session, "never")


def test_a_released_hold_does_not_come_back_by_its_name(session, shop):
    hold(session, shop)
    release(session)

    with pytest.raises(HoldEnded):
        hold(session, shop)


def test_a_clock_that_was_set_back_does_not_keep_the_units(session, shop):
    hold(session, shop, 2)

    release(session, now=NOW - timedelta(hours=1))

    assert reserved(session, shop) == 0


def test_goods_in_hand_leave_even_when_they_are_held_for_another(session, shop):
    hold(session, shop, ON_HAND)
    sold = MovementRecord(
        source="till",
        source_id="sale-1",
        store="LIL",
        sku=shop.cup.sku,
        kind="handover",
        quantity=1,
        occurred_at=NOW,
    )

    assert stock.apply(session, [sold], now=NOW).applied == 1

    level = session.get_one(StockLevel, (shop.lille.id, shop.cup.id), populate_existing=True)
    assert (level.on_hand, level.reserved) == (ON_HAND - 1, ON_HAND)


def test_two_people_cannot_take_the_last_unit(engine, session, shop):
    hold(session, shop, ON_HAND - 1, name="before")
    session.commit()
    outcomes, together = [], threading.Barrier(4)

    def take(name):
        together.wait()
        with Session(engine) as own:
            try:
                hold(own, shop, name=name)
                own.commit()
                outcomes.append("held")
            except NotEnoughStock as refused:
                outcomes.append(refused.available)

    people = [threading.Thread(target=take, args=(f"person-{n}",)) for n in range(4)]
    for person in people:
        person.start()
    for person in people:
        person.join()

    assert sorted(outcomes, key=str) == [0, 0, 0, "held"]
    assert reserved(session, shop) == ON_HAND
