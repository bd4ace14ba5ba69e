"""Who else may collect an order, what was signed, and what goes back to its shelf."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.models.base import Base, BigId, UtcDateTime, new_uid
from store.models.places import Store
from store.models.trade import Order


class Delegate(Base):
    """Somebody whom a customer lets collect an order; the code works once."""

    __tablename__ = "delegate"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    first_name: Mapped[str]
    code: Mapped[str] = mapped_column(unique=True)  # shown to the customer, who passes it on
    named_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str] = mapped_column(default="")  # used | withdrawn

    order: Mapped[Order] = relationship()


class Signature(Base):
    """What somebody drew on the tablet when they were given their goods."""

    __tablename__ = "signature"

    event_uid: Mapped[str] = mapped_column(primary_key=True)  # of the handover
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    strokes: Mapped[str]  # the path of an SVG of 600 by 200
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ShelfReturn(Base):
    """A task: goods that wait for nobody any more go from their staging place to their shelf."""

    __tablename__ = "shelf_return"
    __table_args__ = (
        # one open task for an order, whatever ended how often
        Index(
            "uq_shelf_return_open",
            "order_id",
            unique=True,
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        Index(None, "store_id", "done_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    place: Mapped[str] = mapped_column(default="")
    reason: Mapped[str]  # expired | cancelled | refused | moved
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # {"sku", "quantity"}
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    outcome: Mapped[str] = mapped_column(default="")  # done | kept (the order was opened again)

    order: Mapped[Order] = relationship()
    store: Mapped[Store] = relationship()
