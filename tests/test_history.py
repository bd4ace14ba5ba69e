"""The customer's card: what it shows, in how many queries."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from store import customers, history, purchases, timeline, visits
from store.errors import FileClosed, Invalid, NotFound
from store.models import Consent, Customer, CustomerMonth, Note, PointsMovement
from store.openings import Hands
from store.records import CustomerRecord, PurchaseLineRecord, PurchaseRecord
from store.stock import Trust
from tests.counting import counted
from tests.shop import Shop

CAMILLE = ("crm", "C-1001")


def buy(
    session: Session,
    number: str,
    at: datetime,
    *lines: tuple[str, int, int],
    customer: tuple[str, str] | None = CAMILLE,
    **more: str,
) -> None:
    record = PurchaseRecord(
        source="till",
        external_id=number,
        customer=customer,
        store="LIL",
        occurred_at=at,
        total_minor=sum(amount for _sku, _quantity, amount in lines),
        currency="EUR",
        lines=tuple(
            PurchaseLineRecord(sku=sku, quantity=quantity, amount_minor=amount)
            for sku, quantity, amount in lines
        ),
        **more,
    )
    purchases.take_in(session, [record], now=at)


def in_hands(session: Session, shop: Shop, customer: Customer, now: datetime) -> Hands:
    customers.open_file(
        session, customer, staff=shop.ines, device=shop.tablet, reason="no_card", now=now
    )
    session.flush()
    return Hands(staff_id=shop.ines.id, device_id=shop.tablet.id)


def card(session: Session, shop: Shop, now: datetime, **more: str) -> history.Card:
    return history.card(
        session,
        shop.camille.uid,
        store_id=shop.lille.id,
        hands=in_hands(session, shop, shop.camille, now),
        now=now,
        trust=Trust(heard_at=now),
        **more,
    )


def test_card_of_an_unknown_customer_raises(session: Session, shop: Shop, now: datetime):
    hands = Hands(staff_id=shop.ines.id, device_id=shop.tablet.id)

    with pytest.raises(NotFound):
        history.card(session, "nobody", store_id=shop.lille.id, hands=hands, now=now, trust=Trust())


def test_card_of_a_file_opened_in_other_hands_is_closed(
    session: Session, shop: Shop, now: datetime
):
    in_hands(session, shop, shop.camille, now)
    others = Hands(staff_id=shop.manager.id, device_id=shop.tablet.id)

    with pytest.raises(FileClosed):
        history.card(
            session,
            shop.camille.uid,
            store_id=shop.lille.id,
            hands=others,
            now=now,
            trust=Trust(),
        )


def test_card_of_somebody_new_is_empty(session: Session, shop: Shop, now: datetime):
    new = customers.upsert(session, CustomerRecord(source="crm", external_id="N"), now=now)

    hands = in_hands(session, shop, new, now)

    found = history.card(
        session, new.uid, store_id=shop.lille.id, hands=hands, now=now, trust=Trust()
    )

    assert found.person.points is None
    assert (found.person.purchases, found.person.total_minor) == (0, 0)
    assert not any((found.consents, found.pickups, found.events.events, found.last, found.usual))
    assert not found.notes
    assert found.visit is None


def test_points_are_the_snapshot_and_what_came_after_it(
    session: Session, shop: Shop, now: datetime
):
    for days, points in ((2, 500), (0, 30)):  # the snapshot is a day old
        session.add(
            PointsMovement(
                customer_id=shop.camille.id,
                points=points,
                source="till",
                source_id=str(points),
                occurred_at=now - timedelta(days=days),
            )
        )

    found = card(session, shop, now).person

    assert (found.points, found.pending) == (1284 + 30, 30)


def test_a_year_counts_twelve_months(session: Session, shop: Shop, now: datetime):
    for month, total in ((202511, 99_00), (202512, 10_00), (202611, 5_00)):
        session.add(
            CustomerMonth(customer_id=shop.camille.id, month=month, purchases=1, total_minor=total)
        )

    found = card(session, shop, now).person

    assert (found.purchases, found.total_minor) == (2, 15_00)


def test_a_purchase_shows_in_sums_events_and_articles(session: Session, shop: Shop, now: datetime):
    buy(session, "T-1", now - timedelta(days=3), ("22699", 2, 590), ("22423", 1, 1095))
    buy(session, "T-2", now - timedelta(days=1), ("22699", 1, 295))
    buy(session, "NOISE", now, ("99999", 1, 100), customer=("crm", "C-2002"))

    found = card(session, shop, now)

    assert (found.person.purchases, found.person.total_minor) == (2, 1980)
    assert [event.uid for event in found.events.events if event.kind == "purchase"] == [
        "T-2",
        "T-1",
    ]
    assert [article.sku for article in found.last] == ["22699", "22423"]
    assert [(article.sku, article.times) for article in found.usual] == [("22699", 2)]
    assert found.usual[0].figure.available == 6


def test_a_return_lowers_the_sum_and_is_no_purchase(session: Session, shop: Shop, now: datetime):
    buy(session, "T-1", now, ("22699", 2, 590))
    buy(session, "R-1", now, ("22699", -1, -295), kind="return")

    found = card(session, shop, now)

    assert (found.person.purchases, found.person.total_minor) == (1, 295)
    assert [event.detail for event in found.events.events if event.kind == "purchase"] == [
        "return",
        "sale",
    ]


def test_a_pickup_shows_until_it_is_collected(session: Session, shop: Shop, now: datetime):
    before = card(session, shop, now).pickups
    shop.order.state = "collected"
    session.flush()

    assert [(pickup.number, pickup.articles, pickup.store) for pickup in before] == [
        ("482915", 2, "")
    ]
    assert card(session, shop, now).pickups == []


def test_a_pickup_of_another_store_names_it(session: Session, shop: Shop, now: datetime):
    shop.order.store = shop.roubaix
    session.flush()

    assert [pickup.store for pickup in card(session, shop, now).pickups] == ["Roubaix"]


def test_the_newest_consent_counts_whenever_it_arrived(session: Session, shop: Shop, now: datetime):
    for days, given in ((1, "withdrawn"), (5, "granted")):
        session.add(
            Consent(
                customer_id=shop.camille.id,
                purpose="marketing",
                channel="email",
                state=given,
                source="site",
                source_id=str(days),
                stated_at=now - timedelta(days=days),
            )
        )
    session.flush()

    assert [standing.granted for standing in card(session, shop, now).consents] == [False]


def test_the_visit_in_progress_counts_what_was_shown(session: Session, shop: Shop, now: datetime):
    people = {"store": shop.lille, "staff": shop.ines, "customer": shop.camille}
    visit = visits.start(session, **people, opened_by="scan", now=now)
    visits.show(session, visit, sku="22699", kind="shown", now=now)

    found = card(session, shop, now).visit

    assert found == history.Open(uid=visit.uid, started_at=now, shown=1)


def test_notes_come_newest_first(session: Session, shop: Shop, now: datetime):
    for days, text in ((3, "old"), (1, "new")):
        session.add(
            Note(
                customer_id=shop.camille.id,
                author="Inès",
                text=text,
                written_at=now - timedelta(days=days),
            )
        )
    session.flush()

    assert [note.text for note in card(session, shop, now).notes] == ["new", "old"]


@pytest.mark.parametrize("many", [0, 60])
def test_a_card_takes_five_queries_whatever_there_is(
    engine: Engine, session: Session, shop: Shop, now: datetime, many: int
):
    for number in range(many):
        buy(session, f"T-{number}", now - timedelta(hours=number), ("22699", 1, 295))
    hands = in_hands(session, shop, shop.camille, now)
    session.commit()
    uid, store_id = shop.camille.uid, shop.lille.id

    with counted(engine) as statements:
        history.card(session, uid, store_id=store_id, hands=hands, now=now, trust=Trust())

    assert len(statements) == 5


def test_pages_of_events_meet_without_gap_or_repetition(
    session: Session, shop: Shop, now: datetime
):
    for number in range(9):  # three at each moment
        buy(session, f"T-{number}", now - timedelta(days=number // 3), ("22699", 1, 295))
    every = timeline.page(session, shop.camille.id, limit=50).events

    seen, cursor = [], ""
    while True:
        page = timeline.page(session, shop.camille.id, before=cursor, limit=2)
        seen += page.events
        cursor = page.next
        if not cursor:
            break

    assert len(seen) == 10  # nine purchases and the order
    assert [(event.kind, event.id) for event in seen] == [(event.kind, event.id) for event in every]


@pytest.mark.parametrize(
    "cursor", ["x", "2026-11-21T00:00:00+00:00~cat~1", "~~", "2026~purchase~1x", "a" * 5000]
)
def test_a_cursor_that_is_not_ours_is_refused(session: Session, shop: Shop, cursor: str):
    with pytest.raises(Invalid):
        timeline.page(session, shop.camille.id, before=cursor, limit=5)
