"""What the screens of the shop need to know: whose session is over, and what they announce."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, UtcDateTime, new_uid


class EndedVisitor(Base):
    """A customer who has left a kiosk: what still arrives in that session's name is refused."""

    __tablename__ = "ended_visitor"

    uid: Mapped[str] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"))
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ScreenMessage(Base):
    """A short text that the kiosks of one store show to everybody until its end."""

    __tablename__ = "screen_message"
    __table_args__ = (Index(None, "store_id", "ends_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    text_fr: Mapped[str]
    text_en: Mapped[str] = mapped_column(default="")
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
