"""Keys: the same act, sent again, answers again."""

from datetime import timedelta

import pytest

from store import idempotency
from store.errors import KeyReused
from store.idempotency import Answer

ANSWER = Answer(status=201, body={"id": "42"})


def keep(session, now, key="k1", scope="token:1"):
    idempotency.keep(session, scope, key, body=b"{}", answer=ANSWER, now=now)
    session.commit()


def test_a_new_key_has_no_answer(session):
    assert idempotency.recall(session, "token:1", "k1", body=b"{}") is None


def test_a_known_key_gives_its_first_answer(session, now):
    keep(session, now)

    assert idempotency.recall(session, "token:1", "k1", body=b"{}") == ANSWER


def test_a_known_key_with_another_body_is_refused(session, now):
    keep(session, now)

    with pytest.raises(KeyReused):
        idempotency.recall(session, "token:1", "k1", body=b"[]")


def test_keys_of_one_caller_are_not_another_s(session, now):
    keep(session, now)

    assert idempotency.recall(session, "token:2", "k1", body=b"[]") is None


def test_forget_before_keeps_what_is_recent(session, now):
    keep(session, now - timedelta(days=31), key="old")
    keep(session, now, key="new")

    idempotency.forget_before(session, now - timedelta(days=30))

    assert idempotency.recall(session, "token:1", "old", body=b"{}") is None
    assert idempotency.recall(session, "token:1", "new", body=b"{}") == ANSWER
