"""Consents come with a customer that the hub tells; purchases are read when there are new ones."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from store import consents, customers, outbox, told_purchases
from store.connectors.base import Pulled
from store.connectors.memory import Fault, MemoryConnector
from store.database import reading, writing
from store.errors import ConnectorError, LinkDown
from store.models import Consent, Customer, CustomerMonth, Purchase, PurchaseLine
from store.records import (
    ConsentRecord,
    CustomerRecord,
    CustomerRef,
    PurchaseLineRecord,
    PurchaseRecord,
)
from store.sync import Syncing

HUB_UID = "5a0c3f4e-1111-4bb0-9b83-0d8ad3c9a001"


@pytest.fixture
def centre():
    return MemoryConnector(page_size=2)


@pytest.fixture
def worker(engine, centre, shop):
    return Syncing(engine, centre, name="one", clock=lambda: 0.0)


@pytest.fixture
def tell(centre):
    def tell(*, purchases=None, consents=()):
        record = CustomerRecord(
            source="crm",
            external_id="C-1001",
            uid=HUB_UID,
            first_name="Camille",
            consents=tuple(consents),
            purchases=purchases,
        )
        centre.changes.append(Pulled(kind="customers", key=HUB_UID, record=record))

    return tell


@pytest.fixture
def sale(now):
    def sale(number, *, sku="22699", store="LIL"):
        line = PurchaseLineRecord(sku=sku, quantity=1, amount_minor=295, label="Tasse")
        return PurchaseRecord(
            source="till",
            external_id=f"T-{number}",
            occurred_at=now - timedelta(days=100 - number),
            total_minor=295,
            currency="EUR",
            lines=(line,),
            store=store,
        )

    return sale


def bought(engine):
    with reading(engine) as session:
        return sorted(session.scalars(select(Purchase.external_id)))


def statement(now, *, source_id="s-1", state="granted"):
    return ConsentRecord(
        source="web",
        source_id=source_id,
        customer=CustomerRef(source="crm", external_id="C-1001"),
        purpose="marketing",
        channel="email",
        state=state,
        stated_at=now,
    )


def test_statements_come_with_the_customer_once_and_do_not_go_back(worker, engine, tell, shop, now):
    for _ in range(2):
        tell(consents=[statement(now + timedelta(seconds=30))])  # the hub's clock is ahead

    worker.run_once(now)

    with reading(engine) as session:
        (standing,) = consents.list_standing(session, shop.camille.id)
        assert (standing.purpose, standing.granted) == ("marketing", True)
        assert session.scalar(select(func.count()).select_from(Consent)) == 1
        assert outbox.list_by_state(session, *outbox.STATES) == []


def test_a_statement_of_ours_comes_back_as_the_same_one(worker, engine, centre, tell, now):
    with writing(engine) as session:
        mine = statement(now - timedelta(days=1))
        consents.state(session, mine, now=now, tells=True)
    tell(consents=[mine])

    worker.run_once(now)

    assert [message.kind for message in centre.ledger.values()] == ["consent"]
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Consent)) == 1


def test_the_whole_past_is_read_once_by_pages(worker, centre, engine, tell, sale, now):
    centre.purchases[HUB_UID] = [sale(number) for number in range(5, 0, -1)]
    tell(purchases=5)

    worker.run_once(now)
    tell(purchases=5)
    worker.run_once(now)

    assert bought(engine) == ["T-1", "T-2", "T-3", "T-4", "T-5"]
    assert centre.asked == [(HUB_UID, ""), (HUB_UID, "2"), (HUB_UID, "4")]
    with reading(engine) as session:
        assert session.scalar(select(func.sum(CustomerMonth.purchases))) == 5


def test_only_as_far_as_the_new_ones_is_read_again(worker, centre, engine, tell, sale, now):
    centre.purchases[HUB_UID] = [sale(number) for number in range(5, 0, -1)]
    tell(purchases=5)
    worker.run_once(now)
    centre.asked.clear()
    late = sale(3.5)  # learnt late by the hub, among older ones
    centre.purchases[HUB_UID].insert(2, late)
    tell(purchases=6)

    worker.run_once(now)

    assert late.external_id in bought(engine)
    assert centre.asked == [(HUB_UID, ""), (HUB_UID, "2")]


def test_what_is_not_known_here_still_counts(worker, centre, engine, tell, sale, now):
    centre.purchases[HUB_UID] = [sale(1, sku="NOT-OURS", store="FAR")]
    tell(purchases=1)

    worker.run_once(now)

    with reading(engine) as session:
        (line,) = session.scalars(select(PurchaseLine))
        assert (line.variant_id, line.label, line.amount_minor) == (None, "Tasse", 295)


def test_a_link_cut_in_the_middle_is_gone_on_with(worker, centre, engine, tell, sale, now):
    centre.purchases[HUB_UID] = [sale(number) for number in range(4, 0, -1)]
    tell(purchases=4)
    down = LinkDown(permanent=False, reason="down", retry_after_seconds=None)
    centre.plan([None, Fault(error=down)])

    assert worker.run_once(now).error == "down"
    worker.breaker.try_now()
    worker.run_once(now)

    assert len(bought(engine)) == 4


def test_a_past_that_cannot_be_read_holds_nobody_back(worker, centre, engine, tell, now):
    tell(purchases=1)
    gone = ConnectorError(permanent=True, reason="404", retry_after_seconds=None)
    centre.plan([Fault(error=gone)])

    done = worker.run_once(now)

    assert (done.refused, done.error) == (1, "")
    assert worker.run_once(now).refused == 0


def test_a_customer_with_another_id_here_is_asked_for_by_the_hubs(
    worker, centre, engine, tell, sale, shop, now
):
    centre.purchases[HUB_UID] = [sale(1)]
    tell(purchases=1)

    worker.run_once(now)

    with reading(engine) as session:
        owner = select(Customer.uid).join(Purchase, Purchase.customer_id == Customer.id)
        assert session.scalar(owner) == shop.camille.uid != HUB_UID


def test_many_pasts_do_not_keep_a_pass_from_ending(engine, centre, shop, now):
    uids = [f"{HUB_UID[:-1]}{number}" for number in range(3)]
    with writing(engine) as session:
        for uid in uids:
            record = CustomerRecord(source="crm", external_id=uid, first_name="Zoé")
            customer = customers.upsert(session, record, now=now)
            told_purchases.note(session, customer, hub_uid=uid, count=1)
    slow = Syncing(engine, centre, name="one", clock=lambda: 3.0 * len(centre.asked))

    slow.run_once(now)
    in_one_pass = [uid for uid, _ in centre.asked]
    slow.run_once(now)

    assert in_one_pass == uids[:2]
    assert [uid for uid, _ in centre.asked] == uids
