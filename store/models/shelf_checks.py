"""What somebody has been asked to go and look at."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.models.base import Base, BigId, UtcDateTime, new_uid
from store.models.catalogue import Variant
from store.models.places import Staff, Store


class ShelfCheck(Base):
    """A task for whoever works in the store: go and see how many of an article stand there."""

    __tablename__ = "shelf_check"
    __table_args__ = (
        # one open task for an article, whoever asks twice
        Index(
            "uq_shelf_check_open",
            "store_id",
            "variant_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
        Index(None, "variant_id", "store_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    # doubt (of an assistant) | customer | negative (more left than was there) | promised
    reason: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    seen: Mapped[int | None]  # units on the shelf and in the stockroom
    aside: Mapped[int | None]  # units that lay prepared for pickups at that moment

    store: Mapped[Store] = relationship()
    variant: Mapped[Variant] = relationship()
    asked_by: Mapped[Staff | None] = relationship(foreign_keys=[asked_by_id])
    answered_by: Mapped[Staff | None] = relationship(foreign_keys=[answered_by_id])
