"""What goes on beside the pages: threads that look again and again, and how patiently they try."""

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from store import changes
from store.breaker import backoff_seconds

log = logging.getLogger(__name__)

Present = Callable[[], datetime]
LONGEST_WAIT_SECONDS = 23 * 3600.0  # within a day, also when the clock is put back a little
STOP_SECONDS = 2.0
FAULT_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How often a worker looks, and how patiently it tries again; seconds throughout."""

    pass_seconds: float = 5.0
    lease_seconds: float = 60.0
    backoff_base_seconds: float = 2.0
    backoff_max_seconds: float = 600.0

    def pause_seconds(self, attempts: int, *, asked: float | None = None) -> float:
        """Return how long to wait after so many tries; what the other side `asked` is respected.

        For less than a day: a time further ahead is taken for that of a wrong clock.
        """
        if asked:
            return min(asked, LONGEST_WAIT_SECONDS)
        base, most = self.backoff_base_seconds, self.backoff_max_seconds
        return backoff_seconds(attempts, base_seconds=base, max_seconds=most)


def passing(now: datetime, clock: Callable[[], float] = time.monotonic) -> Present:
    """Return what tells the time from `now` on, by a clock in seconds that nobody sets."""
    started = clock()
    return lambda: now + timedelta(seconds=clock() - started)


class Worker(ABC):
    """A thread that looks every so often, and at once when something changes that it follows.

    It survives whatever a look raises, such as a full disk: the next one may go better.
    """

    def __init__(
        self,
        name: str,
        *,
        pass_seconds: float,
        first_seconds: float = 0.0,
        settle_seconds: float = 0.0,
        follows: Collection[str] = (),
    ) -> None:
        """`follows` are topics of changes: a kind, or `kind:key`.

        The first look is `first_seconds` after the start; changes that come within
        `settle_seconds` of one another are looked at together.
        """
        self._pass_seconds, self._first_seconds = pass_seconds, first_seconds
        self._settle_seconds, self._follows = settle_seconds, follows
        self._awake, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin to work; a commit of something that is followed wakes the worker at once."""
        changes.listen(self._hear)
        self._thread.start()

    def stop(self) -> None:
        """End within two seconds; what is half done then is found again at the next start."""
        changes.ignore(self._hear)
        self._stopping.set()
        self._awake.set()
        self._thread.join(STOP_SECONDS)

    @property
    def is_stopping(self) -> bool:
        """Tell whether to begin nothing more."""
        return self._stopping.is_set()

    def begin(self) -> None:
        """Take up what was left behind when this worker died; done once, before the first look."""
        return

    @abstractmethod
    def look(self) -> None:
        """Do what is due."""

    def end(self) -> None:
        """Let go of what is held; done once, after the last look."""
        return

    def pause_seconds(self) -> float:
        """Return how long to wait for the next look when nothing happens."""
        return self._pass_seconds

    def guarded(self, act: Callable[[], object]) -> None:
        """Do a part of a look that the other parts do not depend on."""
        try:
            act()
        except Exception:
            log.exception("%s: not done this time", self._thread.name)
            self._stopping.wait(FAULT_SECONDS)

    def _hear(self, kind: str, key: str) -> None:
        if kind in self._follows or f"{kind}:{key}" in self._follows:
            self._awake.set()

    def _run(self) -> None:
        self._stopping.wait(self._first_seconds)
        self.guarded(self.begin)
        while not self.is_stopping:
            self.guarded(self.look)
            self._awake.wait(self.pause_seconds())
            self._stopping.wait(self._settle_seconds)
            self._awake.clear()
        self.guarded(self.end)
