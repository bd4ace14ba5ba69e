"""Customers: written by the system that owns them, found by any identity."""

from collections.abc import Iterable
from datetime import datetime

import phonenumbers
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from store import audit, changes, codes, words
from store.errors import Invalid, NotFound
from store.models import Card, Customer, CustomerToken, Device, Identity, Staff
from store.records import CustomerRecord, CustomerRef

HOME = "FR"  # numbers without a country code are read as this country's
TEXTS = ("first_name", "last_name", "email", "phone", "city", "country", "language")
LONGEST = 320  # characters of one value; the longest legal e-mail address


def upsert(session: Session, record: CustomerRecord, *, now: datetime) -> Customer:
    """Write a customer as its source tells it, by (source, external_id).

    Identities and search words follow in the same transaction. A card that the record leaves out
    stays the customer's. Points that are older than those known are not taken.

    Raises Invalid when a value is too long, or a card is somebody else's.
    """
    _check(record)
    customer = _find_told(session, record)
    if customer is None:
        customer = Customer(source=record.source, external_id=record.external_id, changed_at=now)
        if record.uid:
            customer.uid = record.uid
        session.add(customer)
    known_as = customer.first_name, customer.last_name
    _assign(customer, record)
    has_changed = session.is_modified(customer) or customer in session.new
    if has_changed:
        customer.changed_at = now
        session.flush()
        if known_as != (customer.first_name, customer.last_name):
            _write_tokens(session, customer)
        _write_identities(session, customer)
    has_changed |= _add_cards(session, customer, record.cards, now=now)
    if has_changed:
        changes.record(session, "customers", customer.uid, now=now)
    session.flush()
    return customer


def _find_told(session: Session, record: CustomerRecord) -> Customer | None:
    """Return whom the record means; a hub's id holds when the source calls the person anew."""
    known = find_by_external_id(session, record.source, record.external_id)
    return known or (find_by_uid(session, record.uid) if record.uid else None)


def find_by_uid(session: Session, uid: str) -> Customer | None:
    """Return the customer with this public id."""
    return session.scalar(select(Customer).where(Customer.uid == uid))


def get_by_uid(session: Session, uid: str) -> Customer:
    """Return the customer with this public id; raises NotFound."""
    customer = find_by_uid(session, uid)
    if customer is None:
        raise NotFound(kind="customer", key=uid)
    return customer


def find_by_external_id(session: Session, source: str, external_id: str) -> Customer | None:
    """Return the customer that `source` calls `external_id`."""
    query = select(Customer).where(Customer.source == source, Customer.external_id == external_id)
    return session.scalar(query)


def find_by_identity(session: Session, kind: str, value: str) -> Customer | None:
    """Return whom an e-mail or a phone number leads to, of the oldest customer when several."""
    normalised = normalise_email(value) if kind == "email" else normalise_phone(value)
    if not normalised:
        return None
    query = (
        select(Customer)
        .join(Identity, Identity.customer_id == Customer.id)
        .where(Identity.kind == kind, Identity.value == normalised)
        .order_by(Customer.id)
        .limit(1)
    )
    return session.scalar(query)


def find_by_card(session: Session, code: str) -> Customer | None:
    """Return the holder of a live card, by its code as scanned or typed."""
    query = (
        select(Customer)
        .join(Card, Card.customer_id == Customer.id)
        .where(Card.code == normalise_card(code), Card.revoked_at.is_(None))
    )
    return session.scalar(query)


def resolve(session: Session, ref: CustomerRef) -> Customer | None:
    """Return the customer that another program means, by the surest identity that it gives.

    Our own id comes first, then the id in its source, a card, the e-mail and the phone number.
    """
    if ref.id and (found := find_by_uid(session, ref.id)):
        return found
    if ref.external_id and (found := _find_elsewhere(session, ref)):
        return found
    if ref.code and (found := find_by_card(session, ref.code)):
        return found
    if ref.email and (found := find_by_identity(session, "email", ref.email)):
        return found
    return find_by_identity(session, "phone", ref.phone) if ref.phone else None


def open_file(
    session: Session,
    customer: Customer,
    *,
    staff: Staff | None,
    device: Device | None,
    reason: str,
    now: datetime,
) -> None:
    """Note in the audit who opens the customer's file and why; the customer can read it."""
    audit.write(
        session,
        "customer.opened",
        now=now,
        staff=staff,
        device=device,
        subject_kind="customer",
        subject_uid=customer.uid,
        reason=reason,
    )


def normalise_email(address: str) -> str:
    """Return the address as it is compared: trimmed, in lower case."""
    return address.strip().casefold()


def is_email(text: str) -> bool:
    """Tell whether a text can be an e-mail address: a name, an at sign and a domain with a dot."""
    name, at, domain = text.strip().partition("@")
    is_whole = bool(name and at and "." in domain.strip(".")) and "@" not in domain
    return is_whole and not any(sign.isspace() for sign in text.strip())


def normalise_phone(number: str, country: str = HOME) -> str:
    """Return a phone number in E.164, or what was given without spaces when it is not one.

    A number without country code is read as one of `country`, ISO 3166-1 in two letters.
    """
    try:
        parsed = phonenumbers.parse(number, country if len(country) == 2 else HOME)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        return "".join(number.split())
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def normalise_card(code: str) -> str:
    """Return a card's code as it is stored: our own put right, another programme's trimmed."""
    own = codes.normalise(code)
    return own if codes.kind_of(own) is codes.Kind.CARD else code.strip().upper()


def _check(record: CustomerRecord) -> None:
    if not record.source or not record.external_id:
        raise Invalid(field="external_id", problem="missing")
    for name in TEXTS:
        if len(getattr(record, name)) > LONGEST:
            raise Invalid(field=name, problem="too_long", limit=LONGEST)


def _assign(customer: Customer, record: CustomerRecord) -> None:
    for name in TEXTS:
        setattr(customer, name, getattr(record, name).strip())
    customer.email = normalise_email(record.email)
    customer.phone = normalise_phone(record.phone, record.country) if record.phone else ""
    customer.joined_on, customer.tier = record.joined_on, record.tier
    if record.points is not None and _is_newer(record, customer):
        customer.points_snapshot, customer.points_at = record.points, record.points_at


def _is_newer(record: CustomerRecord, customer: Customer) -> bool:
    told, known = record.points_at, customer.points_at
    return told is None or known is None or told >= known


def _find_elsewhere(session: Session, ref: CustomerRef) -> Customer | None:
    query = select(Customer).where(Customer.external_id == ref.external_id)
    if ref.source:
        query = query.where(Customer.source == ref.source)
    return session.scalar(query.order_by(Customer.id).limit(1))


def tokens_of(customer: Customer) -> set[str]:
    """Return the folded words by which the search finds the customer."""
    return set(words.split(f"{customer.first_name} {customer.last_name}"))


def _write_tokens(session: Session, customer: Customer) -> None:
    session.execute(delete(CustomerToken).where(CustomerToken.customer_id == customer.id))
    rows = [{"token": token, "customer_id": customer.id} for token in sorted(tokens_of(customer))]
    if rows:
        session.execute(insert(CustomerToken), rows)


def _write_identities(session: Session, customer: Customer) -> None:
    """Follow the e-mail and the phone; one that is somebody else's stays theirs."""
    wanted = {("email", customer.email), ("phone", customer.phone)}
    mine = select(Identity).where(
        Identity.customer_id == customer.id, Identity.source == customer.source
    )
    for identity in session.scalars(mine):
        if (identity.kind, identity.value) in wanted:
            wanted.discard((identity.kind, identity.value))
        elif identity.kind in ("email", "phone"):
            session.delete(identity)
    for kind, value in sorted(wanted):
        if value and not _is_taken(session, kind, value, source=customer.source):
            session.add(
                Identity(customer_id=customer.id, kind=kind, value=value, source=customer.source)
            )


def _is_taken(session: Session, kind: str, value: str, *, source: str) -> bool:
    query = select(Identity.id).where(
        Identity.kind == kind, Identity.value == value, Identity.source == source
    )
    return session.scalar(query) is not None


def _add_cards(
    session: Session, customer: Customer, cards: Iterable[str], *, now: datetime
) -> bool:
    """Give the customer the cards that are new, and tell whether any was."""
    has_added = False
    for code in dict.fromkeys(normalise_card(card) for card in cards):
        known = session.scalar(select(Card).where(Card.code == code))
        if known is None:
            kind = "own" if codes.kind_of(code) is codes.Kind.CARD else "programme"
            session.add(Card(customer_id=customer.id, code=code, kind=kind, issued_at=now))
            has_added = True
        elif known.customer_id != customer.id:
            raise Invalid(field="cards", problem="taken")
    return has_added
