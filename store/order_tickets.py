"""Signed order codes: what the QR of an order says, and who may have written it.

A store that has not learnt of an order yet can still tell that the order is real, and whose it is:
the QR carries the order's id, its number, the store it waits in, the day until which it may be
believed and a nonce, signed with Ed25519 (RFC 8032). A hub signs for its stores, and a store
without a hub signs for itself; a store that only checks knows public keys, so that nothing that is
stolen from it forges an order.

A ticket is text in the alphabet of our codes, so that every hand scanner types it right: 174
characters, which is a QR of version 7.
"""

import hashlib
import hmac
import struct
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import codes, ed25519
from store.errors import ForgedTicket, Invalid, UnknownSigner
from store.models import Order, Store, TicketKey

# what is signed can be taken for nothing else that a key of ours may ever sign
PURPOSE = b"comptoir order ticket 1\0"
# key, order, store, days, nonce, number; the signature follows
_FACTS = struct.Struct(">B16s4sHH8s")
SIGNATURE_BYTES = 64
TICKET_BYTES = _FACTS.size + SIGNATURE_BYTES
CHARACTERS = codes.RANDOM_CHARACTERS[codes.Kind.TICKET]
FIRST_DAY = date(2020, 1, 1)
LAST_DAY = FIRST_DAY + timedelta(days=0xFFFF)

NUMBER_LENGTH = 12
_NUMBER = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"  # a space is nothing, so that it fills up


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """What the QR of an order says of it; `number` is empty when it did not fit."""

    order: str  # its uid
    store_mark: bytes
    expires_on: date  # the last day on which it speaks for an order that is not known
    nonce: int = 0
    number: str = ""

    def is_for(self, store: Store) -> bool:
        """Tell whether the order waits in this store, as far as the ticket knows."""
        return self.store_mark == mark_of(store.code)


class Signer:
    """Writes tickets; several keys while they change: the first one signs, all are believed."""

    def __init__(self, seeds: Sequence[bytes]) -> None:
        """`seeds` are the private keys, 32 bytes each; at least one."""
        self._seeds = tuple(seeds)

    @cached_property
    def public_keys(self) -> tuple[str, ...]:
        """Return what others need to check tickets: hexadecimal, the key in use first."""
        return tuple(ed25519.public_key_of(seed) for seed in self._seeds)

    def sign(self, ticket: Ticket) -> str:
        """Return the ticket as text; the same one gives the same text."""
        facts = _FACTS.pack(
            _short_name(self.public_keys[0]),
            UUID(ticket.order).bytes,
            ticket.store_mark,
            (ticket.expires_on - FIRST_DAY).days,
            ticket.nonce,
            _number_in_bytes(ticket.number),
        )
        return _as_text(facts + ed25519.sign(self._seeds[0], PURPOSE + facts))


def of_order(order: Order, *, days: int) -> Ticket | None:
    """Return what an order's ticket says; it is believed `days` (1 to 3650) after the last known.

    The last known day is the one to collect it by, else the one that it was promised for or placed
    on. None when the order's id is not one of ours, or it is delivered at home.
    """
    last = order.pickup_by or (order.promised_at or order.placed_at).date()
    try:
        UUID(order.uid)
    except ValueError:
        return None
    if order.fulfilment != "pickup":
        return None
    return Ticket(
        order=order.uid,
        store_mark=mark_of(order.store.code),
        expires_on=max(FIRST_DAY, min(last + timedelta(days=days), LAST_DAY)),
        nonce=int.from_bytes(_digest(order.code)[:2]),
        number=order.number,
    )


def read(text: str, *, trusted: Collection[str]) -> Ticket:
    """Return what a ticket says, once one of the `trusted` public keys has signed it.

    Raises UnknownSigner when nobody whom we know has this key's name; ForgedTicket when the
    signature is not theirs, or the text is no ticket.
    """
    told = _from_text(text)
    facts, signature = told[: _FACTS.size], told[_FACTS.size :]
    name, order, mark, days, nonce, number = _FACTS.unpack(facts)
    signers = [key for key in trusted if _short_name(key) == name]
    if not signers:
        raise UnknownSigner()
    if not any(ed25519.has_signed(key, PURPOSE + facts, signature) for key in signers):
        raise ForgedTicket()
    return Ticket(
        order=str(UUID(bytes=order)),
        store_mark=mark,
        expires_on=FIRST_DAY + timedelta(days=days),
        nonce=nonce,
        number=_number_from_bytes(number),
    )


def mark_of(store_code: str) -> bytes:
    """Return the four bytes that stand for a store; no two of a chain are likely to share them."""
    return _digest(store_code.strip().upper())[:4]


def find_store(session: Session, ticket: Ticket) -> Store | None:
    """Return the store in which a ticket's order waits, None when it is not known here."""
    return next((one for one in session.scalars(select(Store)) if ticket.is_for(one)), None)


# --- whom to believe --------------------------------------------------------------------------


def list_trusted(session: Session) -> tuple[str, ...]:
    """Return the public keys that the central system has told us to believe; one query."""
    return tuple(session.scalars(select(TicketKey.public_key).order_by(TicketKey.public_key)))


def trust(session: Session, public_keys: Collection[str]) -> bool:
    """Believe these keys and no others; return whether anything had to be changed.

    Raises Invalid for what is no public key; then all stays as it was.
    """
    wanted = {_clean(key) for key in public_keys}
    known = {row.public_key: row for row in session.scalars(select(TicketKey))}
    for key in known.keys() - wanted:
        session.delete(known[key])
    session.add_all(TicketKey(public_key=key) for key in wanted - known.keys())
    session.flush()
    return wanted != known.keys()


def _clean(key: str) -> str:
    try:
        return ed25519.clean(key)
    except ValueError as error:
        raise Invalid(field="public_key", problem="malformed") from error


def _short_name(public_key: str) -> int:
    """Return the byte by which a ticket names its key."""
    return hashlib.sha256(bytes.fromhex(public_key)).digest()[0]


def _digest(text: str) -> bytes:
    return hmac.digest(PURPOSE, text.encode(), "sha256")


# --- bytes and text ---------------------------------------------------------------------------


def _as_text(told: bytes) -> str:
    value, signs = int.from_bytes(told), []
    for _ in range(CHARACTERS):
        value, place = divmod(value, codes.MODULUS)
        signs.append(codes.ALPHABET[place])
    body = codes.Kind.TICKET.value + "".join(reversed(signs))
    return body + codes.check_character(body)


def _from_text(text: str) -> bytes:
    code = codes.normalise(text)
    if codes.kind_of(code) is not codes.Kind.TICKET:
        raise ForgedTicket()
    value = 0
    for sign in code[1:-1]:
        value = value * codes.MODULUS + codes.ALPHABET.index(sign)
    try:
        return value.to_bytes(TICKET_BYTES)
    except OverflowError as error:
        raise ForgedTicket() from error


def _number_in_bytes(number: str) -> bytes:
    text = number.strip().upper()
    if len(text) > NUMBER_LENGTH or any(sign not in _NUMBER for sign in text):
        text = ""
    value = 0
    for sign in text.ljust(NUMBER_LENGTH):
        value = value * len(_NUMBER) + _NUMBER.index(sign)
    return value.to_bytes(8)


def _number_from_bytes(told: bytes) -> str:
    value, signs = int.from_bytes(told), []
    for _ in range(NUMBER_LENGTH):
        value, place = divmod(value, len(_NUMBER))
        signs.append(_NUMBER[place])
    return "".join(reversed(signs)).strip()
