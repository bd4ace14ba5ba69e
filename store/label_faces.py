"""What a label says of an article, as plain facts; how it is drawn and worded is not known here.

Prices as the law wants them: price and unit price (Directive 98/6/EC, articles 3 and 4; in France
the Arrêté du 16 novembre 1999), a reduction with the price it fell from (see store/prices.py).
"""

import hashlib
import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy.orm import Session

from store import aisles, gs1, prices, unit_prices
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
    aisle: str = ""  # where it stands, empty when nobody has said

    @property
    def digest(self) -> str:
        """Return a short name of what it says: another one means that the label has to change.

        An aisle that is not known is no part of it: labels printed before aisles were stay right.
        """
        told = json.dumps(
            {k: v for k, v in vars(self).items() if k != "aisle" or v}, sort_keys=True
        )
        return hashlib.sha256(told.encode()).hexdigest()[:32]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a face follows from, as the catalogue has it."""

    id: int
    sku: str
    gtin: str | None
    size: str
    colour: str
    content: str
    price_minor: int
    currency: str
    name: str
    name_en: str
    withdrawn_at: datetime | None


def of(
    session: Session, variants: Collection[Variant], terms: Terms, *, store_id: int, now: datetime
) -> list[Face]:
    """Return the faces of these variants in a store, in their order; products are to be loaded."""
    facts = [_facts(variant) for variant in variants]
    return of_facts(session, facts, terms, store_id=store_id, now=now)


def of_facts(
    session: Session, facts: Collection[Facts], terms: Terms, *, store_id: int, now: datetime
) -> list[Face]:
    """Return the faces that follow from these facts in a store, in their order."""
    present = {one.id: (one.price_minor, one.currency) for one in facts}
    lasting = timedelta(days=terms.reduction_days)
    reduced = prices.reductions(session, present, now=now, lasting=lasting)
    standing = aisles.of(session, list(present), store_id=store_id)
    return [_face(one, terms, reduced.get(one.id), standing.get(one.id, "")) for one in facts]


def from_json(told: Sequence[dict[str, Any]]) -> list[Face]:
    """Return the faces that `asdict` wrote."""
    return [Face(**one) for one in told]


def address(base_url: str, sku: str, gtin: str | None) -> str:
    """Return what the QR holds: upper case, so that it takes the alphanumeric mode.

    An SKU with letters that an address or that mode does not take is told by its GTIN.
    """
    code = sku if _PLAIN_CODE.fullmatch(sku) or not gtin else gs1.under_the_bars(gtin)
    return f"{base_url}/P/{quote(code, safe='')}".upper()


def is_short(text: str) -> bool:
    """Tell whether a QR of version 3 at most holds the address."""
    return len(text) <= LONGEST_ADDRESS and _ALPHANUMERIC.fullmatch(text) is not None


def _facts(variant: Variant) -> Facts:
    product = variant.product
    return Facts(
        id=variant.id,
        sku=variant.sku,
        gtin=variant.gtin,
        size=variant.size,
        colour=variant.colour,
        content=variant.content,
        price_minor=variant.price_minor,
        currency=variant.currency,
        name=product.name,
        name_en=product.name_en,
        withdrawn_at=product.withdrawn_at,
    )


def _face(facts: Facts, terms: Terms, reduction: Reduction | None, aisle: str) -> Face:
    unit = unit_prices.of(facts.price_minor, facts.content)
    where = address(terms.base_url, facts.sku, facts.gtin)
    return Face(
        sku=facts.sku,
        name=facts.name_en if terms.language == "en" and facts.name_en else facts.name,
        price_minor=facts.price_minor,
        currency=facts.currency,
        address=where,
        gtin=facts.gtin or "",
        size=facts.size,
        colour=facts.colour,
        content=facts.content,
        unit_minor=unit.minor if unit else None,
        unit_per=unit.per if unit else "",
        was_minor=reduction.was_minor if reduction else None,
        problem=_problem(facts, where),
        aisle=aisle,
    )


def _problem(facts: Facts, where: str) -> str:
    if facts.withdrawn_at is not None:
        return "withdrawn"
    if facts.price_minor <= 0:
        return "no_price"
    return "" if is_short(where) else "long_address"
