"""New orders: heard until somebody takes them on, counted from when somebody could have."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from store import acceptance, pickups
from store.models import OutboxMessage
from store.records import CustomerRef, OrderLineRecord, OrderRecord

TIMES = acceptance.Times()
PARIS = ZoneInfo("Europe/Paris")


def receive(session, number, *, now, store="LIL", own_store="LIL"):
    record = OrderRecord(
        source="web",
        external_id=f"W-{number}",
        number=number,
        store=store,
        placed_at=now - timedelta(hours=3),
        customer=CustomerRef(name="Nadia Benali"),
        lines=(OrderLineRecord(sku="22699", quantity=2, unit_price_minor=295),),
    )
    return pickups.upsert(session, record, now=now, own_store=own_store)


def unseen(session, shop, now):
    return acceptance.find_unseen(session, shop.lille, times=TIMES, now=now)


def test_a_new_order_is_heard_in_its_own_shop_only(session, shop, now):
    order = receive(session, "500001", now=now)
    receive(session, "500002", now=now, store="RBX")

    found = unseen(session, shop, now)

    assert [one.uid for one in found.orders] == [order.uid]
    assert (found.orders[0].articles, found.stage, found.since) == (2, "ringing", now)


def test_the_time_counts_from_when_the_order_came_here_not_from_when_it_was_placed(
    session, shop, now
):
    receive(session, "500001", now=now)

    assert unseen(session, shop, now + timedelta(seconds=119)).stage == "ringing"


@pytest.mark.parametrize(
    ("seconds", "stage"),
    [(0, "ringing"), (119, "ringing"), (120, "louder"), (300, "manager"), (600, "printed")],
)
def test_what_nobody_takes_on_escalates(seconds, stage):
    assert TIMES.reached(timedelta(seconds=seconds)) == stage


def test_an_order_of_the_night_waits_for_the_opening(session, shop):
    night = datetime(2026, 11, 20, 23, 0, tzinfo=PARIS)
    receive(session, "500001", now=night)
    opens = datetime(2026, 11, 21, 9, 30, tzinfo=PARIS)

    assert unseen(session, shop, night + timedelta(minutes=30)).stage == ""
    assert unseen(session, shop, opens + timedelta(seconds=30)).stage == "ringing"
    assert unseen(session, shop, opens + timedelta(seconds=301)).stage == "manager"


def test_only_what_waited_too_long_goes_on_paper(session, shop, now):
    old = receive(session, "500001", now=now - timedelta(minutes=11))
    receive(session, "500002", now=now - timedelta(minutes=2))

    printed = acceptance.list_to_print(session, shop.lille, times=TIMES, now=now)

    assert [order.uid for order in printed] == [old.uid]


def test_accepting_falls_silent_and_is_told(session, shop, now):
    order = receive(session, "500001", now=now)

    done = acceptance.accept_all(
        session, [order.uid], store=shop.lille, staff=shop.ines, now=now + timedelta(minutes=1)
    )

    assert (done, order.state) == (1, "accepted")
    assert unseen(session, shop, now) is None
    told = session.scalars(select(OutboxMessage.payload)).all()
    assert [one["type"] for one in told if "type" in one] == ["accepted"]


def test_accepting_leaves_what_is_not_new_or_waits_elsewhere(session, shop, now):
    elsewhere = receive(session, "500002", now=now, store="RBX", own_store="RBX")

    done = acceptance.accept_all(
        session, [elsewhere.uid, shop.order.uid], store=shop.lille, staff=shop.ines, now=now
    )

    assert (done, elsewhere.state, shop.order.state) == (0, "new", "ready")
