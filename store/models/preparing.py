"""How orders are prepared: picked together, laid down, and asked about when something lacks."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.models.base import Base, BigId, UtcDateTime, new_uid
from store.models.places import Staff, Store
from store.models.trade import Order, OrderLine


class StagingPlace(Base):
    """A shelf or a bin of the shop in which prepared orders wait."""

    __tablename__ = "staging_place"
    __table_args__ = (UniqueConstraint("store_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    name: Mapped[str]  # "B-04", upper case; what its label and its QR say
    size: Mapped[str] = mapped_column(default="medium")  # small | medium | large
    capacity: Mapped[int] = mapped_column(default=1)  # orders at once
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # no longer used


class Wave(Base):
    """Some orders that one person picks in one round through the shop."""

    __tablename__ = "wave"
    __table_args__ = (Index(None, "store_id", "ended_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    store: Mapped[Store] = relationship()
    staff: Mapped[Staff | None] = relationship()


class WaveOrder(Base):
    """An order in a wave, with the number of the basket that its goods are laid in."""

    __tablename__ = "wave_order"

    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"), primary_key=True)
    # an order is in one wave at most
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), primary_key=True, unique=True)
    basket: Mapped[int]

    wave: Mapped[Wave] = relationship()
    order: Mapped[Order] = relationship()


class Proposal(Base):
    """What a customer is asked when an article is missing, and what they answered."""

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)  # the same on every server
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # {"substitutes": [{"for", "sku", "label", "price_minor"}], "stores": [code, …]}
    offered: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    choice: Mapped[str] = mapped_column(default="")  # substitute:SKU | transfer:STORE | rest | …
    answered_by: Mapped[str] = mapped_column(default="")  # customer, or the code of the staff
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # done where the goods are

    order: Mapped[Order] = relationship()
    line: Mapped[OrderLine] = relationship()
