"""What a server throws away once a day: what nobody will ask for again."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from store import changes, idempotency, outbox, visitors
from store.database import reading, writing

log = logging.getLogger(__name__)

KEYS_KEPT = timedelta(days=30)
DELIVERED_KEPT = timedelta(days=30)
CHANGES_KEPT = timedelta(days=90)
FIRST_SECONDS = 60.0  # the screens come back first
DAY_SECONDS = 24 * 3600.0
AT_ONCE = 5_000  # on SQLite everybody else waits for as long as one deletion takes


@dataclass(frozen=True, kw_only=True)
class Tidied:
    """How much was dropped."""

    delivered: int = 0
    changes: int = 0


def tidy(engine: Engine, *, now: datetime) -> Tidied | None:
    """Drop old keys, facts long delivered, and changes that later ones stand for.

    Returns None, with nothing dropped, when the clock has gone back: it may be wrong either way.
    """
    with reading(engine) as session:
        newest = changes.find_newest(session)
        if newest is not None and newest.at > now:
            return None
        passed = changes.list_passed(session, before=now - CHANGES_KEPT)
    with writing(engine) as session:
        idempotency.forget_before(session, now - KEYS_KEPT)
        visitors.forget_ended(session, before=now - visitors.KEPT)
        delivered = outbox.forget_delivered(session, before=now - DELIVERED_KEPT)
    _forget_changes(engine, passed)
    return Tidied(delivered=delivered, changes=len(passed))


def _forget_changes(engine: Engine, numbers: Sequence[int]) -> None:
    for start in range(0, len(numbers), AT_ONCE):
        with writing(engine) as session:
            changes.forget(session, numbers[start : start + AT_ONCE])


class Housekeeping(threading.Thread):
    """Tidies a minute after the start and then once a day, on a store and on a hub."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(name="housekeeping", daemon=True)
        self._engine = engine
        self._stop_asked = threading.Event()

    def run(self) -> None:
        """Tidy, again and again, until `stop`."""
        pause = FIRST_SECONDS
        while not self._stop_asked.wait(pause):
            self._tidy()
            pause = DAY_SECONDS

    def _tidy(self) -> None:
        """Survive whatever happens, such as a full disk: tomorrow may go better."""
        try:
            done = tidy(self._engine, now=datetime.now(UTC))
        except Exception:
            log.exception("housekeeping: nothing more was dropped today")
            return
        if done is None:
            log.warning("housekeeping: the clock has gone back, nothing was dropped")

    def stop(self) -> None:
        """Ask the thread to end; what it is dropping is dropped or kept as a whole."""
        self._stop_asked.set()
