"""Who asked to be told that an article is back: each once, told once, and then nobody any more."""

from datetime import timedelta

import pytest

from store import back_in_stock, stock
from store.errors import Invalid, NotFound
from store.models import BackInStock, OutboxMessage, StockLevel
from store.records import BackInStockRecord, CustomerRef, MovementRecord
from store.stock import Trust

WAIT = timedelta(days=90)
TRUST = Trust(is_alone=True)


@pytest.fixture
def ask(session, shop, now):
    def ask(contact, variant=shop.cup, *, at=now):
        told = {"channel": "kiosk", "language": "fr", "wait": WAIT, "now": at}
        return back_in_stock.ask(session, variant, store=shop.lille, contact=contact, **told)

    return ask


@pytest.fixture
def count(session, shop, now):
    def count(quantity, *, at=now):
        moved = MovementRecord(
            source="till",
            source_id=f"{quantity}-{at}",
            store="LIL",
            sku=shop.cup.sku,
            kind="count",
            quantity=quantity,
            occurred_at=at,
        )
        stock.apply(session, [moved], now=at)

    return count


def due(session, shop, now):
    found = back_in_stock.due(session, store_id=shop.lille.id, now=now, trust=TRUST)
    return [wish.contact for wish in found]


@pytest.mark.parametrize(
    ("typed", "kind", "kept"),
    [
        (" Zoe@Example.org ", "email", "zoe@example.org"),
        ("06 12 34 56 78", "phone", "+33612345678"),
        ("+44 20 7946 0958", "phone", "+442079460958"),
    ],
)
def test_ask_keeps_an_address_or_a_number_as_it_is_compared(ask, typed, kind, kept):
    wish = ask(typed)

    assert (wish.kind, wish.contact) == (kind, kept)


@pytest.mark.parametrize(
    "typed", ["", "  ", "zoe", "zoe@", "0612", "a@b@c.fr", "x" * 250 + "@a.fr"]
)
def test_ask_refuses_what_nobody_can_be_told_by(ask, session, typed):
    with pytest.raises(Invalid) as refused:
        ask(typed)

    assert refused.value.field == "contact"
    assert session.query(BackInStock).count() == 0


def test_ask_twice_is_one_wish_and_one_fact(ask, session):
    first = ask("06 12 34 56 78")

    again = ask("+33 6 12 34 56 78")

    assert again.uid == first.uid
    fact = session.query(OutboxMessage).one()
    assert fact.payload["contact"] == {"phone": "+33612345678"}
    assert fact.payload["state"] == "waiting"


def test_ask_by_a_card_names_nobody_to_the_central_system(ask, session, shop):
    ask(shop.camille)

    told = session.query(OutboxMessage).one().payload["contact"]

    assert told["id"] == shop.camille.uid
    assert "name" not in told


def test_ask_refuses_what_is_sold_no_more(ask, shop, now):
    shop.cup.product.withdrawn_at = now

    with pytest.raises(NotFound):
        ask("zoe@example.org")


def test_due_are_those_whose_article_is_back_the_first_first(ask, count, session, shop, now):
    count(0)
    ask("second@example.org", at=now)
    ask("first@example.org", at=now - timedelta(hours=1))
    ask("other@example.org", shop.cake_stand, at=now + timedelta(hours=1))
    before = due(session, shop, now)

    count(3, at=now + timedelta(minutes=1))

    assert before == ["other@example.org"]  # it stands there all the time
    now += timedelta(minutes=1)
    assert due(session, shop, now)[:2] == ["first@example.org", "second@example.org"]


def test_nobody_is_due_for_units_that_are_reserved_or_doubtful(ask, session, shop, now):
    ask("zoe@example.org")
    level = session.get(StockLevel, (shop.lille.id, shop.cup.id))

    level.reserved = level.on_hand
    session.flush()
    assert due(session, shop, now) == []

    level.reserved, level.counted_at = 0, None
    session.flush()
    assert due(session, shop, now) == []


def test_tell_ends_once_and_nobody_is_left_in_it(ask, session, shop, now):
    wish = ask(shop.camille)

    back_in_stock.tell(session, wish.uid, store=shop.lille, staff=shop.ines, now=now)
    back_in_stock.tell(session, wish.uid, store=shop.lille, staff=shop.manager, now=now)

    assert (wish.ended_by, wish.told_by, wish.customer_id, wish.contact) == (
        *("told", shop.ines, None),
        "",
    )
    facts = [fact.payload for fact in session.query(OutboxMessage).order_by(OutboxMessage.id)]
    assert [fact["state"] for fact in facts] == ["waiting", "told"]
    assert [fact["contact"] for fact in facts] == [None, None]
    assert due(session, shop, now) == []


def test_tell_knows_no_wish_of_another_store(ask, session, shop, now):
    wish = ask("zoe@example.org")

    with pytest.raises(NotFound):
        back_in_stock.tell(session, wish.uid, store=shop.roubaix, now=now)


def test_whoever_was_told_may_ask_again(ask, session, shop, now):
    first = ask("zoe@example.org")
    back_in_stock.tell(session, first.uid, store=shop.lille, now=now)

    assert ask("zoe@example.org").uid != first.uid


def test_expire_forgets_who_waited_too_long(ask, session, shop, now):
    old, young = ask("old@example.org"), ask("young@example.org", at=now + timedelta(days=1))

    ended = back_in_stock.expire(session, now=now + WAIT)

    assert ended == 1
    assert (old.ended_by, old.contact) == ("time", "")
    assert young.ended_at is None


def test_forget_drops_what_ended_and_empties_what_was_delivered(ask, session, shop, now):
    ask("zoe@example.org")
    told = ask("told@example.org")
    back_in_stock.tell(session, told.uid, store=shop.lille, now=now)
    fact = session.query(OutboxMessage).order_by(OutboxMessage.id).first()
    fact.state, fact.delivered_at = "delivered", now
    session.flush()

    back_in_stock.forget(session, before=now + timedelta(days=1))

    assert [wish.contact for wish in session.query(BackInStock)] == ["zoe@example.org"]
    session.refresh(fact)
    assert fact.payload["contact"] is None


def record(uid="6b1f2c1e-0000-4000-8000-000000000001", **told):
    return BackInStockRecord(
        **{"uid": uid, "store": "LIL", "sku": "22699", "state": "waiting"} | told
    )


def test_learn_takes_a_wish_and_its_end_in_any_order(session, shop, now):
    contact = CustomerRef(email="zoe@example.org")
    end = record(state="told", asked_at=now, ended_at=now)
    begin = record(asked_at=now, contact=contact)

    for told in (end, begin, end, begin):
        wish = back_in_stock.learn(session, told, now=now)

    assert (wish.ended_by, wish.contact) == ("told", "")
    assert session.query(BackInStock).count() == 1


def test_learn_knows_the_customer_that_both_systems_know(session, shop, now):
    told = record(asked_at=now, contact=CustomerRef(id=shop.camille.uid))

    assert back_in_stock.learn(session, told, now=now).customer_id == shop.camille.id

    stranger = record("another", asked_at=now, contact=CustomerRef(id="?"))
    with pytest.raises(NotFound):
        back_in_stock.learn(session, stranger, now=now)
