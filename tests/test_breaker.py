"""The breaker: when a central system is left alone, and when it is tried again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.breaker import Breaker, backoff_seconds


class Clock:
    def __init__(self):
        self.seconds = 1000.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def breaker(clock):
    return Breaker(failures=3, latency_seconds=2.0, open_seconds=10.0, clock=clock)


def test_failures_in_a_row_open_it(breaker):
    for _ in range(2):
        breaker.failed()
    assert breaker.allows()

    breaker.failed()

    assert not breaker.allows()


def test_a_good_answer_between_starts_the_count_again(breaker):
    for _ in range(5):
        breaker.failed()
        breaker.succeeded(seconds=0.1)

    assert breaker.allows()


def test_one_slow_answer_opens_it(breaker):
    breaker.succeeded(seconds=2.5)

    assert not breaker.allows()


def test_after_a_while_one_call_tries_it(breaker, clock):
    breaker.trip()
    clock.seconds += 10

    assert breaker.allows()
    assert breaker.is_open
    breaker.failed()
    assert not breaker.allows()


def test_a_good_trial_closes_it(breaker, clock):
    breaker.trip()
    clock.seconds += 10
    breaker.succeeded(seconds=0.1)

    assert not breaker.is_open


def test_a_person_may_ask_for_a_trial_at_once(breaker):
    breaker.trip()

    breaker.try_now()

    assert breaker.allows()


def test_what_the_system_asked_is_respected_even_then(breaker, clock):
    breaker.hold(30)

    breaker.try_now()

    assert breaker.seconds_left() == 30
    clock.seconds += 30
    assert breaker.allows()


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_backoff_never_passes_its_ceiling(attempts, chance):
    wait = backoff_seconds(attempts, base_seconds=2, max_seconds=600, chance=lambda: chance)

    assert 0 <= wait <= min(600, 2 * 2.0 ** min(attempts, 60))


def test_backoff_doubles():
    waits = [
        backoff_seconds(n, base_seconds=2, max_seconds=600, chance=lambda: 1.0) for n in range(4)
    ]

    assert waits == [2, 4, 8, 16]
