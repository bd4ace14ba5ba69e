"""Product numbers as GS1 writes them: GTIN, Digital Link addresses, element strings.

What we accept is what leads to an article: a GTIN-8, 12, 13 or 14, a UPC-E, and the Digital
Links and element strings whose key is a GTIN (AI 01). Sources: GS1 General Specifications,
sections 3 and 7.9; GS1 Digital Link Standard: URI Syntax; GS1 Barcode Syntax Dictionary.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from store import gs1_identifiers as identifiers
from store.errors import ComptoirError

FNC1: Final = "\x1d"
GTIN_LENGTHS: Final = (8, 12, 13, 14)
# symbology identifiers that announce an element string, ISO/IEC 15424
ELEMENT_STRING_MARKS: Final = ("]C1", "]d2", "]Q3", "]e0", "]J1")
PLAIN_MARKS: Final = ("]Q1", "]d1", "]C0", "]J0")
EAN_MARKS: Final = {"]E0": 13, "]E4": 8}

# a path may only hold these; RFC 3986 without the quote marks that the syntax leaves out
_LINK = re.compile(r"(https?|HTTPS?)://([^/?#]+)(/[^?#]*)(?:\?([^#]*))?(?:#.*)?", re.DOTALL)
_LINK_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-.]+)(?::\d{1,5})?")
_OPEN_BRACKET = re.compile(r"(?<!\\)\(")
# the orders in which a GTIN is made more precise in a path
_QUALIFIERS: Final = (("22", "10", "21"), ("235",))


class NotAnArticle(ComptoirError):
    """The text is not a GS1 way of naming an article (`problem` is a key).

    `check_digit`: a digit was misread; `other_key`: it names something else, such as a pallet
    or a place; `malformed`: it is not GS1 data.
    """

    problem: str


@dataclass(frozen=True, kw_only=True)
class Article:
    """A GTIN-14 and what the symbol says about this very item, by application identifier."""

    gtin: str
    details: Mapping[str, str] = field(default_factory=dict)


def check_digit(body: str) -> str:
    """Return the digit that closes a GTIN, GLN or SSCC, modulo 10 with weights 3 and 1."""
    total = sum(
        int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body))
    )
    return str(-total % 10)


def is_gtin(digits: str) -> bool:
    """Say whether the text is a GTIN-8, 12, 13 or 14 with its right check digit."""
    return (
        len(digits) in GTIN_LENGTHS and is_digits(digits) and check_digit(digits[:-1]) == digits[-1]
    )


def is_digits(text: str) -> bool:
    """Say whether the text is made of 0 to 9 only, and not empty."""
    return text.isascii() and text.isdigit()


def gtin_readings(digits: str) -> tuple[str, ...]:
    """Return the GTIN-14 that the digits can mean, the likeliest first.

    Eight digits can be a GTIN-8 and a UPC-E at once: a scanner does not say which it read.
    """
    readings = [digits.zfill(14)] if is_gtin(digits) else []
    expanded = expand_upc_e(digits)
    if expanded:
        readings.append(expanded.zfill(14))
    return tuple(readings)


def under_the_bars(gtin: str) -> str:
    """Return a GTIN-14 as people read it under its bars: eight, twelve, thirteen digits, or all."""
    for length in GTIN_LENGTHS:
        if not gtin[:-length].strip("0"):
            return gtin[-length:]
    return gtin


def expand_upc_e(digits: str) -> str | None:
    """Return the UPC-A of an eight-digit UPC-E, or None when it is not one.

    The last of the six middle digits says where the zeros were taken out.
    """
    if len(digits) != 8 or not is_digits(digits) or digits[0] not in "01":
        return None
    system, a, b, c, d, e, rule = list(digits[:7])
    if rule in "012":
        body = system + a + b + rule + "0000" + c + d + e
    elif rule == "3":
        body = system + a + b + c + "00000" + d + e
    elif rule == "4":
        body = system + a + b + c + d + "00000" + e
    else:
        body = system + a + b + c + d + e + "0000" + rule
    return body + digits[7] if check_digit(body) == digits[7] else None


def read_digital_link(uri: str, *, zero_suppressed: bool = False) -> Article:
    """Return the article that a GS1 Digital Link names.

    zero_suppressed also takes the older form whose GTIN lacks its leading zeros. Raise
    NotAnArticle when the address is not a valid Digital Link or its key is not a GTIN.
    """
    match = _LINK.fullmatch(uri) if _LINK_CHARACTERS.fullmatch(uri) else None
    if match is None or not _HOST.fullmatch(match[2]):
        raise NotAnArticle(problem="malformed")
    key, *qualifiers = _path_pairs(match[3])
    if zero_suppressed and len(key[1]) in GTIN_LENGTHS:
        key = (key[0], key[1].zfill(14))
    order = _qualifier_order([name for name, _ in qualifiers])
    attributes = list(_query_pairs(match[4] or "", order))
    return _article([key, *qualifiers, *attributes])


def _path_pairs(path: str) -> list[tuple[str, str]]:
    """Read the identifiers of a path from its end back to the key."""
    segments = path.split("/")[1:]
    pairs: list[tuple[str, str]] = []
    while len(segments) >= 2:
        value, name = unquote(segments.pop()), segments.pop()
        if not value or not identifiers.is_known(name):
            break
        pairs.insert(0, (name, value))
        if name in identifiers.PRIMARY_KEYS:
            return _about_an_article(pairs)
    raise NotAnArticle(problem="malformed")


def _about_an_article(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    if pairs[0][0] != "01":
        raise NotAnArticle(problem="other_key")
    return pairs


def _qualifier_order(names: list[str]) -> tuple[str, ...]:
    """Return the allowed order that holds these names as they stand, one after the other."""
    for order in _QUALIFIERS:
        if names == [name for name in order if name in names]:
            return order
    raise NotAnArticle(problem="malformed")


def _query_pairs(query: str, order: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Read the identifiers of a query; other parameters are somebody else's business."""
    for parameter in query.split("&"):
        name, sign, value = parameter.partition("=")
        if not sign or not is_digits(name):
            continue
        # what belongs in the path may not stand in the query, and 01 may not come twice
        if name in order or not identifiers.is_attribute(name):
            raise NotAnArticle(problem="malformed")
        yield name, unquote(value.replace("+", " "))


def read_element_string(text: str) -> Article:
    """Return the article of a scanned element string, FNC1 given as the control character GS.

    A symbology identifier (]C1, ]d2 …) or a leading FNC1 may come first; one of the two must,
    unless the string starts with the GTIN itself. Raise NotAnArticle when it is not valid or
    names no article.
    """
    body = (text[3:] if text[:3] in ELEMENT_STRING_MARKS else text).removeprefix(FNC1)
    if body == text and not body.startswith("01"):
        raise NotAnArticle(problem="malformed")
    return _article(list(_element_pairs(body)))


def _element_pairs(body: str) -> Iterator[tuple[str, str]]:
    while body:
        name = identifiers.leading(body)
        if name is None:
            raise NotAnArticle(problem="malformed")
        rest = body[len(name) :]
        size = identifiers.predefined_length(name)
        value = rest[:size] if size else rest.partition(FNC1)[0]
        yield name, value
        body = rest[len(value) :].removeprefix(FNC1)


def read_bracketed(text: str) -> Article:
    """Return the article of a text as people see it under a symbol: (01)…(10)….

    Raise NotAnArticle when it is not valid or names no article.
    """
    parts = re.split(r"(?<!\\)\(([0-9]{2,4})\)", text)
    if parts[0] or len(parts) < 3 or any(_OPEN_BRACKET.search(value) for value in parts[2::2]):
        raise NotAnArticle(problem="malformed")
    values = [value.replace("\\(", "(") for value in parts[2::2]]
    return _article(list(zip(parts[1::2], values, strict=True)))


def without_mark(text: str) -> str:
    """Take off the symbology identifier of a symbol that holds plain text."""
    return text[3:] if text[:3] in PLAIN_MARKS else text


def scanned_digits(text: str) -> str | None:
    """Return the digits that come after the symbology identifier of an EAN, or None.

    The composite part that a scanner may send after them says nothing about the article.
    """
    digits = text[3:].partition("|]e0")[0]
    return digits if len(digits) == EAN_MARKS.get(text[:3]) else None


def _article(pairs: list[tuple[str, str]]) -> Article:
    """Check every identifier and keep the article; the same identifier twice is a fault."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotAnArticle(problem="malformed")
    gtin = found.pop("01", None)
    if gtin is None:
        raise NotAnArticle(problem="other_key")
    if len(gtin) != 14 or not is_digits(gtin):
        raise NotAnArticle(problem="malformed")
    if not is_gtin(gtin):
        raise NotAnArticle(problem="check_digit")
    if not all(identifiers.is_valid(name, value) for name, value in found.items()):
        raise NotAnArticle(problem="malformed")
    return Article(gtin=gtin, details=found)
