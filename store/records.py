"""Facts as they come from and go to other programs: frozen, without tables or ids of ours.

Codes are normalised by the rule that takes the record in; times are aware UTC; money is integer
minor units with a currency; an empty text means "not known".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class StoreRecord:
    """A shop of the chain."""

    code: str
    name: str
    address: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "FR"
    latitude: float | None = None
    longitude: float | None = None
    phone: str = ""
    time_zone: str = "Europe/Paris"
    # {"mo": [["09:30", "19:30"]], …}, local time; a day left out is closed
    opening_hours: Mapping[str, Any] = field(default_factory=dict)
    # {"2026-12-25": []}: these days instead; None: not said, what is known stays
    special_hours: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class VariantRecord:
    """One SKU of a product."""

    sku: str
    price_minor: int
    currency: str = "EUR"
    gtin: str | None = None
    size: str = ""
    colour: str = ""
    tone: str = ""
    content: str = ""  # "120 g", "0,75 l", "20 pièces": for the unit price


@dataclass(frozen=True, kw_only=True)
class ProductRecord:
    """A product with all its variants, in the order in which they are shown."""

    reference: str
    name: str
    variants: tuple[VariantRecord, ...]
    name_en: str = ""
    description: str = ""
    brand: str = ""
    category: str = ""
    family: str = "gift"
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class MovementRecord:
    """One change of stock, told once by (source, source_id)."""

    source: str
    source_id: str
    store: str
    sku: str
    kind: str  # count | delta | hold | release | handover | return | shelf_check
    quantity: int
    occurred_at: datetime
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class StockRecord:
    """What another system says that a store holds, at one moment."""

    store: str
    sku: str
    on_hand: int
    as_of: datetime
    source: str
    reserved: int = 0
    safety_stock: int = 0
    incoming: int = 0
    incoming_on: date | None = None
    aisle: str = ""


@dataclass(frozen=True, kw_only=True)
class CustomerRef:
    """A customer by any identity that the other program has; the first that is known wins."""

    id: str = ""  # our uid
    source: str = ""
    external_id: str = ""
    code: str = ""  # a card, as scanned
    email: str = ""
    phone: str = ""
    name: str = ""  # shown when nobody is found; identifies nobody


@dataclass(frozen=True, kw_only=True)
class CustomerRecord:
    """A person known to the chain; `uid` is given when the other side is a hub."""

    source: str
    external_id: str
    uid: str | None = None
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    city: str = ""
    country: str = ""
    language: str = "fr"
    joined_on: date | None = None
    tier: str = ""  # discovery | silver | gold
    points: int | None = None  # None: this source says nothing about points
    points_at: datetime | None = None
    cards: tuple[str, ...] = ()
    consents: tuple["ConsentRecord", ...] = ()  # the newest statement of each purpose and channel
    purchases: int | None = None  # how many the other side knows; None: it does not say


@dataclass(frozen=True, kw_only=True)
class PurchaseLineRecord:
    """One line of a purchase; without SKU when it is postage, a fee or a discount."""

    sku: str
    quantity: int
    amount_minor: int
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class PurchaseRecord:
    """A sale or a return; `customer` is (source, external_id), None when anonymous."""

    source: str
    external_id: str
    occurred_at: datetime
    total_minor: int
    currency: str
    lines: tuple[PurchaseLineRecord, ...]
    customer: tuple[str, str] | None = None
    store: str = ""
    channel: str = "store"  # store | web
    kind: str = "sale"  # sale | return | correction


@dataclass(frozen=True, kw_only=True)
class OrderLineRecord:
    """One article of an order; `state`, `reason` and `substitute` when the other side is a hub."""

    sku: str
    quantity: int
    unit_price_minor: int = 0
    label: str = ""
    state: str = ""
    reason: str = ""
    substitute: Mapping[str, Any] = field(default_factory=dict)  # sku, label, price_minor


@dataclass(frozen=True, kw_only=True)
class DeliveryRecord:
    """Where an order goes that is delivered at home, and how to reach who waits for it."""

    name: str
    address: str
    postcode: str
    city: str
    country: str = "FR"
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class AnswerRecord:
    """What a customer answered elsewhere when an article was missing; see store/proposals.py."""

    proposal: str  # uid
    choice: str  # substitute:SKU | transfer:STORE | rest | refund
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ReturnRecord:
    """What came back of an order, in whichever shop; `lines` as in the details of its event."""

    uid: str  # of the event
    store: str  # code of the shop that took it
    at: datetime
    lines: tuple[Mapping[str, Any], ...]  # sku, quantity, reason, condition


@dataclass(frozen=True, kw_only=True)
class OrderRecord:
    """An order to collect in a store or to deliver, as its source last told it.

    `uid`, `code`, `pickup_code` and `state` are given when the other side is a Comptoir server, so
    that the customer's QR is right in every shop; otherwise the rule makes them.
    """

    source: str
    external_id: str
    number: str
    store: str
    placed_at: datetime
    lines: tuple[OrderLineRecord, ...]
    customer: CustomerRef | None = None
    promised_at: datetime | None = None
    pickup_by: date | None = None
    paid: bool = True
    channel: str = ""  # web | kiosk | phone | tablet
    fulfilment: str = ""  # pickup | delivery
    hold_until: datetime | None = None  # end of a reservation
    delivery: DeliveryRecord | None = None
    currency: str = "EUR"
    uid: str | None = None
    code: str = ""
    pickup_code: str = ""
    state: str = ""
    state_at: datetime | None = None  # since when it is in its state
    staging_place: str = ""
    language: str = ""  # of the customer
    answers: tuple[AnswerRecord, ...] = ()  # that the shop has not acted on yet
    returns: tuple[ReturnRecord, ...] = ()  # that the other side has counted, the first first
    ticket: str = ""  # the signed code, as its signer told it


@dataclass(frozen=True, kw_only=True)
class OrderEventRecord:
    """Something that happened to an order; `lines` None means all of them."""

    type: str  # accepted | picked | ready | arrived | collected | cancelled …
    occurred_at: datetime
    lines: tuple[tuple[str, int], ...] | None = None  # (sku, quantity)
    reason: str = ""
    identity_check: str = ""
    staff: str = ""  # code
    # what only some kinds have: pickup_by (a date), by, counter, till_ticket, collected_by,
    # substitutes ([{"for", "sku", "label", "price_minor", "quantity"}], of all units where none is
    # told), condition, returned (lines of goods), promised_at, proposal (a uid), stores (codes),
    # from (a code), missing (units), was (the state of the lines, where others of the same article
    # could be meant)
    details: Mapping[str, Any] = field(default_factory=dict)
    uid: str | None = None  # the same event twice is one


@dataclass(frozen=True, kw_only=True)
class ShownRecord:
    """A product of a visit."""

    sku: str
    kind: str = "shown"  # shown | tried | wanted


@dataclass(frozen=True, kw_only=True)
class VisitRecord:
    """A closed visit; its id was made by whoever recorded it."""

    id: str
    store: str
    started_at: datetime
    ended_at: datetime
    staff: str = ""  # code
    staff_name: str = ""
    customer: CustomerRef | None = None
    opened_by: str = "scan"
    reason: str = ""
    outcome: str = ""
    products: tuple[ShownRecord, ...] = ()
    note: str = ""
    next_step: str = ""


@dataclass(frozen=True, kw_only=True)
class ConsentRecord:
    """One dated statement of a customer, told once by (source, source_id)."""

    source: str
    source_id: str
    customer: CustomerRef
    purpose: str  # marketing | suggestions | store_history
    state: str  # granted | withdrawn
    stated_at: datetime
    channel: str = ""  # email | sms | ""
    text_version: str = ""
    language: str = "fr"
    place: str = ""
    staff: str = ""
    proof: str = ""


@dataclass(frozen=True, kw_only=True)
class BackInStockRecord:
    """Somebody's wish to be told that an article is back in a store, or the end of that wish.

    `state` is waiting, told, time (over) or customer (taken back). Who it is is said only while it
    waits: by an e-mail address, a telephone, or as a customer that both systems know.
    """

    uid: str
    store: str
    sku: str
    state: str
    asked_at: datetime
    forget_at: datetime | None = None
    ended_at: datetime | None = None
    contact: CustomerRef | None = None
    language: str = ""
    channel: str = "web"


@dataclass(frozen=True, kw_only=True)
class Message:
    """A fact of the outbox as a connector sends it; `uid` is how it is known again."""

    uid: str
    kind: str  # visit | order | order_event | stock_movements | consent | back_in_stock
    subject: str
    payload: Mapping[str, Any]
    attempts: int
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class StockPlan:
    """What is planned for a SKU in a store: kept back, on its way there, and where it stands.

    Never known by movements. Where there is a central system, it says so. None is for what is not
    said: it stays; the day belongs to the units on their way.
    """

    store: str
    sku: str
    safety_stock: int | None = None
    incoming: int | None = None
    incoming_on: date | None = None
    aisle: str | None = None  # where it stands; empty when that is not known


@dataclass(frozen=True, kw_only=True)
class StockChange:
    """What a central system says of one SKU.

    `movements` and `plan` are those of the store that asks, so that it can add its own movements;
    `levels` are those of the others.
    """

    sku: str
    plan: StockPlan | None = None
    movements: tuple[MovementRecord, ...] = ()
    levels: tuple[StockRecord, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LabelTold:
    """What an access point says of one electronic label."""

    mac: str  # 16 upper-case hexadecimal digits
    seen_at: datetime | None
    battery_mv: int | None
    is_pending: bool  # a picture waits for the label to wake up
    kind: int  # its type of hardware
