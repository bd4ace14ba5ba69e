"""Opaque cursors: where the next page of a list begins."""

import base64
import json
from datetime import datetime
from typing import Any

from store import json_records
from store.web.api.problems import Malformed
from store.web.api.schema_words import Schema, text, whole
from store.web.api.schemas import PAGE_LIMIT

PAGING: dict[str, Schema] = {
    "limit": whole(1, PAGE_LIMIT, description="items a page; 50 when left out"),
    "cursor": text(500, description="`next` of the page before"),
}
USUAL_LIMIT = 50


def limit_of(query: dict[str, Any]) -> int:
    """Return how many items a page has."""
    return int(query.get("limit", USUAL_LIMIT))


def write(*position: str | int) -> str:
    """Return a cursor for a position."""
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


def read(cursor: str, *shape: type) -> list[Any]:
    """Return the position of a cursor, whose parts have the types of `shape`.

    Raises Malformed when we never made such a cursor.
    """
    try:
        position = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError) as error:
        raise Malformed(reason="the cursor is not one of ours") from error
    if not isinstance(position, list) or [type(part) for part in position] != list(shape):
        raise Malformed(reason="the cursor is not one of ours")
    return position


def moment(text: str) -> datetime:
    """Return the time in a cursor; raises Malformed."""
    try:
        return json_records.moment(text)
    except ValueError as error:
        raise Malformed(reason="the cursor is not one of ours") from error
