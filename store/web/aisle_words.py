"""Where an article stands, in words: one shop tells "3 B", another "Allée 3 B"."""

import re

from store.web.catalogue import gettext as _
from store.web.filters import typo
from store.words import fold

# what begins with such a word is said as it was told
NAMES = frozenset("aisle allee bay etagere gondole mur rayon row shelf travee wall".split())
_AISLE = re.compile(r"(?:all[ée]es?|aisles?)(?![^\W\d_])[\s.:]*(?=\S)", re.IGNORECASE)
_FIRST = re.compile(r"[^\W\d_]+")


def code(aisle: str) -> str:
    """Return what tells one aisle from another, as it fits into a column: 3 B."""
    named = _AISLE.match(aisle)
    return aisle[named.end() :] if named else aisle


def in_words(aisle: str) -> str:
    """Return the aisle as it is said on its own, Allée 3 B; empty when it is not known."""
    told = code(aisle)
    first = _FIRST.match(fold(told))
    is_named = not told or (first is not None and first[0] in NAMES)
    return typo(told if is_named else _("Allée %(aisle)s", aisle=told))
