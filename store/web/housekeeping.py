"""What a server does beside its pages: throws away, looks over the audit, notes devices' sights."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from store import (
    addresses,
    audit,
    back_in_stock,
    baskets,
    calls,
    changes,
    contacts,
    delegates,
    devices,
    handoffs,
    handovers,
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
from store.workers import Worker

log = logging.getLogger(__name__)

KEYS_KEPT = timedelta(days=30)
DELIVERED_KEPT = timedelta(days=30)
CHANGES_KEPT = timedelta(days=90)
UNMET_KEPT = timedelta(days=400)
CALLS_KEPT = timedelta(days=30)
DELEGATES_KEPT = timedelta(days=30)
FIRST_SECONDS = 60.0  # the screens come back first
SEEN_SECONDS = 60.0
DAY_SECONDS = 24 * 3600.0
AT_ONCE = 5_000  # on SQLite everybody else waits for as long as one deletion takes


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """How long is kept what the shop's settings speak of."""

    lists: timedelta
    addresses: timedelta
    contacts: timedelta
    unmet: timedelta


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


def forget_persons(engine: Engine, keeping: Keeping, *, now: datetime) -> None:
    """Drop lists, codes, calls, addresses and names that are kept for nobody any more."""
    with writing(engine) as session:
        baskets.drop_untouched(session, before=now - keeping.lists)
        handoffs.forget(session, before=now - handoffs.KEPT)
        calls.forget(session, before=now - CALLS_KEPT)
        addresses.forget(session, before=now - keeping.addresses)
        contacts.forget(session, before=now - keeping.contacts)
        delegates.forget(session, before=now - DELEGATES_KEPT)
        handovers.forget_signatures(session, before=now - handovers.SIGNATURES_KEPT)


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


class Housekeeping(Worker):
    """Notes sights once a minute; looks over and tidies a minute after the start, then daily."""

    def __init__(
        self,
        engine: Engine,
        seen: Sightings,
        *,
        pictures: Path,
        clock: SteadyClock,
        keeping: Keeping,
    ) -> None:
        super().__init__("housekeeping", pass_seconds=SEEN_SECONDS, first_seconds=SEEN_SECONDS)
        self._engine, self._seen, self._clock = engine, seen, clock
        self._pictures, self._keeping = pictures, keeping
        self._daily_at = time.monotonic() + FIRST_SECONDS

    def look(self) -> None:
        """Do what is due, each act by itself: what it drops is dropped or kept as a whole."""
        self.guarded(self._note_seen)
        if time.monotonic() < self._daily_at:
            return
        self._daily_at = time.monotonic() + DAY_SECONDS
        now = self._clock.now()
        self.guarded(lambda: self._tidy(now))
        self.guarded(lambda: forget_persons(self._engine, self._keeping, now=now))
        self.guarded(lambda: check_audit(self._engine, now=now))
        self.guarded(lambda: daily.run(self._engine, folder=self._pictures, now=now))

    def end(self) -> None:
        """Note the last sights."""
        self._note_seen()

    def _note_seen(self) -> None:
        note_seen(self._engine, self._seen)

    def _tidy(self, now: datetime) -> None:
        if tidy(self._engine, now=now, unmet_kept=self._keeping.unmet) is None:
            log.warning("housekeeping: the clock has gone back, nothing was dropped")
