"""When to leave a central system alone: after failures in a row, slowness, or on its own wish."""

import random
import time
from collections.abc import Callable


class Breaker:
    """Lets calls through until the link is taken for dead; then one call at a time tries it."""

    def __init__(
        self,
        *,
        failures: int = 5,
        latency_seconds: float = 10.0,
        open_seconds: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`failures` in a row, or one answer slower than `latency_seconds`, open it."""
        self._limit = failures
        self._latency = latency_seconds
        self._open_seconds = open_seconds
        self._clock = clock
        self._failures = 0
        self._closed_from: float | None = None
        self._is_wish = False

    @property
    def is_open(self) -> bool:
        """Tell whether the link was taken for dead and has not been heard since."""
        return self._closed_from is not None

    def seconds_left(self) -> float:
        """Return how long the system is left alone from now, 0 when a call may go out."""
        if self._closed_from is None:
            return 0.0
        return max(0.0, self._closed_from - self._clock())

    def allows(self) -> bool:
        """Tell whether a call may go out now."""
        return self.seconds_left() == 0.0

    def succeeded(self, *, seconds: float) -> None:
        """Note an answer that took `seconds`; one that is too slow is no better than none."""
        if seconds > self._latency:
            self.trip()
            return
        self._failures = 0
        self._closed_from = None

    def failed(self) -> None:
        """Note a call without a good answer."""
        self._failures += 1
        if self.is_open or self._failures >= self._limit:
            self.trip()

    def trip(self) -> None:
        """Leave the system alone for a while, since it cannot be reached or is too slow."""
        self._failures = self._limit
        self._is_wish = False
        self._closed_from = self._clock() + self._open_seconds

    def hold(self, seconds: float) -> None:
        """Leave the system alone for as long as it asked."""
        self._is_wish = True
        self._closed_from = self._clock() + seconds

    def try_now(self) -> None:
        """Let one call out, since a person asks; what the system itself asked is respected."""
        if self.is_open and not self._is_wish:
            self._closed_from = self._clock()


def backoff_seconds(
    attempts: int,
    *,
    base_seconds: float,
    max_seconds: float,
    chance: Callable[[], float] = random.random,
) -> float:
    """Return how long to wait after the given number of tries: exponential, with full jitter.

    Full jitter keeps a chain's shops from coming back all at once:
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    ceiling = min(max_seconds, base_seconds * 2.0 ** min(attempts, 60))
    return chance() * ceiling
