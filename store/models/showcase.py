"""How products are shown: their pictures, and what goes with them."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, BigId, UtcDateTime


class Picture(Base):
    """A photo of a product, or of one of its variants; its files lie in the data folder."""

    __tablename__ = "picture"
    __table_args__ = (UniqueConstraint("product_id", "original"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variant.id"))  # None: of all
    position: Mapped[int] = mapped_column(default=0)
    original: Mapped[str]  # SHA-256 of the file that was given
    digest: Mapped[str] = mapped_column(index=True)  # of the files kept: part of their names
    width: Mapped[int]  # pixels of the widest file kept
    height: Mapped[int]
    alt: Mapped[str] = mapped_column(default="")  # what is seen, for whoever does not see it
    alt_en: Mapped[str] = mapped_column(default="")
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AlsoBought(Base):
    """Another product that is often in the same basket, the closest first."""

    __tablename__ = "also_bought"
    __table_args__ = {"sqlite_with_rowid": False}

    product_id: Mapped[int] = mapped_column(
        ForeignKey("product.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    other_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"), index=True)
    together: Mapped[int]  # baskets with both
    baskets: Mapped[int]  # baskets with the product
