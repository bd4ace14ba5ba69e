"""The worker that sends messages to customers: each once, again what failed, and reminders in time.

Only this worker speaks with mail servers and carriers of texts; no page ever waits for them.
"""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from store import back_in_stock, message_queue, messages, reminders, stores
from store.connectors.letters import Carrier, Letter
from store.database import reading, writing
from store.errors import ConnectorError, NoAnswer, NotFound
from store.message_queue import Carried
from store.models import CustomerMessage, Store
from store.reminders import Due, Terms
from store.web import steady_clock, stock_words
from store.web.messages import writing as letters
from store.web.messages.lines import Line
from store.web.messages.notices import KIND as NOTICE
from store.web.messages.office import Office, Written
from store.workers import Pace, Present, Worker, passing

log = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R")
REMIND_EVERY = timedelta(minutes=1)
# a mailbox that says "later" to whoever it does not know yet is asked again, however late it is
FEWEST_TRIES = 10


@dataclass
class Done:
    """What one pass did; `held` waits for a channel that answers nobody, `error` says why."""

    sent: int = 0
    retried: int = 0
    held: int = 0
    ended: int = 0
    reminded: int = 0
    error: str = ""


class Sending(Worker):
    """Looks every so often, and at once when something happens to an order, what has to leave."""

    def __init__(
        self,
        app: Flask,
        engine: Engine,
        carriers: Sequence[Carrier],
        *,
        name: str,
        office: Office,
        own_store: str,
        terms: Terms | None = None,
        pace: Pace | None = None,
        give_up_seconds: float = 48 * 3600.0,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        """`name` is this worker's own: what it had claimed when it died is freed as it starts.

        `own_store` is the code of the shop whose customers are reminded, empty for the only one;
        `elapsed` is a clock in seconds that nobody sets.
        """
        self.pace, self._give_up_seconds = pace or Pace(), give_up_seconds
        self._elapsed = elapsed
        super().__init__("messages", pass_seconds=self.pace.pass_seconds, follows=("orders",))
        self._app, self._engine, self._name = app, engine, name
        self._carriers = {channel: one for one in carriers for channel in one.channels}
        self._lines = {channel: Line() for channel in self._carriers}
        self._office, self._own_store, self._terms = office, own_store, terms or Terms()
        self._reminded_at: datetime | None = None

    def begin(self) -> None:
        """Take up again what this worker held when it died."""
        with writing(self._engine) as session:
            message_queue.QUEUE.release_claims(session, worker=self._name)

    def look(self) -> None:
        """Do a pass, by the clock that nobody sets for what is said of the last day."""
        self.run_once(datetime.now(UTC), steady=steady_clock.of(self._app).now())

    def end(self) -> None:
        """Close the connections to who carries messages."""
        for carrier in self._carriers.values():
            carrier.close()

    def run_once(self, now: datetime, *, steady: datetime | None = None) -> Done:
        """Write the reminders that are due, then send what may leave.

        `steady` is the time by a clock that a wrong setting does not move: nobody is told too soon
        that it is the last day.
        """
        done, present = Done(), passing(now, self._elapsed)
        if self._reminded_at is None or abs(now - self._reminded_at) >= REMIND_EVERY:
            self._reminded_at = now
            done.reminded = self._remind(steady or now)
        while not self.is_stopping:
            uid = self._claim(present())
            if uid is None:
                break
            self._send(uid, done, present)
        return done

    # --- reminders ----------------------------------------------------------------------------

    def _remind(self, now: datetime) -> int:
        """Write what the day, or the stock, asks to be told; return how many.

        One that cannot be written holds back neither the others nor what has to leave.
        """
        return _each(self._due, partial(self._remind_of, now=now), now=now) + _each(
            self._list_back, partial(self._tell_back, now=now), now=now
        )

    def _due(self, now: datetime) -> Sequence[Due]:
        with reading(self._engine) as session:
            own = self._own(session)
            return reminders.list_due(session, own, self._terms, now=now) if own else ()

    def _remind_of(self, due: Due, *, now: datetime) -> bool:
        with writing(self._engine) as session:
            return reminders.write(session, due, now=now)

    def _list_back(self, now: datetime) -> Sequence[str]:
        """Return the wishes whose article is back and of which nothing was written yet."""
        with reading(self._engine) as session:
            own = self._own(session)
            if own is None:
                return ()
            with self._app.app_context():
                trust = stock_words.trust(session)
            due = back_in_stock.due(session, store_id=own.id, now=now, trust=trust)
            uids = {messages.notice_uid(NOTICE, wish.uid): wish.uid for wish in due}
            written = messages.list_written(session, uids)
            return [wish for uid, wish in uids.items() if uid not in written]

    def _tell_back(self, wish: str, *, now: datetime) -> bool:
        with writing(self._engine) as session:
            own = stores.get_own(session, self._own_store)
            messages.write_notice(session, NOTICE, occasion=wish, store=own, now=now)
        return True

    def _own(self, session: Session) -> Store | None:
        try:
            return stores.get_own(session, self._own_store)
        except NotFound:
            return None  # a shop that is still being set up

    # --- one message --------------------------------------------------------------------------

    def _claim(self, now: datetime) -> str | None:
        queue, lease = message_queue.QUEUE, self.pace.lease_seconds
        return queue.take(self._engine, worker=self._name, now=now, lease_seconds=lease)

    def _send(self, uid: str, done: Done, present: Present) -> None:
        written = self._written(uid, done, present)
        if written is None:
            return
        if written.letter is None:
            self._end(uid, written.state, written.reason, present())
            done.ended += 1
            return
        letter, line = written.letter, self._lines[written.letter.channel]
        if line.is_left_alone(present()):
            self._hold(letter, self._farthest(present()), "")
            done.held += 1
            return
        try:
            provider_id = self._carriers[letter.channel].send(letter)
        except ConnectorError as error:
            self._settle(letter, written, error, done, present())
        except Exception as error:
            log.exception("messages: %s could not be handed over", uid)
            self._count(uid, error, done, present())
        else:
            self._note_sent(written, _carried(letter, written, provider_id), uid, present())
            self._note_answer(line, letter.channel, present())
            done.sent += 1

    def _note_sent(self, written: Written, carried: Carried, uid: str, now: datetime) -> None:
        with writing(self._engine) as session:
            message_queue.note_sent(session, uid, carried, now=now)
            if written.wish:
                with suppress(NotFound):  # the message left all the same
                    own = stores.get_own(session, self._own_store)
                    back_in_stock.tell(session, written.wish, store=own, now=now)

    def _written(self, uid: str, done: Done, present: Present) -> Written | None:
        """Return the letter; one that cannot be written waits, and holds nobody back."""
        try:
            return self._write(uid, present())
        except Exception as error:
            log.exception("messages: %s could not be written", uid)
            self._count(uid, error, done, present())
            return None

    def _write(self, uid: str, now: datetime) -> Written:
        with reading(self._engine) as session:
            query = select(CustomerMessage).where(CustomerMessage.uid == uid)
            message = session.scalars(query).one()
            return letters.write(self._app, session, message, self._office, now=now)

    def _end(
        self, uid: str, state: str, reason: str, now: datetime, carried: Carried | None = None
    ) -> None:
        with writing(self._engine) as session:
            message_queue.settle(
                session, uid, state, worker=self._name, reason=reason, carried=carried, now=now
            )

    def _settle(
        self, letter: Letter, written: Written, error: ConnectorError, done: Done, now: datetime
    ) -> None:
        """Note a message that was not taken: for good, or to be tried again."""
        carried, line = _carried(letter, written, ""), self._lines[letter.channel]
        if error.permanent:
            log.warning("messages: %s refused: %s", letter.uid, error.reason)
            self._end(letter.uid, "bounced", error.reason, now, carried)
            self._note_answer(line, letter.channel, now)
            done.ended += 1
        elif line.is_at_fault(error):
            self._hold(letter, line.leave(error, self.pace, now=now), error.reason)
            done.held, done.error = done.held + 1, error.reason
        elif not isinstance(error, NoAnswer) and self._is_hopeless(letter.uid, now):
            self._end(letter.uid, "failed", error.reason, now, carried)
            done.ended += 1
        else:
            self._later(letter.uid, error, now)
            done.retried += 1

    def _hold(self, letter: Letter, moment: datetime, reason: str) -> None:
        """Let a message wait for its channel, as if it had not been tried."""
        with writing(self._engine) as session:
            message_queue.put_off(
                session,
                letter.uid,
                worker=self._name,
                channel=letter.channel,
                moment=moment,
                reason=reason,
            )

    def _farthest(self, now: datetime) -> datetime:
        """Return until when what was not tried waits, unless its channel answers sooner."""
        return now + timedelta(seconds=max(self.pace.backoff_max_seconds, self.pace.pass_seconds))

    def _note_answer(self, line: Line, channel: str, now: datetime) -> None:
        """Note that a channel answers; what waited for it leaves at once."""
        if line.answered():
            with writing(self._engine) as session:
                message_queue.hasten(session, channel, now=now)

    def _is_hopeless(self, uid: str, now: datetime) -> bool:
        """Tell whether a message was refused for so long, and so often, that it is given up."""
        attempts, age_seconds = self._tries(uid, now)
        return age_seconds > self._give_up_seconds and attempts + 1 >= FEWEST_TRIES

    def _count(self, uid: str, error: Exception, done: Done, now: datetime) -> None:
        """Try again later what failed as nobody foresaw."""
        reason = type(error).__name__
        fault = ConnectorError(permanent=False, reason=reason, retry_after_seconds=None)
        self._later(uid, fault, now)
        done.retried += 1

    def _tries(self, uid: str, now: datetime) -> tuple[int, float]:
        with reading(self._engine) as session:
            query = select(CustomerMessage.attempts, CustomerMessage.created_at)
            row = session.execute(query.where(CustomerMessage.uid == uid)).one()
        return row.attempts, (now - row.created_at).total_seconds()

    def _later(self, uid: str, error: ConnectorError, now: datetime) -> None:
        attempts, _age_seconds = self._tries(uid, now)
        pause = self.pace.pause_seconds(attempts + 1, asked=error.retry_after_seconds)
        moment = now + timedelta(seconds=min(pause, self._give_up_seconds))
        with writing(self._engine) as session:
            message_queue.try_later(
                session, uid, worker=self._name, moment=moment, reason=error.reason, now=now
            )


def _each(
    find: Callable[[datetime], Sequence[T]], act: Callable[[T], bool], *, now: datetime
) -> int:
    """Do an act for each that is found, whatever one of them raises; return how many were done."""
    found: list[T] = []
    _tried(lambda: found.extend(find(now)))
    return sum(bool(_tried(partial(act, one))) for one in found)


def _tried(act: Callable[[], R]) -> R | None:
    try:
        return act()
    except Exception:
        log.exception("messages: what is to be told was not written this time")
        return None


def _carried(letter: Letter, written: Written, provider_id: str) -> Carried:
    return Carried(channel=letter.channel, sent_to=written.sent_to, provider_id=provider_id)
