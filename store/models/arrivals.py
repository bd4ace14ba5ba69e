"""What is needed to believe a customer whose order is not known here, or no longer."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, UtcDateTime


class TicketKey(Base):
    """A public key whose signature makes an order's QR true, as the central system told it."""

    __tablename__ = "ticket_key"

    public_key: Mapped[str] = mapped_column(primary_key=True)  # 32 bytes, hexadecimal


class Restoration(Base):
    """A backup was put back: what happened after it was taken is not known here any more."""

    __tablename__ = "restoration"

    id: Mapped[int] = mapped_column(primary_key=True)
    restored_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)  # the newest thing that it knows
