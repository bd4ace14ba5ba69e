"""Tables whose rows leave one by one: a worker holds a row for the time of a lease.

No two workers hold the same row, and what one held when it died is taken up again.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, or_, select, update
from sqlalchemy.orm import Session

from store.database import affected, reading, writing

# A time further ahead than this was written by a clock that was wrong.
FARTHEST = timedelta(days=1)
REASON_LENGTH = 500
HELD = "claimed"
FREE = {"claimed_by": None, "claimed_until": None}


def is_due(column: Any, now: datetime) -> ColumnElement[bool]:
    """Tell whether the time in a column has come, also when a clock that was ahead wrote it."""
    return or_(column <= now, column > now + FARTHEST)


def is_near(moment: datetime, now: datetime) -> bool:
    """Tell whether a time ahead can be waited for; one further ahead is of a clock that erred."""
    return moment <= now + FARTHEST


class Queue:
    """A table with the columns of a claim: uid, state, attempts, next_attempt_at, claimed_by …"""

    def __init__(
        self, table: Any, *, waiting: str, ready: Callable[[datetime], Select[str]]
    ) -> None:
        """`waiting` is the state of a row that nobody holds.

        `ready` selects the uids of what may leave at a moment, the first one first.
        """
        self._table, self._waiting, self._ready = table, waiting, ready

    def take(
        self, engine: Engine, *, worker: str, now: datetime, lease_seconds: float
    ) -> str | None:
        """Claim the next row in a transaction of its own; return its uid, None without one.

        Writes only when something may leave: on SQLite a writer keeps all others waiting.
        """
        with reading(engine) as session:
            if not self.has_ready(session, now=now):
                return None
        with writing(engine) as session:
            self.release_expired(session, now=now)
            return self.claim(session, worker=worker, now=now, lease_seconds=lease_seconds)

    def has_ready(self, session: Session, *, now: datetime) -> bool:
        """Tell whether a worker may claim something now, or free what another left behind."""
        expired = self._table.state == HELD, is_due(self._table.claimed_until, now)
        left = select(self._table.uid).where(*expired)
        return bool(session.scalar(select(or_(self._ready(now).exists(), left.exists()))))

    def claim(
        self, session: Session, *, worker: str, now: datetime, lease_seconds: float
    ) -> str | None:
        """Take the first row that may leave for the time of a lease; return its uid or None."""
        lease = {"claimed_by": worker, "claimed_until": now + timedelta(seconds=lease_seconds)}
        while (uid := session.scalar(self._ready(now).limit(1))) is not None:
            if self.change(session, self._table.uid == uid, self._waiting, state=HELD, **lease):
                return uid
        return None

    def release_claims(self, session: Session, *, worker: str) -> int:
        """Free what a worker of this name held when it died; return how many."""
        own = self._table.claimed_by == worker
        return self.change(session, own, HELD, state=self._waiting, **FREE)

    def release_expired(self, session: Session, *, now: datetime) -> int:
        """Free what a worker that died had claimed; return how many."""
        past = is_due(self._table.claimed_until, now)
        return self.change(session, past, HELD, state=self._waiting, **FREE)

    def try_later(
        self, session: Session, uid: str, *, worker: str, moment: datetime, reason: str
    ) -> int:
        """Count a try that failed, and let the row leave again at `moment`."""
        tried = {"attempts": self._table.attempts + 1, "next_attempt_at": moment}
        return self.give_back(session, uid, worker=worker, reason=reason, **tried)

    def give_back(
        self, session: Session, uid: str, *, worker: str, reason: str = "", **values: Any
    ) -> int:
        """Free a row that the worker holds, to leave again."""
        return self.settle(session, uid, self._waiting, worker=worker, reason=reason, **values)

    def settle(
        self, session: Session, uid: str, state: str, *, worker: str, reason: str, **values: Any
    ) -> int:
        """Free a row that the worker holds, in another state; 0 when it holds it no more."""
        own = (self._table.uid == uid) & (self._table.claimed_by == worker)
        values |= {"last_error": reason[:REASON_LENGTH], **FREE}
        return self.change(session, own, HELD, state=state, **values)

    def change(
        self, session: Session, which: ColumnElement[bool], *states: str, **values: Any
    ) -> int:
        """Change rows that are still in one of `states`; the number of rows says who won."""
        statement = update(self._table).where(which, self._table.state.in_(states))
        return affected(session, statement.values(values))
