"""What a label says of an article, as plain facts; how it is drawn and worded is not known here.

Prices as the law wants them: price and unit price (Directive 98/6/EC, articles 3 and 4; in France
the Arrêté du 16 novembre 1999), a reduction with the price it fell from (see store/prices.py).
"""

import hashlib
import json
import re
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy.orm import Session

from store import prices, unit_prices
from store.models import Variant
from store.prices import Reduction

# ISO/IEC 18004: what a QR of version 3 holds in alphanumeric mode at level L; version 1 holds 25
LONGEST_ADDRESS = 77
_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]*")
_PLAIN_CODE = re.compile(r"[0-9A-Z.\-]{1,64}")


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How this shop labels: where its QRs lead, in which language, for how long a reduction."""

    base_url: str  # https://boutique.example, without a slash at its end
    language: str = "fr"
    reduction_days: int = 30  # 0: no reduction is ever announced


@dataclass(frozen=True, kw_only=True)
class Face:
    """What one label says; `problem` tells why it cannot be printed, empty when it can.

    problem: no_price | withdrawn | long_address.
    """

    sku: str
    name: str
    price_minor: int
    currency: str
    address: str  # upper case: what the QR holds
    gtin: str = ""  # 14 digits
    size: str = ""
    colour: str = ""
    content: str = ""
    unit_minor: int | None = None
    unit_per: str = ""  # kg | l | m | m2 | piece
    was_minor: int | None = None
    problem: str = ""

    @property
    def digest(self) -> str:
        """Return a short name of what it says: another one means that the label has to change."""
        told = json.dumps(asdict(self), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def of(
    session: Session, variants: Collection[Variant], terms: Terms, *, now: datetime
) -> list[Face]:
    """Return the faces of these variants in their order; their products are to be loaded."""
    lasting = timedelta(days=terms.reduction_days)
    reduced = prices.reductions(session, variants, now=now, lasting=lasting)
    return [_face(variant, terms, reduced.get(variant.id)) for variant in variants]


def from_json(told: Sequence[dict[str, Any]]) -> list[Face]:
    """Return the faces that `asdict` wrote."""
    return [Face(**one) for one in told]


def address(base_url: str, sku: str, gtin: str | None) -> str:
    """Return what the QR holds: upper case, so that it takes the alphanumeric mode.

    An SKU with letters that an address or that mode does not take is told by its GTIN.
    """
    code = sku if _PLAIN_CODE.fullmatch(sku) or not gtin else gtin.lstrip("0")
    return f"{base_url}/P/{quote(code, safe='')}".upper()


def is_short(text: str) -> bool:
    """Tell whether a QR of version 3 at most holds the address."""
    return len(text) <= LONGEST_ADDRESS and _ALPHANUMERIC.fullmatch(text) is not None


def _face(variant: Variant, terms: Terms, reduction: Reduction | None) -> Face:
    product = variant.product
    unit = unit_prices.of(variant.price_minor, variant.content)
    where = address(terms.base_url, variant.sku, variant.gtin)
    return Face(
        sku=variant.sku,
        name=product.name_en if terms.language == "en" and product.name_en else product.name,
        price_minor=variant.price_minor,
        currency=variant.currency,
        address=where,
        gtin=variant.gtin or "",
        size=variant.size,
        colour=variant.colour,
        content=variant.content,
        unit_minor=unit.minor if unit else None,
        unit_per=unit.per if unit else "",
        was_minor=reduction.was_minor if reduction else None,
        problem=_problem(variant, where),
    )


def _problem(variant: Variant, where: str) -> str:
    if variant.product.withdrawn_at is not None:
        return "withdrawn"
    if variant.price_minor <= 0:
        return "no_price"
    return "" if is_short(where) else "long_address"
