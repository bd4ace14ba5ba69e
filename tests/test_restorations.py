"""A backup that was put back: something may be missing until the central system has spoken."""

from datetime import timedelta

from store import flows, restorations


def test_a_restoration_is_open_until_the_central_system_has_spoken(session, shop, now):
    note = restorations.note(session, now=now)

    assert note.taken_at <= now
    assert restorations.find_open(session, has_central=True, now=now) is note
    flows.note_success(session, flows.PULL, now=now + timedelta(seconds=5))
    assert restorations.find_open(session, has_central=True, now=now) is None


def test_without_a_central_system_it_is_remembered_for_two_days(session, shop, now):
    restorations.note(session, now=now)

    later = now + timedelta(hours=47)
    assert restorations.find_open(session, has_central=False, now=later)
    later = now + timedelta(hours=49)
    assert restorations.find_open(session, has_central=False, now=later) is None


def test_a_shop_that_was_never_put_back_misses_nothing(session, shop, now):
    assert restorations.find_open(session, has_central=True, now=now) is None
