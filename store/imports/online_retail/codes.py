"""What the file's stock codes and descriptions mean, and what the goods are called."""

import re
from collections.abc import Mapping
from functools import lru_cache

# PADS and DCGS… look odd but are goods
FEES = ("POST", "DOT", "C2", "C3", "M", "D", "S", "B", "BANK CHARGES", "AMAZONFEE", "CRUK")
FEE_PREFIXES = ("ADJUST", "TEST", "GIFT_")

_LETTERS = re.compile(r"[A-Za-z]")
_CAPITALS = re.compile(r"[A-Z]")
_WORD = re.compile(r"[^\s,/+&()-]+")
_MEASURE = re.compile(r"[\dx.,]*\d(?:cm|mm|g|kg|ml|l|m)?", re.IGNORECASE)


def normalise(code: str) -> str:
    """Write a stock code as we keep it: 112 codes of the file differ only by case."""
    return code.strip().upper()


@lru_cache(maxsize=8192)  # more codes than the file has
def is_article(code: str) -> bool:
    """Tell whether a stock code stands for goods, and not for postage, fees or vouchers."""
    known = normalise(code)
    return known not in FEES and not known.startswith(FEE_PREFIXES)


def is_capitals(description: str) -> bool:
    """Tell whether a description is written as names are; notes ("check", "?") are in small."""
    letters = len(_LETTERS.findall(description))
    return letters >= 3 and 2 * len(_CAPITALS.findall(description)) > letters


def best_name(sold: Mapping[str, int], noted: Mapping[str, int]) -> str:
    """Return what a code is called, as a title, or "" when nothing in the file says it.

    `sold` counts its descriptions on lines with a price, `noted` on lines without one, where
    staff wrote what happened. The most frequent name wins; of equals, the first in the alphabet.
    """
    capitals = {text: n for text, n in sold.items() if is_capitals(text)}
    unsold = {text: n for text, n in noted.items() if is_capitals(text)}
    for names in (capitals, sold, unsold):
        if names:
            return as_title(min(names, key=lambda text: (-names[text], text)))
    return ""


def as_title(description: str) -> str:
    """Write "SET OF 3 CHILDREN'S BOXES 30x40CM" as "Set Of 3 Children's Boxes 30x40cm"."""
    tidy = " ".join(description.split()).strip(" .*")
    return _WORD.sub(_title_word, tidy) if is_capitals(tidy) else tidy


def _title_word(match: re.Match[str]) -> str:
    word = match.group()
    if _MEASURE.fullmatch(word):
        return word.lower()
    start = len(word) - len(word.lstrip("\"'*."))
    return word[: start + 1].upper() + word[start + 1 :].lower()
