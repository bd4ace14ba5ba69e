"""The printers of the shop, and what waits to be printed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.models.base import Base, BigId, UtcDateTime, new_uid
from store.models.places import Device
from store.models.trade import Order


class Printer(Base):
    """A ticket printer on the shop's network, and how it was when last asked."""

    __tablename__ = "printer"

    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"), primary_key=True)
    host: Mapped[str]
    port: Mapped[int] = mapped_column(default=9100)
    dots: Mapped[int] = mapped_column(default=576)  # across its paper: 576 on 80 mm, 384 on 58 mm
    rank: Mapped[int] = mapped_column(default=1)  # the least is tried first
    # ok | paper_low | paper_out | cover_open | offline | not_reached | fault; empty: never asked
    state: Mapped[str] = mapped_column(default="")
    state_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # since when
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    device: Mapped[Device] = relationship()


class PrintJob(Base):
    """One paper to print; its uid follows from what asked for it, so that it exists once."""

    __tablename__ = "print_job"
    __table_args__ = (
        Index(None, "store_id", "state", "next_attempt_at"),
        Index(None, "order_id", "kind"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("order.id"))
    kind: Mapped[str]  # slip | unaccepted | receipt | test
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # never of the person
    # waiting | claimed | printed | unsure (sent, and nobody said that it came out) | dropped
    state: Mapped[str] = mapped_column(default="waiting")
    only_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))  # on this printer only
    printed_by_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    printed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(default="")  # as a printer's state

    order: Mapped[Order | None] = relationship()
    printed_by: Mapped[Device | None] = relationship(foreign_keys=[printed_by_id])
