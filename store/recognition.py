"""What a scanned or typed text is, told from the text alone: no database, no network.

The text comes from anybody who can print a QR. It is bounded, never opened as an address and
never run; what is not ours is named by a reason that the screens turn into words.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice
from typing import Final

from store import codes, gs1, layouts
from store.programmes import Programme

LONGEST: Final = 512
MOST_READINGS: Final = 4

_BLANK = " \t\r\n\v\f\u00a0\u202f\ufeff"
_SEPARATORS = re.compile(r"[\s\-–—.·_/]+")
_ADDRESS = re.compile(r"https?://([^/?#\s]*)([^?#]*)", re.IGNORECASE)
_LABEL_PATH = re.compile(r"/p/([0-9A-Za-z._~\-]{1,64})", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{1,15}:")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
_PHONE = re.compile(r"(?:\+|00)[1-9][0-9]{7,13}|0[1-9][0-9]{8}")
_ORDER_NUMBER = re.compile(r"#?[A-Za-z]{0,6}[\-_ #]?[0-9]{3,10}")
_PICKUP = re.compile(r"[0-9]{6}")


class Reason(StrEnum):
    """Why a text is nothing that we know, the most telling first; the screens have words."""

    MISREAD = "misread"  # ours or a product's, but its check does not come out
    INCOMPLETE = "incomplete"  # ours, but characters are missing
    OVERLONG = "overlong"  # ours, but characters are too many
    OTHER_GS1 = "other_gs1"  # a pallet, a place: not an article
    OTHER_SHOP = "other_shop"  # the label of a shelf, but not of ours
    FOREIGN_ADDRESS = "foreign_address"
    EMAIL = "email"
    PHONE = "phone"
    OTHER_QR = "other_qr"  # Wi-Fi, contact, telephone …
    ORDER_NUMBER = "order_number"
    TOO_LONG = "too_long"
    NOT_TEXT = "not_text"
    UNRECOGNISED = "unrecognised"
    EMPTY = "empty"


@dataclass(frozen=True, kw_only=True)
class OwnCard:
    """A card that Comptoir issued."""

    code: str


@dataclass(frozen=True, kw_only=True)
class ProgrammeCard:
    """A card of a programme that the shop already had."""

    number: str
    programme: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderCode:
    """The QR of an order to collect."""

    code: str


@dataclass(frozen=True, kw_only=True)
class TicketCode:
    """The signed QR of an order, whose signature is still to be checked."""

    text: str


@dataclass(frozen=True, kw_only=True)
class PickupCode:
    """The six digits that stand for an order within one store."""

    digits: str


@dataclass(frozen=True, kw_only=True)
class DelegateCode:
    """What somebody shows whom the customer lets collect an order."""

    code: str


@dataclass(frozen=True, kw_only=True)
class ProductCode:
    """An article: the GTIN-14 it can be, likeliest first, and what a Digital Link adds.

    `digits` is what stood under the bars; older loyalty cards carry such a number too.
    """

    gtins: tuple[str, ...]
    digits: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class LabelCode:
    """The QR of a shelf label of ours: what stands after /P/, upper case."""

    reference: str


@dataclass(frozen=True, kw_only=True)
class BadgeCode:
    """A staff badge."""

    code: str


@dataclass(frozen=True, kw_only=True)
class DeviceCode:
    """A code that enrols a device."""

    code: str


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """Nothing that we know; `text` is what was understood, at most 64 characters.

    A number or a reference of the shop has no check: `others` are what else the same key strokes
    may mean, for whoever can look them up.
    """

    reason: Reason
    text: str = ""
    others: tuple[str, ...] = field(default=(), compare=False)


Code = (
    OwnCard
    | ProgrammeCard
    | OrderCode
    | TicketCode
    | PickupCode
    | DelegateCode
    | ProductCode
    | LabelCode
    | BadgeCode
    | DeviceCode
    | Unknown
)

_TELLING = [*Reason]
# what only the shop's tables can tell to be something
MAY_BE_KNOWN = (Reason.ORDER_NUMBER, Reason.UNRECOGNISED)
# what shows that a code was meant, and what shows at least that something was scanned
_OF_OUR_CODE = _TELLING[:2]
_OF_A_SCAN = (
    *(*_OF_OUR_CODE, Reason.OTHER_GS1),
    *(Reason.OTHER_SHOP, Reason.FOREIGN_ADDRESS, Reason.OTHER_QR),
)


def recognise(
    raw: str,
    *,
    alt: Iterable[str] = (),
    programme_patterns: Sequence[Programme] = (),
    own_hosts: Collection[str] = (),
) -> Code:
    """Say what a scanned or typed text is; no text makes it raise.

    alt holds other readings of the same key strokes (physical keys, digit row, case swapped): the
    first that is something wins, else the most telling reason. own_hosts are host names, with
    their port when it is not the usual one.
    """
    hosts = {host.lower() for host in own_hosts}
    found = [_read(text, programme_patterns, hosts) for text in _readings(raw, alt)]
    known = next((code for code in found if not isinstance(code, Unknown)), None)
    return known or _most_telling([code for code in found if isinstance(code, Unknown)])


def _most_telling(unknown: list[Unknown]) -> Unknown:
    """Keep the first reading's reason, unless another shows that a code was meant."""
    first = unknown[0]
    best = min(unknown, key=lambda code: _TELLING.index(code.reason))
    weak = first.reason in (Reason.UNRECOGNISED, Reason.EMPTY)
    chosen = best if best.reason in (_OF_A_SCAN if weak else _OF_OUR_CODE) else first
    return replace(chosen, others=_references(unknown, besides=chosen.text))


def _references(unknown: list[Unknown], *, besides: str) -> tuple[str, ...]:
    """Return the readings that may be a number or a reference, such as "85099B": with a digit."""
    texts = dict.fromkeys(code.text for code in unknown if code.reason in MAY_BE_KNOWN)
    return tuple(
        text for text in texts if text != besides and any(sign in "0123456789" for sign in text)
    )


def _readings(raw: str, alt: Iterable[str]) -> Iterator[str]:
    yield raw
    yield from islice((text for text in alt if text.strip(_BLANK)), MOST_READINGS)
    if len(raw) <= 2 * LONGEST and layouts.as_us(raw) != raw:
        yield layouts.as_us(raw)


def _read(raw: str, programmes: Sequence[Programme], hosts: Collection[str]) -> Code:
    text = _clean(raw)
    if isinstance(text, Reason):
        return Unknown(reason=text)
    address = _ADDRESS.match(text)
    if address:
        return _address(text, address, hosts)
    return (
        _own(text)
        or _programme_card(text, programmes)
        or _article(text)
        or _pickup(text)
        or _unknown(_why(text, programmes), text)
    )


def _clean(raw: str) -> str | Reason:
    """Trim, and write compatible characters as plain ones; a reason when it is no text."""
    text = raw.strip(_BLANK)
    if len(text) > LONGEST:
        return Reason.TOO_LONG
    text = unicodedata.normalize("NFKC", text)
    # direction marks and zero-width characters come along when a code is copied
    text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf").strip(_BLANK)
    if len(text) > LONGEST:
        return Reason.TOO_LONG
    text = gs1.without_mark(text)
    if not text.strip(gs1.FNC1):
        return Reason.EMPTY
    return text if all(_is_text(sign) for sign in text) else Reason.NOT_TEXT


def _is_text(sign: str) -> bool:
    if sign in (gs1.FNC1, "\t", "\n", "\r"):
        return True
    return sign != "\ufffd" and unicodedata.category(sign) not in ("Cc", "Cs", "Co", "Cn")


def _address(text: str, address: re.Match[str], hosts: Collection[str]) -> Code:
    """Read an address as a label or code of ours or a GS1 Digital Link; never open it."""
    if address[1].lower() in hosts:
        label = _LABEL_PATH.fullmatch(address[2])
        own = _own(address[2].rpartition("/")[2])
        if label or own:
            return own or LabelCode(reference=address[2][3:].upper())
    try:
        article = gs1.read_digital_link(text, zero_suppressed=True)
    except gs1.NotAnArticle as fault:
        # labels are printed in upper case throughout, so that their QR stays small
        is_label = text.isupper() and _LABEL_PATH.fullmatch(address[2])
        foreign = Reason.OTHER_SHOP if is_label else Reason.FOREIGN_ADDRESS
        return _unknown(_GS1_REASONS.get(fault.problem, foreign), address[1])
    return ProductCode(gtins=(article.gtin,), details=article.details)


def _own(text: str) -> Code | None:
    code = codes.normalise(text)
    match codes.kind_of(code):
        case codes.Kind.CARD:
            return OwnCard(code=code)
        case codes.Kind.ORDER:
            return OrderCode(code=code)
        case codes.Kind.BADGE:
            return BadgeCode(code=code)
        case codes.Kind.DEVICE:
            return DeviceCode(code=code)
        case codes.Kind.LABEL:
            return LabelCode(reference=code)
        case codes.Kind.DELEGATE:
            return DelegateCode(code=code)
        case codes.Kind.TICKET:
            return TicketCode(text=code)
    return None


def _programme_card(text: str, programmes: Sequence[Programme]) -> Code | None:
    number = _compact(text).upper()
    for programme in programmes:
        if programme.fits(number) and programme.checks(number):
            return ProgrammeCard(number=number, programme=programme.name)
    return None


def _article(text: str) -> Code | None:
    digits = gs1.scanned_digits(text) or _compact(text)
    readings = gs1.gtin_readings(digits)
    if readings:
        return ProductCode(gtins=readings, digits=digits)
    for read in (gs1.read_element_string, gs1.read_bracketed):
        try:
            article = read(text)
        except gs1.NotAnArticle:
            continue
        return ProductCode(gtins=(article.gtin,), details=article.details)
    return None


def _pickup(text: str) -> Code | None:
    digits = _compact(text)
    return PickupCode(digits=digits) if _PICKUP.fullmatch(digits) else None


def _why(text: str, programmes: Sequence[Programme]) -> Reason:
    """Guess what a text was meant to be, so that the words on screen help."""
    compact = _compact(text)
    if any(programme.fits(compact.upper()) for programme in programmes):
        return Reason.MISREAD
    if gs1.is_digits(compact) and len(compact) in gs1.GTIN_LENGTHS:
        return Reason.MISREAD
    return _broken_own(text) or _broken_gs1(text) or _something_else(text, compact)


_SHORT = (codes.Kind.LABEL, codes.Kind.DELEGATE)  # too many other texts look like these


def _broken_own(text: str) -> Reason | None:
    code = codes.normalise(text)
    kind = codes.candidate_kind(code)
    if kind is None or len(code) < codes.length(codes.Kind.DEVICE) or kind in _SHORT:
        return None
    if len(code) == codes.length(kind):
        return Reason.MISREAD
    return Reason.INCOMPLETE if len(code) < codes.length(kind) else Reason.OVERLONG


def _broken_gs1(text: str) -> Reason | None:
    read = gs1.read_bracketed if text.startswith("(") else gs1.read_element_string
    if text[0] not in "](\x1d":
        return None
    try:
        read(text)
    except gs1.NotAnArticle as fault:
        return _GS1_REASONS.get(fault.problem)
    return None


_GS1_REASONS = {"check_digit": Reason.MISREAD, "other_key": Reason.OTHER_GS1}


def _something_else(text: str, compact: str) -> Reason:
    if _EMAIL.fullmatch(text):
        return Reason.EMAIL
    if _PHONE.fullmatch(compact):
        return Reason.PHONE
    if _SCHEME.match(text):
        return Reason.OTHER_QR
    return Reason.ORDER_NUMBER if _ORDER_NUMBER.fullmatch(text) else Reason.UNRECOGNISED


def _compact(text: str) -> str:
    return _SEPARATORS.sub("", text)


def _unknown(reason: Reason, text: str) -> Unknown:
    return Unknown(reason=reason, text=text[:64])
