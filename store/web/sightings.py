"""When devices were last seen: noted in memory by the doors, written down by the housekeeping."""

import threading
from datetime import datetime

from flask import Flask

NAME = "comptoir_sightings"


class Sightings:
    """The newest sight of each device since it was last taken; safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[int, datetime] = {}
        self._latest: dict[int, datetime] = {}

    def note(self, device_id: int, at: datetime) -> None:
        """Remember that a device was seen; a GET must not write, so nothing else happens here."""
        with self._lock:
            self._seen[device_id] = self._latest[device_id] = at

    def latest(self, device_id: int) -> datetime | None:
        """Return when this process saw the device last, written down or not."""
        return self._latest.get(device_id)

    def take(self) -> dict[int, datetime]:
        """Return what was noted since the last time, and begin anew."""
        with self._lock:
            taken, self._seen = self._seen, {}
        return taken


def init_app(app: Flask) -> None:
    """Give the application a place to note sights in."""
    app.extensions[NAME] = Sightings()


def of(app: Flask) -> Sightings:
    """Return the application's sights."""
    found: Sightings = app.extensions[NAME]
    return found
