"""What is still to be told to the central system, what was learnt from it, and what changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, BigId, UtcDateTime, new_uid


class OutboxMessage(Base):
    """One fact that the central system must learn, exactly once by its uid."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(None, "state", "next_attempt_at", "id"),
        Index(None, "subject", "state", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    kind: Mapped[str]  # visit | order | order_event | stock_movements | consent
    subject: Mapped[str]  # customer:UID, order:UID …; one subject's facts leave in order
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(
        default="pending"
    )  # pending | claimed | delivered | set_aside
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None]
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(default="")


class SyncState(Base):
    """How far one flow with the central system has come."""

    __tablename__ = "sync_state"

    flow: Mapped[str] = mapped_column(primary_key=True)  # push | pull
    cursor: Mapped[str] = mapped_column(default="")
    last_success_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(default="")


class Change(Base):
    """A line of the change log that screens and pulling stores follow."""

    __tablename__ = "change"
    __table_args__ = (Index(None, "kind", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str]  # stock | orders | customers | products | visits | sync …
    key: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
