"""Who wants to be told when an article is back."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.models.base import Base, BigId, UtcDateTime, new_uid
from store.models.catalogue import Variant
from store.models.people import Customer
from store.models.places import Staff, Store


class BackInStock(Base):
    """Somebody's wish to be told once that an article is back in a store.

    It waits until it ends; from then on nothing in it says who it was.
    """

    __tablename__ = "back_in_stock"
    __table_args__ = (
        # one wish of a contact for an article, however often it is told
        Index(
            "uq_back_in_stock_waiting",
            "store_id",
            "variant_id",
            "kind",
            "contact",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "store_id", "ended_at", "forget_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"), index=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    kind: Mapped[str]  # email | phone | card
    contact: Mapped[str]  # the address, the number, or the customer's uid; '' once it has ended
    language: Mapped[str] = mapped_column(default="")
    channel: Mapped[str] = mapped_column(default="kiosk")  # kiosk | phone | tablet | web
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    forget_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str] = mapped_column(default="")  # told | time | customer
    told_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    store: Mapped[Store] = relationship()
    variant: Mapped[Variant] = relationship()
    customer: Mapped[Customer | None] = relationship()
    told_by: Mapped[Staff | None] = relationship()
