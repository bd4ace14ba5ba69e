"""The description of the machine API, made from the table of calls."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from flask import Response, jsonify

from store.web import auth
from store.web.api.blueprint import PREFIX, api
from store.web.api.calls import CALLS, Call
from store.web.api.schema_words import Schema, ref, text
from store.web.api.schemas import SCHEMAS

PROBLEMS = {
    400: "It cannot be read",
    401: "No live token",
    403: "The token does not have the scope",
    404: "No such thing",
    409: "It would contradict what is recorded",
    413: "The body is longer than 4 MiB",
    422: "A value or the shape is not possible",
    429: "Too many requests; see Retry-After",
    503: "Busy, or the disk is full; see Retry-After",
}
ONLY_WRITES = (409, 413)
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "the same key and body answers again what it answered first",
    "schema": text(255, least=1),
}


@api.get("/openapi.json")
@auth.public
def get_openapi() -> Response:
    """Answer the description."""
    return jsonify(describe())


@cache
def describe() -> dict[str, Any]:
    """Return the whole description (OpenAPI 3.1)."""
    paths: dict[str, dict[str, Any]] = {}
    for call in sorted(CALLS, key=lambda call: call.path):
        paths.setdefault(call.path, {})[call.method.lower()] = _operation(call)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Comptoir",
            "version": _version(),
            "description": "Lists have `items` and `next`, the cursor of the next page or null. "
            "Times are RFC 3339 with a zone; money is in minor units; unknown properties of a "
            "body are ignored.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": PREFIX}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(call: Call) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": call.name,
        "summary": call.summary,
        "description": f"Scope: `{call.scope}`",
        "tags": [call.path.split("/")[1]],
        "parameters": _parameters(call),
        "responses": _responses(call),
    }
    if call.body:
        content = {"application/json": {"schema": ref(call.body)}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _parameters(call: Call) -> list[Schema]:
    names = [part[1:-1] for part in call.path.split("/") if part.startswith("{")]
    inside = [
        {"name": name, "in": "path", "required": True, "schema": text(200, least=1)}
        for name in names
    ]
    asked = [{"name": name, "in": "query", "schema": one} for name, one in call.query.items()]
    return [*inside, *asked, *([KEY] if call.body else [])]


def _responses(call: Call) -> dict[str, Any]:
    good = {
        str(status): _content("Done", "application/json", name)
        for status, name in call.answers.items()
    }
    bad = {
        str(status): _content(words, "application/problem+json", "Problem")
        for status, words in PROBLEMS.items()
        if call.body or status not in ONLY_WRITES
    }
    return {**good, **bad}


def _content(words: str, kind: str, name: str) -> dict[str, Any]:
    return {"description": words, "content": {kind: {"schema": ref(name)}}}


def _version() -> str:
    try:
        return version("comptoir")
    except PackageNotFoundError:
        return "0"
