"""Eight people want the last unit at the same instant, and the goods at the counter once more.

One is promised it; of eight handovers with the same relative's code one happens, undone and done
again; nothing is doubled in events, messages, outbox or stock, on SQLite and on PostgreSQL.
"""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from store import delegates, handovers, pickups, reservations, stock
from store.database import make_engine, reading, writing
from store.errors import ComptoirError, NotEnoughStock
from store.handovers import Handing, Outcome
from store.models import CustomerMessage, Order, OrderEvent, OutboxMessage, Staff, Store, Variant
from store.placed_orders import Wish
from store.records import MovementRecord
from tests.faults.test_handover_race import CLIENTS, ROUNDS, SKU, open_with_plenty


def count(engine, units, number, now):
    """Somebody counts the shelf: so many cups stand there."""
    counted = MovementRecord(
        source="till",
        source_id=f"round-{number}",
        store="LIL",
        sku=SKU,
        kind="count",
        quantity=units,
        occurred_at=now + timedelta(seconds=number),
    )
    with writing(engine) as session:
        stock.apply(session, [counted], now=now)


def reserve(engine, now, barrier):
    """Ask for one cup; return the order's uid, or nothing when there is none left."""
    barrier.wait()
    try:
        with writing(engine) as session:
            lille = session.scalars(select(Store).where(Store.code == "LIL")).one()
            cup = session.scalars(select(Variant).where(Variant.sku == SKU)).one()
            order = reservations.reserve(
                session,
                [Wish(variant=cup, quantity=1)],
                own=lille,
                store=lille,
                channel="kiosk",
                name="Nadia",
                hold_until=now + timedelta(days=1),
                now=now,
            )
            return order.uid
    except NotEnoughStock:
        return None


def prepare(engine, uid, now):
    """Lay the order ready, and let its customer name a relative; return the lines and the code."""
    with writing(engine) as session:
        order = pickups.prepare(session, uid, staff=None, place="A-1", now=now)
        code = delegates.name(session, uid, "Nadia", now=now).code
        return [line.uid for line in order.lines], code


def give(engine, uid, handing, now, barrier):
    """Hand over; return whether this one did."""
    barrier.wait()
    try:
        with writing(engine) as session:
            handovers.give(session, uid, handing, staff=None, now=now)
    except ComptoirError:
        return False
    return True


def test_the_last_unit_is_promised_and_given_once(either_database_url):
    engine, now = make_engine(either_database_url), datetime.now(UTC)
    open_with_plenty(engine, now)
    barrier = threading.Barrier(CLIENTS)
    promised, handed = [], []

    with ThreadPoolExecutor(CLIENTS) as pool:
        for number in range(ROUNDS):
            count(engine, 1, number, now)
            race = [pool.submit(reserve, engine, now, barrier) for _ in range(CLIENTS)]
            got = [one.result() for one in race]
            (uid,) = [one for one in got if one] or [None]
            promised.append(sum(one is not None for one in got))
            lines, code = prepare(engine, uid, now)
            outcomes = {line: Outcome() for line in lines}
            handing = Handing(
                lines=outcomes, check="code", delegate_code=code, till_ticket=str(number)
            )
            race = [pool.submit(give, engine, uid, handing, now, barrier) for _ in range(CLIENTS)]
            handed.append(sum(one.result() for one in race))

    assert promised == handed == [1] * ROUNDS
    assert_nothing_is_doubled(engine)
    engine.dispose()


def assert_nothing_is_doubled(engine):
    with reading(engine) as session:
        ours = select(Order.id).where(Order.channel == "kiosk")
        assert len(session.scalars(ours.where(Order.state == "collected")).all()) == ROUNDS
        assert each(session, OrderEvent.order_id, OrderEvent.type == "collected") == {1}
        assert each(session, CustomerMessage.order_id, CustomerMessage.kind == "receipt") == {1}
        moved = select(func.count()).where(OutboxMessage.kind == "stock_movements")
        assert session.scalar(moved) == ROUNDS
        assert stock.compare(session) == []


def each(session, column, condition):
    return set(session.scalars(select(func.count()).where(condition).group_by(column)))


def test_eight_managers_undo_a_handover_once(either_database_url):
    engine, now = make_engine(either_database_url), datetime.now(UTC)
    _ines, uid = open_with_plenty(engine, now)
    barrier, rounds = threading.Barrier(CLIENTS), max(1, ROUNDS // 20)
    answers = []

    def undo():
        barrier.wait()
        try:
            with writing(engine) as session:
                boss = session.scalars(select(Staff).where(Staff.code == "malik")).one()
                handovers.reverse(session, uid, reason="other", staff=boss, now=now)
        except ComptoirError:
            return "refused"
        return "undone"

    with ThreadPoolExecutor(CLIENTS) as pool:
        for _number in range(rounds):
            with writing(engine) as session:
                order = session.scalars(select(Order).where(Order.uid == uid)).one()
                lines = [line.uid for line in order.lines]
                pickups.hand_over(session, uid, line_uids=lines, staff=None, check="qr", now=now)
            race = [pool.submit(undo) for _ in range(CLIENTS)]
            answers.append(Counter(one.result() for one in race))

    assert answers == [Counter({"refused": CLIENTS - 1, "undone": 1})] * rounds
    with reading(engine) as session:
        assert stock.compare(session) == []
    engine.dispose()
