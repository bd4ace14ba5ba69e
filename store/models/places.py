"""Shops, the appliances that stand in them and the people who work there."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.models.base import Base, UtcDateTime, new_uid


class Store(Base):
    """One shop of the chain."""

    __tablename__ = "store"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    postcode: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="FR")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    phone: Mapped[str] = mapped_column(default="")
    time_zone: Mapped[str] = mapped_column(default="Europe/Paris")
    # {"mo": [["09:30", "19:30"]], …}, local time; a day left out is closed
    opening_hours: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # {"2026-12-24": [["09:00", "17:00"]], "2026-12-25": []}: these days instead of the usual hours
    special_hours: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    pickups_per_hour: Mapped[int | None]  # how many orders can be prepared; None: no limit
    pickups_paused_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lead_minutes: Mapped[int] = mapped_column(default=120)  # of opening time, to prepare an order


class Device(Base):
    """An enrolled kiosk, tablet, label gateway or printer; it belongs to one store."""

    __tablename__ = "device"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    kind: Mapped[str]  # kiosk | tablet | labels | printer
    name: Mapped[str]
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    language: Mapped[str] = mapped_column(default="fr")
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    enrol_code_hash: Mapped[str | None] = mapped_column(unique=True)
    enrol_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    enrolled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # to the minute
    failed_pins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    store: Mapped[Store] = relationship()


class Staff(Base):
    """A sales assistant, a manager or an administrator."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    code: Mapped[str] = mapped_column(
        unique=True
    )  # short name used by commands and the machine API
    name: Mapped[str]
    role: Mapped[str] = mapped_column(default="assistant")  # assistant | manager | administrator
    store_id: Mapped[int | None] = mapped_column(ForeignKey("store.id"))
    language: Mapped[str] = mapped_column(default="fr")
    pin_hash: Mapped[str]
    pin_digits: Mapped[int] = mapped_column(default=4)
    badge_hash: Mapped[str | None] = mapped_column(unique=True)
    failed_pins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    store: Mapped[Store | None] = relationship()


class ApiToken(Base):
    """A bearer token of the machine API; only its hash is kept."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AuditEntry(Base):
    """One act worth remembering, chained to the one before by its hash; never changed."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "subject_kind", "subject_uid", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    action: Mapped[str]  # customer.opened, device.enrolled, staff.locked …
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
    subject_kind: Mapped[str] = mapped_column(default="")
    subject_uid: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    previous_hash: Mapped[str] = mapped_column(default="")
    hash: Mapped[str]


class AuditCheck(Base):
    """What the last check of the whole audit found; one row."""

    __tablename__ = "audit_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_id: Mapped[int]  # the newest entry then, which must never be missing
    last_hash: Mapped[str]
    broken_id: Mapped[int | None]


class IdempotencyKey(Base):
    """What a state-changing form or call answered the first time its key was seen."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("scope", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str]
    key: Mapped[str]
    request_hash: Mapped[str]
    status: Mapped[int]
    answer: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
