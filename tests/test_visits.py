"""Visits: opened once, worked, closed with the fact that the central system must learn."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from store import visits
from store.errors import Invalid, NotFound, VisitClosed
from store.models import Customer, Note, OutboxMessage, Staff, Store, Visit
from store.records import CustomerRef, ShownRecord, VisitRecord
from tests.shop import Shop

UID = "6a1f9a52-1a0e-4c4e-8d35-2f1f6cfb0c11"


def start(session: Session, shop: Shop, now: datetime, *, is_known: bool = True) -> Visit:
    return visits.start(
        session,
        store=shop.lille,
        staff=shop.ines,
        customer=shop.camille if is_known else None,
        opened_by="scan" if is_known else "tap",
        now=now,
    )


def close(session: Session, shop: Shop, visit: Visit, now: datetime, **told: str) -> Visit:
    account = {"outcome": "bought"} | told
    return visits.close(session, visit.uid, store=shop.lille, staff=shop.ines, now=now, **account)


def told(session: Session) -> list[OutboxMessage]:
    return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def test_scanning_twice_opens_one_visit(session: Session, shop: Shop, now: datetime):
    first = start(session, shop, now)

    assert start(session, shop, now + timedelta(hours=1)) is first


def test_each_anonymous_visit_is_its_own(session: Session, shop: Shop, now: datetime):
    first = start(session, shop, now, is_known=False)

    assert start(session, shop, now, is_known=False) is not first


def test_a_forgotten_visit_is_ended_as_of_its_start(session: Session, shop: Shop, now: datetime):
    forgotten = start(session, shop, now - timedelta(days=1))

    fresh = start(session, shop, now)

    assert fresh is not forgotten
    assert forgotten.ended_at == forgotten.started_at
    assert [message.uid for message in told(session)] == [forgotten.uid]


def test_an_unknown_way_of_opening_is_refused(session: Session, shop: Shop, now: datetime):
    with pytest.raises(Invalid):
        visits.start(
            session, store=shop.lille, staff=shop.ines, customer=None, opened_by="door", now=now
        )


def test_the_last_word_on_a_product_counts(session: Session, shop: Shop, now: datetime):
    visit = start(session, shop, now)

    visits.show(session, visit, sku="22699", kind="shown", now=now)
    visits.show(session, visit, sku="22699", kind="wanted", now=now)

    assert [(line.sku, line.kind) for line in visit.lines] == [("22699", "wanted")]


def test_an_unknown_product_is_not_shown(session: Session, shop: Shop, now: datetime):
    with pytest.raises(NotFound):
        visits.show(session, start(session, shop, now), sku="NOPE", kind="shown", now=now)


def test_closing_writes_the_fact_beside_the_visit(session: Session, shop: Shop, now: datetime):
    visit = start(session, shop, now)
    visits.show(session, visit, sku="22699", kind="tried", now=now)

    later = now + timedelta(minutes=20)
    close(session, shop, visit, later, reason="gift", next_step="call_back", note="Pour Noël")

    (message,) = told(session)
    assert (message.uid, message.kind) == (visit.uid, "visit")
    assert message.subject == f"customer:{shop.camille.uid}"
    assert message.payload == {
        "id": visit.uid,
        "store": "LIL",
        "staff": "ines",
        "staff_name": "Inès Benali",
        "customer": {
            "id": shop.camille.uid,
            "source": "crm",
            "external_id": "C-1001",
            "name": "Camille Roussel",
        },
        "opened_by": "scan",
        "started_at": "2026-11-21T13:32:00Z",
        "ended_at": "2026-11-21T13:52:00Z",
        "reason": "gift",
        "outcome": "bought",
        "products": [{"sku": "22699", "kind": "tried"}],
        "note": "Pour Noël",
        "next_step": "call_back",
    }


def test_closing_keeps_the_note_in_the_file(session: Session, shop: Shop, now: datetime):
    close(session, shop, start(session, shop, now), now, note="Préfère le vert")

    note = session.scalars(select(Note)).one()
    assert (note.customer_id, note.text, note.author) == (
        shop.camille.id,
        "Préfère le vert",
        "Inès",
    )


def test_an_anonymous_visit_is_told_alone(session: Session, shop: Shop, now: datetime):
    visit = close(session, shop, start(session, shop, now, is_known=False), now, note="Pressé")

    (message,) = told(session)
    assert message.subject == f"visit:{visit.uid}"
    assert message.payload["customer"] is None
    assert session.scalars(select(Note)).all() == []


def test_a_rolled_back_close_leaves_neither_visit_nor_fact(
    session: Session, shop: Shop, now: datetime
):
    visit = start(session, shop, now)
    session.commit()
    close(session, shop, visit, now)

    session.rollback()

    assert visit.ended_at is None
    assert told(session) == []


def test_closing_twice_is_refused_and_told_once(session: Session, shop: Shop, now: datetime):
    visit = close(session, shop, start(session, shop, now), now)

    with pytest.raises(VisitClosed):
        close(session, shop, visit, now)

    assert len(told(session)) == 1


@pytest.mark.parametrize(
    ("field", "account"),
    [
        ("outcome", {"outcome": ""}),
        ("outcome", {"outcome": "left"}),
        ("reason", {"reason": "cake"}),
        ("next_step", {"next_step": "marry"}),
        ("note", {"note": "a" * 281}),
    ],
)
def test_an_impossible_account_is_refused(
    session: Session, shop: Shop, now: datetime, field: str, account: dict[str, str]
):
    visit = start(session, shop, now)

    with pytest.raises(Invalid) as refused:
        close(session, shop, visit, now, **account)

    assert refused.value.field == field
    assert told(session) == []


def test_a_closed_visit_takes_no_more_products(session: Session, shop: Shop, now: datetime):
    visit = close(session, shop, start(session, shop, now), now)

    with pytest.raises(VisitClosed):
        visits.show(session, visit, sku="22699", kind="shown", now=now)


def test_a_visit_of_another_store_is_not_found(session: Session, shop: Shop, now: datetime):
    visit = start(session, shop, now)

    with pytest.raises(NotFound):
        visits.get(session, visit.uid, store=shop.roubaix)


def test_a_draft_is_kept_and_not_told(session: Session, shop: Shop, now: datetime):
    visit = start(session, shop, now)

    visits.draft(session, visit, note="à suivre", now=now)

    assert (visit.note, visit.ended_at) == ("à suivre", None)
    assert told(session) == []


def test_the_delivery_of_a_visit_is_known(session: Session, shop: Shop, now: datetime):
    visit = start(session, shop, now)
    before = visits.find_delivery(session, visit)
    close(session, shop, visit, now)

    assert (before, visits.find_delivery(session, visit)) == ("", "pending")


RECORD = VisitRecord(
    id=UID,
    store="LIL",
    staff="ines",
    staff_name="Inès Benali",
    customer=CustomerRef(source="crm", external_id="C-1001"),
    started_at=datetime.fromisoformat("2026-11-21T13:00:00+00:00"),
    ended_at=datetime.fromisoformat("2026-11-21T13:20:00+00:00"),
    outcome="bought",
    products=(ShownRecord(sku="22699"), ShownRecord(sku="GONE", kind="wanted")),
)


def test_a_visit_is_received_once(session: Session, shop: Shop, now: datetime):
    visit, is_new = visits.receive(session, RECORD, now=now)
    again, is_new_again = visits.receive(session, RECORD, now=now)

    assert (is_new, is_new_again) == (True, False)
    assert again is visit
    assert visit.customer is shop.camille
    assert [line.sku for line in visit.lines] == ["22699", "GONE"]
    assert told(session) == []


def test_a_visit_of_an_unknown_store_is_refused(session: Session, shop: Shop, now: datetime):
    record = VisitRecord(**{**vars(RECORD), "store": "XXX"})

    with pytest.raises(NotFound):
        visits.receive(session, record, now=now)


def test_two_tablets_open_one_visit(engine: Engine, shop: Shop, session: Session, now: datetime):
    numbers = shop.lille.id, shop.ines.id, shop.camille.id
    session.commit()

    def scan(_tablet: int) -> str:
        with Session(engine) as own:
            store, staff, customer = (
                own.get_one(model, number)
                for model, number in zip((Store, Staff, Customer), numbers, strict=True)
            )
            visit = visits.start(
                own, store=store, staff=staff, customer=customer, opened_by="scan", now=now
            )
            own.commit()
            return visit.uid

    with ThreadPoolExecutor(4) as tablets:
        opened = set(tablets.map(scan, range(8)))

    assert len(opened) == 1
