"""What a customer chooses when an article is missing, here and through the hub."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from store import (
    flows,
    json_orders,
    json_records,
    message_states,
    pickup_steps,
    pickups,
    preparing,
    proposals,
    stock,
    told_answers,
    transfers,
)
from store.errors import AlreadyAnswered, Invalid, NotEnoughStock
from store.models import CustomerMessage, Order, OutboxMessage, Product, StockLevel, Variant
from store.pickup_steps import Happened
from store.records import AnswerRecord
from tests.conftest import NOW
from tests.test_pickups import event, record

TRUST = stock.Trust(is_alone=True)


@pytest.fixture
def order(session, shop):
    """Two cups and a cake stand to prepare; a cheaper and a dearer cup stand beside."""
    for sku, name, price in (
        ("22697", "Tasse et soucoupe Regency verte", 295),
        ("22698", "Tasse et soucoupe Regency rose", 250),
        ("22700", "Tasse et soucoupe Regency dorée", 900),
        ("22701", "Tasse Regency, la dernière", 290),
    ):
        product = Product(reference=sku, name=name, family="cup", category="kitchen")
        product.changed_at = NOW
        variant = Variant(product=product, sku=sku, price_minor=price)
        session.add(variant)
        session.flush()
        left = 1 if sku == "22701" else 9
        session.add(level(shop, variant, left))
    return pickups.upsert(session, record(), now=NOW)


def level(shop, variant, left):
    facts = {"on_hand": left, "counted": left, "counted_at": NOW, "learnt_at": NOW}
    return StockLevel(store_id=shop.lille.id, variant_id=variant.id, **facts)


def missing(session, shop, order, sku="22699"):
    line = next(line for line in order.lines if line.sku == sku)
    short = Happened(type="short", occurred_at=NOW, reason="not_found", staff=shop.ines)
    pickup_steps.happen(session, order, short, lines=[line], now=NOW, tells=True)
    return line


def ask(session, shop, order):
    line = missing(session, shop, order)
    proposals.propose(session, order.uid, line.uid, staff=shop.ines, now=NOW, trust=TRUST)
    (question,) = proposals.open_for(session, order)
    return line, question


def told(session):
    query = select(OutboxMessage).where(OutboxMessage.kind == "order_event")
    return [one.payload for one in session.scalars(query.order_by(OutboxMessage.id))]


def test_a_question_offers_what_is_never_dearer_and_there(session, shop, order):
    _line, question = ask(session, shop, order)

    keys = [choice.key for choice in question.choices]

    assert set(keys[:2]) == {"substitute:22697", "substitute:22698"}
    assert not {"substitute:22700", "substitute:22701"} & set(keys)
    assert keys[2:] == ["substitute:99999", "transfer:RBX", "rest", "refund"][-len(keys[2:]) :]


@pytest.mark.parametrize(("price_minor", "is_offered"), [(0, False), (250, True)])
def test_what_has_no_price_is_not_offered_as_never_dearer(
    session, shop, order, price_minor, is_offered
):
    rose = session.scalars(select(Variant).where(Variant.sku == "22698")).one()
    rose.price_minor = price_minor

    _line, question = ask(session, shop, order)

    keys = {choice.key for choice in question.choices}
    assert ("substitute:22698" in keys) == is_offered


def test_what_has_no_price_stands_in_for_what_has_none(session, shop, order):
    cup, rose = (
        session.scalars(select(Variant).where(Variant.sku == sku)).one()
        for sku in ("22699", "22698")
    )
    cup.price_minor = rose.price_minor = order.lines[0].unit_price_minor = 0

    _line, question = ask(session, shop, order)

    assert question.choices[0].key == "substitute:22698"


@pytest.mark.parametrize("is_heard", [True, False])
def test_who_asks_by_itself_offers_shops_whose_figures_could_have_changed(
    session, shop, order, is_heard
):
    there = session.get_one(StockLevel, (shop.roubaix.id, shop.cup.id))
    there.learnt_at = NOW - timedelta(days=1)
    if is_heard:
        flows.note_success(session, flows.PULL, now=NOW)
    line = missing(session, shop, order)

    made = proposals.propose(session, order.uid, line.uid, staff=None, now=NOW)

    assert made.offered["stores"] == ["RBX"] * is_heard


def test_asking_writes_one_message_and_tells_the_hub_what_is_offered(session, shop, order):
    _line, question = ask(session, shop, order)

    kinds = session.scalars(select(CustomerMessage.kind)).all()
    details = told(session)[-1]["details"]

    assert order.state == "problem"
    assert kinds == ["substitution"]
    assert details["proposal"] == question.uid
    assert details["substitutes"][0]["for"] == "22699"


def test_a_substitute_is_held_instead_and_told(session, shop, order):
    line, question = ask(session, shop, order)

    proposals.answer(session, order.uid, question.uid, "substitute:22698", now=NOW)

    assert (line.state, line.goods_sku, line.substitute_price_minor) == (
        "substituted",
        "22698",
        250,
    )
    assert held(session, shop, "22698") == 2
    assert held(session, shop, "22699") == 0
    assert told(session)[-1]["details"]["substitutes"][0]["price_minor"] == 250
    assert proposals.open_for(session, order) == []


def held(session, shop, sku):
    variant = session.scalar(select(Variant).where(Variant.sku == sku))
    key = (shop.lille.id, variant.id)
    return session.get_one(StockLevel, key, populate_existing=True).reserved


def test_a_substitute_that_went_meanwhile_is_refused_and_nothing_changes(session, shop, order):
    line, question = ask(session, shop, order)
    gone = session.scalar(select(StockLevel).join(Variant).where(Variant.sku == "22698"))
    gone.on_hand = 1
    session.flush()

    with pytest.raises(NotEnoughStock), session.begin_nested():
        proposals.answer(session, order.uid, question.uid, "substitute:22698", now=NOW)

    assert line.state == "substitute_proposed"
    assert len(proposals.open_for(session, order)) == 1


def test_the_rest_only_cancels_the_line_without_a_message(session, shop, order):
    line, question = ask(session, shop, order)

    proposals.answer(session, order.uid, question.uid, "rest", now=NOW)

    assert (line.state, line.reason, order.state) == ("cancelled", "not_available", "accepted")
    assert held(session, shop, "22699") == 0
    assert session.scalars(select(CustomerMessage.kind)).all() == ["substitution"]


def test_a_refund_cancels_the_order(session, shop, order):
    _line, question = ask(session, shop, order)

    proposals.answer(session, order.uid, question.uid, "refund", now=NOW)

    assert order.state == "cancelled"
    assert held(session, shop, "22423") == 0


def test_the_rest_is_not_offered_of_a_single_line(session, shop, order):
    missing(session, shop, order)
    stand = next(line for line in order.lines if line.sku == "22423")
    gone = Happened(type="cancelled", occurred_at=NOW, by="central")
    pickup_steps.happen(session, order, gone, lines=[stand], now=NOW)

    line = next(line for line in order.lines if line.sku == "22699")
    proposals.propose(session, order.uid, line.uid, staff=shop.ines, now=NOW)

    (question,) = proposals.open_for(session, order)
    assert "rest" not in {choice.kind for choice in question.choices}


def test_another_shop_is_asked_for_the_goods(session, shop, order):
    line, question = ask(session, shop, order)

    proposals.answer(session, order.uid, question.uid, "transfer:RBX", now=NOW)

    asked = session.scalar(select(Order).where(Order.channel == "transfer"))
    assert line.state == "awaiting_transfer"
    assert (asked.store.code, asked.customer_name) == ("RBX", shop.lille.name)
    assert [(one.sku, one.quantity) for one in asked.lines] == [("22699", 2)]


def test_staff_answers_on_behalf_of_the_customer(session, shop, order):
    _line, question = ask(session, shop, order)

    proposals.answer(session, order.uid, question.uid, "rest", staff=shop.ines, now=NOW)

    cancelled = pickups.find_event(session, order, "cancelled")
    assert (cancelled.actor, cancelled.staff_id) == ("assistant", shop.ines.id)


def test_the_same_answer_twice_is_one_and_another_is_refused(session, shop, order):
    _line, question = ask(session, shop, order)
    proposals.answer(session, order.uid, question.uid, "substitute:22698", now=NOW)
    before = len(told(session))

    proposals.answer(session, order.uid, question.uid, "substitute:22698", now=NOW)

    assert len(told(session)) == before
    with pytest.raises(AlreadyAnswered):
        proposals.answer(session, order.uid, question.uid, "refund", now=NOW)


def test_what_was_not_offered_cannot_be_chosen(session, shop, order):
    _line, question = ask(session, shop, order)

    for choice in ("substitute:22700", "transfer:LIL", "", "steal"):
        with pytest.raises(Invalid):
            proposals.answer(session, order.uid, question.uid, choice, now=NOW)


def test_a_question_can_be_taken_back(session, shop, order):
    line, _question = ask(session, shop, order)

    proposals.withdraw(session, order.uid, line.uid, staff=shop.ines, now=NOW)

    assert line.state == "short"
    assert proposals.open_for(session, order) == []


# --- through the hub --------------------------------------------------------------------------


@pytest.fixture
def at_hub(session, shop, order):
    """The same order as the hub knows it: another row, whose store happens to be Roubaix."""
    return pickups.upsert(session, record(external_id="hub", store="RBX"), now=NOW)


def test_what_customers_may_ask_for_does_not_bound_what_shops_ask_of_each_other(
    session, shop, order
):
    line, question = ask(session, shop, order)
    line.quantity, shop.cup.product.withdrawn_at = 12, NOW
    shop.lille.name = "Comptoir du centre commercial des Terrasses du Port"

    proposals.answer(session, order.uid, question.uid, "transfer:RBX", now=NOW)

    asked = session.scalars(select(Order).where(Order.channel == "transfer")).one()
    assert [one.quantity for one in asked.lines] == [12]
    assert asked.customer_name == shop.lille.name


def test_the_hub_learns_the_question_and_keeps_the_answer(session, shop, order, at_hub):
    _line, question = ask(session, shop, order)
    payload = told(session)[-1]
    payload["details"] |= {"proposal": "at-the-hub", "store": "RBX"}
    short = {"type": "short", "lines": payload["lines"], "occurred_at": payload["occurred_at"]}
    for body in (short, payload | {"id": "e-1"}):
        pickups.record_event(session, json_orders.read_event(body), at_hub.uid, now=NOW)

    (asked,) = proposals.open_for(session, at_hub)
    answer = {"is_ours": False, "now": NOW}
    proposals.answer(session, at_hub.uid, asked.uid, "substitute:22698", **answer)

    assert [choice.key for choice in asked.choices] == [choice.key for choice in question.choices]
    assert asked.line.state == "substitute_proposed"
    assert proposals.open_for(session, at_hub) == []
    assert [one.answer for one in proposals.answered_for(session, at_hub)] == ["substitute:22698"]
    assert at_hub.answers[0]["choice"] == "substitute:22698"


def test_an_answer_that_came_to_nothing_does_not_wait_beside_the_new_question(session, shop, order):
    line, question = ask(session, shop, order)
    proposals.answer(session, order.uid, question.uid, "transfer:RBX", now=NOW)
    asked = session.scalars(select(Order).where(Order.channel == "transfer")).one()
    pickups.record_event(session, event("cancelled"), asked.uid, now=NOW)

    transfers.give_up(session, order.uid, line.uid, now=NOW)

    (again,) = proposals.open_for(session, order)
    assert again.uid != question.uid
    assert proposals.answered_for(session, order) == []


def test_the_hub_forgets_an_answer_that_came_to_nothing(session, at_hub):
    cups = (("22699", 2),)
    first = {"proposal": "q-1", "choice": "transfer:RBX"}
    for kind, details in (
        ("short", {}),
        ("substitute_proposed", {"proposal": "q-1", "stores": ["RBX"]}),
        ("awaiting_transfer", first),
        ("short", {}),
        ("substitute_proposed", {"proposal": "q-2"}),
    ):
        happened = event(kind, lines=cups, details=details)
        pickups.record_event(session, happened, at_hub.uid, now=NOW)

    assert [one.uid for one in proposals.open_for(session, at_hub)] == ["q-2"]
    assert proposals.answered_for(session, at_hub) == []


def test_the_hub_knows_which_units_of_an_article_are_asked_about(session, shop, order, at_hub):
    uid = next(line.uid for line in order.lines if line.sku == "22699")
    facts = {"missing": 1, "reason": "not_found", "staff": shop.ines, "now": NOW}
    lack = preparing.short(session, order.uid, uid, **facts)
    proposals.propose(session, order.uid, lack.uid, staff=shop.ines, now=NOW, trust=TRUST)

    for body in told(session):
        here = {"details": body["details"] | {"store": "RBX"}}
        heard = json_orders.read_event(body | here | {"id": None})
        pickups.record_event(session, heard, at_hub.uid, now=NOW)

    cups = [(line.state, line.quantity) for line in at_hub.lines if line.sku == "22699"]
    assert sorted(cups) == [("substitute_proposed", 1), ("to_pick", 1)]
    assert [body["details"].get("was") for body in told(session)] == [None, "short"]


def test_the_hub_learns_what_was_given_instead(session, shop, order, at_hub):
    lines = [{"sku": "22699", "quantity": 2}]
    offer = {"for": "22699", "sku": "22698", "label": "Rose", "price_minor": 250}
    when = json_records.write_time(NOW)
    for kind, details in (("substitute_proposed", {}), ("substituted", {"substitutes": [offer]})):
        body = {"type": kind, "lines": lines, "occurred_at": when, "details": details}
        pickups.record_event(session, json_orders.read_event(body), at_hub.uid, now=NOW)

    line = next(line for line in at_hub.lines if line.sku == "22699")
    assert (line.state, line.goods_sku) == ("substituted", "22698")


def test_what_the_hub_does_not_know_is_given_by_its_name_and_holds_nothing(session, shop, at_hub):
    lines = [{"sku": "22699", "quantity": 2}]
    offer = {"for": "22699", "sku": "30001", "label": "Rose", "price_minor": 250}
    when = json_records.write_time(NOW)
    for kind, details in (("substitute_proposed", {}), ("substituted", {"substitutes": [offer]})):
        body = {"type": kind, "lines": lines, "occurred_at": when, "details": details}
        pickups.record_event(session, json_orders.read_event(body), at_hub.uid, now=NOW)

    line = next(line for line in at_hub.lines if line.sku == "22699")
    assert (line.goods, line.goods_sku, line.goods_label) == (None, "30001", "Rose")
    assert session.get(StockLevel, (shop.roubaix.id, shop.cup.id)).reserved == 0


def test_an_answer_from_the_outage_is_honoured_once(session, shop, order):
    line, question = ask(session, shop, order)
    answer = AnswerRecord(proposal=question.uid, choice="substitute:22698", at=NOW)

    for _again in range(2):
        told_answers.honour(session, order, [answer], now=NOW + timedelta(hours=1))

    assert (line.state, line.goods_sku) == ("substituted", "22698")
    assert [one["type"] for one in told(session)].count("substituted") == 1


def test_an_answer_that_comes_too_late_changes_nothing(session, shop, order):
    line, question = ask(session, shop, order)
    proposals.answer(session, order.uid, question.uid, "rest", staff=shop.ines, now=NOW)

    late = AnswerRecord(proposal=question.uid, choice="substitute:22698", at=NOW)
    told_answers.honour(session, order, [late], now=NOW)

    assert line.state == "cancelled"


def test_an_answer_whose_substitute_has_gone_is_asked_anew(session, shop, order):
    _line, question = ask(session, shop, order)
    gone = session.scalar(select(StockLevel).join(Variant).where(Variant.sku == "22698"))
    gone.on_hand = 0
    session.flush()

    answer = AnswerRecord(proposal=question.uid, choice="substitute:22698", at=NOW)
    told_answers.honour(session, order, [answer], now=NOW)

    (again,) = proposals.open_for(session, order)
    assert again.uid != question.uid
    assert "substitute:22698" not in {choice.key for choice in again.choices}


def test_an_answer_whose_article_left_the_catalogue_is_asked_anew(session, shop, order):
    _line, question = ask(session, shop, order)
    session.scalars(select(Variant).where(Variant.sku == "22698")).one().sku = "gone"
    session.flush()

    answer = AnswerRecord(proposal=question.uid, choice="substitute:22698", at=NOW)
    told_answers.honour(session, order, [answer], now=NOW)

    (again,) = proposals.open_for(session, order)
    assert again.uid != question.uid


def test_a_question_that_was_settled_meanwhile_is_not_sent(session, shop, order):
    _line, question = ask(session, shop, order)
    of_kind = CustomerMessage.kind == "substitution"
    message = session.scalars(select(CustomerMessage).where(of_kind)).one()
    assert message_states.is_true(message, order, now=NOW)

    proposals.answer(session, order.uid, question.uid, "rest", staff=shop.ines, now=NOW)

    assert not message_states.is_true(message, order, now=NOW)
