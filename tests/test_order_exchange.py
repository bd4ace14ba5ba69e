"""A reservation asked of another shop: told once, arrives once, and a conflict becomes visible."""

import shutil
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store import inbox, json_orders, order_tickets, placed_orders, reservations, stock
from store.breaker import Breaker
from store.connectors.base import Page, Pulled
from store.connectors.memory import Fault, MemoryConnector
from store.database import make_engine, reading, writing
from store.errors import NoAnswer
from store.models import Order, OrderEvent, OutboxMessage
from store.order_tickets import Signer
from store.placed_orders import Wish
from store.sync import Syncing
from tests.shop import open_shop

FAILURES = 9


@pytest.fixture
def roubaix(sqlite_template, tmp_path, now):
    """The other shop's own database, with two cups on its shelf."""
    path = tmp_path / "roubaix.sqlite3"
    shutil.copy(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    with writing(engine) as session:
        open_shop(session, now=now)
    yield engine
    engine.dispose()


def ask(session, shop, now, quantity=1):
    order = reservations.reserve(
        session,
        [Wish(variant=shop.cup, quantity=quantity)],
        own=shop.lille,
        store=shop.roubaix,
        channel="kiosk",
        name="Zoé",
        hold_until=now + timedelta(hours=20),
        now=now,
    )
    session.commit()
    return order


def arrive(engine, session, order, now):
    """Let the other shop learn of the order as the hub's changes tell it."""
    fact = session.query(OutboxMessage).filter_by(uid=order.uid).one()
    body = fact.payload
    names = {"source": body["source"], "external_id": body["external_id"]}
    told = Pulled(kind="orders", key=order.uid, record=json_orders.read_order(body, **names))
    session.commit()
    with writing(engine) as other:
        return inbox.take_in(other, Page(items=(told,), cursor="1"), now=now, own_store="RBX")


def figure(engine, shop, now):
    with reading(engine) as session:
        return stock.figure(
            session, shop.cup.id, store_id=shop.roubaix.id, now=now, trust=stock.Trust()
        )


def test_an_order_is_told_once_whatever_the_link_does(engine, session, shop, now):
    order = ask(session, shop, now)
    lost = NoAnswer(permanent=False, reason="timeout", retry_after_seconds=None)
    centre = MemoryConnector()
    centre.plan([Fault(error=lost, after_commit=True), None])
    breaker = Breaker(failures=FAILURES)
    worker = Syncing(
        engine, centre, name="one", own_store="LIL", breaker=breaker, clock=lambda: 0.0
    )

    worker.run_once(now, with_pull=False)
    assert placed_orders.transmission(session, order) == "waiting"
    session.rollback()
    worker.run_once(now + timedelta(minutes=1), with_pull=False)

    assert centre.calls == [order.uid, order.uid]
    assert [message.kind for message in centre.ledger.values()] == ["order"]
    assert placed_orders.transmission(session, order) == "told"


def test_the_other_shop_gets_the_same_code_once(session, shop, now, roubaix):
    order = ask(session, shop, now)

    for _time in range(2):
        assert arrive(roubaix, session, order, now) == []

    with Session(roubaix) as other:
        there = other.scalars(select(Order).where(Order.channel == "kiosk")).one()
        names = ("uid", "code", "pickup_code", "number", "state", "customer_name")
        assert [getattr(there, name) for name in names] == [getattr(order, name) for name in names]
        assert there.hold_until == order.hold_until
    assert (figure(roubaix, shop, now).reserved, figure(roubaix, shop, now).available) == (1, 1)


def test_what_is_not_there_is_a_problem_and_never_a_negative_figure(session, shop, now, roubaix):
    order = ask(session, shop, now, quantity=5)

    arrive(roubaix, session, order, now)

    with Session(roubaix) as other:
        there = other.scalars(select(Order).where(Order.uid == order.uid)).one()
        assert there.state == "problem"
        assert [line.reason for line in there.lines] == ["not_available"]
        told = select(OutboxMessage.payload).where(OutboxMessage.kind == "order_event")
        types = [one["type"] for one in other.scalars(told.order_by(OutboxMessage.id))]
        assert types == ["short", "promised"]
    assert figure(roubaix, shop, now).available == 0


def test_the_asking_shop_learns_that_there_is_a_problem(session, shop, now):
    order = ask(session, shop, now)
    names = {"source": order.source, "external_id": order.external_id}
    fact = session.query(OutboxMessage).filter_by(uid=order.uid).one()
    record = json_orders.read_order({**fact.payload, "state": "problem"}, **names)
    told = Pulled(kind="orders", key=order.uid, record=record)

    inbox.take_in(session, Page(items=(told,), cursor="1"), now=now, own_store="LIL")

    session.refresh(order)
    assert order.state == "problem"
    events = select(func.count()).where(OrderEvent.order_id == order.id)
    assert session.scalar(events.where(OrderEvent.type == "short")) == 0


def test_what_signs_orders_is_believed_before_the_orders_that_it_signed(session, shop, now):
    key = Signer([bytes(range(32))]).public_keys[0]
    page = Page(items=(), cursor="1", ticket_keys=(key,))
    inbox.take_in(session, page, now=now, own_store="LIL")

    refused = inbox.take_in(session, Page(items=(), cursor="2"), now=now)
    worse = inbox.take_in(session, Page(items=(), cursor="3", ticket_keys=("?",)), now=now)

    assert order_tickets.list_trusted(session) == (key,)
    assert (refused, worse) == ([], ["ticket_keys: Invalid"])
