"""The sample is a shop with a past: the same every time, ending yesterday, ready to be tried."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store import codes, customers, pickups, ringing, stock, stores
from store.imports import opening_hours
from store.models import (
    Consent,
    Customer,
    CustomerMonth,
    Note,
    Order,
    OutboxMessage,
    Purchase,
    Staff,
    StockLevel,
    Store,
    Visit,
)
from store.sample import chance, files, making, past, people, showing
from tests.conftest import NOW

PARIS = ZoneInfo("Europe/Paris")
YESTERDAY = date(2026, 11, 20)


def camille(sample: Session) -> Customer:
    return sample.scalars(select(Customer).where(Customer.last_name == "Roussel").limit(1)).one()


def test_there_is_as_much_as_a_demo_needs(sample: Session) -> None:
    counts = [
        sample.scalar(select(func.count()).select_from(table)) or 0
        for table in (Store, Customer, Purchase, Order, Visit, Note)
    ]

    assert counts[0] == 8
    assert counts[1] > 900
    assert counts[2] > 5_000
    assert all(count > 35 for count in counts[3:])


def test_the_last_purchase_was_yesterday(sample: Session) -> None:
    last = sample.scalar(select(func.max(Purchase.occurred_at)))

    assert last is not None and last.astimezone(PARIS).date() == YESTERDAY


def test_purchases_are_in_euros_and_the_months_add_up(sample: Session) -> None:
    known = select(func.sum(Purchase.total_minor)).where(Purchase.customer_id.is_not(None))

    assert set(sample.scalars(select(Purchase.currency))) == {"EUR"}
    assert sample.scalar(known) == sample.scalar(select(func.sum(CustomerMonth.total_minor)))


def test_camille_is_the_customer_of_the_design(sample: Session) -> None:
    found = camille(sample)
    agreed = sample.execute(
        select(Consent.purpose, Consent.channel, Consent.state)
        .where(Consent.customer_id == found.id)
    )  # fmt: skip

    assert (found.first_name, found.tier, found.points_snapshot) == ("Camille", "gold", 1284)
    assert {tuple(row) for row in agreed} == {
        ("marketing", "email", "granted"), ("marketing", "sms", "withdrawn"),
        ("suggestions", "", "granted"), ("store_history", "", "granted"),
    }  # fmt: skip
    notes = sample.scalars(select(Note.text).where(Note.customer_id == found.id)).all()
    assert "Collectionne les tasses Regency." in notes


def test_camilles_order_lies_ready_in_a_locker(sample: Session) -> None:
    order = sample.scalars(select(Order).where(Order.number == "482915")).one()

    assert (order.state, order.staging_place) == ("ready", "B-04")
    assert order.customer == camille(sample)
    assert sum(line.quantity for line in order.lines) == 8
    assert pickups.find_by_code(sample, order.pickup_code, store=order.store) == order


def test_orders_are_in_every_state(sample: Session) -> None:
    states = set(sample.scalars(select(Order.state)))

    assert states >= {
        "new", "accepted", "picking", "problem", "ready", "customer_waiting", "partly_collected",
        "collected", "cancelled", "expired",
    }  # fmt: skip


def test_nobody_is_left_waiting(sample: Session) -> None:
    waiting = sample.scalars(select(Order).where(Order.arrived_at.is_not(None))).all()
    home = stores.get_by_code(sample, files.home_store())

    assert [order.state for order in waiting].count("customer_waiting") == 2
    assert ringing.list_untaken(sample, home, now=NOW) == []


def test_an_expired_order_says_until_when_it_was_kept(sample: Session) -> None:
    expired = sample.scalars(select(Order).where(Order.state == "expired")).one()

    assert expired.pickup_by is not None and expired.pickup_by < NOW.date()


def test_every_shop_has_stock_that_its_movements_add_up_to(sample: Session) -> None:
    per_store = sample.execute(
        select(StockLevel.store_id, func.count()).group_by(StockLevel.store_id)
    )

    assert [count for _, count in per_store] == [636] * 8
    assert stock.compare(sample) == []
    assert (sample.scalar(select(func.min(StockLevel.on_hand))) or 0) >= 0


def test_shops_have_hours_and_a_neighbour(sample: Session) -> None:
    home = stores.get_by_code(sample, files.home_store())

    assert stores.opening(home, NOW).is_open
    assert stores.list_near(sample, home)[0].kilometres is not None
    for row in files.stores():
        assert opening_hours.parse(row["opening_hours"])


def test_nothing_of_the_past_waits_to_be_told(sample: Session) -> None:
    assert sample.scalar(select(func.count(OutboxMessage.id))) == 0


def test_the_cards_that_are_shown_open_their_owners_file(sample: Session) -> None:
    cards = showing.list_cards(sample)

    assert cards[0].name == "Camille Roussel"
    assert {card.kind for card in cards} == {"own", "programme"}
    for card in cards:
        owner = customers.find_by_card(sample, card.code)
        assert owner is not None and owner.uid == card.customer_uid
    assert codes.kind_of(cards[0].code) is codes.Kind.CARD


def test_the_orders_that_are_shown_have_valid_codes(sample: Session) -> None:
    orders = showing.list_orders(sample)

    assert orders[0].number == "482915"
    assert all(codes.kind_of(order.code) is codes.Kind.ORDER for order in orders)
    assert [order.is_here for order in orders].count(False) == 1


def test_colleagues_can_sign_in(sample: Session) -> None:
    home = stores.get_by_code(sample, files.home_store())
    people_there = set(sample.scalars(select(Staff.code).where(Staff.store == home)))

    assert people_there == {one.code for one in making.COLLEAGUES if one.is_at_home}


def test_contacts_lead_to_nobody(sample: Session) -> None:
    rows = sample.execute(select(Customer.email, Customer.phone)).all()

    assert all(row.email.endswith("@example.org") for row in rows)
    assert all(row.phone.startswith("+3363998") for row in rows)
    assert len({row.email for row in rows}) == len(rows)


def test_chance_falls_the_same_way_every_time() -> None:
    assert chance.number("a", 1000) == chance.number("a", 1000)
    assert chance.uid("customer", "1") == chance.uid("customer", "1") != chance.uid("order", "1")
    code = chance.code(codes.Kind.CARD, "1")
    assert code == chance.code(codes.Kind.CARD, "1")
    assert codes.kind_of(code) is codes.Kind.CARD


def test_only_dates_depend_on_the_day() -> None:
    sold = files.sales()
    skus = set(files.names())
    today = past.purchases(sold, skus, now=NOW, zone=PARIS)
    later = past.purchases(sold, skus, now=NOW + timedelta(days=40), zone=PARIS)

    names = [person.record.last_name for person in people.people(today, NOW)]
    assert names == [
        person.record.last_name for person in people.people(later, NOW + timedelta(days=40))
    ]
    assert [one.lines for one in today] == [one.lines for one in later]


def test_visits_happened_while_a_shop_is_open(sample: Session) -> None:
    visits = sample.scalars(select(Visit)).all()

    hours = {visit.started_at.astimezone(PARIS).hour for visit in visits}
    assert hours <= set(range(11, 19)) and len(hours) > 5
    assert all(visit.ended_at <= NOW for visit in visits)
