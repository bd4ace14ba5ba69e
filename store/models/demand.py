"""What customers asked for and the shop could not show."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, UtcDateTime


class UnmetDemand(Base):
    """One wish that was not met, without who had it: a search without result, an absent size."""

    __tablename__ = "unmet_demand"
    __table_args__ = (Index(None, "store_id", "asked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    # search_without_result | size_absent | out_of_stock | refused_substitute | other
    kind: Mapped[str]
    text: Mapped[str] = mapped_column(default="")  # as typed, or the size
    sku: Mapped[str] = mapped_column(default="")
    device_kind: Mapped[str] = mapped_column(default="kiosk")
    language: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    once: Mapped[str] = mapped_column(
        unique=True
    )  # a hash: the same wish of one visitor counts once
