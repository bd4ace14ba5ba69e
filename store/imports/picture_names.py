"""Whose picture a file is, from its name: an SKU or a reference, and what tells several apart."""

import re
from dataclasses import dataclass

from sqlalchemy.orm import Session

from store import products
from store.models import Product, Variant

_SUFFIX = re.compile(r"(.+?)[ _\-.]+[^ _\-.]*$")  # 22727-2, 22727_dos, 22727 (3)


@dataclass(frozen=True, kw_only=True)
class Owner:
    """The product that a picture shows, and the variant when it is of one only."""

    product: Product
    variant: Variant | None = None


def find(session: Session, stem: str) -> Owner | None:
    """Return the owner of a file called `stem`, without its ending; None when nothing fits.

    The whole name is tried first, then without its last part after a hyphen, an underscore, a
    space or a dot, and so on. An SKU of a product with several variants names one variant.
    """
    name = stem
    while name:
        found = _named(session, name)
        if found is not None:
            return found
        shorter = _SUFFIX.match(name)
        name = shorter[1] if shorter else ""
    return None


def _named(session: Session, name: str) -> Owner | None:
    variant = products.find_by_sku(session, name)
    if variant is not None:
        is_one_of_many = len(variant.product.variants) > 1
        return Owner(product=variant.product, variant=variant if is_one_of_many else None)
    product = products.find_by_reference(session, name)
    return Owner(product=product) if product else None
