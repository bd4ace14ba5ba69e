"""What is thrown away once a day, and what must not be."""

import threading
from datetime import timedelta

import pytest

from store import audit, changes, idempotency, outbox, workers
from store.database import reading, writing
from store.idempotency import Answer
from store.models import AssistanceCall, AuditEntry
from store.web import housekeeping
from store.web.sightings import Sightings
from store.web.steady_clock import SteadyClock

OLD, DAY = timedelta(days=91), timedelta(days=1)
KEEPING = housekeeping.Keeping(lists=DAY, addresses=DAY, contacts=DAY, unmet=DAY)


@pytest.fixture
def note(engine):
    def note(kind, key, *, at):
        with writing(engine) as session:
            changes.record(session, kind, key, now=at)

    return note


def feed(engine):
    with reading(engine) as session:
        return [(one.kind, one.key, one.at) for one in changes.list_after(session, 0)]


def test_tidy_forgets_keys_after_thirty_days(engine, session, now):
    answer = Answer(status=201, body={})
    for key, days in (("old", 31), ("recent", 29)):
        at = now - timedelta(days=days)
        idempotency.keep(session, "token:1", key, body=b"", answer=answer, now=at)
    session.commit()

    housekeeping.tidy(engine, now=now)

    assert idempotency.recall(session, "token:1", "old", body=b"") is None
    assert idempotency.recall(session, "token:1", "recent", body=b"") == answer


def test_tidy_forgets_what_was_delivered_and_keeps_what_waits(engine, session, now):
    before = now - timedelta(days=31)
    for uid in ("delivered", "waiting"):
        outbox.add(session, kind="visit", subject=uid, payload={}, uid=uid, now=before)
    outbox.mark_delivered(session, "delivered", now=before)
    session.commit()

    done = housekeeping.tidy(engine, now=now)

    assert done is not None
    assert done.delivered == 1
    assert [one.uid for one in outbox.list_by_state(session, *outbox.STATES)] == ["waiting"]


def test_tidy_keeps_the_first_and_the_last_change_of_each_thing(engine, note, now):
    first, between, last = (now - OLD + timedelta(minutes=n) for n in range(3))
    note("products", "22423", at=first)
    note("stock", "22423", at=first)
    note("products", "22423", at=between)
    note("products", "22423", at=last)

    done = housekeeping.tidy(engine, now=now)

    assert done is not None
    assert done.changes == 1
    assert feed(engine) == [
        ("products", "22423", first),
        ("stock", "22423", first),
        ("products", "22423", last),
    ]


def test_tidy_leaves_the_changes_of_ninety_days(engine, note, now):
    for days in (89, 60, 1):
        note("stock", "22423", at=now - timedelta(days=days))

    housekeeping.tidy(engine, now=now)

    assert len(feed(engine)) == 3


def test_tidy_drops_more_than_one_deletion_takes(engine, note, now, monkeypatch):
    monkeypatch.setattr(housekeeping, "AT_ONCE", 2)
    for _ in range(7):
        note("stock", "22423", at=now - OLD)

    housekeeping.tidy(engine, now=now)

    assert len(feed(engine)) == 2


def test_tidy_does_nothing_when_the_clock_has_gone_back(engine, note, now):
    for at in (now - OLD, now - OLD, now + timedelta(days=1)):
        note("stock", "22423", at=at)

    assert housekeeping.tidy(engine, now=now) is None
    assert len(feed(engine)) == 3


@pytest.fixture
def keeper(engine, monkeypatch, tmp_path):
    """A thread that keeps house without waiting, and the sights that it writes down."""
    monkeypatch.setattr(housekeeping, "SEEN_SECONDS", 0.001)
    monkeypatch.setattr(housekeeping, "FIRST_SECONDS", 0.0)
    monkeypatch.setattr(housekeeping, "DAY_SECONDS", 0.0)
    monkeypatch.setattr(workers, "FAULT_SECONDS", 0.0)
    return housekeeping.Housekeeping(
        engine, Sightings(), pictures=tmp_path, clock=SteadyClock(), keeping=KEEPING
    )


def test_a_tidying_that_fails_does_not_end_the_thread(keeper, monkeypatch, caplog):
    calls, has_failed_twice = [], threading.Event()

    def fail(engine, **told):
        calls.append(told["now"])
        if len(calls) == 2:
            has_failed_twice.set()
        raise OSError("disk is full")

    monkeypatch.setattr(housekeeping, "tidy", fail)

    keeper.start()
    assert has_failed_twice.wait(60)
    keeper.stop()

    assert "housekeeping: not done this time" in caplog.text


def test_what_is_kept_for_nobody_any_more_is_dropped_once_a_day(engine, session, shop, now):
    for called_at in (now - timedelta(days=31), now - timedelta(days=1)):
        call = AssistanceCall(store_id=shop.lille.id, device_id=shop.kiosk.id, called_at=called_at)
        session.add(call)
    session.commit()

    housekeeping.forget_persons(engine, KEEPING, now=now)

    assert [call.called_at for call in session.query(AssistanceCall)] == [now - timedelta(days=1)]


def test_the_audit_is_looked_over_and_a_break_is_logged(engine, session, now, caplog):
    audit.write(session, "customer.opened", now=now)
    session.commit()
    housekeeping.check_audit(engine, now=now)
    assert caplog.text == ""
    session.add(AuditEntry(at=now, action="forged", hash="x"))
    session.commit()

    housekeeping.check_audit(engine, now=now)

    assert "broken at entry 2" in caplog.text
    session.rollback()
    assert audit.find_check(session).broken_id == 2


def test_sights_are_written_down_once_and_never_go_back(engine, session, shop, now):
    seen = Sightings()
    seen.note(shop.tablet.id, now)
    housekeeping.note_seen(engine, seen)
    assert seen.take() == {}
    seen.note(shop.tablet.id, now - timedelta(minutes=5))
    housekeeping.note_seen(engine, seen)

    session.refresh(shop.tablet)

    assert shop.tablet.last_seen_at == now


def test_sights_that_cannot_be_written_are_kept(engine, monkeypatch, now):
    seen = Sightings()
    seen.note(1, now)
    monkeypatch.setattr(housekeeping.devices, "note_seen", fail_to_write)

    with pytest.raises(OSError, match="full"):
        housekeeping.note_seen(engine, seen)

    assert seen.take() == {1: now}


def fail_to_write(session, seen):
    raise OSError("disk is full")
