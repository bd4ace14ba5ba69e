"""Requests checked by their schemas before any rule sees them."""

import json
import math
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from flask import request
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from store.web.api.problems import Malformed, Unprocessable
from store.web.api.quick_check import QuickCheck
from store.web.api.schema_words import Schema
from store.web.api.schemas import SCHEMAS

MOST_FAULTS = 20
YEARS = range(1900, 2200)
RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)

formats = FormatChecker(["date", "uuid"])


@formats.checks("date-time")
def is_time(value: object) -> bool:
    """Tell whether a text is an RFC 3339 time that every database can keep."""
    if not isinstance(value, str):
        return True
    if not RFC_3339.fullmatch(value):
        return False
    try:
        return datetime.fromisoformat(value.upper()).year in YEARS
    except ValueError:
        return False


_quick = QuickCheck(formats.conforms)


def read_body(name: str) -> dict[str, Any]:
    """Return the JSON body of the request, valid by the schema of this name.

    Raises Malformed when it is not JSON, Unprocessable when it has another shape.
    """
    data = request.get_data()
    if len(data) >= (request.max_content_length or math.inf):
        raise RequestEntityTooLarge  # a body without Content-Length is cut off there, unsaid
    body: dict[str, Any] = _parse(data)
    check(body, name)
    return body


def read_query(parameters: Mapping[str, Schema]) -> dict[str, Any]:
    """Return the known parameters of the query, numbers as numbers; those left out are absent.

    Raises Unprocessable naming each that is wrong.
    """
    found: dict[str, Any] = {}
    faults: list[tuple[str, str]] = []
    for name, schema in parameters.items():
        if name in request.args:
            found[name] = _value(request.args[name], schema)
            errors = _validator_of(json.dumps(schema, sort_keys=True)).iter_errors(found[name])
            faults += [(f"?{name}", _words(error)) for error in errors]
    if faults:
        raise Unprocessable(faults=faults)
    return found


def check(value: Any, name: str) -> None:
    """Raise Unprocessable when a value does not have the shape of this name."""
    if _quick.accepts(value, name):
        return
    errors = list(_first(validator(name).iter_errors(value)))
    if errors:
        raise Unprocessable(faults=[(_pointer(error), _words(error)) for error in errors])


def check_path(values: Mapping[str, str]) -> None:
    """Raise Malformed when a part of the path holds a character that no key has."""
    if any("\0" in value or len(value) > 500 for value in values.values()):
        raise Malformed(reason="the path holds what no key can hold")


@cache
def validator(name: str) -> Draft202012Validator:
    """Return the check of one named shape."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": SCHEMAS}}
    return Draft202012Validator(schema, format_checker=formats)


@cache
def _validator_of(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema), format_checker=formats)


def _first(errors: Any) -> Any:
    return (error for error, _number in zip(errors, range(MOST_FAULTS), strict=False))


def _parse(data: bytes) -> Any:
    if not data:
        raise Malformed(reason="the body is empty, JSON was expected")
    try:
        value = json.loads(data, parse_constant=_refuse)
        json.dumps(value, ensure_ascii=False).encode()  # finds half a surrogate pair
    except RecursionError as error:
        raise Malformed(reason="the JSON is nested too deeply") from error
    except UnicodeError as error:
        raise Malformed(reason="the body is not valid Unicode") from error
    except ValueError as error:
        raise Malformed(reason=f"the body is not JSON: {error}"[:300]) from error
    return value


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _value(text: str, schema: Schema) -> Any:
    is_number = schema.get("type") == "integer" and re.fullmatch(r"-?\d{1,18}", text, re.ASCII)
    return int(text) if is_number else text


def _pointer(error: ValidationError) -> str:
    return "".join(f"/{part}" for part in error.absolute_path)


def _words(error: ValidationError) -> str:
    """Say what is wrong without repeating the value, which may be personal."""
    if error.validator == "required":
        return str(error.message)
    if error.validator == "format":
        return f"is not a {error.validator_value}"
    if error.validator == "pattern":
        return "holds a character that is not allowed"
    limit = error.validator_value
    return f"{error.validator}: {limit}" if isinstance(limit, str | int | list) else "is not valid"
