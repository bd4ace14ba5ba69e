"""Whom or what a recognised code leads to in this shop, and the points a card won since."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from store import delegates, gs1, order_tickets
from store.errors import ForgedTicket, UnknownSigner
from store.models import Card, Customer, Order, PointsMovement, Product, Staff, Store, Variant
from store.order_tickets import Ticket
from store.recognition import (
    MAY_BE_KNOWN,
    BadgeCode,
    Code,
    DelegateCode,
    DeviceCode,
    LabelCode,
    OrderCode,
    OwnCard,
    PickupCode,
    ProductCode,
    ProgrammeCard,
    Reason,
    TicketCode,
    Unknown,
)
from store.secrets import hashed


class Missing(StrEnum):
    """Why a code that we know how to read leads nowhere; the screens have words for each."""

    CARD = "unknown_card"
    CARD_REVOKED = "card_revoked"
    ORDER = "unknown_order"
    PICKUP_CODE = "unknown_pickup_code"
    DELEGATE = "unknown_delegate"
    DELEGATE_USED = "delegate_used"
    PICKUP_CODE_TWICE = "pickup_code_twice"
    TICKET_FORGED = "ticket_forged"
    TICKET_FOREIGN = "ticket_foreign"
    PRODUCT = "unknown_product"
    LABEL = "unknown_label"
    BADGE = "unknown_badge"
    DEVICE_CODE = "device_code"


@dataclass(frozen=True, kw_only=True)
class FoundCustomer:
    """A customer who showed a card; `kind` is own or programme.

    The number of a programme's card can be guessed: no customer's own screen may open on it.
    """

    id: int
    uid: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class FoundOrder:
    """An order to collect, in this store or, by its QR or its six digits, in another.

    `proof` is what only its customer has: qr, code, or nothing for a number. `delegate` is the uid
    of the person whom the customer lets collect it, when that person shows the code.
    """

    id: int
    uid: str
    number: str
    is_here: bool
    proof: str = ""
    delegate: str = ""


@dataclass(frozen=True, kw_only=True)
class FoundTicket:
    """A signed code of an order that this server has not learnt of, or no longer knows."""

    ticket: Ticket


@dataclass(frozen=True, kw_only=True)
class FoundVariant:
    """An article of the catalogue."""

    id: int
    sku: str
    product_uid: str


@dataclass(frozen=True, kw_only=True)
class FoundStaff:
    """A colleague who showed a badge."""

    id: int
    uid: str


@dataclass(frozen=True, kw_only=True)
class Nothing:
    """The code leads nowhere; `text` is what was understood of it."""

    reason: Reason | Missing
    text: str = ""


Found = FoundCustomer | FoundOrder | FoundTicket | FoundVariant | FoundStaff | Nothing


def find(session: Session, code: Code, *, store: Store, trusted: Collection[str] = ()) -> Found:
    """Return whom or what a recognised code leads to, with the reason when it is nothing.

    `trusted` are the public keys whose signed order codes are believed.

    A text that is no code may still be an order number or a reference, which people type. An
    e-mail address or a telephone never opens a file here: that search needs a reason.
    """
    match code:
        case OwnCard(code=text):
            return _customer(session, text) or Nothing(reason=Missing.CARD)
        case ProgrammeCard(number=number):
            return _programme_card(session, number)
        case ProductCode(gtins=gtins, digits=digits):
            return _product(session, gtins, digits)
        case OrderCode() | PickupCode() | DelegateCode() | TicketCode():
            return _order(session, code, store, trusted)
        case LabelCode(reference=reference):
            return _label(session, reference) or Nothing(reason=Missing.LABEL, text=reference)
        case BadgeCode(code=text):
            return _staff(session, text) or Nothing(reason=Missing.BADGE)
        case DeviceCode():
            return Nothing(reason=Missing.DEVICE_CODE)
        case Unknown():
            return _typed(session, code, store)


def points_pending(session: Session, customer_id: int, *, since: datetime | None) -> int:
    """Return the points won, less those spent, that the central system has not counted yet.

    `since` is when it last told a balance; None counts every movement.
    """
    query = select(func.coalesce(func.sum(PointsMovement.points), 0))
    query = query.where(PointsMovement.customer_id == customer_id)
    if since is not None:
        query = query.where(PointsMovement.occurred_at > since)
    return int(session.execute(query).scalar_one())


def _customer(session: Session, number: str) -> FoundCustomer | Nothing | None:
    query = select(Customer.id, Customer.uid, Card.kind, Card.revoked_at)
    row = session.execute(query.join(Card).where(Card.code == number)).one_or_none()
    if row is None:
        return None
    if row.revoked_at is not None:
        return Nothing(reason=Missing.CARD_REVOKED)
    return FoundCustomer(id=row.id, uid=row.uid, kind=row.kind)


def _programme_card(session: Session, number: str) -> Found:
    """Look for the card, then for an article: an EAN of the programme can be either."""
    article = _variant(session, *gs1.gtin_readings(number))
    return _customer(session, number) or article or Nothing(reason=Missing.CARD)


def _product(session: Session, gtins: tuple[str, ...], digits: str) -> Found:
    card = _customer(session, digits) if digits else None
    return card or _variant(session, *gtins) or Nothing(reason=Missing.PRODUCT, text=digits)


def _variant(session: Session, *gtins: str) -> FoundVariant | None:
    rows = session.execute(_variants().where(Variant.gtin.in_(gtins))).all() if gtins else []
    likeliest = min(rows, key=lambda row: gtins.index(row.gtin), default=None)
    return _found_variant(likeliest)


def _label(session: Session, reference: str) -> FoundVariant | None:
    by_sku = session.execute(_variants().where(Variant.sku == reference)).first()
    if by_sku:
        return _found_variant(by_sku)
    first = _variants().where(Product.reference == reference).order_by(Variant.position).limit(1)
    return _variant(session, *gs1.gtin_readings(reference)) or _found_variant(
        session.execute(first).first()
    )


def _variants() -> Select[int, str, str | None, str]:
    query = select(Variant.id, Variant.sku, Variant.gtin, Product.uid.label("product_uid"))
    return query.join(Product).where(Product.withdrawn_at.is_(None))


def _found_variant(row: Any) -> FoundVariant | None:
    return row and FoundVariant(id=row.id, sku=row.sku, product_uid=row.product_uid)


def _order(
    session: Session,
    code: OrderCode | PickupCode | DelegateCode | TicketCode,
    store: Store,
    trusted: Collection[str],
) -> Found:
    match code:
        case OrderCode(code=text):
            found = _first_order(session, store, Order.code == text, proof="qr")
            return found or Nothing(reason=Missing.ORDER)
        case DelegateCode(code=text):
            return _delegate(session, text, store)
        case TicketCode(text=text):
            return _ticket(session, text, store, trusted)
        case PickupCode(digits=digits):
            return _pickup_code(session, digits, store)


def _pickup_code(session: Session, digits: str, store: Store) -> Found:
    here = (Order.pickup_code == digits, Order.store_id == store.id)
    waiting = select(func.count(Order.id)).where(*here, Order.closed_at.is_(None))
    if (session.scalar(waiting) or 0) > 1:  # each was given by another server
        return Nothing(reason=Missing.PICKUP_CODE_TWICE)
    found = _first_order(session, store, *here, proof="code") or _typed_text(
        session, digits, store, otherwise=Missing.PICKUP_CODE
    )
    if isinstance(found, Nothing):
        return _elsewhere(session, digits, store) or found
    return found


def _elsewhere(session: Session, digits: str, store: Store) -> FoundOrder | None:
    """Return the one open order of another shop with these digits, None when several have them."""
    others = Order.store_id.in_(select(Store.id).where(Store.id != store.id))
    waiting = Order.pickup_code == digits, others, Order.closed_at.is_(None)
    query = select(Order.id, Order.uid, Order.number).where(*waiting).limit(2)
    rows = session.execute(query).all()
    if len(rows) != 1:
        return None
    (row,) = rows
    return FoundOrder(id=row.id, uid=row.uid, number=row.number, is_here=False, proof="code")


def _ticket(session: Session, text: str, store: Store, trusted: Collection[str]) -> Found:
    try:
        ticket = order_tickets.read(text, trusted=trusted)
    except UnknownSigner:
        return Nothing(reason=Missing.TICKET_FOREIGN)
    except ForgedTicket:
        return Nothing(reason=Missing.TICKET_FORGED)
    known = _first_order(session, store, Order.uid == ticket.order, proof="qr")
    return known or FoundTicket(ticket=ticket)


def _first_order(
    session: Session, store: Store, *conditions: Any, proof: str = ""
) -> FoundOrder | None:
    """Return the order that still waits, else the newest: six digits are used again."""
    query = select(Order.id, Order.uid, Order.number, Order.store_id).where(*conditions)
    row = session.execute(
        query.order_by(Order.closed_at.is_not(None), Order.placed_at.desc()).limit(1)
    ).first()
    return row and FoundOrder(
        id=row.id,
        uid=row.uid,
        number=row.number,
        is_here=row.store_id == store.id,
        proof=proof,
    )


def _delegate(session: Session, code: str, store: Store) -> Found:
    delegate = delegates.find(session, code)
    if delegate is None:
        return _typed_text(session, code, store, otherwise=Missing.DELEGATE)
    if delegate.ended_at is not None:
        return Nothing(reason=Missing.DELEGATE_USED, text=code)
    order = delegate.order
    return FoundOrder(
        id=order.id,
        uid=order.uid,
        number=order.number,
        is_here=order.store_id == store.id,
        proof="code",
        delegate=delegate.uid,
    )


def _staff(session: Session, badge: str) -> FoundStaff | None:
    query = select(Staff.id, Staff.uid).where(Staff.badge_hash == hashed(badge))
    row = session.execute(query.where(Staff.disabled_at.is_(None))).one_or_none()
    return row and FoundStaff(id=row.id, uid=row.uid)


def _typed(session: Session, code: Unknown, store: Store) -> Found:
    if code.reason not in MAY_BE_KNOWN:
        return Nothing(reason=code.reason, text=code.text)
    found = _typed_text(session, code.text, store, otherwise=code.reason)
    for text in code.others if isinstance(found, Nothing) else ():
        other = _typed_text(session, text, store, otherwise=code.reason)
        if not isinstance(other, Nothing):
            return other
    return found


def _typed_text(session: Session, text: str, store: Store, *, otherwise: Reason | Missing) -> Found:
    """Look for an order number of this store, then for a reference of the catalogue."""
    order = _first_order(session, store, Order.number == text, Order.store_id == store.id)
    return order or _label(session, text.upper()) or Nothing(reason=otherwise, text=text)


def next_goal(points: int, *, step: int) -> int:
    """Return the balance at which the next voucher comes, when one comes each `step` points."""
    return (max(points, 0) // step + 1) * step
