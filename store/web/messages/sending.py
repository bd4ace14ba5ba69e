"""The worker that sends messages to customers: each once, again what failed, and reminders in time.

Only this worker speaks with mail servers and carriers of texts; no page ever waits for them.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from store import back_in_stock, message_queue, messages, reminders, stores
from store.connectors.letters import Carrier, Letter
from store.database import reading, writing
from store.errors import ConnectorError, CredentialsRefused, LinkDown, NotFound
from store.message_queue import Carried
from store.models import CustomerMessage, Store
from store.reminders import Terms
from store.web import steady_clock, stock_words
from store.web.messages import writing as letters
from store.web.messages.notices import KIND as NOTICE
from store.web.messages.office import Office, Written
from store.workers import Pace, Present, Worker, passing

log = logging.getLogger(__name__)

REMIND_EVERY = timedelta(minutes=1)


@dataclass
class Done:
    """What one pass did; `error` is why it ended early, empty when it did not."""

    sent: int = 0
    retried: int = 0
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
    ) -> None:
        """`name` is this worker's own: what it had claimed when it died is freed as it starts.

        `own_store` is the code of the shop whose customers are reminded, empty for the only one.
        """
        self.pace, self._give_up_seconds = pace or Pace(), give_up_seconds
        super().__init__("messages", pass_seconds=self.pace.pass_seconds, follows=("orders",))
        self._app, self._engine, self._name = app, engine, name
        self._carriers = {channel: one for one in carriers for channel in one.channels}
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
        done, present = Done(), passing(now)
        if self._reminded_at is None or abs(now - self._reminded_at) >= REMIND_EVERY:
            done.reminded = self._remind(steady or now)
            self._reminded_at = now
        while not self.is_stopping and not done.error:
            uid = self._claim(present())
            if uid is None:
                break
            self._send(uid, done, present)
        return done

    # --- reminders ----------------------------------------------------------------------------

    def _remind(self, now: datetime) -> int:
        """Write what the day, or the stock, asks to be told; return how many."""
        with reading(self._engine) as session:
            try:
                own = stores.get_own(session, self._own_store)
            except NotFound:
                return 0  # a shop that is still being set up
            due = reminders.list_due(session, own, self._terms, now=now)
            back = self._list_back(session, own, now)
        written = 0
        for one in due:
            with writing(self._engine) as session:
                written += reminders.write(session, one, now=now)
        for uid in back:
            with writing(self._engine) as session:
                messages.write_notice(session, NOTICE, occasion=uid, store=own, now=now)
                written += 1
        return written

    def _list_back(self, session: Session, own: Store, now: datetime) -> list[str]:
        """Return the wishes whose article is back and of which nothing was written yet."""
        with self._app.app_context():
            trust = stock_words.trust(session)
        due = back_in_stock.due(session, store_id=own.id, now=now, trust=trust)
        return [
            wish.uid
            for wish in due
            if message_queue.find_uid(session, messages.notice_uid(NOTICE, wish.uid)) is None
        ]

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
        letter = written.letter
        try:
            provider_id = self._carriers[letter.channel].send(letter)
        except ConnectorError as error:
            self._settle(letter, written, error, done, present())
            return
        carried = _carried(letter, written, provider_id)
        with writing(self._engine) as session:
            message_queue.note_sent(session, uid, carried, now=present())
            if written.wish:
                own = stores.get_own(session, self._own_store)
                back_in_stock.tell(session, written.wish, store=own, now=present())
        done.sent += 1

    def _written(self, uid: str, done: Done, present: Present) -> Written | None:
        """Return the letter; one that cannot be written waits, and holds nobody back."""
        try:
            return self._write(uid, present())
        except Exception as error:
            log.exception("messages: %s could not be written", uid)
            fault = ConnectorError(
                permanent=False, reason=type(error).__name__, retry_after_seconds=None
            )
            self._later(uid, self._tries(uid, present())[0], fault, present())
            done.retried += 1
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
        carried = _carried(letter, written, "")
        if error.permanent:
            log.warning("messages: %s refused: %s", letter.uid, error.reason)
            self._end(letter.uid, "bounced", error.reason, now, carried)
            done.ended += 1
            return
        attempts, age_seconds = self._tries(letter.uid, now)
        if age_seconds > self._give_up_seconds:
            self._end(letter.uid, "failed", error.reason, now, carried)
            done.ended += 1
        else:
            self._later(letter.uid, attempts, error, now)
            done.retried += 1
        if isinstance(error, LinkDown | CredentialsRefused):
            done.error = error.reason  # the next message would fare no better

    def _tries(self, uid: str, now: datetime) -> tuple[int, float]:
        with reading(self._engine) as session:
            query = select(CustomerMessage.attempts, CustomerMessage.created_at)
            row = session.execute(query.where(CustomerMessage.uid == uid)).one()
        return row.attempts, (now - row.created_at).total_seconds()

    def _later(self, uid: str, attempts: int, error: ConnectorError, now: datetime) -> None:
        pause = self.pace.pause_seconds(attempts + 1, asked=error.retry_after_seconds)
        moment = now + timedelta(seconds=min(pause, self._give_up_seconds))
        with writing(self._engine) as session:
            message_queue.try_later(
                session, uid, worker=self._name, moment=moment, reason=error.reason, now=now
            )


def _carried(letter: Letter, written: Written, provider_id: str) -> Carried:
    return Carried(channel=letter.channel, sent_to=written.sent_to, provider_id=provider_id)
