"""How the sample's goods look and where they stand: guessed from the words of the file's names."""

import re
from functools import cache

from store.sample import files

OTHERWISE = {"family": "gift", "category": "Idées cadeaux", "tone": ""}


def family(name: str) -> str:
    """Return the object that the design draws for goods of this English name."""
    return _first("family", name)


def category(name: str) -> str:
    """Return the department for goods of this English name."""
    return _first("category", name)


def tone(name: str) -> str:
    """Return the tone of a colour in the English name, empty when it has none."""
    return _first("tone", name)


def _first(kind: str, name: str) -> str:
    words = f" {' '.join(re.split(r'[^A-Z0-9,-]+', name.upper()))} "
    for choice, keys in _choices()[kind]:
        if any(f" {key} " in words for key in keys):
            return choice
    return OTHERWISE[kind]


@cache
def _choices() -> dict[str, list[tuple[str, list[str]]]]:
    """Return, by kind, what to look for in order: the first that is found holds."""
    found: dict[str, list[tuple[str, list[str]]]] = {kind: [] for kind in OTHERWISE}
    for row in files.looks():
        keys = [key.replace("+", " ") for key in row["words"].split()]
        found[row["kind"]].append((row["choice"], keys))
    return found
