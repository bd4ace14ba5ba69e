"""What an HTTP answer of a central system means for the fact that was sent."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from requests import Response

from store.errors import ConnectorError, CredentialsRefused, LinkDown, NoAnswer

RETRY = (408, 425, 429)
BODY_LIMIT = 16 * 1024 * 1024
CHUNK = 64 * 1024
REASON_LENGTH = 300


def read(
    response: Response, *, seconds: float, clock: Callable[[], float] = time.monotonic
) -> dict[str, Any]:
    """Return the JSON object of a good answer.

    `seconds` is the time left for the whole body: a read time-out alone lets a system drip one
    byte at a time for ever.

    Raises LinkDown when something else answered, such as the login page of a hotel's Wi-Fi;
    ConnectorError or CredentialsRefused for what the system said.
    """
    told = body(response, seconds=seconds, clock=clock)
    answer = _json(response, told)
    if response.status_code >= 400:
        raise refusal(response, answer)
    if response.status_code >= 300 or answer is None:
        reason = f"{response.status_code}: not an answer of the central system"
        raise LinkDown(permanent=False, reason=reason, retry_after_seconds=None)
    return answer


def refusal(response: Response, answer: dict[str, Any] | None) -> ConnectorError:
    """Return the error that a status of 400 or above means."""
    status = response.status_code
    words = f"{status} {_words(response, answer)}".strip()[:REASON_LENGTH]
    if status in (401, 403):
        return CredentialsRefused(permanent=False, reason=words, retry_after_seconds=None)
    passing = status in RETRY or status >= 500
    return ConnectorError(
        permanent=not passing,
        reason=words,
        retry_after_seconds=retry_after_seconds(response) if passing else None,
    )


def retry_after_seconds(response: Response) -> float | None:
    """Return how long the system asks to be left alone (RFC 9110, 10.2.3), None when it does not.

    A date is compared with the answer's own Date, so that our clock need not be right.
    """
    text = response.headers.get("Retry-After", "").strip()
    if text.isdecimal():
        return float(text)
    until = _date(text)
    if until is None:
        return None
    now = _date(response.headers.get("Date", "")) or datetime.now(UTC)
    return max(0.0, (until - now).total_seconds())


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def body(
    response: Response, *, seconds: float, clock: Callable[[], float] = time.monotonic
) -> bytes:
    """Return the whole body of an answer, read within that time.

    Raises NoAnswer when it takes longer, or is too long.
    """
    until = clock() + seconds
    body = bytearray()
    # read1 returns what has come; iter_content would wait for a full chunk, however slow
    while chunk := response.raw.read1(CHUNK, decode_content=True):
        body += chunk
        if len(body) > BODY_LIMIT:
            raise NoAnswer(permanent=False, reason="answer too long", retry_after_seconds=None)
        if clock() > until:
            raise NoAnswer(permanent=False, reason="answer too slow", retry_after_seconds=None)
    return bytes(body)


def _json(response: Response, body: bytes) -> dict[str, Any] | None:
    kind = response.headers.get("Content-Type", "").split(";")[0].strip()
    if not kind.endswith("json"):
        return None
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _words(response: Response, answer: dict[str, Any] | None) -> str:
    told = [str((answer or {}).get(name) or "") for name in ("title", "detail")]
    return ": ".join(filter(None, told)) or str(response.reason or "")
