"""The sync worker against a central system with a ledger and a script of faults."""

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from store import changes, flows, outbox
from store.breaker import Breaker
from store.connectors.base import Capabilities, Pulled
from store.connectors.memory import Fault, MemoryConnector
from store.database import reading, writing
from store.errors import ConnectorError, CredentialsRefused, LinkDown, NoAnswer
from store.models import Change, Customer, Product, StockLevel, Variant
from store.records import (
    CustomerRecord,
    MovementRecord,
    ProductRecord,
    StockChange,
    StockPlan,
    StockRecord,
    VariantRecord,
)
from store.sync import Syncing
from store.workers import Pace

PACE = Pace(pass_seconds=0.05)
FAILURES, LATENCY_SECONDS, OPEN_SECONDS = 3, 5.0, 10.0
PATIENCE_SECONDS = 120


def error(family=ConnectorError, *, permanent=False, reason="503", after=None):
    return family(permanent=permanent, reason=reason, retry_after_seconds=after)


@pytest.fixture
def centre():
    return MemoryConnector()


@pytest.fixture
def clock():
    class Clock:
        seconds = 0.0

        def __call__(self):
            return self.seconds

    return Clock()


@pytest.fixture
def worker(engine, centre, clock):
    return syncing(engine, centre, clock)


def syncing(engine, centre, clock=time.monotonic, *, name="one"):
    limits = {"failures": FAILURES, "latency_seconds": LATENCY_SECONDS}
    breaker = Breaker(**limits, open_seconds=OPEN_SECONDS, clock=clock)
    return Syncing(engine, centre, name=name, pace=PACE, breaker=breaker, clock=clock)


@pytest.fixture
def tell(engine, now):
    def tell(subject="customer:a", *, kind="visit"):
        with writing(engine) as session:
            message = outbox.add(session, kind=kind, subject=subject, payload={}, now=now)
            return message.uid

    return tell


def summary(engine):
    with reading(engine) as session:
        return outbox.summary(session)


def wait_until(is_so):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.01)


def row(engine, uid):
    with reading(engine) as session:
        found = outbox.list_by_state(session, *outbox.STATES)
        return next(one for one in found if one.uid == uid)


def test_a_pass_delivers_what_waits_in_order(worker, centre, tell, now):
    written = [tell() for _ in range(5)]

    done = worker.run_once(now)

    assert done.delivered == 5
    assert list(centre.ledger) == written


def test_a_fact_whose_answer_was_lost_has_one_effect(worker, centre, engine, tell, now):
    uid = tell()
    centre.plan([Fault(error=error(NoAnswer), after_commit=True)])

    worker.run_once(now)
    worker.run_once(now + timedelta(hours=1))

    assert centre.calls == [uid, uid]
    assert list(centre.ledger) == [uid]
    assert summary(engine).waiting == 0


def test_a_refused_fact_is_set_aside_and_holds_nobody_back(worker, centre, engine, tell, now):
    poison, next_one = tell(), tell()
    centre.plan([Fault(error=error(permanent=True, reason="422 unknown store"))])

    done = worker.run_once(now)

    assert (done.set_aside, done.delivered) == (1, 1)
    assert list(centre.ledger) == [next_one]
    assert row(engine, poison).last_error == "422 unknown store"


def test_a_fact_set_aside_leaves_when_somebody_retries(worker, centre, engine, tell, now):
    poison = tell()
    centre.plan([Fault(error=error(permanent=True))])
    worker.run_once(now)
    with writing(engine) as session:
        outbox.retry(session, poison, now=now)

    worker.run_once(now)

    assert list(centre.ledger) == [poison]


def test_a_failing_fact_waits_longer_each_time_and_the_others_leave(
    worker, centre, engine, tell, now
):
    sick, well = tell("customer:a"), tell("customer:b")
    centre.plan([Fault(error=error(reason="500"))])

    done = worker.run_once(now)

    assert (done.retried, done.delivered) == (1, 1)
    assert list(centre.ledger) == [well]
    waiting = row(engine, sick)
    assert (waiting.attempts, waiting.state) == (1, "pending")
    assert waiting.next_attempt_at <= now + timedelta(seconds=PACE.backoff_base_seconds)


def test_retry_after_is_honoured_to_the_second(worker, centre, clock, engine, tell, now):
    uid = tell()
    tell("customer:b")
    centre.plan([Fault(error=error(reason="429", after=17.0))])

    done = worker.run_once(now)

    assert done.error == "429"
    assert row(engine, uid).next_attempt_at == now + timedelta(seconds=17)
    clock.seconds = 16.9
    assert worker.run_once(now + timedelta(seconds=16.9)).delivered == 0
    clock.seconds = 17.1
    assert worker.run_once(now + timedelta(seconds=17.1)).delivered == 2


def test_a_link_that_is_down_costs_no_try(worker, centre, clock, engine, tell, now):
    uid = tell()
    centre.plan([Fault(error=error(LinkDown, reason="ConnectionRefused"))])

    done = worker.run_once(now)

    assert done.error == "ConnectionRefused"
    assert (row(engine, uid).attempts, row(engine, uid).state) == (0, "pending")
    clock.seconds = OPEN_SECONDS
    assert worker.run_once(now).delivered == 1


def test_a_refused_token_pauses_everything_and_costs_no_try(
    worker, centre, clock, engine, tell, now
):
    uids = [tell(f"customer:{n}") for n in range(4)]
    centre.plan([Fault(error=error(CredentialsRefused, reason="401"))])

    worker.run_once(now)
    worker.run_once(now)

    assert centre.calls == uids[:1]
    assert {row(engine, uid).attempts for uid in uids} == {0}
    clock.seconds = OPEN_SECONDS
    assert worker.run_once(now).delivered == 4


def test_failures_in_a_row_open_the_breaker(worker, centre, clock, tell, now):
    for number in range(6):
        tell(f"customer:{number}")
    centre.plan(Fault(error=error(reason="500")) for _ in range(6))

    worker.run_once(now)
    worker.run_once(now)

    assert len(centre.calls) == FAILURES
    clock.seconds = OPEN_SECONDS
    worker.run_once(now + timedelta(seconds=10))
    assert len(centre.calls) == FAILURES + 1


def test_a_slow_answer_is_kept_and_opens_the_breaker(engine, centre, clock, tell, now):
    def slowly(_message):
        clock.seconds += 6

    centre.on_push = slowly
    for number in range(3):
        tell(f"customer:{number}")

    done = syncing(engine, centre, clock).run_once(now)

    assert done.delivered == len(centre.calls) == 1


def test_what_had_no_answer_leaves_at_once_when_the_link_is_back(
    worker, centre, clock, engine, tell, now
):
    for number in range(3):
        tell(f"customer:{number}")
    centre.plan(Fault(error=error(NoAnswer, reason="ReadTimeout")) for _ in range(3))
    worker.run_once(now)
    tell("customer:new")
    clock.seconds = OPEN_SECONDS

    done = worker.run_once(now)

    assert done.delivered == 4


def test_a_kind_that_the_system_does_not_take_is_set_aside_with_that_reason(
    engine, centre, tell, now
):
    centre.capabilities = Capabilities(pushes=frozenset({"visit"}), pulls=frozenset())
    uid = tell(kind="consent")

    syncing(engine, centre).run_once(now)

    assert row(engine, uid).last_error == "memory does not take consent"


def test_two_workers_deliver_each_fact_once(engine, centre, tell, now):
    uids = [tell(f"customer:{n % 5}") for n in range(30)]
    workers = [syncing(engine, centre, name=name) for name in ("one", "two")]

    threads = [threading.Thread(target=worker.run_once, args=(now,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    workers[0].run_once(now)

    assert sorted(centre.calls) == sorted(uids)


def test_the_flows_say_how_it_goes_and_screens_are_told_of_turns_only(
    worker, centre, clock, engine, tell, now
):
    tell()
    centre.plan([Fault(error=error(LinkDown, reason="down"))])
    worker.run_once(now)
    with reading(engine) as session:
        push = flows.status(session, now=now + timedelta(minutes=3)).flows[0]
    assert (push.state, push.last_error, push.lag_seconds) == ("failing", "down", 180)

    clock.seconds = OPEN_SECONDS
    worker.run_once(now)
    with reading(engine) as session:
        status = flows.status(session, now=now)
        told = len(session.scalars(select(Change).where(Change.kind == "sync")).all())
    assert [flow.state for flow in status.flows] == ["ok", "ok"]
    worker.run_once(now)
    with reading(engine) as session:
        assert len(session.scalars(select(Change).where(Change.kind == "sync")).all()) == told


def test_the_worker_wakes_as_soon_as_a_fact_is_committed(engine, centre, tell):
    centre.changes = [customer(1)]  # which the first pass takes in at its end
    worker = Syncing(engine, centre, name="one", pace=Pace(pass_seconds=3600))
    worker.start()
    try:
        wait_until(lambda: count(Customer, engine) == 1)
        uid = tell()
        wait_until(lambda: uid in centre.ledger)
    finally:
        worker.stop()

    assert list(centre.ledger) == [uid]


def test_the_worker_survives_a_pass_that_breaks(engine, centre, tell):
    def breaks_once(_message):
        centre.on_push = lambda _message: None
        raise RuntimeError("disk full")

    centre.on_push = breaks_once
    worker = Syncing(engine, centre, name="one", pace=Pace(pass_seconds=0.1, lease_seconds=0.1))
    uid = tell()
    worker.start()
    wait_until(lambda: uid in centre.ledger)
    worker.stop()

    assert list(centre.ledger) == [uid]


# --- pull -------------------------------------------------------------------------------------


def customer(number, **more):
    record = CustomerRecord(source="crm", external_id=f"P-{number}", first_name="Ana", **more)
    return Pulled(kind="customers", key=str(number), record=record)


def product(sku="NEW-1"):
    variant = VariantRecord(sku=sku, price_minor=500)
    record = ProductRecord(reference="NEW", name="Bougie", variants=(variant,))
    return Pulled(kind="products", key=sku, record=record)


def count(model, engine):
    with reading(engine) as session:
        return len(session.scalars(select(model)).all())


def test_a_pass_takes_in_every_page_and_keeps_its_place(worker, centre, engine, now):
    centre.page_size = 10
    centre.changes = [customer(n) for n in range(25)]

    done = worker.run_once(now)

    assert (done.pulled, done.refused) == (25, 0)
    assert count(Customer, engine) == 25
    with reading(engine) as session:
        assert flows.cursor(session, flows.PULL) == "25"


def test_the_same_changes_again_change_nothing(worker, centre, engine, shop, now):
    centre.changes = [customer(1), product(), customer(1), product()]
    worker.run_once(now)
    before = count(Change, engine)
    centre.changes *= 2

    worker.run_once(now)

    assert count(Change, engine) == before


def test_a_record_that_is_refused_holds_nobody_back(worker, centre, engine, shop, now):
    no_variant = ProductRecord(reference="BAD", name="Rien", variants=())
    bad = Pulled(kind="products", key="BAD", record=no_variant)
    centre.changes = [customer(1), bad, product()]
    told = []

    def listener(kind, _key):
        told.append(kind)

    changes.listen(listener)
    done = worker.run_once(now)
    changes.ignore(listener)

    assert (done.pulled, done.refused) == (3, 1)
    assert count(Product, engine) == 4
    assert {"customers", "products"} <= set(told)


def test_a_place_that_another_worker_took_is_left_to_it(worker, centre, engine, now):
    centre.changes = [customer(1)]

    def overtaken(cursor):
        page = MemoryConnector.pull(centre, cursor)
        with writing(engine) as session:
            flows.move_cursor(session, flows.PULL, before=cursor, after="99")
        return page

    centre.pull = overtaken
    worker.run_once(now)

    assert count(Customer, engine) == 0


def level(engine, sku, store_id):
    with reading(engine) as session:
        variant = session.scalar(select(Variant).where(Variant.sku == sku))
        return session.get(StockLevel, (store_id, variant.id)).on_hand


def test_stock_of_our_own_is_added_to_and_that_of_others_is_taken_over(
    worker, centre, engine, shop, now
):
    delivered = MovementRecord(
        source="erp",
        source_id="d-1",
        store="LIL",
        sku="22699",
        kind="delta",
        quantity=10,
        occurred_at=now,
    )
    there = StockRecord(store="RBX", sku="22699", on_hand=44, as_of=now, source="erp")
    plan = StockPlan(store="LIL", sku="22699", safety_stock=2, incoming=24)
    change = StockChange(sku="22699", movements=(delivered,), levels=(there,), plan=plan)
    pulled = Pulled(kind="stock", key="22699", record=change)
    centre.changes = [pulled, pulled]

    worker.run_once(now)

    assert level(engine, "22699", shop.lille.id) == 16
    assert level(engine, "22699", shop.roubaix.id) == 44
    with reading(engine) as session:
        here = session.get(StockLevel, (shop.lille.id, shop.cup.id))
        assert (here.safety_stock, here.incoming) == (2, 24)
