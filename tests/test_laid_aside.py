"""Orders that wait for an answer: ready by themselves, finished by staff, asked at the counter."""

import pytest
from sqlalchemy import select

from store import (
    awaited,
    handovers,
    laid_aside,
    pickup_board,
    pickup_steps,
    pickups,
    preparing,
    proposals,
    stock,
    waves,
)
from store.errors import ForbiddenTransition
from store.handovers import Handing, Outcome
from store.models import CustomerMessage, Order, OutboxMessage, Product, StockLevel, Variant
from store.pickup_ends import Terms
from store.pickup_steps import Happened
from tests.conftest import NOW
from tests.test_pickups import record

TERMS = Terms()
TRUST = stock.Trust(is_alone=True)


@pytest.fixture
def order(session, shop):
    """Two cups and a cake stand to prepare; another cup could stand in."""
    product = Product(reference="22698", name="Tasse rose", family="cup", category="kitchen")
    product.changed_at = NOW
    variant = Variant(product=product, sku="22698", price_minor=250)
    session.add(variant)
    session.flush()
    facts = {"on_hand": 9, "counted": 9, "counted_at": NOW, "learnt_at": NOW}
    session.add(StockLevel(store_id=shop.lille.id, variant_id=variant.id, **facts))
    return pickups.upsert(session, record(), now=NOW)


@pytest.fixture
def asked(session, shop, order):
    """The stand is in its basket, the cups are missing and asked about; it lies aside in B-04."""
    who = {"staff": shop.ines, "now": NOW}
    waves.start(session, shop.lille, order_uids=[order.uid], **who)
    cups, stand = order.lines
    preparing.pick(session, order.uid, stand.uid, **who)
    preparing.short(session, order.uid, cups.uid, missing=2, reason="not_found", **who)
    proposals.propose(session, order.uid, cups.uid, trust=TRUST, **who)
    preparing.lay_aside(session, order.uid, place="B-04", now=NOW)
    return order


def answer(session, order, choice):
    (question,) = proposals.open_for(session, order)
    proposals.answer(session, order.uid, question.uid, choice, now=NOW)


def finish(session, order):
    return laid_aside.finish(session, order.uid, terms=TERMS, now=NOW)


def kinds(session):
    return session.scalars(select(CustomerMessage.kind).order_by(CustomerMessage.id)).all()


def row(session, shop, order):
    (found,) = pickup_board.list_by_uid(session, shop.lille.id, [order.uid])
    return found


def test_the_rest_that_lies_aside_is_ready_once_the_customer_has_said_so(session, shop, asked):
    answer(session, asked, "rest")
    assert laid_aside.list_whole(session, shop.lille) == [asked.uid]

    assert finish(session, asked)
    assert not finish(session, asked)

    assert (asked.state, asked.staging_place) == ("ready", "B-04")
    assert asked.pickup_by is not None
    assert kinds(session) == ["substitution", "ready"]
    told = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "order_event")).all()
    assert [one.payload["type"] for one in told][-1] == "ready"


def test_what_must_be_fetched_waits_first_in_the_queue_and_makes_nothing_ready(
    session, shop, asked
):
    before = pickups.upsert(
        session, record(external_id="W-0", number="500000", promised_at=NOW), now=NOW
    )
    answer(session, asked, "substitute:22698")

    assert laid_aside.list_whole(session, shop.lille) == []
    assert not finish(session, asked)
    assert row(session, shop, asked).is_answered
    assert [one.uid for one in waves.list_waiting(session, shop.lille)] == [asked.uid, before.uid]
    assert kinds(session) == ["substitution"]


def test_goods_in_a_basket_are_not_made_ready_by_an_answer(session, shop, asked):
    waves.start(session, shop.lille, order_uids=[asked.uid], staff=shop.ines, now=NOW)
    answer(session, asked, "rest")

    assert laid_aside.list_whole(session, shop.lille) == []
    assert not finish(session, asked)


def test_goods_that_somebody_touched_since_are_not_made_ready(session, shop, asked):
    """They were put into a basket again, and the round was given up."""
    answer(session, asked, "rest")
    stand = asked.lines[1]
    preparing.put_back(session, asked.uid, stand.uid, staff=shop.ines, now=NOW)
    preparing.pick(session, asked.uid, stand.uid, staff=shop.ines, now=NOW)

    assert laid_aside.list_whole(session, shop.lille) == [asked.uid]
    assert not finish(session, asked)


def test_goods_without_a_place_are_not_made_ready(session, shop, asked):
    asked.staging_place = ""
    answer(session, asked, "rest")

    assert not finish(session, asked)


# --- missed at the counter --------------------------------------------------------------------


@pytest.fixture
def missed(session, shop, order):
    """The stand was handed over; the cups were nowhere to be found."""
    pickups.prepare(session, order.uid, staff=shop.ines, place="B-04", now=NOW)
    pickups.check_in(session, order, store=shop.lille, now=NOW)
    cups, stand = order.lines
    lines = {stand.uid: Outcome(), cups.uid: Outcome(given=0, rest="missing")}
    handing = Handing(lines=lines, check="qr")
    handovers.give(session, order.uid, handing, staff=shop.ines, now=NOW, trust=TRUST)
    return order


def test_what_is_missed_at_the_counter_is_asked_about_and_told(session, shop, missed):
    (question,) = proposals.open_for(session, missed)
    told = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "order_event")).all()

    keys = [choice.key for choice in question.choices]
    assert keys[0] == "substitute:22698"
    assert "transfer:RBX" in keys and keys[-1] == "refund"
    assert missed.state == "partly_collected"
    assert [one.payload["type"] for one in told][-2:] == ["short", "substitute_proposed"]
    assert "substitution" in kinds(session)


def test_a_refund_of_what_is_missed_leaves_what_was_handed_over(session, shop, missed):
    answer(session, missed, "refund")

    assert missed.state == "collected"
    assert sorted(line.state for line in missed.lines) == ["cancelled", "collected"]
    assert "cancelled" not in kinds(session)


def test_what_is_chosen_later_is_fetched_and_the_customer_told_once(session, shop, missed):
    answer(session, missed, "substitute:22698")
    assert row(session, shop, missed).column(now=NOW, today=NOW.date()) == "to_prepare"
    before = kinds(session).count("ready")
    line = next(line for line in missed.lines if line.state == "substituted")

    for _again in range(2):
        laid_aside.fetch(session, missed.uid, line.uid, now=NOW)

    assert kinds(session).count("ready") == before + 1
    assert row(session, shop, missed).column(now=NOW, today=NOW.date()) == "ready"
    handing = Handing(lines={line.uid: Outcome()}, check="qr")
    handovers.give(session, missed.uid, handing, staff=shop.ines, now=NOW)
    assert missed.state == "collected"


def test_whoever_still_waits_at_the_counter_gets_what_they_chose(session, shop, order):
    pickups.prepare(session, order.uid, staff=shop.ines, place="B-04", now=NOW)
    pickups.check_in(session, order, store=shop.lille, now=NOW)
    cups, _stand = order.lines
    handing = Handing(lines={cups.uid: Outcome(given=0, rest="missing")}, check="qr")
    handovers.give(session, order.uid, handing, staff=shop.ines, now=NOW, trust=TRUST)
    before = kinds(session).count("ready")

    answer(session, order, "substitute:22698")
    laid_aside.fetch(session, order.uid, cups.uid, now=NOW)

    assert order.state == "customer_waiting"
    assert kinds(session).count("ready") == before


def test_what_is_still_prepared_is_scanned_and_not_fetched(session, shop, asked):
    answer(session, asked, "substitute:22698")

    with pytest.raises(ForbiddenTransition):
        laid_aside.fetch(session, asked.uid, asked.lines[0].uid, now=NOW)


# --- from another shop ------------------------------------------------------------------------


def test_what_comes_from_another_shop_says_from_where_and_how_far(session, shop, asked):
    assert awaited.list_awaited(session, []) == []
    answer(session, asked, "transfer:RBX")
    there = session.scalar(select(Order).where(Order.channel == "transfer"))
    (coming,) = awaited.list_awaited(session, [asked.uid])
    assert (coming.place, coming.state) == ("Roubaix", "new")

    accepted = Happened(type="accepted", occurred_at=NOW, staff=shop.ines)
    pickup_steps.happen(session, there, accepted, now=NOW)

    (coming,) = awaited.list_awaited(session, [asked.uid])
    assert coming.state == "accepted"
    assert row(session, shop, asked).awaited == 2


def test_a_shop_that_awaits_goods_is_written_nothing(session, shop, asked):
    answer(session, asked, "transfer:RBX")
    there = session.scalar(select(Order).where(Order.channel == "transfer"))
    before = kinds(session)

    pickups.prepare(session, there.uid, staff=None, place="A-01", now=NOW)

    assert kinds(session) == before
