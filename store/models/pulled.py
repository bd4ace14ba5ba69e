"""How much of a customer's past was read from the hub."""

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, BigId

BEHIND = text("told > taken")


class PurchasePull(Base):
    """How many purchases of a customer the hub has told of, and up to how many we read them."""

    __tablename__ = "purchase_pull"
    __table_args__ = (
        Index(
            "ix_purchase_pull_behind",
            "customer_id",
            sqlite_where=BEHIND,
            postgresql_where=BEHIND,
        ),
    )

    customer_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("customer.id"), primary_key=True, autoincrement=False
    )
    hub_uid: Mapped[str]  # the customer's id there, which need not be ours
    told: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
