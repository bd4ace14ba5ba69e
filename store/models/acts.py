"""What customers do by themselves: lists, hand-offs and calls."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.models.base import Base, BigId, UtcDateTime, new_uid
from store.models.catalogue import Variant
from store.models.places import Device, Staff, Store


class Basket(Base):
    """The list of one visitor of a kiosk or phone, or one that was handed over to a tablet."""

    __tablename__ = "basket"
    __table_args__ = (Index(None, "store_id", "handed_at"), Index(None, "touched_at"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    visitor: Mapped[str | None] = mapped_column(unique=True)  # whose it is, by their session
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))  # who took it on a tablet
    handed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    came_from: Mapped[str] = mapped_column(default="")  # name of the kiosk it was handed over from
    touched_at: Mapped[datetime] = mapped_column(UtcDateTime)

    lines: Mapped[list["BasketLine"]] = relationship(
        back_populates="basket", order_by="BasketLine.id", cascade="all, delete-orphan"
    )
    staff: Mapped[Staff | None] = relationship()


class BasketLine(Base):
    """One article of a list."""

    __tablename__ = "basket_line"
    __table_args__ = (UniqueConstraint("basket_id", "variant_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    basket_id: Mapped[int] = mapped_column(ForeignKey("basket.id"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    quantity: Mapped[int] = mapped_column(default=1)

    basket: Mapped[Basket] = relationship(back_populates="lines")
    variant: Mapped[Variant] = relationship()


class Handoff(Base):
    """A list on its way from a kiosk to a phone or a tablet, for some minutes and once."""

    __tablename__ = "handoff"
    __table_args__ = (
        # four digits are used again, but never twice among those that can be taken
        Index(
            "uq_handoff_live_digits",
            "store_id",
            "digits",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "expires_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
    basket_id: Mapped[int | None] = mapped_column(ForeignKey("basket.id"), index=True)
    purpose: Mapped[str] = mapped_column(default="list")  # list | delivery
    token_hash: Mapped[str] = mapped_column(unique=True)
    digits: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str] = mapped_column(default="")  # phone | tablet | wipe | new | time
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    device: Mapped[Device | None] = relationship()
    staff: Mapped[Staff | None] = relationship()


class AssistanceCall(Base):
    """Somebody at a screen asks for an assistant."""

    __tablename__ = "assistance_call"
    __table_args__ = (Index(None, "store_id", "ended_at", "called_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"))
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variant.id"))  # what was shown
    about: Mapped[str] = mapped_column(default="")  # product | list | search | pickup | card | ""
    articles: Mapped[int] = mapped_column(default=0)  # of the visitor's list
    called_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str] = mapped_column(default="")  # visitor | staff | time

    device: Mapped[Device] = relationship()
    variant: Mapped[Variant | None] = relationship()
    taken_by: Mapped[Staff | None] = relationship()
    store: Mapped[Store] = relationship()
