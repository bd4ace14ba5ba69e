"""Whom a customer lets collect an order, and the code that works once."""

from datetime import timedelta

import pytest

from store import codes, delegates, loyalty, recognition
from store.errors import AlreadyCollected, DelegateGone, Invalid, NotFound
from store.loyalty import FoundOrder, Missing
from store.models import Order
from tests.conftest import NOW


def named(session, shop, first_name="Nadia"):
    return delegates.name(session, shop.order.uid, first_name, now=NOW)


def found(session, shop, code, store=None):
    return loyalty.find(session, recognition.recognise(code), store=store or shop.lille)


def test_a_delegate_has_a_short_code_of_ours(session, shop):
    delegate = named(session, shop, "  Nadia  ")

    assert delegate.first_name == "Nadia"
    assert codes.kind_of(delegate.code) is codes.Kind.DELEGATE
    assert len(delegate.code) == 8
    assert delegates.find(session, codes.grouped(delegate.code).lower()) is delegate


@pytest.mark.parametrize(("name", "problem"), [("  ", "empty"), ("N" * 41, "too_long")])
def test_a_delegate_needs_a_first_name(session, shop, name, problem):
    with pytest.raises(Invalid) as refused:
        named(session, shop, name)

    assert refused.value.problem == problem


def test_an_order_has_five_delegates_at_once(session, shop):
    first, *_others = [named(session, shop) for _ in range(5)]
    with pytest.raises(Invalid):
        named(session, shop)

    delegates.withdraw(session, first.uid, order=shop.order, now=NOW)

    assert named(session, shop) in delegates.list_live(session, shop.order)


def test_an_order_that_is_over_takes_no_delegate(session, shop):
    session.get_one(Order, shop.order.id).state = "collected"

    with pytest.raises(AlreadyCollected):
        named(session, shop)


def test_a_scanned_code_leads_to_the_order(session, shop):
    delegate = named(session, shop)

    order = found(session, shop, codes.grouped(delegate.code))

    assert isinstance(order, FoundOrder)
    assert (order.uid, order.proof, order.delegate) == (shop.order.uid, "code", delegate.uid)
    assert order.is_here
    assert not found(session, shop, delegate.code, shop.roubaix).is_here


def test_a_code_that_leads_nowhere_says_why(session, shop):
    delegate = named(session, shop)
    delegates.use(session, delegate.code, order=shop.order, now=NOW)

    assert found(session, shop, delegate.code).reason == Missing.DELEGATE_USED
    unknown = codes.generate(codes.Kind.DELEGATE)
    assert found(session, shop, unknown).reason == Missing.DELEGATE


def test_a_code_works_once(session, shop):
    delegate = named(session, shop)
    delegates.use(session, delegate.code, order=shop.order, now=NOW)

    with pytest.raises(DelegateGone) as refused:
        delegates.use(session, delegate.code, order=shop.order, now=NOW + timedelta(hours=1))

    assert (refused.value.reason, refused.value.ended_at) == ("used", NOW)
    assert delegates.list_live(session, shop.order) == []
    assert delegates.find_user(session, shop.order) is delegate


def test_a_code_of_another_order_does_nothing_here(session, shop):
    delegate = named(session, shop)
    other = Order(id=999, uid="other")

    with pytest.raises(Invalid):
        delegates.use(session, delegate.code, order=other, now=NOW)
    with pytest.raises(NotFound):
        delegates.withdraw(session, delegate.uid, order=other, now=NOW)


def test_delegates_are_forgotten_some_time_after_the_end(session, shop):
    delegate = named(session, shop)
    order = session.get_one(Order, shop.order.id)
    delegates.forget(session, before=NOW)
    assert delegates.find(session, delegate.code)

    order.closed_at = NOW - timedelta(days=1)
    session.flush()
    delegates.forget(session, before=NOW)

    assert delegates.find(session, delegate.code) is None
