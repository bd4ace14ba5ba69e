"""Reservations: held at once, ended once, told in order; the last unit goes to one."""

import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from store import handovers, pickups, placed_orders, reservations, stock
from store.database import make_engine, writing
from store.errors import AlreadyCollected, Invalid, NotEnoughStock
from store.handovers import Handing, Outcome
from store.models import Order, OrderEvent, OutboxMessage, StockLevel
from store.placed_orders import Wish
from tests.shop import open_shop

CLIENTS = 8
PARIS = ZoneInfo("Europe/Paris")


def reserve(session, shop, now, *, store=None, quantity=1, name="Camille", hours=20):
    return reservations.reserve(
        session,
        [Wish(variant=shop.cup, quantity=quantity)],
        own=shop.lille,
        store=store or shop.lille,
        channel="kiosk",
        name=name,
        hold_until=now + timedelta(hours=hours),
        now=now,
    )


def reserved(session, shop, store=None):
    key = ((store or shop.lille).id, shop.cup.id)
    return session.get(StockLevel, key, populate_existing=True).reserved


def told(session):
    query = select(OutboxMessage.kind, OutboxMessage.payload).order_by(OutboxMessage.id)
    return [(kind, body.get("type", body.get("state"))) for kind, body in session.execute(query)]


def test_reserve_holds_the_units_and_makes_a_pickup_to_prepare(session, shop, now):
    order = reserve(session, shop, now, quantity=2)

    assert reserved(session, shop) == 2
    assert (order.channel, order.paid, order.state) == ("kiosk", False, "new")
    assert order.uid in [one.uid for one in pickups.list_open(session, shop.lille.id)]
    assert len(order.pickup_code) == 6
    assert told(session) == [("order", "new")]


def test_reserve_refuses_what_is_not_there_and_writes_nothing(session, shop, now):
    with pytest.raises(NotEnoughStock) as refused, session.begin_nested():
        reserve(session, shop, now, quantity=7)

    assert refused.value.available == 6
    assert reserved(session, shop) == 0
    assert told(session) == []


@pytest.mark.parametrize("name", ["", "  ", "12", "x" * 41])
def test_reserve_asks_for_a_first_name(session, shop, now, name):
    with pytest.raises(Invalid):
        reserve(session, shop, now, name=name)


def test_numbers_grow_longer_when_the_short_ones_are_taken(session, shop, now, monkeypatch):
    drawn = []

    def draw(below):
        drawn.append(below)
        return 7

    monkeypatch.setattr(placed_orders, "secrets", SimpleNamespace(randbelow=draw))

    numbers = [reserve(session, shop, now).number for _ in range(2)]

    assert numbers == ["R00007", "R000007"]
    assert drawn.count(10**5) == 1 + placed_orders.TRIES


def test_a_reservation_elsewhere_is_asked_for_and_told(session, shop, now):
    order = reserve(session, shop, now, store=shop.roubaix, quantity=5)

    assert order.store_id == shop.roubaix.id
    assert placed_orders.transmission(session, order) == "waiting"
    assert order.uid not in [one.uid for one in pickups.list_open(session, shop.lille.id)]


def test_a_reservation_goes_the_way_of_a_pickup(session, shop, now):
    order = reserve(session, shop, now)
    pickups.prepare(session, order.uid, staff=shop.ines, place="R-1", now=now)
    found = pickups.find_by_code(session, order.pickup_code, store=shop.lille)
    pickups.check_in(session, found, store=shop.lille, now=now, proof="code")

    given = {line.uid: Outcome() for line in order.lines}
    handing = Handing(lines=given, check="code", till_ticket="T-0042")
    handovers.give(session, order.uid, handing, staff=shop.ines, now=now)

    assert order.state == "collected"
    assert reserved(session, shop) == 0
    with pytest.raises(AlreadyCollected):
        placed_orders.cancel(session, order.uid, now=now)


def test_a_customer_takes_the_reservation_back_and_the_unit_is_free(session, shop, now):
    order = reserve(session, shop, now)

    placed_orders.cancel(session, order.uid, now=now)

    assert (order.state, reserved(session, shop)) == ("cancelled", 0)
    assert told(session) == [("order", "new"), ("order_event", "cancelled")]


def test_a_reservation_ends_once_and_is_told(session, shop, now):
    order = reserve(session, shop, now, hours=1)
    later = order.hold_until

    assert later >= order.promised_at
    assert reservations.expire(session, own=shop.lille, now=now) == []
    assert reservations.expire(session, own=shop.lille, now=later) == [order.uid]
    assert reservations.expire(session, own=shop.lille, now=later) == []

    session.refresh(order)
    assert (order.state, reserved(session, shop)) == ("expired", 0)
    assert told(session) == [("order", "new"), ("order_event", "expired")]
    ends = select(func.count()).where(OrderEvent.order_id == order.id)
    assert session.scalar(ends) == 1
    assert stock.compare(session) == []


def test_whoever_stands_in_the_shop_is_not_sent_away(session, shop, now):
    order = reserve(session, shop, now, hours=1)
    pickups.prepare(session, order.uid, staff=shop.ines, place="R-1", now=now)
    pickups.check_in(session, order, store=shop.lille, now=now)

    assert reservations.expire(session, own=shop.lille, now=order.hold_until) == []


def test_what_another_shop_never_heard_of_ends_here(session, shop, now):
    order = reserve(session, shop, now, store=shop.roubaix, hours=1)

    assert reservations.expire(session, own=shop.lille, now=now + timedelta(hours=2)) == [order.uid]


def test_what_another_shop_knows_ends_there(session, shop, now):
    order = reserve(session, shop, now, store=shop.roubaix, hours=1)
    session.query(OutboxMessage).filter_by(uid=order.uid).update({"state": "delivered"})

    assert reservations.expire(session, own=shop.lille, now=now + timedelta(hours=2)) == []


@pytest.mark.parametrize(
    ("policy", "ends"),
    [
        ("closing_today", datetime(2026, 11, 21, 19, 30, tzinfo=PARIS)),
        ("closing_tomorrow", datetime(2026, 11, 23, 19, 30, tzinfo=PARIS)),  # closed on Sunday
        ("hours", datetime(2026, 11, 21, 18, 32, tzinfo=PARIS)),
    ],
)
def test_how_long_is_the_shop_s_choice(shop, now, policy, ends):
    assert reservations.ends_at(shop.lille, policy=policy, hours=4, now=now) == ends


def test_hours_that_end_on_a_closed_day_end_on_the_next_opening_day(shop, now):
    ends = reservations.ends_at(shop.lille, policy="hours", hours=24, now=now)

    assert ends == datetime(2026, 11, 23, 14, 32, tzinfo=PARIS)


def test_a_shop_that_closes_at_noon_holds_until_the_evening(shop, now):
    shop.lille.opening_hours = {"mo": [["10:00", "13:00"], ["14:00", "19:00"]]}

    ends = reservations.ends_at(shop.lille, policy="closing_today", hours=4, now=now)

    assert ends == datetime(2026, 11, 23, 19, 0, tzinfo=PARIS)


def test_without_known_hours_the_hours_of_the_policy_count(shop, now):
    shop.lille.opening_hours = {}

    ends = reservations.ends_at(shop.lille, policy="closing_tomorrow", hours=24, now=now)

    assert ends == now + timedelta(hours=24)


def test_of_eight_kiosks_exactly_one_reserves_the_last_unit(either_database_url):
    now, engine = datetime.now(UTC), make_engine(either_database_url)
    with writing(engine) as session:
        shop = open_shop(session, now=now)
        reserve(session, shop, now, quantity=5)
        session.flush()
        session.expunge_all()
    start, ends = threading.Barrier(CLIENTS), []

    def kiosk(number):
        start.wait()
        try:
            with writing(engine) as session:
                reserve(session, shop, now, name=f"Client {number}")
            ends.append("reserved")
        except NotEnoughStock as refused:
            ends.append(refused.available)

    clients = [threading.Thread(target=kiosk, args=(n,)) for n in range(CLIENTS)]
    [client.start() for client in clients]
    [client.join() for client in clients]

    assert sorted(ends, key=str) == [0] * (CLIENTS - 1) + ["reserved"]
    with writing(engine) as session:
        assert reserved(session, shop) == 6
        assert session.scalar(select(func.count()).where(Order.channel == "kiosk")) == 2
        assert stock.compare(session) == []
    engine.dispose()
