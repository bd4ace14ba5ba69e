"""The pictures of electronic labels on their way: only what has changed, and again what failed.

Only this worker speaks with the access point; no page ever waits for it.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from flask import Flask
from sqlalchemy import Engine

from store import paperless
from store.connectors import openepaperlink
from store.database import reading, writing
from store.errors import ConnectorError, LinkDown, NoAnswer
from store.label_faces import Face
from store.models import PaperlessLabel
from store.records import LabelTold
from store.web import statics
from store.web.labels import panels, words
from store.web.labels.panels import Picture
from store.workers import Pace, Present, Worker, passing

SETTLE_SECONDS = 0.5  # an import changes many prices: they are looked at together
FOLLOWS = ("products", f"devices:{paperless.SIGNAL}")


class Door(Protocol):
    """An access point, see store/connectors/openepaperlink.py."""

    def upload(self, mac: str, jpeg: bytes) -> None: ...

    def told(self) -> list[LabelTold]: ...


@dataclass
class Done:
    """What one pass did: pictures sent, found to be the same, failed, and labels asked about."""

    sent: int = 0
    same: int = 0
    failed: int = 0
    told: int = 0
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class _Job:
    """One label that should say something else than it does; without a face it is free."""

    number: int
    mac: str
    model: str
    attempts: int
    picture_digest: str
    face: Face | None


class Pushing(Worker):
    """Looks every so often, and at once when a price changes, what labels should show."""

    def __init__(
        self,
        app: Flask,
        engine: Engine,
        door: Door,
        *,
        pace: Pace | None = None,
        told_seconds: float = 60.0,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        """The access point is asked about the labels every `told_seconds`."""
        self.pace = pace or Pace()
        super().__init__(
            "labels",
            pass_seconds=self.pace.pass_seconds,
            settle_seconds=SETTLE_SECONDS,
            follows=FOLLOWS,
        )
        self._app, self._engine, self._door = app, engine, door
        self._told_seconds, self._elapsed = told_seconds, elapsed
        self._told_at: float | None = None  # on the clock that nobody sets

    def look(self) -> None:
        """Do a pass."""
        self.run_once(datetime.now(UTC))

    def run_once(self, now: datetime) -> Done:
        """Ask about the labels when it is time, then send what should be shown and is not."""
        done, present = Done(), passing(now, self._elapsed)
        if self._told_at is None or self._elapsed() - self._told_at >= self._told_seconds:
            self._ask(done, now)
        jobs = self._jobs(now)
        for position, job in enumerate(jobs):
            if self.is_stopping or not self._send(job, jobs[position:], done, present):
                break
        return done

    def _ask(self, done: Done, now: datetime) -> None:
        """Learn which labels have fetched their picture; a silence is no failure of theirs."""
        with reading(self._engine) as session:
            if not paperless.list_all(session):
                return
        self._told_at = self._elapsed()
        try:
            told = self._door.told()
        except ConnectorError as error:
            done.error = error.reason
            return
        with writing(self._engine) as session:
            done.told = paperless.take_in(session, told, now=now)
            # it is back: what waits for it need not wait longer
            paperless.press(session, reason=paperless.NOT_REACHED, now=now)

    def _jobs(self, now: datetime) -> list[_Job]:
        with self._app.app_context():
            terms = words.terms()
        with reading(self._engine) as session:
            labels = paperless.list_ready(session, now=now)
            faces = paperless.faces(session, labels, terms, now=now)
            return [job for label in labels if (job := _job(label, faces.get(label.id)))]

    def _send(self, job: _Job, waiting: Sequence[_Job], done: Done, present: Present) -> bool:
        """Send one picture; False when the access point itself is the trouble."""
        picture = self._draw(job)
        if picture.digest == job.picture_digest:
            self._note_same(job, done)
            return True
        try:
            self._door.upload(job.mac, picture.jpeg())
        except ConnectorError as error:
            is_door = _is_of_door(error)
            self._note_failed(waiting if is_door else [job], _reason(error), present())
            done.failed += len(waiting) if is_door else 1
            done.error = error.reason
            return not is_door
        self._note_handed(job, picture, present())
        done.sent += 1
        return True

    def _draw(self, job: _Job) -> Picture:
        with self._app.app_context():
            texts = words.texts([job.face])[0] if job.face else words.free(job.mac)
            fonts = statics.drawing_fonts()
        return panels.draw(texts, job.model, fonts=fonts)

    def _note_same(self, job: _Job, done: Done) -> None:
        with writing(self._engine) as session:
            for label in paperless.list_by_number(session, [job.number]):
                paperless.note_same(label, paperless.wanted_digest(job.face))
        done.same += 1

    def _note_handed(self, job: _Job, picture: Picture, now: datetime) -> None:
        with writing(self._engine) as session:
            for label in paperless.list_by_number(session, [job.number]):
                paperless.note_handed(
                    session,
                    label,
                    face_digest=paperless.wanted_digest(job.face),
                    picture_digest=picture.digest,
                    now=now,
                )

    def _note_failed(self, jobs: Sequence[_Job], reason: str, now: datetime) -> None:
        pause = self.pace.pause_seconds(max(job.attempts for job in jobs) + 1)
        again = now + timedelta(seconds=pause)
        with writing(self._engine) as session:
            labels = paperless.list_by_number(session, [job.number for job in jobs])
            paperless.note_failed(session, labels, reason=reason, again=again, now=now)


def _job(label: PaperlessLabel, face: Face | None) -> _Job | None:
    if label.face_digest == paperless.wanted_digest(face):
        return None
    return _Job(
        number=label.id,
        mac=label.mac,
        model=label.model,
        attempts=label.attempts,
        picture_digest=label.picture_digest,
        face=face,
    )


def _is_of_door(error: ConnectorError) -> bool:
    """Tell whether the others would fail as well."""
    return isinstance(error, LinkDown | NoAnswer) or error.reason == openepaperlink.IS_BUSY


def _reason(error: ConnectorError) -> str:
    if isinstance(error, LinkDown):
        return paperless.NOT_REACHED
    return paperless.TOO_SLOW if isinstance(error, NoAnswer) else error.reason
