"""A customer with a true ticket is welcomed before their order is known, and joined with it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from store import (
    arrivals,
    handovers,
    order_tickets,
    pickup_steps,
    pickups,
    preparing,
    provisional,
    ringing,
    waits,
)
from store.arrivals import Coming
from store.errors import AlreadyCollected, StoreUnknown, TicketExpired, WrongStore
from store.models import CustomerMessage, Order, OrderEvent, OutboxMessage
from store.order_tickets import Ticket
from store.pickup_steps import Happened
from store.records import CustomerRef, OrderLineRecord, OrderRecord
from tests.test_arrivals import TIMES, colleague

UID = "6a0f3c52-6f7e-4d0e-9d0e-3b8c0f1f7a11"
TICKET = Ticket(
    order=UID,
    store_mark=order_tickets.mark_of("LIL"),
    expires_on=date(2027, 1, 27),
    number="WEB-7001",
)


@pytest.fixture
def welcomed(session, shop, now):
    """The order of a ticket that this store has not learnt of, its customer at the door."""
    return provisional.welcome(session, TICKET, store=shop.lille, now=now)


def told(now, **more):
    return OrderRecord(
        **{
            "uid": UID,
            "source": "web",
            "external_id": "7001",
            "number": "WEB-7001",
            "store": "LIL",
            "placed_at": now - timedelta(hours=3),
            "customer": CustomerRef(name="Noor Haddad"),
            "lines": (OrderLineRecord(sku="22699", quantity=1, unit_price_minor=295),),
            "state": "ready",
            "staging_place": "C-02",
            **more,
        }
    )


def test_a_true_ticket_is_welcomed_and_rings(session, shop, welcomed, now):
    (arrival,) = ringing.list_untaken(session, shop.lille, now=now)

    assert (arrival.number, arrival.is_provisional) == ("WEB-7001", True)
    assert (welcomed.state, welcomed.waiting_number) == ("customer_waiting", 1)


def test_the_same_ticket_again_is_the_same_arrival(session, shop, welcomed, now):
    again = provisional.welcome(
        session, TICKET, store=shop.lille, now=now, coming=Coming(by="car", place="4")
    )

    assert again is welcomed
    assert session.query(Order).filter_by(uid=UID).count() == 1


def test_a_number_that_did_not_fit_gets_a_name_of_its_own(session, shop, now):
    order = provisional.welcome(session, replace(TICKET, number=""), store=shop.lille, now=now)

    assert order.number == "6A0F3C52"


def test_an_order_of_another_store_says_which(session, shop, now):
    there = replace(TICKET, store_mark=order_tickets.mark_of("RBX"))

    with pytest.raises(WrongStore) as refusal:
        provisional.welcome(session, there, store=shop.lille, now=now)

    assert (refusal.value.store.code, refusal.value.number) == ("RBX", "WEB-7001")


def test_a_store_nobody_told_of_and_a_ticket_too_old_have_their_own_refusals(session, shop, now):
    with pytest.raises(StoreUnknown):
        nowhere = replace(TICKET, store_mark=b"\0\0\0\0")
        provisional.welcome(session, nowhere, store=shop.lille, now=now)
    with pytest.raises(TicketExpired):
        old = replace(TICKET, expires_on=now.date() - timedelta(days=1))
        provisional.welcome(session, old, store=shop.lille, now=now)

    assert session.query(Order).filter_by(uid=UID).count() == 0


def test_an_order_that_came_meanwhile_is_checked_in_as_it_is(session, shop, now):
    pickups.upsert(session, told(now, state="collected"), now=now)

    with pytest.raises(AlreadyCollected):
        provisional.welcome(session, TICKET, store=shop.lille, now=now)


def test_the_pull_joins_a_ready_order_with_its_arrival(session, shop, welcomed, now):
    arrivals.take(session, UID, staff=shop.ines, now=now)

    order = pickups.upsert(session, told(now), now=now + timedelta(minutes=1))

    assert order.id == welcomed.id
    assert (order.state, order.waiting_number) == ("customer_waiting", 1)
    assert (order.customer_name, order.staging_place) == ("Noor Haddad", "C-02")
    assert order.taken_by_id == shop.ines.id
    assert [line.state for line in order.lines] == ["picked"]
    event = session.query(OrderEvent).filter_by(order_id=order.id, type="arrived").one()
    assert event.occurred_at == now


def test_an_order_that_is_not_ready_goes_on_ringing_as_such(session, shop, welcomed, now):
    order = pickups.upsert(session, told(now, state="accepted"), now=now)

    assert order.state == "accepted"
    (arrival,) = ringing.list_untaken(session, shop.lille, now=now)
    assert (arrival.state, arrival.missing) == ("accepted", 1)


def test_who_waits_for_an_order_that_is_not_ready_may_leave(session, shop, welcomed, now):
    order = pickups.upsert(session, told(now, state="accepted"), now=now)
    assert arrivals.is_waited_for(order, now=now)
    assert not arrivals.is_waited_for(order, now=now + timedelta(days=2))

    arrivals.take(session, UID, staff=shop.ines, now=now)
    assert ringing.list_untaken(session, shop.lille, now=now) == []
    arrivals.leave(session, UID, staff=shop.ines, now=now)

    assert (order.state, order.waiting_number) == ("accepted", None)
    assert not arrivals.is_waited_for(order, now=now)
    assert ringing.list_untaken(session, shop.lille, now=now) == []


@pytest.fixture
def early(session, welcomed, now):
    """The same order once it is known: still to be prepared, its customer in the shop."""
    return pickups.upsert(session, told(now, state="accepted"), now=now, own_store="LIL")


def lay_down(session, order, *, staff, now):
    return pickups.prepare(session, order.uid, staff=staff, place="C-02", now=now)


def test_who_came_before_the_order_was_ready_waits_for_it_once_it_is(session, shop, early, now):
    later = now + timedelta(minutes=20)

    lay_down(session, early, staff=shop.ines, now=later)

    assert (early.state, early.arrived_at, early.waiting_number) == ("customer_waiting", now, 1)
    assert waits.ahead(session, early) == 0
    (arrival,) = ringing.list_untaken(session, shop.lille, now=later)
    assert (arrival.state, arrival.staging_place) == ("customer_waiting", "C-02")
    assert arrival.has_waited_for_it


def test_it_is_told_that_the_order_is_ready_and_awaited_each_once(session, shop, early, now):
    before = session.query(OutboxMessage).count()

    lay_down(session, early, staff=shop.ines, now=now + timedelta(minutes=20))

    heard = session.query(OutboxMessage).order_by(OutboxMessage.id).all()[before:]
    assert [one.payload["type"] for one in heard] == ["ready", "arrived"]
    assert session.query(CustomerMessage).filter_by(kind="ready").count() == 1
    came = pickups.find_event(session, early, "arrived")
    assert (came.occurred_at, came.identity_check, came.actor) == (now, "qr", "customer")


def test_the_colleague_who_looks_after_them_is_asked_to_go(session, shop, early, now):
    zoe, later = colleague(session, shop), now + timedelta(minutes=20)
    arrivals.take(session, UID, staff=zoe, now=now)

    lay_down(session, early, staff=shop.ines, now=later)

    (arrival,) = ringing.list_untaken(session, shop.lille, now=later)
    assert (arrival.to, arrival.asked_by) == (zoe.id, shop.ines.name)
    assert not ringing.concerns(arrival, shop.manager.id, times=TIMES, now=later)


def test_who_looks_after_them_and_lays_it_down_is_not_asked(session, shop, early, now):
    arrivals.take(session, UID, staff=shop.ines, now=now)

    lay_down(session, early, staff=shop.ines, now=now)

    assert early.taken_by_id == shop.ines.id
    assert ringing.list_untaken(session, shop.lille, now=now) == []


def test_everybody_is_asked_where_no_colleague_laid_it_down(session, shop, early, now):
    arrivals.take(session, UID, staff=shop.ines, now=now)
    happened = Happened(type="ready", occurred_at=now, by="system")

    pickup_steps.happen(session, early, happened, now=now, tells=True)

    (arrival,) = ringing.list_untaken(session, shop.lille, now=now)
    assert (early.state, arrival.to) == ("customer_waiting", None)


def test_who_came_another_day_has_left_since(session, shop, early, now):
    lay_down(session, early, staff=shop.ines, now=now + timedelta(days=2))

    assert (early.state, early.arrived_at, early.waiting_number) == ("ready", None, None)
    assert pickups.find_event(session, early, "arrived") is None


def test_who_left_before_it_was_ready_does_not_wait(session, shop, early, now):
    arrivals.leave(session, UID, staff=shop.ines, now=now)

    lay_down(session, early, staff=shop.ines, now=now)

    assert (early.state, early.waiting_number) == ("ready", None)


def test_nobody_waits_for_what_was_undone_and_prepared_again(session, shop, early, now):
    lay_down(session, early, staff=shop.ines, now=now)
    (line,) = early.lines
    handed = {"line_uids": [line.uid], "staff": shop.ines, "check": "qr", "now": now}
    pickups.hand_over(session, UID, **handed)
    undone = {"reason": "other", "staff": shop.manager, "now": now}
    handovers.reverse(session, UID, **undone)
    preparing.put_back(session, UID, line.uid, staff=shop.ines, now=now)
    assert not arrivals.is_waited_for(early, now=now)

    lay_down(session, early, staff=shop.ines, now=now)

    assert early.state == "ready"


def test_how_long_an_order_took_to_prepare_is_no_wait_of_the_next(session, shop, early, now):
    later = now + timedelta(minutes=20)
    lay_down(session, early, staff=shop.ines, now=later)
    handed = {"line_uids": [early.lines[0].uid], "staff": shop.ines, "check": "qr", "now": later}
    pickups.hand_over(session, UID, **handed)

    arrivals.check_in(session, shop.order, store=shop.lille, now=later)

    assert waits.minutes(session, shop.order, counters=1, now=later) is None


@pytest.mark.parametrize("state", ["collected", "cancelled"])
def test_an_order_that_was_over_is_over(session, shop, welcomed, now, state):
    order = pickups.upsert(session, told(now, state=state), now=now)

    assert order.state == state
    assert ringing.list_untaken(session, shop.lille, now=now) == []


def test_the_pull_after_the_customer_left_starts_like_any_other(session, shop, welcomed, now):
    arrivals.leave(session, UID, by="system", now=now)

    order = pickups.upsert(session, told(now), now=now)

    assert (order.state, order.arrived_at) == ("ready", None)


def test_the_pull_twice_changes_nothing(session, shop, welcomed, now):
    pickups.upsert(session, told(now), now=now)
    order = pickups.upsert(session, told(now), now=now)

    assert order.state == "customer_waiting"
    assert session.query(OrderEvent).filter_by(type="arrived").count() == 1
