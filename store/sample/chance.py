"""Chance that always falls the same way: what is drawn depends on its key alone."""

import hashlib
import uuid
from collections.abc import Sequence
from typing import TypeVar

from store import codes

T = TypeVar("T")
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "sample.comptoir")


def number(key: str, below: int) -> int:
    """Return a whole number from 0 up to, and without, `below`."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) % below


def pick(key: str, items: Sequence[T]) -> T:
    """Return one of the items."""
    return items[number(key, len(items))]


def happens(key: str, percent: int) -> bool:
    """Tell whether something happens that does `percent` times in a hundred."""
    return number(key, 100) < percent


def uid(kind: str, key: str) -> str:
    """Return the same public id for the same thing, in every copy of the sample."""
    return str(uuid.uuid5(NAMESPACE, f"{kind}:{key}"))


def code(kind: codes.Kind, key: str) -> str:
    """Return a code of ours; a real one is drawn from the system's chance."""
    places = range(codes.RANDOM_CHARACTERS[kind])
    drawn = "".join(pick(f"{kind}:{key}:{place}", codes.ALPHABET) for place in places)
    return kind.value + drawn + codes.check_character(kind.value + drawn)
