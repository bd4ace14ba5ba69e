"""The sync worker: tells the central system what waits, and learns what changed there.

Only this worker speaks with a central system; no page ever waits for it.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from store import changes, flows, inbox, outbox, told_purchases
from store.breaker import Breaker
from store.connectors.base import Connector
from store.database import reading, take_turn, writing
from store.errors import ConnectorError, CredentialsRefused, LinkDown, NoAnswer
from store.records import Message
from store.workers import LONGEST_WAIT_SECONDS, Pace, Present, Worker, passing

log = logging.getLogger(__name__)

FOLLOWS = (f"sync:{outbox.WAITS}", f"sync:{outbox.ASKED}")


@dataclass
class Pass:
    """What one pass did; `error` is why it ended early, empty when it did not."""

    delivered: int = 0
    retried: int = 0
    set_aside: int = 0
    pulled: int = 0
    refused: int = 0
    error: str = ""


class Syncing(Worker):
    """Pushes, at once when a fact is written, and pulls every so often."""

    def __init__(
        self,
        engine: Engine,
        connector: Connector,
        *,
        name: str,
        own_store: str = "",
        pace: Pace | None = None,
        breaker: Breaker | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`name` is this worker's own: what it had claimed when it died is freed as it starts.

        `own_store` is the code of the shop it works for, empty on a server of none.
        """
        self.pace = pace or Pace()
        super().__init__("sync", pass_seconds=self.pace.pass_seconds, follows=FOLLOWS)
        self.engine, self.connector = engine, connector
        self.name, self.own_store = name, own_store
        self.breaker = breaker or Breaker(clock=clock)
        self._clock, self._pull_at = clock, clock()
        self._asked = threading.Event()

    def begin(self) -> None:
        """Take up again what this worker held when it died."""
        with writing(self.engine) as session:
            outbox.QUEUE.release_claims(session, worker=self.name)

    def look(self) -> None:
        """Tell what waits; learn what changed when it is time, or somebody asks."""
        with_pull = self._asked.is_set() or self._clock() >= self._pull_at
        if with_pull:
            self._asked.clear()
            self._pull_at = self._clock() + self.pace.pass_seconds
        self.run_once(datetime.now(UTC), with_pull=with_pull)

    def end(self) -> None:
        """Close the connections to the central system."""
        self.connector.close()

    def pause_seconds(self) -> float:
        """Return how long it is until the next pull."""
        return max(0.05, self._pull_at - self._clock())

    def run_once(self, now: datetime, *, with_pull: bool = True) -> Pass:
        """Tell what may leave and, unless `with_pull` is False, learn what changed."""
        done, present = Pass(), passing(now, self._clock)
        if self.breaker.allows():
            self._push_all(done, present)
        if with_pull and not done.error and self.breaker.allows():
            self._pull_all(done, present)
        return done

    def _hear(self, kind: str, key: str) -> None:
        if (kind, key) == ("sync", outbox.ASKED):
            self.breaker.try_now()
            self._asked.set()
        super()._hear(kind, key)

    # --- push ---------------------------------------------------------------------------------

    def _push_all(self, done: Pass, present: Present) -> None:
        while self._may_ask():
            message = self._claim(present())
            if message is None:
                return
            self._push(message, done, present)

    def _claim(self, now: datetime) -> Message | None:
        lease = self.pace.lease_seconds
        uid = outbox.QUEUE.take(self.engine, worker=self.name, now=now, lease_seconds=lease)
        if uid is None:
            return None
        with reading(self.engine) as session:
            return outbox.read(session, uid)

    def _push(self, message: Message, done: Pass, present: Present) -> None:
        was_open, started = self.breaker.is_open, self._clock()
        try:
            self._tell(message)
        except ConnectorError as error:
            self._settle_failure(message, error, done, present())
            return
        self.breaker.succeeded(seconds=self._clock() - started)
        done.delivered += 1
        now = present()
        with writing(self.engine) as session:
            outbox.mark_delivered(session, message.uid, now=now)
            flows.note_success(session, flows.PUSH, now=now)
            if was_open:
                outbox.hasten(session, now=now)

    def _tell(self, message: Message) -> None:
        if message.kind not in self.connector.capabilities.pushes:
            reason = f"{self.connector.name} does not take {message.kind}"
            raise ConnectorError(permanent=True, reason=reason, retry_after_seconds=None)
        self.connector.push(message)

    def _settle_failure(
        self, message: Message, error: ConnectorError, done: Pass, now: datetime
    ) -> None:
        if error.permanent:
            self._set_aside(message, error, done, now)
            return
        self._mind(error)
        reason = _reason(error)
        with writing(self.engine) as session:
            flows.note_failure(session, flows.PUSH, reason=reason, now=now)
            if isinstance(error, LinkDown | CredentialsRefused):
                outbox.QUEUE.give_back(session, message.uid, worker=self.name, reason=reason)
                done.error = reason
                return
            asked = error.retry_after_seconds
            pause = self.pace.pause_seconds(message.attempts, asked=asked)
            moment = now + timedelta(seconds=pause)
            outbox.retry_at(
                session, message.uid, worker=self.name, moment=moment, reason=reason, now=now
            )
        done.retried += 1
        if not self.breaker.allows():
            done.error = reason

    def _set_aside(
        self, message: Message, error: ConnectorError, done: Pass, now: datetime
    ) -> None:
        log.warning("sync: %s %s set aside: %s", message.kind, message.uid, error.reason)
        self.breaker.succeeded(seconds=0.0)  # it answered
        with writing(self.engine) as session:
            outbox.set_aside(session, message.uid, reason=error.reason, worker=self.name, now=now)
            flows.note_success(session, flows.PUSH, now=now)
        done.set_aside += 1

    # --- pull ---------------------------------------------------------------------------------

    def _pull_all(self, done: Pass, present: Present) -> None:
        try:
            while self._may_ask() and self._pull_page(done, present):
                continue
            if self.connector.capabilities.has_purchases:
                until = self._clock() + self.pace.pass_seconds
                self._pull_due_purchases(done, present, until=until)
        except ConnectorError as error:
            self._mind(error)
            done.error = _reason(error)
            with writing(self.engine) as session:
                flows.note_failure(session, flows.PULL, reason=done.error, now=present())

    def _may_ask(self) -> bool:
        return not self.is_stopping and self.breaker.allows()

    def _pull_page(self, done: Pass, present: Present) -> bool:
        """Take in one page with its cursor in one transaction; tell whether there are more."""
        with reading(self.engine) as session:
            before = flows.cursor(session, flows.PULL)
        was_open, started = self.breaker.is_open, self._clock()
        page = self.connector.pull(before)
        self.breaker.succeeded(seconds=self._clock() - started)
        now = present()
        with writing(self.engine) as session:
            take_turn(session, changes.TURN)  # before any row: every other writer does so
            if not flows.move_cursor(session, flows.PULL, before=before, after=page.cursor):
                return False  # another worker has taken this page in
            refused = inbox.take_in(session, page, now=now, own_store=self.own_store)
            flows.note_success(session, flows.PULL, now=now)
            if was_open:
                outbox.hasten(session, now=now)
        for words in refused:
            log.warning("sync: not taken in: %s", words)
        done.pulled += len(page.items)
        done.refused += len(refused)
        return page.has_more

    def _pull_due_purchases(self, done: Pass, present: Present, *, until: float) -> None:
        """Read what customers bought elsewhere, one after the other, for as long as a pass may.

        What waits to leave is first, and so is what changes: the pasts of a whole chain take hours.
        Each page is taken in by itself: a history that was cut short is read again, and what is
        known already stays as it is.
        """
        while self._may_ask() and not self._awake.is_set() and self._clock() < until:
            with reading(self.engine) as session:
                due = told_purchases.find_due(session)
            if due is None:
                return
            try:
                self._pull_purchases(due, done, present)
            except ConnectorError as error:
                if not error.permanent:
                    raise
                log.warning("sync: purchases of %s not read: %s", due.hub_uid, error.reason)
                done.refused += 1
                with writing(self.engine) as session:
                    told_purchases.settle(session, due)

    def _pull_purchases(self, due: told_purchases.Due, done: Pass, present: Present) -> None:
        """Read a customer's purchases from the newest on, until all new ones are found."""
        missing, cursor = due.told - due.taken, ""
        while not self.is_stopping:
            page = self.connector.pull_purchases(due.hub_uid, cursor)
            with writing(self.engine) as session:
                take_turn(session, changes.TURN)
                taken = told_purchases.take_in(session, due, page.items, now=present())
                missing -= taken.added
                is_whole = missing <= 0 or page.cursor is None
                if is_whole:
                    told_purchases.settle(session, due)
            done.pulled += taken.added
            if is_whole:
                return
            cursor = page.cursor or ""

    def _mind(self, error: ConnectorError) -> None:
        """Let the breaker know of a failure."""
        if error.retry_after_seconds is not None:
            self.breaker.hold(min(error.retry_after_seconds, LONGEST_WAIT_SECONDS))
        elif isinstance(error, LinkDown | CredentialsRefused):
            self.breaker.trip()
        else:
            self.breaker.failed()


def _reason(error: ConnectorError) -> str:
    return f"{outbox.NO_ANSWER}: {error.reason}" if isinstance(error, NoAnswer) else error.reason
