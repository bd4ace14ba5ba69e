"""What was bought, what waits to be collected, and the visits."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from store.models.base import Base, BigId, UtcDateTime, new_uid
from store.models.catalogue import Variant
from store.models.people import Customer
from store.models.places import Staff, Store


class Purchase(Base):
    """A sale or a return of any channel, with or without a known customer."""

    __tablename__ = "purchase"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index(None, "customer_id", "occurred_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source: Mapped[str]
    external_id: Mapped[str]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    store_id: Mapped[int | None] = mapped_column(ForeignKey("store.id"))
    channel: Mapped[str] = mapped_column(default="store")  # store | web
    # sale | return | correction (of stock or accounts: neither sold nor brought back)
    kind: Mapped[str] = mapped_column(default="sale")
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    total_minor: Mapped[int]
    currency: Mapped[str]
    articles: Mapped[int] = mapped_column(default=0)  # units, all lines
    lines_count: Mapped[int] = mapped_column(default=0)
    summary: Mapped[str] = mapped_column(default="")  # name of the first article, for the timeline

    lines: Mapped[list["PurchaseLine"]] = relationship(back_populates="purchase")


class PurchaseLine(Base):
    """One line of a purchase; without variant when it is postage, a fee or a discount."""

    __tablename__ = "purchase_line"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchase.id"), index=True)
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variant.id"))
    label: Mapped[str] = mapped_column(default="")  # only when there is no variant
    quantity: Mapped[int]
    amount_minor: Mapped[int]

    purchase: Mapped[Purchase] = relationship(back_populates="lines")


class CustomerMonth(Base):
    """A customer's purchases of one month, so that a year's sum reads twelve rows."""

    __tablename__ = "customer_month"
    __table_args__ = {"sqlite_with_rowid": False}

    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customer.id"), primary_key=True, autoincrement=False
    )
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 202611
    purchases: Mapped[int] = mapped_column(default=0)
    total_minor: Mapped[int] = mapped_column(default=0)


class CustomerVariant(Base):
    """How often a customer bought a variant, for the usual products."""

    __tablename__ = "customer_variant"
    __table_args__ = (
        Index(None, "customer_id", "times", "last_at"),
        {"sqlite_with_rowid": False},
    )

    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customer.id"), primary_key=True, autoincrement=False
    )
    variant_id: Mapped[int] = mapped_column(
        ForeignKey("variant.id"), primary_key=True, autoincrement=False
    )
    times: Mapped[int] = mapped_column(default=0)  # purchases, not units
    quantity: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Order(Base):
    """An online order to collect in a store."""

    __tablename__ = "order"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index(None, "store_id", "state", "promised_at"),
        Index(None, "customer_id", "placed_at"),
        Index(None, "store_id", "pickup_code"),
        Index(None, "store_id", "arrived_at"),
        Index(None, "store_id", "closed_at"),
        Index(None, "hold_until"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    source: Mapped[str]
    external_id: Mapped[str]
    number: Mapped[str] = mapped_column(index=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    customer_name: Mapped[str] = mapped_column(default="")
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    promised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paid: Mapped[bool] = mapped_column(default=True)
    channel: Mapped[str] = mapped_column(default="web")  # web | kiosk | phone | tablet
    fulfilment: Mapped[str] = mapped_column(default="pickup")  # pickup | delivery
    hold_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of a reservation
    total_minor: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(default="EUR")
    # new | accepted | picking | ready | customer_waiting | partly_collected | collected
    # problem | expired | cancelled | handover_reversed; derived from the lines
    state: Mapped[str] = mapped_column(default="new")
    state_at: Mapped[datetime] = mapped_column(UtcDateTime)
    code: Mapped[str] = mapped_column(unique=True)  # what the order QR carries
    pickup_code: Mapped[str] = mapped_column(default="")  # six digits, typed at the kiosk
    pickup_by: Mapped[date | None]
    staging_place: Mapped[str] = mapped_column(default="")
    ready_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    arrived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    waiting_number: Mapped[int | None]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str] = mapped_column(default="")  # first name, for "déjà remis par"
    reason: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # new, in its own shop
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # how to reach a customer whom we do not know otherwise
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    counter: Mapped[str] = mapped_column(default="")  # where the customer was asked to go
    arrival_by: Mapped[str] = mapped_column(default="")  # counter | car
    arrival_place: Mapped[str] = mapped_column(default="")  # of the car
    extensions: Mapped[int] = mapped_column(default=0)
    till_ticket: Mapped[str] = mapped_column(default="")  # of a hold paid in the shop
    is_provisional: Mapped[bool] = mapped_column(default=False)  # known by its signed code only
    # answers of the customer that the shop must still hear: [{"proposal", "choice", "at"}]
    answers: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    ticket: Mapped[str] = mapped_column(default="")  # the signed code, as its signer told it
    # who asked the colleague in taken_by to go, until that one says yes
    entrusted_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    store: Mapped[Store] = relationship()
    customer: Mapped[Customer | None] = relationship()
    taken_by: Mapped[Staff | None] = relationship(foreign_keys=[taken_by_id])
    entrusted_by: Mapped[Staff | None] = relationship(foreign_keys=[entrusted_by_id])
    lines: Mapped[list["OrderLine"]] = relationship(back_populates="order", order_by="OrderLine.id")
    delivery: Mapped["DeliveryAddress | None"] = relationship(back_populates="order")


class OrderLine(Base):
    """One article of an order, with its own state."""

    __tablename__ = "order_line"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variant.id"))
    sku: Mapped[str]
    label: Mapped[str] = mapped_column(default="")
    quantity: Mapped[int]
    unit_price_minor: Mapped[int] = mapped_column(default=0)
    # to_pick | picked | short | substitute_proposed | substituted | awaiting_transfer
    # arrived | collected | refused | cancelled
    state: Mapped[str] = mapped_column(default="to_pick")
    reason: Mapped[str] = mapped_column(default="")
    # what is given in place of the article, once the customer has agreed
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("variant.id"))
    substitute_sku: Mapped[str] = mapped_column(default="")
    substitute_label: Mapped[str] = mapped_column(default="")
    substitute_price_minor: Mapped[int | None]
    checked: Mapped[int] = mapped_column(default=0)  # units scanned while preparing
    condition: Mapped[str] = mapped_column(default="")  # damaged, when it was refused for that

    order: Mapped[Order] = relationship(back_populates="lines")
    variant: Mapped[Variant | None] = relationship(foreign_keys=[variant_id])
    substitute: Mapped[Variant | None] = relationship(foreign_keys=[substitute_id])

    @property
    def goods(self) -> Variant | None:
        """What is really given, None where the catalogue does not have it."""
        return self.substitute if self.substitute_sku else self.variant

    @property
    def goods_id(self) -> int | None:
        """The variant that is really given."""
        return self.substitute_id if self.substitute_sku else self.variant_id

    @property
    def goods_sku(self) -> str:
        """The SKU of what is really given."""
        return self.substitute_sku or self.sku

    @property
    def goods_label(self) -> str:
        """The name of what is really given, as it was told."""
        return self.substitute_label or self.label

    @property
    def goods_price_minor(self) -> int:
        """What a unit of it costs, never more than what was ordered."""
        told = self.substitute_price_minor
        return self.unit_price_minor if told is None else told

    @property
    def is_to_fetch(self) -> bool:
        """Whether it was chosen in place of another article, and nobody has fetched it yet."""
        return self.state == "substituted" and self.checked < self.quantity


class OrderEvent(Base):
    """What happened to an order, when, by whom; told to the central system."""

    __tablename__ = "order_event"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    type: Mapped[str]  # accepted | picked | ready | arrived | collected | cancelled …
    lines: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)  # None: all of them
    reason: Mapped[str] = mapped_column(default="")
    identity_check: Mapped[str] = mapped_column(default="")  # qr | code | card | known | document
    actor: Mapped[str] = mapped_column(default="")  # assistant | manager | customer | system …
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DeliveryAddress(Base):
    """Where an order goes that is delivered at home; kept no longer than its delivery needs."""

    __tablename__ = "delivery_address"

    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), primary_key=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    address: Mapped[str]
    postcode: Mapped[str]
    city: Mapped[str]
    country: Mapped[str] = mapped_column(default="FR")
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)

    order: Mapped[Order] = relationship(back_populates="delivery")


class Visit(Base):
    """One presence in a store: opened, worked, closed with an outcome."""

    __tablename__ = "visit"
    __table_args__ = (
        Index(None, "customer_id", "started_at"),
        Index(None, "store_id", "started_at"),
        # one open visit per customer and store, whoever scans twice
        Index(
            "uq_visit_open",
            "store_id",
            "customer_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    staff_name: Mapped[str] = mapped_column(default="")
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    opened_by: Mapped[str] = mapped_column(default="scan")  # scan | check_in | appointment | tap
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(default="")  # gift | pickup | home | exchange | browse
    outcome: Mapped[str] = mapped_column(default="")  # bought | set_aside | thinking | not_found …
    next_step: Mapped[str] = mapped_column(default="")  # call_back | tell_when_back | appointment
    note: Mapped[str] = mapped_column(default="")
    drafted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the last word kept for later
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # only in a central system

    lines: Mapped[list["VisitLine"]] = relationship(back_populates="visit", order_by="VisitLine.id")
    customer: Mapped[Customer | None] = relationship()
    store: Mapped[Store] = relationship()
    staff: Mapped[Staff | None] = relationship()


class VisitLine(Base):
    """A product shown, tried or wanted during a visit."""

    __tablename__ = "visit_line"
    __table_args__ = (UniqueConstraint("visit_id", "sku"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variant.id"))
    sku: Mapped[str]
    kind: Mapped[str] = mapped_column(default="shown")  # shown | tried | wanted

    visit: Mapped[Visit] = relationship(back_populates="lines")
    variant: Mapped[Variant | None] = relationship()
