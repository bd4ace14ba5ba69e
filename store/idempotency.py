"""Keys by which the same act, sent again, answers again what it answered first."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from store.database import take_turn
from store.errors import KeyReused
from store.models import IdempotencyKey


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was answered the first time; `body` is JSON-like."""

    status: int
    body: dict[str, Any]


def recall(session: Session, scope: str, key: str, *, body: bytes) -> Answer | None:
    """Return the first answer to this key, None when it is new.

    `scope` keeps one caller's keys apart from another's. A second caller of the same key waits
    here until the first has committed.

    Raises KeyReused when the key came with another body.
    """
    take_turn(session, f"key:{scope}:{key}")
    query = select(IdempotencyKey).where(IdempotencyKey.scope == scope, IdempotencyKey.key == key)
    known = session.scalar(query)
    if known is None:
        return None
    if known.request_hash != _hash(body):
        raise KeyReused(key=key)
    return Answer(status=known.status, body=known.answer)


def keep(
    session: Session, scope: str, key: str, *, body: bytes, answer: Answer, now: datetime
) -> None:
    """Remember the answer; it is committed with what the act changed."""
    session.add(
        IdempotencyKey(
            scope=scope,
            key=key,
            request_hash=_hash(body),
            status=answer.status,
            answer=answer.body,
            created_at=now,
        )
    )


def forget_before(session: Session, moment: datetime) -> None:
    """Drop keys first seen before `moment`; tablets may be offline for 30 days."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < moment))


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
