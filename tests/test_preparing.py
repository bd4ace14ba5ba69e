"""Waves and preparing: scanned to verify, told when something lacks, laid down once whole."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from store import changes, incoming, pickups, preparing, proposals, staging, stock, waves
from store.errors import (
    EnoughScanned,
    ForbiddenTransition,
    InAnotherWave,
    Invalid,
    NotAllScanned,
    NotFound,
    WrongArticle,
)
from store.models import OrderEvent, OutboxMessage, StockLevel
from tests.conftest import NOW
from tests.test_pickups import event, record, states

TRUST = stock.Trust(is_alone=True)


@pytest.fixture
def order(session, shop):
    """Two cups and a cake stand, promised in an hour."""
    return pickups.upsert(session, record(), now=NOW)


@pytest.fixture
def later(session, shop):
    """One more cup, promised in two hours."""
    lines = (replace(record().lines[0], quantity=1),)
    promised_at = NOW + timedelta(hours=2)
    told = record(external_id="W-2", number="500002", lines=lines, promised_at=promised_at)
    return pickups.upsert(session, told, now=NOW)


@pytest.fixture
def wave(session, shop, order, later):
    uids = [order.uid, later.uid]
    return waves.start(session, shop.lille, order_uids=uids, staff=shop.ines, now=NOW)


def scan(session, shop, wave, variant):
    return preparing.scan(session, wave, variant.id, sku=variant.sku, staff=shop.ines, now=NOW)


def line_of(order, sku):
    return next(line for line in order.lines if line.sku == sku and line.state != "picked")


def short(session, shop, order, *, missing=1, reason="not_found", sku="22699"):
    line = line_of(order, sku)
    who = {"staff": shop.ines, "now": NOW}
    return preparing.short(session, order.uid, line.uid, missing=missing, reason=reason, **who)


def level(session, shop, variant):
    key = (shop.lille.id, variant.id)
    return session.get_one(StockLevel, key, populate_existing=True)


def events(session, order):
    query = select(OrderEvent.type).where(OrderEvent.order_id == order.id)
    return session.scalars(query.order_by(OrderEvent.id)).all()


# --- waves ------------------------------------------------------------------------------------


def test_a_wave_takes_orders_on_and_out_of_the_queue(session, shop, order, later):
    assert [one.number for one in waves.list_waiting(session, shop.lille)] == ["500001", "500002"]

    who = {"staff": shop.ines, "now": NOW}
    wave = waves.start(session, shop.lille, order_uids=[order.uid], **who)

    assert order.state == "accepted"
    assert [one.number for one in waves.list_waiting(session, shop.lille)] == ["500002"]
    assert [one.orders for one in waves.list_underway(session, shop.lille)] == [1]
    assert [one.number for one in waves.baskets(session, wave)] == [1]


def test_an_order_is_in_one_wave_at_most(session, shop, order, wave):
    with pytest.raises(InAnotherWave) as refused:
        waves.start(session, shop.lille, order_uids=[order.uid], staff=shop.manager, now=NOW)

    assert refused.value.by == "Inès Benali"


def test_waves_that_make_no_sense_are_refused(session, shop, order):
    who = {"staff": shop.ines, "now": NOW}
    for uids, error in (([], Invalid), (["x"] * 21, Invalid), ([shop.order.uid], Exception)):
        with pytest.raises(error):
            waves.start(session, shop.lille, order_uids=uids, **who)
    with pytest.raises(NotFound):
        waves.start(session, shop.roubaix, order_uids=[order.uid], **who)


def test_goods_of_a_wave_come_in_the_order_of_the_aisles(session, shop, wave):
    level(session, shop, shop.cup).aisle = "A10"
    level(session, shop, shop.cake_stand).aisle = "A2"
    session.flush()

    goods = waves.goods(session, wave, waves.baskets(session, wave))

    assert [(one.aisle, one.sku, one.quantity) for one in goods] == [
        ("A2", "22423", 1),
        ("A10", "22699", 3),
    ]
    assert [part.basket for part in goods[1].parts] == [1, 2]


def test_a_wave_that_is_given_up_gives_its_orders_back(session, shop, order, wave):
    scan(session, shop, wave, shop.cup)

    waves.end(session, wave.uid, store=shop.lille, now=NOW)

    assert len(waves.list_waiting(session, shop.lille)) == 2
    assert line_of(order, "22699").checked == 1


def test_a_colleague_goes_on_with_a_wave_and_every_tablet_hears_of_it(session, shop, wave):
    before = changes.last_number(session)

    waves.take_over(session, wave.uid, store=shop.lille, staff=shop.manager, now=NOW)

    assert waves.list_underway(session, shop.lille)[0].by == "Malik Haddad"
    assert changes.last_number(session) > before


# --- scanned ----------------------------------------------------------------------------------


def test_scans_fill_the_baskets_in_turn(session, shop, order, later, wave):
    baskets = [scan(session, shop, wave, shop.cup).basket for _unit in range(3)]

    assert baskets == [1, 1, 2]
    assert states(order) == ["picked", "to_pick"]
    assert states(later) == ["picked"]


def test_the_last_scan_of_an_order_says_so(session, shop, wave):
    scan(session, shop, wave, shop.cake_stand)
    scan(session, shop, wave, shop.cup)

    assert scan(session, shop, wave, shop.cup).is_order_done


def test_a_wrong_article_is_refused(session, shop, wave):
    with pytest.raises(WrongArticle):
        preparing.scan(session, wave, 999_999, sku="99999", staff=shop.ines, now=NOW)


def test_one_too_many_is_refused(session, shop, wave):
    scan(session, shop, wave, shop.cake_stand)

    with pytest.raises(EnoughScanned) as refused:
        scan(session, shop, wave, shop.cake_stand)

    assert refused.value.quantity == 1


def test_a_line_without_a_barcode_is_picked_by_hand_and_put_back(session, shop, order, wave):
    line = line_of(order, "22423")
    who = {"staff": shop.ines, "now": NOW}

    preparing.pick(session, order.uid, line.uid, **who)
    assert (line.state, line.checked) == ("picked", 1)

    preparing.put_back(session, order.uid, line.uid, **who)
    assert (line.state, line.checked) == ("to_pick", 0)


# --- what lacks -------------------------------------------------------------------------------


def test_a_shortage_corrects_the_stock_and_tells_of_it(session, shop, order, wave):
    scan(session, shop, wave, shop.cup)

    line = short(session, shop, order)

    told = session.scalars(select(OutboxMessage.kind)).all()
    assert (line.state, line.reason, line.quantity) == ("short", "not_found", 1)
    assert level(session, shop, shop.cup).on_hand == 1 + 1  # in the basket, and Camille's
    assert "stock_movements" in told
    assert sorted(states(order)) == ["picked", "short", "to_pick"]
    assert order.state == "problem"


def test_what_still_stands_on_the_shelf_is_not_written_off(session, shop, order, wave):
    short(session, shop, order)  # one of two cups, the other is not scanned yet

    assert level(session, shop, shop.cup).on_hand == 1 + 1  # on the shelf, and Camille's


def test_damaged_goods_leave_the_stock(session, shop, order, wave):
    short(session, shop, order, reason="damaged", missing=2)

    assert level(session, shop, shop.cup).on_hand == 6 - 2


def test_shortages_that_make_no_sense_are_refused(session, shop, order, wave):
    for changed in ({"missing": 0}, {"missing": 3}, {"reason": "tired"}):
        with pytest.raises(Invalid):
            short(session, shop, order, **changed)


def test_what_turns_up_after_all_is_picked_and_nobody_asked(session, shop, order, later, wave):
    line = short(session, shop, order, missing=2)
    proposals.propose(session, order.uid, line.uid, staff=shop.ines, now=NOW, trust=TRUST)

    scan(session, shop, wave, shop.cup)  # for the other basket
    scan(session, shop, wave, shop.cup)
    scan(session, shop, wave, shop.cup)

    assert line.state == "picked"
    assert proposals.open_for(session, order) == []


def test_a_substitute_is_scanned_like_anything_else(session, shop, order, wave):
    line = short(session, shop, order, missing=2)
    line.unit_price_minor = 2000
    session.flush()
    proposals.propose(session, order.uid, line.uid, staff=shop.ines, now=NOW, trust=TRUST)
    (question,) = proposals.open_for(session, order)
    key = f"substitute:{shop.cake_stand.sku}"
    proposals.answer(session, order.uid, question.uid, key, now=NOW)

    assert preparing.left_of(order) == 3
    for _unit in range(3):
        scan(session, shop, wave, shop.cake_stand)

    assert preparing.left_of(order) == 0
    assert level(session, shop, shop.cake_stand).reserved == 3


def test_what_another_shop_sends_becomes_ours(session, shop, order, wave):
    line = short(session, shop, order, missing=2)
    proposals.propose(session, order.uid, line.uid, staff=shop.ines, now=NOW, trust=TRUST)
    (question,) = proposals.open_for(session, order)
    proposals.answer(session, order.uid, question.uid, "transfer:RBX", now=NOW)
    before = level(session, shop, shop.cup).on_hand

    later = NOW + timedelta(hours=3)
    incoming.receive(session, order.uid, line.uid, staff=shop.ines, now=later)

    assert line.state == "arrived"
    assert level(session, shop, shop.cup).on_hand == before + 2


def test_what_another_shop_sent_can_be_missing_too(session, shop, order, wave):
    line = short(session, shop, order, missing=2)
    lines = (("22699", 2),)
    for kind in ("awaiting_transfer", "transferred"):
        pickups.record_event(session, event(kind, lines=lines), order.uid, now=NOW)
    assert line.state == "arrived"

    short(session, shop, order, missing=2)

    assert (line.state, order.state) == ("short", "problem")


def test_what_lay_ready_and_goes_back_is_scanned_again(session, shop, order, later, wave):
    line = order.lines[0]
    preparing.pick(session, order.uid, line.uid, staff=shop.ines, now=NOW)
    assert line.checked == 2

    pickups.record_event(session, event("put_back", lines=(("22699", 2),)), order.uid, now=NOW)

    assert (line.state, line.checked) == ("to_pick", 0)
    assert preparing.left_of(order) == 3


# --- laid down --------------------------------------------------------------------------------


def test_a_whole_order_is_laid_down_and_leaves_its_wave(session, shop, later, wave):
    staging.add(session, shop.lille, "A-01", size="small")
    for _unit in range(3):
        scan(session, shop, wave, shop.cup)

    preparing.lay_down(session, later.uid, place="a01", staff=shop.ines, now=NOW)

    assert (later.state, later.staging_place) == ("ready", "A-01")
    assert [one.orders for one in waves.list_underway(session, shop.lille)] == [1]
    assert events(session, later) == ["accepted", "picked", "ready"]


def test_an_order_that_is_not_whole_is_not_ready(session, shop, order, wave):
    scan(session, shop, wave, shop.cup)

    with pytest.raises(NotAllScanned) as refused:
        preparing.lay_down(session, order.uid, place="A-01", staff=shop.ines, now=NOW)

    assert refused.value.left == 2


def test_what_waits_for_an_answer_is_laid_aside(session, shop, order, wave):
    short(session, shop, order)

    preparing.lay_aside(session, order.uid, place="A-01", now=NOW)

    assert (order.state, order.staging_place) == ("problem", "A-01")
    assert waves.find_of(session, order) is None


def test_the_last_of_a_wave_ends_it(session, shop, order, later, wave):
    for _unit in range(3):
        scan(session, shop, wave, shop.cup)
    scan(session, shop, wave, shop.cake_stand)

    for one in (order, later):
        preparing.lay_down(session, one.uid, place="A-01", staff=shop.ines, now=NOW)

    assert wave.ended_at == NOW


def test_nothing_is_ready_on_the_sheet_while_something_lacks(session, shop, order, wave):
    short(session, shop, order)

    with pytest.raises(NotAllScanned):
        pickups.prepare(session, order.uid, staff=shop.ines, place="A-01", now=NOW)


def test_an_order_that_was_cancelled_meanwhile_takes_no_more(session, shop, order, wave):
    pickups.record_event(session, event("cancelled"), order.uid, now=NOW)

    with pytest.raises(WrongArticle):
        scan(session, shop, wave, shop.cake_stand)
    with pytest.raises(ForbiddenTransition):
        preparing.lay_down(session, order.uid, place="A-01", staff=shop.ines, now=NOW)


def test_an_order_that_expired_meanwhile_blocks_no_other_basket(session, shop, order, later, wave):
    pickups.record_event(session, event("expired"), order.uid, now=NOW)

    scanned = scan(session, shop, wave, shop.cup)

    assert (scanned.basket, scanned.is_order_done) == (2, True)


# --- promised ---------------------------------------------------------------------------------


def test_an_order_without_a_promise_gets_one_where_it_waits(session, shop):
    told = record(external_id="W-9", promised_at=None)

    order = pickups.upsert(session, told, now=NOW, own_store="LIL")

    assert order.promised_at == NOW + timedelta(hours=2, minutes=3)
    pickups.upsert(session, told, now=NOW, own_store="LIL")
    assert order.promised_at is not None


def test_taking_an_order_on_tells_by_when(session, shop):
    order = pickups.upsert(session, record(promised_at=None), now=NOW, own_store="LIL")

    pickups.accept(session, order.uid, staff=shop.ines, now=NOW)

    accepted = pickups.find_event(session, order, "accepted")
    assert accepted.details["promised_at"] == "2026-11-21T15:35:00Z"
