"""A customer who does not answer about a missing article: somebody of the shop has to decide."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from store import messages, proposals, unanswered
from store.models import CustomerMessage
from tests.conftest import NOW
from tests.test_proposals import ask, order

__all__ = ["order"]  # a fixture

WITHIN = timedelta(hours=24)
LATE = NOW + WITHIN + timedelta(minutes=1)


@pytest.fixture
def asked(session, shop, order):
    """The question, and the message that brought it to the customer."""
    _line, question = ask(session, shop, order)
    kind = CustomerMessage.kind == "substitution"
    message = session.scalars(select(CustomerMessage).where(kind)).one()
    message.state = "sent"
    session.flush()
    return question, message


def due(session, shop, now):
    return unanswered.list_overdue(session, shop.lille, within=WITHIN, now=now)


def test_a_question_without_an_answer_is_put_before_the_shop_once(session, shop, order, asked):
    _question, message = asked
    assert due(session, shop, NOW + WITHIN) == []
    assert due(session, shop, LATE) == [message.uid]

    first = unanswered.ask_to_decide(session, message.uid, now=LATE)
    again = unanswered.ask_to_decide(session, message.uid, now=LATE)

    session.expire_all()
    assert (first, again) == (True, False)
    assert due(session, shop, LATE) == []
    troubled = messages.list_troubled(session, shop.lille, limit=9)
    assert [(one.uid, one.state) for one in troubled] == [(message.uid, "unanswered")]


def test_a_late_answer_counts_and_nobody_has_to_decide(session, shop, order, asked):
    question, message = asked
    unanswered.ask_to_decide(session, message.uid, now=LATE)

    proposals.answer(session, order.uid, question.uid, "rest", now=LATE)

    assert order.state == "accepted"
    assert messages.count_troubled(session, shop.lille) == 0


def test_what_was_answered_or_never_arrived_is_not_overdue(session, shop, order, asked):
    question, message = asked
    message.state = "unreachable"
    session.flush()
    assert due(session, shop, LATE) == []

    message.state = "delivered"
    proposals.answer(session, order.uid, question.uid, "rest", now=NOW)
    assert due(session, shop, LATE) == []
