"""The Flask extensions, made once and bound to an application by config.app."""

from functools import cache
from http import HTTPStatus
from typing import Any

from flask import Response, current_app, g, has_request_context, request
from flask_babel import Babel
from flask_limiter import Limiter
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from flask_wtf import CSRFProtect
from htmx_flask import Htmx
from sqlalchemy import Engine

from store.database import READING, make_engine
from store.models import Base

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class WriteInReadRequest(RuntimeError):
    """A handler of a safe method tried to write."""


class RequestSession(FlaskSession):
    """The session of one request: a safe method takes no write lock and cannot write."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Any:
        """Return the engine, told to begin as a reader when the request is safe."""
        bind = super().get_bind(*args, **kwargs)
        return _reader(bind) if is_reading() and isinstance(bind, Engine) else bind

    def flush(self, objects: Any = None) -> None:
        """Write what is pending; raises WriteInReadRequest when the request is safe."""
        if self._is_clean():  # each statement of a page asks
            return
        if is_reading():
            raise WriteInReadRequest(request.path)
        super().flush(objects)


@cache
def _reader(engine: Engine) -> Engine:
    # one object per engine: a session keeps one connection for each engine that it meets
    return engine.execution_options(**READING)


def is_reading() -> bool:
    """Tell whether the request in progress must not write."""
    return has_request_context() and request.method in SAFE_METHODS


class Database(SQLAlchemy):
    """Flask-SQLAlchemy on our engine and our models."""

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Any) -> Engine:
        return make_engine(**options)


class Limits(Limiter):
    """Limits that each stand on their view, which asks for itself."""

    def _check_request_limit(
        self, callable_name: str | None = None, in_middleware: bool = True
    ) -> None:
        if not in_middleware:  # looking for other limits at each request takes 0.1 ms
            super()._check_request_limit(callable_name, in_middleware)


def _who() -> str:
    device = g.get("device")
    return f"device:{device.uid}" if device else f"address:{request.remote_addr}"


def lookups() -> str:
    """Return how often one device may ask whom or what a code is, in the limiter's words."""
    return f"{current_app.config['COMPTOIR'].limits.lookups_per_minute}/minute"


def is_guess(answer: Response) -> bool:
    """Tell whether a look-up found nothing; a page that follows what it knows is no guess."""
    return answer.status_code == HTTPStatus.NOT_FOUND


db = Database(metadata=Base.metadata, session_options={"class_": RequestSession})
babel = Babel()
csrf = CSRFProtect()
limiter = Limits(key_func=_who, storage_uri="memory://", headers_enabled=False)
htmx = Htmx()
