"""A clock that a wrong setting does not carry away: the wall's, held against one that nobody sets.

What ends by the hour (reservations, lists, addresses) ends for good. A machine whose clock leaps a
day ahead would end them all at once. A leap is believed when the kernel says that the time comes
from the network, or when a manager says that it is right; until then nothing ends that is not over
by both clocks. A wrong clock is as steady as a right one: waiting proves nothing.
"""

import ctypes
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from flask import Flask

LEAP = timedelta(minutes=5)  # less is a correction as any clock needs one
TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised
LARGER_THAN_TIMEX = 512
NAME = "comptoir_clock"


class Clocks(Protocol):
    """What a machine knows of the time."""

    def wall(self) -> datetime:
        """Return what the clock on the wall says."""

    def elapsed(self) -> timedelta:
        """Return the time since the machine was started, which nobody sets."""

    def is_synchronised(self) -> bool:
        """Tell whether the wall clock follows the network's time."""


class Machine:
    """The clocks of this machine."""

    def wall(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)

    def elapsed(self) -> timedelta:
        """Return the time since the start, with that asleep where the system counts it."""
        asleep_too = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
        return timedelta(seconds=time.clock_gettime(asleep_too))

    def is_synchronised(self) -> bool:
        """Ask Linux, which forgets it when somebody sets the clock; elsewhere it is not known."""
        adjtimex = getattr(ctypes.CDLL(None), "adjtimex", None)
        if adjtimex is None:
            return False
        return adjtimex(ctypes.create_string_buffer(LARGER_THAN_TIMEX)) in range(TIME_ERROR)


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """The wall clock leapt `by` so much, back when negative, and nobody said that it is right."""

    by: timedelta


class SteadyClock:
    """Tells by which time something may end, and whether the wall clock is in doubt.

    `start` is the moment at which this machine was started as it was believed last, None when
    nobody has looked yet; `keep` is told each start that is believed anew.
    """

    def __init__(
        self,
        clocks: Clocks | None = None,
        *,
        start: datetime | None = None,
        keep: Callable[[datetime], None] | None = None,
    ) -> None:
        self._clocks = clocks or Machine()
        self._keep = keep
        self._is_kept = start is not None
        self._start = start or self._told()

    def now(self) -> datetime:
        """Return the time by which something may end: the earlier one while there is a doubt."""
        doubt = self.find_doubt()
        wall = self._clocks.wall()
        if doubt is None:
            self._believe()
            return wall
        return min(wall, wall - doubt.by)

    def find_doubt(self) -> Doubt | None:
        """Return how far the wall clock leapt, or None while it can be believed."""
        by = self._told() - self._start
        if abs(by) < LEAP or self._clocks.is_synchronised():
            return None
        return Doubt(by=by)

    def confirm(self) -> None:
        """Believe the wall clock as it is, since somebody looked at it."""
        self._believe()

    def _told(self) -> datetime:
        """Return when this machine was started, by what the wall clock says now."""
        return self._clocks.wall() - self._clocks.elapsed()

    def _believe(self) -> None:
        """Take the wall clock for right, and small corrections with it."""
        told = self._told()
        is_new = not self._is_kept or abs(told - self._start) >= LEAP
        self._start = told
        if is_new and self._keep is not None:
            self._keep(told)
        self._is_kept = True


def init_app(app: Flask, clock: SteadyClock) -> None:
    """Give the application the clock of its server."""
    app.extensions[NAME] = clock


def of(app: Flask) -> SteadyClock:
    """Return the clock of the application's server."""
    found: SteadyClock = app.extensions[NAME]
    return found
