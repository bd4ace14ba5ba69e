"""Shelf checks: one open task an article, one answer, told to the hub in the same transaction."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from store import outbox, shelf_checks, stock
from store.errors import AlreadyChecked, Invalid, NotFound
from store.models import Change, OutboxMessage, ShelfCheck, StockLevel, StockMovement
from store.records import MovementRecord
from tests.conftest import NOW

LATER = NOW + timedelta(minutes=4)
ON_HAND = 6  # of the cup, in Lille; one of them lies prepared for Camille


def ask(session, shop, *, reason="doubt", now=NOW, variant=None):
    variant_id = (variant or shop.cup).id
    return shelf_checks.ask(
        session, variant_id, store_id=shop.lille.id, reason=reason, staff=shop.ines, now=now
    )


def answer(session, shop, task, seen, *, staff=None, now=LATER):
    staff = staff or shop.ines
    return shelf_checks.answer(session, task.uid, store=shop.lille, seen=seen, staff=staff, now=now)


def moved(shop, kind, quantity, *, number="1", at=NOW):
    return MovementRecord(
        source="till",
        source_id=number,
        store="LIL",
        sku=shop.cup.sku,
        kind=kind,
        quantity=quantity,
        occurred_at=at,
    )


def level(session, shop):
    return session.get_one(StockLevel, (shop.lille.id, shop.cup.id), populate_existing=True)


def test_asking_twice_is_one_task(session, shop):
    first = ask(session, shop)
    again = ask(session, shop, reason="customer", now=LATER)

    assert again.uid == first.uid
    assert [task.uid for task in shelf_checks.list_open(session, shop.lille.id)] == [first.uid]


def test_tasks_come_oldest_first_and_stay_in_their_store(session, shop):
    ask(session, shop, now=LATER)
    older = ask(session, shop, variant=shop.cake_stand)
    shelf_checks.ask(session, shop.cup.id, store_id=shop.roubaix.id, reason="doubt", now=NOW)

    here = shelf_checks.list_open(session, shop.lille.id)

    assert [task.variant_id for task in here] == [older.variant_id, shop.cup.id]
    assert shelf_checks.count_open(session, shop.lille.id) == 2


def test_asking_tells_the_tablets_and_the_pages_of_the_article(session, shop):
    task = ask(session, shop)

    told = set(session.execute(select(Change.kind, Change.key)))
    assert {("staff", f"shelf_check:{task.uid}"), ("stock", shop.cup.sku)} <= {*map(tuple, told)}


def test_what_lies_prepared_is_not_looked_for_on_the_shelf(session, shop):
    seen = shelf_checks.expected(session, shop.cup.id, store_id=shop.lille.id)

    assert (seen.on_shelf, seen.aside) == (ON_HAND - 1, 1)


def test_answer_counts_the_shelf_and_what_lies_prepared(session, shop):
    answer(session, shop, ask(session, shop), 3)

    here = level(session, shop)
    assert (here.on_hand, here.counted, here.source) == (4, 4, "shelf_check")
    assert here.counted_at == LATER
    assert stock.compare(session) == []
    assert shelf_checks.list_open(session, shop.lille.id) == []


def test_answer_tells_the_central_system_in_the_same_transaction(session, shop):
    task = ask(session, shop)
    session.commit()

    answer(session, shop, task, 3)
    (fact,) = outbox.list_by_state(session)
    (told,) = fact.payload["items"]
    kind, name = fact.kind, task.uid
    session.rollback()

    assert (kind, told["kind"], told["quantity"]) == ("stock_movements", "count", 4)
    assert (told["source"], told["source_id"]) == ("shelf_check", name)
    assert outbox.list_by_state(session) == []
    assert level(session, shop).on_hand == ON_HAND


def test_the_hub_telling_the_answer_back_changes_nothing(session, shop):
    task = ask(session, shop)
    answer(session, shop, task, 3)
    echo = MovementRecord(
        source="shelf_check",
        source_id=task.uid,
        store="LIL",
        sku=shop.cup.sku,
        kind="count",
        quantity=4,
        occurred_at=LATER,
    )

    assert stock.apply(session, [echo], now=LATER).repeated == 1


def test_a_second_answer_is_told_who_was_quicker(session, shop):
    task = ask(session, shop)
    answer(session, shop, task, 3)

    with pytest.raises(AlreadyChecked) as refused:
        answer(session, shop, task, 9, staff=shop.manager)

    assert (refused.value.by, refused.value.seen) == ("Inès Benali", 3)
    assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 1


@pytest.mark.parametrize("seen", [-1, 100_000, 10**9])
def test_answer_refuses_a_number_that_nobody_sees(session, shop, seen):
    with pytest.raises(Invalid):
        answer(session, shop, ask(session, shop), seen)


def test_answer_refuses_the_task_of_another_store(session, shop):
    task = ask(session, shop)

    with pytest.raises(NotFound):
        shelf_checks.answer(
            session, task.uid, store=shop.roubaix, seen=1, staff=shop.ines, now=LATER
        )


def test_a_newer_count_from_elsewhere_settles_the_question(session, shop):
    first = ask(session, shop)
    stock.apply(session, [moved(shop, "count", 5, at=LATER)], now=LATER)

    assert shelf_checks.list_open(session, shop.lille.id) == []

    again = ask(session, shop, now=LATER + timedelta(minutes=1))
    assert again.uid == first.uid
    assert len(shelf_checks.list_open(session, shop.lille.id)) == 1


def test_more_sold_than_there_was_makes_a_task(session, shop):
    stock.apply(session, [moved(shop, "handover", ON_HAND + 2)], now=NOW)

    (task,) = shelf_checks.list_open(session, shop.lille.id)

    assert (task.variant_id, task.reason) == (shop.cup.id, "negative")
    assert level(session, shop).on_hand == -2


def test_a_promise_that_cannot_be_kept_makes_a_task(session, shop):
    stock.hold(
        session,
        shop.cup.id,
        store_id=shop.lille.id,
        quantity=ON_HAND + 1,
        source="web",
        source_id="1",
        now=NOW,
        is_promised=True,
    )

    assert shelf_checks.find_open(session, shop.cup.id, store_id=shop.lille.id).reason == "promised"


def test_ask_refuses_an_unknown_article_and_an_unknown_reason(session, shop):
    with pytest.raises(NotFound):
        shelf_checks.ask(session, 10**6, store_id=shop.lille.id, reason="doubt", now=NOW)
    with pytest.raises(Invalid):
        ask(session, shop, reason="whim")


def test_an_answer_is_a_movement_of_its_own_kind(session, shop):
    task = ask(session, shop)
    answer(session, shop, task, 0)

    movement = session.scalar(select(StockMovement).where(StockMovement.source_id == task.uid))
    assert (movement.kind, movement.quantity) == ("shelf_check", 1)
    assert session.get(ShelfCheck, task.id).answered_at == LATER
