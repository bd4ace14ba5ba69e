"""Signed cookies and form tokens, without making at each page what comes out the same."""

from functools import lru_cache
from typing import Any

from flask import Flask, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadSignature, URLSafeTimedSerializer

_FIELD, _SALT = "csrf_token", "wtf-csrf-token"  # Flask-WTF's own


class Sessions(SecureCookieSessionInterface):
    """Flask's sessions: the signer is made once for each server, not twice a request.

    A cookie that was given over HTTPS, ours or a proxy's, never leaves it.
    """

    def __init__(self) -> None:
        self._signers: dict[int, URLSafeTimedSerializer | None] = {}

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return the signer of this server's key."""
        if id(app) not in self._signers:
            self._signers[id(app)] = super().get_signing_serializer(app)
        return self._signers[id(app)]

    def read(self, app: Flask, cookie: str) -> dict[str, Any]:
        """Return what a session's cookie holds, as a request would: nothing when it is too old."""
        signer = self.get_signing_serializer(app)
        age = int(app.permanent_session_lifetime.total_seconds())
        try:
            return dict(signer.loads(cookie, max_age=age)) if signer else {}
        except BadSignature:
            return {}

    def get_cookie_secure(self, app: Flask) -> bool:
        """Tell whether this answer goes out over HTTPS; the kiosk of this machine may use HTTP."""
        return request.is_secure


def init_app(app: Flask) -> None:
    """Keep sessions in this way, and give templates `csrf_token`."""
    app.session_interface = Sessions()
    app.context_processor(lambda: {"csrf_token": csrf_token})


def csrf_token() -> str:
    """Return the form token of this session; it has no end, so that one signature does."""
    known: str | None = g.get(_FIELD)
    if known is None and _FIELD in session:
        known = g.csrf_token = _signed(current_app.secret_key, session[_FIELD])
    return known or str(generate_csrf())


@lru_cache(maxsize=1024)
def _signed(secret: Any, token: str) -> str:
    return str(URLSafeTimedSerializer(secret, salt=_SALT).dumps(token))
