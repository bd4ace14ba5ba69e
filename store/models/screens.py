"""What the screens of the shop need to know: whose session is over, and what they announce."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, UtcDateTime


class EndedVisitor(Base):
    """A customer who has left a kiosk: what still arrives in that session's name is refused."""

    __tablename__ = "ended_visitor"

    uid: Mapped[str] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"))
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
