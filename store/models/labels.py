"""What the shelves say: former prices, printed sheets, and electronic labels."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.models.base import Base, BigId, UtcDateTime, new_uid
from store.models.catalogue import Variant
from store.models.places import Staff


class FormerPrice(Base):
    """A price that a variant had `until` it was changed; the law asks for those of 30 days."""

    __tablename__ = "former_price"
    __table_args__ = (Index(None, "variant_id", "until"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    price_minor: Mapped[int]
    currency: Mapped[str]
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class LabelPrint(Base):
    """Sheets of labels that were printed in one go, as they were: `faces` is what each said."""

    __tablename__ = "label_print"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    labels: Mapped[int]
    faces: Mapped[list[dict[str, Any]]] = mapped_column(JSON)

    made_by: Mapped[Staff | None] = relationship()


class PrintedLabel(Base):
    """The paper label of a variant that hangs in a store, by the digest of what it says."""

    __tablename__ = "printed_label"
    __table_args__ = {"sqlite_with_rowid": False}

    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"), primary_key=True, index=True)
    face_digest: Mapped[str]
    name: Mapped[str]  # as printed, to say what has changed
    price_minor: Mapped[int]
    printed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    variant: Mapped[Variant] = relationship()


class PaperlessLabel(Base):
    """An electronic label of a store, known by its MAC; without a variant it is free."""

    __tablename__ = "paperless_label"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), index=True)
    mac: Mapped[str] = mapped_column(unique=True)  # 16 upper-case hexadecimal digits
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variant.id"), index=True)
    model: Mapped[str]  # 296x128 | 400x300
    paired_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # what the access point took last: what it says, and the picture of it
    face_digest: Mapped[str] = mapped_column(default="")
    picture_digest: Mapped[str] = mapped_column(default="")
    handed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    shown_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the label itself fetched it
    attempts: Mapped[int] = mapped_column(default=0)  # failures in a row
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(default="")
    # what the access point tells of it
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    battery_mv: Mapped[int | None]

    variant: Mapped[Variant | None] = relationship()
