"""Papers on their way to the shop's printers: the first that is fit, or the one that stands in.

Only this worker speaks with printers; no page ever waits for one.
"""

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from store import acceptance, printers, printing, stores
from store.acceptance import Times
from store.database import reading, writing
from store.errors import NotFound
from store.models import Printer, Store
from store.web import statics
from store.web.tickets import drawing, words
from store.web.tickets.spool import Told
from store.workers import Pace, Present, Worker, passing

log = logging.getLogger(__name__)

SETTLE_SECONDS = 0.3
TROUBLED_SECONDS = 30.0
LEASE = timedelta(minutes=2)
DAY = timedelta(days=1)
FOLLOWS = ("orders", f"devices:{printers.SIGNAL}")


class Door(Protocol):
    """A printer that is spoken with, see store/web/tickets/spool.py."""

    state: str

    def put(self, uid: str, png: bytes) -> Told: ...


@dataclass(frozen=True, kw_only=True)
class ByItself:
    """What is printed by itself: the slip of what is ready, and what nobody takes on in time."""

    slips_when_ready: bool = True
    acceptance: Times = field(default_factory=Times)


@dataclass
class Done:
    """What one pass did: papers printed, unsure and not sent; and the last trouble."""

    printed: int = 0
    unsure: int = 0
    waiting: int = 0
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class _Machine:
    """A printer of this pass."""

    number: int
    host: str
    port: int
    dots: int
    is_to_be_asked: bool


class Printing(Worker):
    """Looks every so often, and at once when something is asked for, what is to be printed."""

    def __init__(
        self,
        app: Flask,
        engine: Engine,
        open_door: Callable[[str, int], AbstractContextManager[Door]],
        *,
        store_code: str,
        by_itself: ByItself | None = None,
        pace: Pace | None = None,
        asked_seconds: float = 300.0,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        """A printer without work is asked how it is every `asked_seconds`."""
        self.pace = pace or Pace()
        super().__init__(
            "printing",
            pass_seconds=self.pace.pass_seconds,
            settle_seconds=SETTLE_SECONDS,
            follows=FOLLOWS,
        )
        self._app, self._engine, self._open = app, engine, open_door
        self._code, self._asked_seconds, self._elapsed = store_code, asked_seconds, elapsed
        self._by_itself = by_itself or ByItself()
        self._forgot_at: datetime | None = None

    def look(self) -> None:
        """Do a pass."""
        self.run_once(datetime.now(UTC))

    def run_once(self, now: datetime) -> Done:
        """Ask for what is due by itself, then print what waits on the first printer that is fit."""
        done, present = Done(), passing(now, self._elapsed)
        machines = self._prepare(now)
        for machine in machines:
            if not self.is_stopping:
                self._serve_if_possible(machine, done, present)
        if machines and not self.is_stopping:
            self._put_off(done, present())
        return done

    def _prepare(self, now: datetime) -> list[_Machine]:
        """Bring the queue up to date; return the printers, the first choice first."""
        with reading(self._engine) as session:
            try:
                shop = stores.get_own(session, self._code)
            except NotFound:
                return []  # a shop that is still being set up
            machines = [self._machine(one, now) for one in printers.list_all(session, shop)]
            wanted = self._wanted(session, shop, now) if machines else []
            is_dead = bool(machines) and printing.has_dead(session, now=now)
        if wanted or is_dead:
            with writing(self._engine) as session:
                printing.recover(session, now=now)
                printing.add_for_orders(session, wanted, now=now)
        self._forget(now)
        return machines

    def _machine(self, printer: Printer, now: datetime) -> _Machine:
        seconds = self._asked_seconds
        if printer.state not in printers.FIT:
            seconds = min(seconds, TROUBLED_SECONDS)
        since = printer.asked_at or now - timedelta(days=1)
        return _Machine(
            number=printer.device_id,
            host=printer.host,
            port=printer.port,
            dots=printer.dots,
            is_to_be_asked=now - since >= timedelta(seconds=seconds),
        )

    def _wanted(self, session: Session, shop: Store, now: datetime) -> list[printing.Wanted]:
        """Return what goes on paper by itself and does not yet."""
        late = acceptance.list_to_print(session, shop, times=self._by_itself.acceptance, now=now)
        wanted = [printing.Wanted(kind="unaccepted", order=order.uid) for order in late]
        if self._by_itself.slips_when_ready:
            wanted += printing.list_without_slip(session, shop, now=now)
        return printing.without_job(session, wanted)

    def _forget(self, now: datetime) -> None:
        if self._forgot_at is None or abs(now - self._forgot_at) >= DAY:
            with writing(self._engine) as session:
                printing.forget(session, before=now - printing.KEPT)
            self._forgot_at = now

    def _serve_if_possible(self, machine: _Machine, done: Done, present: Present) -> None:
        """Leave a printer that cannot be worked with to the next pass; another stands in."""
        try:
            self._serve(machine, done, present)
        except Exception:
            log.exception("printing: %s:%d is left for now", machine.host, machine.port)

    def _serve(self, machine: _Machine, done: Done, present: Present) -> None:
        """Let one printer print what is due; ask how it is when that is all there is to do."""
        jobs = self._due(machine, present())
        if not jobs and not machine.is_to_be_asked:
            return
        with self._open(machine.host, machine.port) as door:
            self._note_state(machine, door.state, present())
            for uid in jobs:
                if door.state not in printers.FIT or self.is_stopping:
                    break
                self._print(machine, door, uid, done, present)
                self._note_state(machine, door.state, present())
            done.error = "" if door.state in printers.FIT else door.state

    def _due(self, machine: _Machine, now: datetime) -> list[str]:
        with reading(self._engine) as session:
            return printing.list_due(session, machine.number, now=now)

    def _note_state(self, machine: _Machine, state: str, now: datetime) -> None:
        with writing(self._engine) as session:
            printer = session.get_one(Printer, machine.number)
            is_new = printers.note_state(session, printer, state, now=now)
            if is_new and state in printers.FIT:  # it is back: what waits need not wait longer
                printing.press(session, now=now)

    def _print(
        self,
        machine: _Machine,
        door: Door,
        uid: str,
        done: Done,
        present: Present,
    ) -> None:
        try:
            picture = self._draw(uid, machine, present())
        except Exception:
            log.exception("printing: %s cannot be drawn", uid)
            return  # no printer takes it in this pass, and so it is put off
        with writing(self._engine) as session:
            if picture is None:
                printing.note_dropped(session, uid, now=present())
            elif not printing.claim(session, uid, now=present(), lease=LEASE):
                picture = None
        if picture is None:
            return
        told = door.put(uid, picture)
        with writing(self._engine) as session:
            self._note(session, machine, uid, told, present())
        done.printed += told.printed == "yes"
        done.unsure += told.printed == "unsure"

    def _note(
        self, session: Session, machine: _Machine, uid: str, told: Told, now: datetime
    ) -> None:
        if told.printed == "yes":
            printing.note_printed(session, uid, on=machine.number, now=now)
        elif told.printed == "unsure":
            printing.note_unsure(session, uid, on=machine.number, reason=told.state, now=now)
        else:
            printing.note_not_sent(session, uid, reason=told.state, again=now, now=now)

    def _draw(self, uid: str, machine: _Machine, now: datetime) -> bytes | None:
        with self._app.app_context():
            fonts = statics.drawing_fonts()
            with reading(self._engine) as session:
                shop = stores.get_own(session, self._code)
                job = printing.get(session, uid, store=shop)
                texts = words.texts(session, job, store=shop, now=now)
        return drawing.draw(texts, fonts=fonts, dots=machine.dots) if texts else None

    def _put_off(self, done: Done, now: datetime) -> None:
        """Let what no printer took wait, longer each time."""
        with reading(self._engine) as session:
            left = printing.list_due(session, None, now=now)
        done.waiting = len(left)
        if not left:
            return
        with writing(self._engine) as session:
            for uid in left:
                pause = self.pace.pause_seconds
                printing.put_off(session, uid, reason=done.error, pause=pause, now=now)
