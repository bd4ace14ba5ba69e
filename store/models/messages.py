"""What customers are written about their orders."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.models.base import Base, BigId, UtcDateTime
from store.models.places import Staff, Store
from store.models.trade import Order


class CustomerMessage(Base):
    """One message about one occasion; its uid follows from both, so that it exists once."""

    __tablename__ = "customer_message"
    __table_args__ = (Index(None, "state", "next_attempt_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("order.id"), index=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    # placed | ready | substitution | reminder | last_day | expired | receipt | reversed …
    kind: Mapped[str]
    occasion: Mapped[str]  # the event's uid, or the date that it is about
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # waiting | claimed | sent | delivered | bounced | failed | unreachable | withdrawn | told
    # unanswered
    state: Mapped[str] = mapped_column(default="waiting")
    channel: Mapped[str] = mapped_column(default="")  # email | sms
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None]
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(default="")
    provider_id: Mapped[str] = mapped_column(default="", index=True)  # of who carries it
    sent_to: Mapped[str] = mapped_column(default="")  # masked, for the screen
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when its end was known
    # when somebody took care of a message that did not arrive
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))  # who asked for it again

    staff: Mapped[Staff | None] = relationship()
    order: Mapped[Order | None] = relationship()
    store: Mapped[Store] = relationship()
