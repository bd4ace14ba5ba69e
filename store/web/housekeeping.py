"""What a server does beside its pages: throws away, looks over the audit, notes devices' sights."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from store import (
    audit,
    back_in_stock,
    changes,
    devices,
    idempotency,
    labels,
    outbox,
    prices,
    unmet,
    visitors,
)
from store.database import reading, writing
from store.web import daily
from store.web.sightings import Sightings
from store.web.steady_clock import SteadyClock

log = logging.getLogger(__name__)

KEYS_KEPT = timedelta(days=30)
DELIVERED_KEPT = timedelta(days=30)
CHANGES_KEPT = timedelta(days=90)
UNMET_KEPT = timedelta(days=400)
FIRST_SECONDS = 60.0  # the screens come back first
SEEN_SECONDS = 60.0
DAY_SECONDS = 24 * 3600.0
AT_ONCE = 5_000  # on SQLite everybody else waits for as long as one deletion takes


@dataclass(frozen=True, kw_only=True)
class Tidied:
    """How much was dropped."""

    delivered: int = 0
    changes: int = 0


def tidy(engine: Engine, *, now: datetime, unmet_kept: timedelta = UNMET_KEPT) -> Tidied | None:
    """Drop old keys, facts long delivered, and changes that later ones stand for.

    So are contacts of whoever waited too long for an article, and wishes older than `unmet_kept`.
    Returns None, with nothing dropped, when the clock has gone back: it may be wrong either way.
    """
    with reading(engine) as session:
        newest = changes.find_newest(session)
        if newest is not None and newest.at > now:
            return None
        passed = changes.list_passed(session, before=now - CHANGES_KEPT)
    with writing(engine) as session:
        idempotency.forget_before(session, now - KEYS_KEPT)
        prices.forget(session, before=now - prices.KEPT)
        labels.forget_prints(session, before=now - labels.KEPT)
        visitors.forget_ended(session, before=now - visitors.KEPT)
        unmet.forget(session, before=now - unmet_kept)
        back_in_stock.expire(session, now=now)
        back_in_stock.forget(session, before=now - back_in_stock.KEPT)
        delivered = outbox.forget_delivered(session, before=now - DELIVERED_KEPT)
    _forget_changes(engine, passed)
    return Tidied(delivered=delivered, changes=len(passed))


def _forget_changes(engine: Engine, numbers: Sequence[int]) -> None:
    for start in range(0, len(numbers), AT_ONCE):
        with writing(engine) as session:
            changes.forget(session, numbers[start : start + AT_ONCE])


def note_seen(engine: Engine, seen: Sightings) -> None:
    """Write down when devices were seen last; what cannot be written is noted again."""
    taken = seen.take()
    if not taken:
        return
    try:
        with writing(engine) as session:
            devices.note_seen(session, taken)
    except Exception:
        for device_id, at in taken.items():
            seen.note(device_id, at)
        raise


def check_audit(engine: Engine, *, now: datetime) -> None:
    """Look over the whole audit, and tell the log when somebody has changed it."""
    with reading(engine) as session:
        found = audit.look_over(session)
    with writing(engine) as session:
        audit.keep(session, found, now=now)
    if found.broken_id is not None:
        log.error("audit: the chain is broken at entry %d", found.broken_id)


class Housekeeping(threading.Thread):
    """Notes sights once a minute; looks over and tidies a minute after the start, then daily."""

    def __init__(
        self,
        engine: Engine,
        seen: Sightings,
        *,
        pictures: Path,
        clock: SteadyClock,
        unmet_kept: timedelta = UNMET_KEPT,
    ) -> None:
        super().__init__(name="housekeeping", daemon=True)
        self._unmet_kept = unmet_kept
        self._engine = engine
        self._pictures = pictures
        self._clock = clock
        self._seen = seen
        self._stop_asked = threading.Event()

    def run(self) -> None:
        """Keep house, again and again, until `stop`."""
        daily_at = time.monotonic() + FIRST_SECONDS
        while not self._stop_asked.wait(SEEN_SECONDS):
            self._guarded(lambda: note_seen(self._engine, self._seen))
            if time.monotonic() >= daily_at:
                daily_at = time.monotonic() + DAY_SECONDS
                self._guarded(self._tidy)
                self._guarded(lambda: check_audit(self._engine, now=self._clock.now()))
                self._guarded(self._look_after_the_catalogue)
        self._guarded(lambda: note_seen(self._engine, self._seen))

    def _tidy(self) -> None:
        if tidy(self._engine, now=self._clock.now(), unmet_kept=self._unmet_kept) is None:
            log.warning("housekeeping: the clock has gone back, nothing was dropped")

    def _look_after_the_catalogue(self) -> None:
        daily.run(self._engine, folder=self._pictures, now=self._clock.now())

    def _guarded(self, act: Callable[[], None]) -> None:
        """Survive whatever happens, such as a full disk: the next time may go better."""
        try:
            act()
        except Exception:
            log.exception("housekeeping: not done this time")

    def stop(self) -> None:
        """Ask the thread to end; what it is dropping is dropped or kept as a whole."""
        self._stop_asked.set()
