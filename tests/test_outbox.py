"""The outbox: what waits leaves once, in the order of its subject, whatever fails."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from store import outbox
from store.database import writing
from store.errors import NotFound
from store.models import OutboxMessage

LEASE = 60.0


def add(session, subject, now, *, uid=None):
    return outbox.add(session, kind="visit", subject=subject, payload={}, now=now, uid=uid).uid


def claim(session, now, *, worker="one"):
    uid = outbox.QUEUE.claim(session, worker=worker, now=now, lease_seconds=LEASE)
    return outbox.read(session, uid) if uid else None


def test_claim_gives_the_oldest_fact_of_all(session, now):
    first = add(session, "customer:a", now)
    add(session, "customer:b", now)

    assert claim(session, now).uid == first


def test_claim_keeps_the_order_of_one_subject(session, now):
    first, _second, other = (add(session, f"customer:{c}", now) for c in "aab")

    claimed = [claim(session, now), claim(session, now), claim(session, now)]

    assert [message and message.uid for message in claimed] == [first, other, None]


def test_claim_waits_for_the_older_fact_of_the_subject_that_is_tried_again(session, now):
    first = add(session, "customer:a", now)
    add(session, "customer:a", now)
    claim(session, now)
    later = now + timedelta(minutes=1)
    outbox.retry_at(session, first, worker="one", moment=later, reason="503", now=now)

    assert claim(session, now) is None
    assert claim(session, later).uid == first


def test_claim_passes_over_what_is_set_aside(session, now):
    first, second = add(session, "customer:a", now), add(session, "customer:a", now)
    claim(session, now)
    outbox.set_aside(session, first, reason="422 unknown store", worker="one", now=now)

    assert claim(session, now).uid == second
    assert outbox.list_by_state(session, "set_aside")[0].last_error == "422 unknown store"


def test_claim_gives_one_fact_to_one_worker_only(session, now):
    add(session, "customer:a", now)

    assert claim(session, now, worker="one") is not None
    assert claim(session, now, worker="two") is None


def test_a_claim_whose_lease_ended_is_free_again(session, now):
    uid = add(session, "customer:a", now)
    claim(session, now, worker="dead")
    later = now + timedelta(seconds=LEASE + 1)

    assert outbox.QUEUE.release_expired(session, now=now) == 0
    assert outbox.QUEUE.release_expired(session, now=later) == 1
    assert claim(session, later, worker="alive").uid == uid


def test_a_worker_that_starts_frees_what_it_held_when_it_died(session, now):
    add(session, "customer:a", now)
    add(session, "customer:b", now)
    claim(session, now, worker="mine")
    claim(session, now, worker="other")

    assert outbox.QUEUE.release_claims(session, worker="mine") == 1


def test_a_late_worker_cannot_take_back_what_another_claimed(session, now):
    uid = add(session, "customer:a", now)
    claim(session, now, worker="slow")
    later = now + timedelta(seconds=LEASE + 1)
    outbox.QUEUE.release_expired(session, now=later)
    claim(session, later, worker="quick")

    outbox.retry_at(session, uid, worker="slow", moment=later, reason="late", now=later)

    assert [row.state for row in outbox.list_by_state(session)] == ["claimed"]


def test_delivered_wins_over_everything_that_comes_later(session, now):
    uid = add(session, "customer:a", now)
    claim(session, now)
    outbox.mark_delivered(session, uid, now=now)
    outbox.set_aside(session, uid, reason="late", worker="one", now=now)

    assert outbox.count_delivered(session, since=now) == 1
    with pytest.raises(NotFound):
        outbox.retry(session, uid, now=now)


def test_retry_counts_tries_and_giving_back_does_not(session, now):
    uid = add(session, "customer:a", now)
    claim(session, now)
    outbox.QUEUE.give_back(session, uid, worker="one", reason="link down")
    claim(session, now)
    outbox.retry_at(session, uid, worker="one", moment=now, reason="503", now=now)

    assert claim(session, now).attempts == 1


def test_retry_lets_what_was_set_aside_leave_again(session, now):
    uid = add(session, "customer:a", now)
    outbox.set_aside(session, uid, reason="by hand", now=now)

    outbox.retry(session, uid, now=now)

    assert claim(session, now).uid == uid


def test_hasten_calls_only_those_who_had_no_answer(session, now):
    unheard, refused = add(session, "customer:a", now), add(session, "customer:b", now)
    far = now + timedelta(minutes=9)
    for uid, reason in ((unheard, "no answer: ReadTimeout"), (refused, "500 Internal")):
        claim(session, now)
        outbox.retry_at(session, uid, worker="one", moment=far, reason=reason, now=now)

    assert outbox.hasten(session, now=now) == 1
    assert claim(session, now).uid == unheard


def test_a_time_written_by_a_wrong_clock_holds_nothing_back(session, now):
    uid = add(session, "customer:a", now + timedelta(days=400))

    assert claim(session, now).uid == uid


def test_summary_counts_what_waits_and_how_long(session, now):
    add(session, "customer:a", now - timedelta(minutes=18))
    add(session, "customer:b", now)
    uid = add(session, "customer:c", now)
    outbox.set_aside(session, uid, reason="by hand", now=now)

    summary = outbox.summary(session)

    assert (summary.waiting, summary.set_aside) == (2, 1)
    assert summary.oldest_at == now - timedelta(minutes=18)


def test_what_was_delivered_long_ago_is_forgotten_and_nothing_else(session, now):
    for days in (0, 40):
        uid = add(session, f"customer:{days}", now)
        claim(session, now)
        outbox.mark_delivered(session, uid, now=now - timedelta(days=days))
    add(session, "customer:waiting", now - timedelta(days=40))

    assert outbox.forget_delivered(session, before=now - timedelta(days=30)) == 1
    assert [row.state for row in outbox.list_by_state(session, *outbox.STATES)] == [
        "delivered",
        "pending",
    ]


def test_two_workers_at_once_share_the_facts_and_keep_the_order(engine, now):
    with writing(engine) as session:
        written = {s: [add(session, s, now) for _ in range(5)] for s in "abcdefgh"}
    left = []

    def work(name):
        while True:
            with writing(engine) as session:
                message = claim(session, now, worker=name)
            if message is None:
                return
            left.append(message.uid)
            with writing(engine) as session:
                outbox.mark_delivered(session, message.uid, now=now)

    with ThreadPoolExecutor() as pool:
        for _ in range(10):  # a worker stops early when all that is left is held by the other
            list(pool.map(work, ["one", "two"]))

    assert len(left) == len(set(left)) == 40
    assert all([uid for uid in left if uid in uids] == uids for uids in written.values())


OUTCOMES = st.sampled_from(["delivered", "retry", "give_back", "set_aside", "crash"])


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(subjects=st.lists(st.sampled_from("abc"), min_size=1, max_size=8), data=st.data())
def test_each_subject_leaves_in_order_whatever_happens(session, now, subjects, data):
    session.execute(delete(OutboxMessage))
    written = [(s, add(session, s, now)) for s in subjects]
    left, aside, moment = [], set(), now

    for _ in range(200):
        moment += timedelta(seconds=LEASE + 1)
        outbox.QUEUE.release_expired(session, now=moment)
        message = claim(session, moment, worker=data.draw(st.sampled_from(["one", "two"])))
        if message is None:
            break
        held = session.scalar(
            select(OutboxMessage.claimed_by).where(OutboxMessage.uid == message.uid)
        )
        outcome = data.draw(OUTCOMES) if len(left) + len(aside) < 50 else "delivered"
        if outcome == "delivered":
            outbox.mark_delivered(session, message.uid, now=moment)
            left.append(message.uid)
        elif outcome == "retry":
            outbox.retry_at(
                session, message.uid, worker=held, moment=moment, reason="503", now=moment
            )
        elif outcome == "give_back":
            outbox.QUEUE.give_back(session, message.uid, worker=held)
        elif outcome == "set_aside":
            outbox.set_aside(session, message.uid, reason="422", worker=held, now=moment)
            aside.add(message.uid)

    for subject in set(subjects):
        order = [uid for s, uid in written if s == subject and uid not in aside]
        assert [uid for uid in left if uid in order] == order[
            : len([u for u in left if u in order])
        ]
    assert len(left) == len(set(left))
