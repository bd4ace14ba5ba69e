"""Customers, how they are recognised, and what they agreed to."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.models.base import Base, BigId, UtcDateTime, new_uid


class Customer(Base):
    """A person known to the chain."""

    __tablename__ = "customer"
    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    source: Mapped[str]
    external_id: Mapped[str]
    first_name: Mapped[str] = mapped_column(default="")
    last_name: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")  # E.164
    city: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="fr")
    joined_on: Mapped[date | None]
    tier: Mapped[str] = mapped_column(default="")  # discovery | silver | gold
    points_snapshot: Mapped[int] = mapped_column(default=0)  # the central system's last word
    points_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    preferences: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CustomerToken(Base):
    """One folded word of a customer's name, for the search."""

    __tablename__ = "customer_token"
    __table_args__ = {"sqlite_with_rowid": False}

    token: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customer.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Identity(Base):
    """One way of knowing a customer again, normalised: an e-mail, a phone, an id elsewhere."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("kind", "value", "source"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    kind: Mapped[str]  # email | phone | external
    value: Mapped[str]
    source: Mapped[str] = mapped_column(default="")


class Card(Base):
    """A loyalty card, ours or of a programme that the shop already had."""

    __tablename__ = "card"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    code: Mapped[str] = mapped_column(unique=True)  # normalised as store.recognition gives it
    kind: Mapped[str] = mapped_column(default="own")  # own | programme
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PointsMovement(Base):
    """Points won or spent, signed; the balance is the snapshot and what came after it."""

    __tablename__ = "points_movement"
    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        Index(None, "customer_id", "occurred_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    points: Mapped[int]
    reason: Mapped[str] = mapped_column(default="")
    source: Mapped[str]
    source_id: Mapped[str]
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Consent(Base):
    """One dated statement of a customer about one purpose on one channel; never overwritten."""

    __tablename__ = "consent"
    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        Index(None, "customer_id", "stated_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    purpose: Mapped[str]  # marketing | suggestions | store_history
    channel: Mapped[str] = mapped_column(default="")  # email | sms | ""
    state: Mapped[str]  # granted | withdrawn
    text_version: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="fr")
    place: Mapped[str] = mapped_column(default="")  # store code, site
    staff_code: Mapped[str] = mapped_column(default="")
    proof: Mapped[str] = mapped_column(default="")
    source: Mapped[str]
    source_id: Mapped[str]
    stated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    customer: Mapped[Customer] = relationship()


class Note(Base):
    """A short remark of an assistant that the customer may read."""

    __tablename__ = "note"
    __table_args__ = (Index(None, "customer_id", "written_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    author: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
