"""What is sold, and how much of it stands where."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.models.base import Base, BigId, UtcDateTime, new_uid
from store.models.places import Store

IS_LEFT = text("on_hand - reserved - safety_stock > 0")


class Product(Base):
    """A thing in the catalogue; what is counted and sold are its variants."""

    __tablename__ = "product"
    # shelves in the order of names, and what most of each looks like
    __table_args__ = tuple(
        Index(
            None,
            "category",
            last,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        )
        for last in ("name", "family")
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    reference: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]  # French, or the only name known
    name_en: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    brand: Mapped[str] = mapped_column(default="")
    category: Mapped[str] = mapped_column(default="")
    family: Mapped[str] = mapped_column(default="gift")  # the drawn object when there is no picture
    source: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    variants: Mapped[list["Variant"]] = relationship(
        back_populates="product", order_by="Variant.position"
    )


class Variant(Base):
    """One SKU with its GTIN, size, colour and price."""

    __tablename__ = "variant"
    # what a search is narrowed by, from either end: all of a size, and the size of one product
    __table_args__ = (
        Index(None, "size", "product_id", "colour", "price_minor"),
        Index(None, "colour", "product_id", "price_minor"),
        Index(None, "price_minor", "product_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    sku: Mapped[str] = mapped_column(unique=True)  # upper case
    gtin: Mapped[str | None] = mapped_column(unique=True)  # 14 digits
    size: Mapped[str] = mapped_column(default="")
    colour: Mapped[str] = mapped_column(default="")
    tone: Mapped[str] = mapped_column(default="")  # dragee … craie, see the design system
    content: Mapped[str] = mapped_column(default="")  # "120 g", for the unit price
    price_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(default="EUR")
    position: Mapped[int] = mapped_column(default=0)

    product: Mapped[Product] = relationship(back_populates="variants")


class ProductToken(Base):
    """One folded word of a product, for the search; the words of a shelf stand by their weight."""

    __tablename__ = "product_token"
    __table_args__ = (Index(None, "product_id", "token"), {"sqlite_with_rowid": False})

    # the order of code points: the beginning of a word is looked up as a range
    token: Mapped[str] = mapped_column(
        String().with_variant(String(collation="C"), "postgresql"), primary_key=True
    )
    weight: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(
        ForeignKey("product.id", ondelete="CASCADE"), primary_key=True
    )


class StockLevel(Base):
    """What the movements of one variant in one store add up to."""

    __tablename__ = "stock_level"
    # what stands in a shop, however many of its figures are 0
    __table_args__ = (
        Index(None, "store_id", "variant_id", sqlite_where=IS_LEFT, postgresql_where=IS_LEFT),
    )

    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"), primary_key=True, index=True)
    on_hand: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)
    safety_stock: Mapped[int] = mapped_column(default=0)
    counted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    counted: Mapped[int | None]  # quantity of the newest count
    moved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # newest movement of any kind
    learnt_at: Mapped[datetime] = mapped_column(UtcDateTime)  # when this server last heard of it
    source: Mapped[str] = mapped_column(default="")
    incoming: Mapped[int] = mapped_column(default=0)
    incoming_on: Mapped[date | None]
    aisle: Mapped[str] = mapped_column(default="")  # where it stands in this store

    variant: Mapped[Variant] = relationship()
    store: Mapped[Store] = relationship()


class StockMovement(Base):
    """One change of stock, told once by its source."""

    __tablename__ = "stock_movement"
    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        Index(None, "variant_id", "store_id", "occurred_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source: Mapped[str]
    source_id: Mapped[str]
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    kind: Mapped[str]  # count | delta | hold | release | handover | return | shelf_check
    quantity: Mapped[int]
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(default="")
