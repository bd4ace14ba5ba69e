"""The table of calls: each handler joins it with its schemas, from which openapi.json is made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from flask import Response, current_app, g, jsonify, make_response, request

from store import changes, idempotency
from store.database import take_turn
from store.idempotency import Answer
from store.web import auth
from store.web.api import validation
from store.web.api.blueprint import api
from store.web.api.problems import Malformed
from store.web.api.schema_words import Schema
from store.web.clock import now
from store.web.extensions import db, limiter

KEY_LENGTH = 255


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call: `body` and the values of `answers` are names of schemas."""

    method: str
    path: str  # "/customers/{id}"
    name: str
    scope: str
    summary: str
    answers: Mapping[int, str]
    query: Mapping[str, Schema] = field(default_factory=dict)
    body: str | None = None

    @property
    def rule(self) -> str:
        """Return the path as Flask writes it."""
        return self.path.replace("{id}", "<uid>").replace("{", "<").replace("}", ">")


CALLS: list[Call] = []

Reader = Callable[..., dict[str, Any]]
Writer = Callable[..., tuple[int, dict[str, Any]]]


def reads(
    path: str, *, scope: str, answer: str, query: Mapping[str, Schema] | None = None
) -> Callable[[Reader], Reader]:
    """Add a GET; its handler is given the checked query and the parts of the path."""

    def add(handler: Reader) -> Reader:
        call = _describe(
            handler, method="GET", path=path, scope=scope, answers={200: answer}, query=query or {}
        )

        def view(**parts: str) -> Response:
            validation.check_path(parts)
            return jsonify(handler(validation.read_query(call.query), **parts))

        _publish(call, view)
        return handler

    return add


def writes(
    method: str, path: str, *, scope: str, body: str, answers: Mapping[int, str]
) -> Callable[[Writer], Writer]:
    """Add a PUT or POST; its handler is given the checked body and the parts of the path.

    The handler returns status and answer; both are committed with what it changed, under the
    idempotency key of the request, also a problem that it returns. What it raises leaves no trace,
    so that the same key may be sent again once the cause is mended.
    """

    def add(handler: Writer) -> Writer:
        call = _describe(handler, method=method, path=path, scope=scope, answers=answers, body=body)

        def view(**parts: str) -> Response:
            validation.check_path(parts)
            known = _recall()
            if known is None:
                checked = validation.read_body(body)
                # before any row, so that no two writers wait crosswise
                take_turn(db.session(), changes.TURN)
                status, told = handler(checked, **parts)
                known = Answer(status=status, body=told)
                _keep(known)
                db.session.commit()
            return _shown(known)

        _publish(call, view)
        return handler

    return add


def _shown(answer: Answer) -> Response:
    response = make_response(jsonify(answer.body), answer.status)
    if answer.status >= HTTPStatus.BAD_REQUEST:
        response.content_type = "application/problem+json"
    return response


def _describe(handler: Callable[..., Any], **facts: Any) -> Call:
    summary = (handler.__doc__ or "").strip().splitlines()[0].rstrip(".")
    call = Call(name=handler.__name__, summary=summary, **facts)
    CALLS.append(call)
    return call


def _publish(call: Call, view: Callable[..., Response]) -> None:
    view = limiter.limit(_rate, key_func=lambda: f"token:{g.token.id}")(view)
    guarded = auth.token(call.scope)(view)
    api.add_url_rule(call.rule, call.name, guarded, methods=[call.method])


def _rate() -> str:
    return f"{current_app.config['COMPTOIR'].limits.requests_per_minute}/minute"


def _key() -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 1 <= len(key) <= KEY_LENGTH or not key.isprintable():
        raise Malformed(reason="the Idempotency-Key must be 1 to 255 printable characters")
    return key


def _scope() -> str:
    return f"api:{g.token.id}:{request.method}:{request.path}"


def _recall() -> Answer | None:
    key = _key()
    if key is None:
        return None
    return idempotency.recall(db.session(), _scope(), key, body=request.get_data())


def _keep(answer: Answer) -> None:
    key = _key()
    if key is not None:
        idempotency.keep(
            db.session(), _scope(), key, body=request.get_data(), answer=answer, now=now()
        )
