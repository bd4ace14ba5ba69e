"""Who may follow which topics, and how signals reach the bus."""

from http.cookies import CookieError, SimpleCookie

from flask import Flask

from store import changes, devices
from store.database import reading
from store.web import auth, sightings
from store.web.clock import now
from store.web.extensions import db
from store.web.live import Authorise, Bus
from store.workers import Worker

SCREENS = ("kiosk", "tablet")
# a phone may follow the article that the shelf label leads to, its figure, and an order by its id
OPEN_TO_ALL = ("stock", "products", "orders")
LOOK_SECONDS = 1.0
MOST_AT_ONCE = 1000  # an import changes more: the rest is published at the next looks


def authoriser(app: Flask) -> Authorise:
    """Return the check that an event stream asks of the cookies it came with.

    An enrolled screen follows what it likes, since a message holds nothing but a key and the
    page that is read again checks access. A phone follows single articles and orders only.
    """
    with app.app_context():
        engine = db.engine
        names = [auth.cookie_name(kind) for kind in SCREENS]
    seen = sightings.of(app)

    def allowed(cookies: str, topics: frozenset[str]) -> frozenset[str] | None:
        with reading(engine) as session:
            secrets = filter(None, (_cookies(cookies).get(name) for name in names))
            found = [devices.find_by_token(session, secret) for secret in secrets]
            screens = [device.id for device in found if device is not None]
        for screen in screens:  # one that only listens is there too
            seen.note(screen, now())
        if screens:
            return topics
        return frozenset(topic for topic in topics if _is_open(topic)) or None

    return allowed


def _is_open(topic: str) -> bool:
    """Tell whether a stranger may follow a topic: one article, or an order by its id."""
    kind, _colon, key = topic.partition(":")
    return kind in OPEN_TO_ALL and bool(key)


def _cookies(header: str) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


class ForeignChanges(Worker):
    """Publishes what other processes, such as an import, have changed in the database."""

    def __init__(self, app: Flask, bus: Bus) -> None:
        super().__init__("foreign-changes", pass_seconds=LOOK_SECONDS)
        with app.app_context():
            self._engine = db.engine
        self._bus = bus
        with reading(self._engine) as session:
            self._seen = changes.last_number(session)

    def look(self) -> None:
        """Publish each foreign change since the last look, once."""
        with reading(self._engine) as session:
            newest = changes.last_number(session)
            if newest == self._seen:
                return
            found = changes.list_foreign(session, self._seen, limit=MOST_AT_ONCE)
        for change in found:
            self._bus.publish(change.kind, change.key)
        self._seen = found[-1].id if len(found) == MOST_AT_ONCE else newest
