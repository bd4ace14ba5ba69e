"""What another shop is asked for, and the line that waits for it: neither outlives the other."""

import pytest
from sqlalchemy import select

from store import incoming, pickups, proposals, transfers
from store.models import CustomerMessage, Order, OrderEvent
from tests.conftest import NOW
from tests.test_pickups import event
from tests.test_proposals import ask, order

__all__ = ["order"]


@pytest.fixture
def line(session, shop, order):
    """A line that waits for two cups from Roubaix."""
    line, question = ask(session, shop, order)
    proposals.answer(session, order.uid, question.uid, "transfer:RBX", now=NOW)
    return line


@pytest.fixture
def asked(session, line):
    """The order by which Roubaix is asked for them."""
    return session.scalars(select(Order).where(Order.channel == "transfer")).one()


def bring_together(session, shop):
    adrift = transfers.find_adrift(session, shop.lille)
    for order_uid, line_uid in adrift.lines:
        transfers.give_up(session, order_uid, line_uid, now=NOW)
    for order_uid in adrift.orders:
        transfers.call_off(session, order_uid, now=NOW)
    return adrift


def test_nothing_is_adrift_while_both_wait(session, shop, line, asked):
    adrift = bring_together(session, shop)

    assert (list(adrift.lines), list(adrift.orders)) == ([], [])


@pytest.mark.parametrize("end", ["cancelled", "expired"])
def test_who_is_not_sent_anything_is_asked_anew(session, shop, order, line, asked, end):
    pickups.record_event(session, event(end), asked.uid, now=NOW)

    bring_together(session, shop)

    (question,) = proposals.open_for(session, order)
    assert (question.line, order.state) == (line, "problem")
    missing = select(OrderEvent).where(OrderEvent.order_id == order.id, OrderEvent.type == "short")
    assert session.scalars(missing).all()[-1].reason == transfers.NOT_SENT
    assert bring_together(session, shop).lines == []


@pytest.mark.parametrize("end", ["cancelled", "expired"])
def test_the_other_shop_stops_when_nobody_waits(session, shop, order, asked, end):
    pickups.record_event(session, event(end), order.uid, now=NOW)

    bring_together(session, shop)

    assert (asked.state, asked.reason) == ("cancelled", transfers.NOT_WANTED)


def test_what_has_come_is_not_called_off(session, shop, order, line, asked):
    incoming.receive(session, order.uid, line.uid, staff=shop.ines, now=NOW)

    bring_together(session, shop)

    assert (line.state, asked.state) == ("arrived", "collected")


def test_nobody_is_written_about_what_shops_ask_of_each_other(session, shop, asked):
    pickups.prepare(session, asked.uid, staff=shop.ines, place="A-1", now=NOW)

    of_asked = select(CustomerMessage).where(CustomerMessage.order_id == asked.id)
    assert session.scalars(of_asked).all() == []
