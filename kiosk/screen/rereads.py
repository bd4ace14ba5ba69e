"""Which kiosks may have a shared block again: the doors of any page of theirs, for many at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask
from werkzeug.http import parse_cookie

from kiosk.screen.visitor import MARK
from store import devices, visitors
from store.database import reading
from store.web import auth, languages, sightings
from store.web.clock import now
from store.web.extensions import db
from store.web.rereads import Check, Screen
from store.web.sessions import Sessions

Told = tuple[str, Mapping[str, Any]]  # the device's secret, and its session


def checker(app: Flask) -> Check:
    """Return the check of kiosks that ask for what they showed already.

    It knows a live device before which a visitor stands who has not left, as `auth.device` and
    `visitor.know` do. Whoever has no session yet, or a new one to get, is not known here.
    """
    with app.app_context():
        engine, cookie = db.engine, auth.cookie_name("kiosk")
    seen, kept = sightings.of(app), app.session_interface
    assert isinstance(kept, Sessions)

    def told(header: str) -> Told:
        cookies = parse_cookie(header)
        held = kept.read(app, cookies.get(app.config["SESSION_COOKIE_NAME"], ""))
        return cookies.get(cookie, ""), held

    def check(lot: Sequence[str]) -> list[Screen | None]:
        asking = [told(header) for header in lot]
        with reading(engine) as session:
            live = devices.list_by_tokens(session, {secret for secret, _ in asking}, kind="kiosk")
            came = {held["visitor"] for _, held in asking if "visitor" in held}
            gone = visitors.list_ended(session, came)
        found = [_screen(live.get(secret), held, gone) for secret, held in asking]
        for secret in {secret for (secret, _), one in zip(asking, found, strict=True) if one}:
            seen.note(live[secret].id, now())
        return found

    return check


def _screen(device: Any, held: Mapping[str, Any], gone: set[str]) -> Screen | None:
    visitor = held.get("visitor")
    if device is None or visitor is None or visitor in gone or not held.get("used"):
        return None
    language = languages.of_screen(held.get("language"), device.language)
    if language is None:
        return None
    mark = (MARK.lower().encode(), visitors.mark(visitor).encode())
    return Screen(store_id=device.store_id, language=language, headers=(mark,))
