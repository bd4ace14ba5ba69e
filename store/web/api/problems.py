"""Problem details (RFC 9457): what every error of the machine API looks like."""

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, request
from sqlalchemy.exc import DataError, DBAPIError
from werkzeug.exceptions import HTTPException

from store import errors, json_records
from store.database import explain
from store.web.api.blueprint import PREFIX

PREFIXES = (PREFIX, "/hooks", "/healthz", "/readyz", "/metrics")
RETRY_SECONDS = 1
# What is safe to say of an error: keys and codes, nothing of a person.
TOLD = ("kind", "key", "field", "problem", "state", "wanted", "needs", "store_code", "reason")
TOLD_TIMES = ("opens_at",)

STATUSES: dict[type[errors.ComptoirError], tuple[int, str]] = {
    errors.Unauthorised: (401, "A live bearer token is needed"),
    errors.NotAllowed: (403, "The token does not have this scope"),
    errors.SignatureRefused: (403, "The signature is not right, too old, or not expected here"),
    errors.NotFound: (404, "There is no such thing"),
    errors.ForbiddenTransition: (409, "The order is not in a state that allows this"),
    errors.AlreadyReturned: (409, "These units have come back before; this return is set aside"),
    errors.StoreClosed: (409, "The store is closed; nobody would come to the customer"),
    errors.WrongStore: (409, "The order waits in another store"),
    errors.VisitClosed: (409, "The visit is already recorded otherwise"),
    errors.KeyReused: (409, "The idempotency key came with another body before"),
    errors.Invalid: (422, "A value is not possible"),
    errors.UnknownCode: (422, "The code leads nowhere"),
    errors.DatabaseBusy: (503, "The server is busy; send the same again"),
    errors.DiskFull: (503, "The server's disk is full; nothing was recorded"),
}


class Malformed(errors.ComptoirError):
    """The request cannot be read (`reason`)."""


class Unprocessable(errors.ComptoirError):
    """The request was read and does not have the right shape; `faults` are (pointer, why)."""

    faults: Sequence[tuple[str, str]]


def init_app(app: Flask) -> None:
    """Answer errors under the API's paths with problem details; other paths keep their pages."""
    pages = dict(app.error_handler_spec[None][None])
    for family, show in (
        (errors.ComptoirError, of_error),
        (DBAPIError, of_database),
        (OSError, of_system),
        (OverflowError, of_overflow),
        (HTTPException, of_http),
    ):
        app.register_error_handler(family, _either(show, pages.get(family)))


def is_api_path() -> bool:
    """Tell whether a program asks."""
    return request.path.startswith(PREFIXES)


def problem(
    status: int, kind: str, title: str, *, detail: str = "", faults: Sequence[tuple[str, str]] = ()
) -> Response:
    """Answer one problem."""
    body: dict[str, Any] = {
        "type": f"urn:comptoir:problem:{kind}",
        "title": title,
        "status": status,
    }
    if detail:
        body["detail"] = detail[:1000]
    if faults:
        body["errors"] = [{"pointer": where[:500], "detail": why[:500]} for where, why in faults]
    answer = Response(json.dumps(body), status, content_type="application/problem+json")
    if status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def of_error(error: errors.ComptoirError) -> Response:
    """Answer one of our errors."""
    if isinstance(error, Malformed):
        return problem(400, "malformed", "The request cannot be read", detail=error.data["reason"])
    if isinstance(error, Unprocessable):
        title = "The request does not have the right shape"
        return problem(422, "shape", title, faults=error.faults)
    for family in type(error).__mro__:
        if family in STATUSES:
            status, title = STATUSES[family]
            return problem(status, _kind(type(error)), title, detail=_detail(error))
    return problem(500, "server-error", "The server could not answer")


def of_database(error: DBAPIError) -> Response:
    """Answer an error of the driver that a program can act upon; raises the others."""
    if isinstance(error, DataError):
        return problem(422, "out-of-range", "A value does not fit")
    return of_system(error)


def of_system(error: DBAPIError | OSError) -> Response:
    """Answer a disk that is full, or a database that is busy; raises the others."""
    ours = explain(error)
    if ours is None:
        raise error
    return of_error(ours)


def of_overflow(_error: OverflowError) -> Response:
    """Answer a number that no database can hold."""
    return problem(422, "out-of-range", "A value does not fit")


def of_http(error: HTTPException) -> Response:
    """Answer what the framework refuses: no such path or method, too long a body…"""
    status = error.code or 500
    answer = problem(status, f"http-{status}", error.name)
    if isinstance(allowed := getattr(error, "valid_methods", None), Sequence):
        answer.headers["Allow"] = ", ".join(allowed)
    return answer


def _either(show: Any, page: Any) -> Any:
    def handle(error: Any) -> Any:
        if is_api_path():
            return show(error)
        if page is None:
            raise error
        return page(error)

    return handle


def _kind(family: type) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in family.__name__).lstrip("-")


def _detail(error: errors.ComptoirError) -> str:
    told = {name: error.data.get(name) for name in TOLD}
    told |= {name: json_records.write_time(error.data.get(name)) for name in TOLD_TIMES}
    return ", ".join(f"{name}: {value}" for name, value in told.items() if value)
