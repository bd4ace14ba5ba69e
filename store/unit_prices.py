"""Prices per kilogram, litre, metre or piece, from what a variant holds.

Shown beside the price by Directive 98/6/EC, in France by the Arrêté du 16 novembre 1999.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from store.errors import Invalid

_CONTENT = re.compile(r"([0-9]{1,6}(?:[.,][0-9]{1,3})?)\s*([a-zµ²2è]{1,7})", re.IGNORECASE)
# what a unit is called in a content, the unit that its price is told in, and how many it takes
_UNITS = {
    "mg": ("kg", 1_000_000), "g": ("kg", 1_000), "kg": ("kg", 1),
    "ml": ("l", 1_000), "cl": ("l", 100), "dl": ("l", 10), "l": ("l", 1),
    "mm": ("m", 1_000), "cm": ("m", 100), "m": ("m", 1), "m2": ("m2", 1), "m²": ("m2", 1),
    "pièce": ("piece", 1), "pièces": ("piece", 1), "piece": ("piece", 1), "pieces": ("piece", 1),
    "pcs": ("piece", 1),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class UnitPrice:
    """A price per `per`: kg | l | m | m2 | piece."""

    minor: int
    per: str


def check(content: str) -> None:
    """Raise Invalid when a content is neither empty nor a number above 0 with a known unit."""
    if content.strip() and _read(content) is None:
        raise Invalid(field="content", problem="malformed")


def of(price_minor: int, content: str) -> UnitPrice | None:
    """Return the unit price, rounded half up; None when the content or the price is not known.

    A single piece has none: it would be the price again.
    """
    read = _read(content)
    if read is None or price_minor <= 0:
        return None
    amount, per = read
    if per == "piece" and amount == 1:
        return None
    exact = Decimal(price_minor) / amount
    return UnitPrice(minor=int(exact.to_integral_value(ROUND_HALF_UP)), per=per)


def pieces(content: str) -> int | None:
    """Return how many whole pieces a content is; None when it is told in another unit."""
    amount, per = _read(content) or (Decimal(), "")
    return int(amount) if per == "piece" and amount == int(amount) else None


def _read(content: str) -> tuple[Decimal, str] | None:
    found = _CONTENT.fullmatch(content.strip())
    unit = _UNITS.get(found[2].lower()) if found else None
    if found is None or unit is None:
        return None
    amount = Decimal(found[1].replace(",", ".")) / unit[1]
    return (amount, unit[0]) if amount > 0 else None
