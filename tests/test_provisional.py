"""A customer with a true ticket is welcomed before their order is known, and joined with it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from store import arrivals, order_tickets, pickups, provisional, ringing
from store.arrivals import Coming
from store.errors import AlreadyCollected, StoreUnknown, TicketExpired, WrongStore
from store.models import Order, OrderEvent
from store.order_tickets import Ticket
from store.records import CustomerRef, OrderLineRecord, OrderRecord

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
