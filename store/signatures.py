"""Webhooks signed after the Standard Webhooks specification, so that both sides can check them.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Protocol

from store.errors import SignatureRefused

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
PREFIX = "whsec_"
VERSION = "v1"
TOLERANCE = timedelta(minutes=5)


class Headers(Protocol):
    """The headers of a request, whatever they are kept in."""

    def get(self, name: str, default: str, /) -> str: ...


def sign(secret: str, body: bytes, *, uid: str, now: datetime) -> dict[str, str]:
    """Return the three headers that go with a body; `uid` stays the same when it is sent again."""
    timestamp = str(int(now.timestamp()))
    signature = f"{VERSION},{_signature(secret, uid, timestamp, body)}"
    return {ID: uid, TIMESTAMP: timestamp, SIGNATURE: signature}


def check(secret: str, headers: Headers, body: bytes, *, now: datetime) -> str:
    """Return the id of a webhook whose signature is right and whose time is near.

    Raises SignatureRefused, also when there is no secret to check with.
    """
    uid, timestamp = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    if not (secret and uid and timestamp.isdecimal() and len(timestamp) < 12):
        raise SignatureRefused()
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        raise SignatureRefused()
    wanted = _signature(secret, uid, timestamp, body)
    for told in headers.get(SIGNATURE, "").split():
        version, _, signature = told.partition(",")
        if version == VERSION and hmac.compare_digest(signature.encode(), wanted.encode()):
            return uid
    raise SignatureRefused()


def _signature(secret: str, uid: str, timestamp: str, body: bytes) -> str:
    content = f"{uid}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.digest(_key(secret), content, hashlib.sha256)).decode()


def _key(secret: str) -> bytes:
    """Return the bytes of a secret: base64 after its prefix, or else as it is written."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return secret.encode()
