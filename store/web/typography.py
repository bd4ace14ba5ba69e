"""Typography, laid over plain text when it is shown: French, and the quotes of English.

Translators and screens write plain spaces and a plain apostrophe; the narrow and the no-break
spaces are put in here, so that no message has to carry characters that nobody can see.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeVar
from unicodedata import combining, normalize

Text = TypeVar("Text", bound=str)

NARROW = "\u202f"  # before ; ! ? and between thousands
HARD = "\u00a0"  # before : € %, inside « », between a number and its unit
BETWEEN = f"{HARD}· "  # facts of a line: it ends with the point, and none begins with it

# Addresses, markup and template placeholders keep every character they have.
_KEPT = re.compile(r"(<[^<>]*>|https?://\S+|www\.\S+|\S+@\S+\.\S+)")
_UNITS = r"(?:km|cm|mm|ml|cl|kg|min|ms|Ko|Mo|Go|ans?|mois|jours?|[mglhsj])"
_NUMBER = r"(?:\d|%\(\w+\)[sd]|\{\w+\})"
_SPACE = r"[ \u00a0\u202f]+"

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\.\.\."), "…"),
    (re.compile(" · "), BETWEEN),
    (re.compile(r"(?<=[^\W\d_])'(?=[\w«%])"), "’"),
    (re.compile(rf"{_SPACE}([;!?])"), rf"{NARROW}\1"),
    (re.compile(rf"{_SPACE}([:€£](?!\w))"), rf"{HARD}\1"),
    (re.compile(rf"{_SPACE}(%(?![\w(]))"), rf"{HARD}\1"),
    (re.compile(r"«[ \u00a0\u202f]*"), f"«{HARD}"),
    (re.compile(r"[ \u00a0\u202f]*»"), f"{HARD}»"),
    # the name of an article may bring quotes into a sentence that puts it in quotes
    (re.compile(rf"(«[^«»]*)«{HARD}([^«»]*){HARD}»(?=[^«]*»)"), r"\1“\2”"),
    (re.compile(rf"({_NUMBER}){_SPACE}({_UNITS})(?!\w)"), rf"\1{HARD}\2"),
    (re.compile(rf"(\d{HARD}h){_SPACE}(\d)"), rf"\1{HARD}\2"),
    (re.compile(rf"\b([Nn]°|[Nn]uméro(?: d['’]attente)?){_SPACE}({_NUMBER})"), rf"\1{HARD}\2"),
)
_INNER_QUOTES = re.compile(r"(“[^“”]*)“([^“”]*)”(?=[^“”]*”)")
# "de Inès" is "d'Inès", "que Hélène" "qu'Hélène", "de huile" "d'huile"; an h that is heard (Hakim,
# Honfleur, hérisson) keeps its e
_ELIDING = re.compile(r"\b([Dd]|[Qq]u)e %\((\w+)\)s")
_VOWEL = re.compile(
    r"(?=\w\w)(?!onz|oui\b)(?:[aeiouœæ]|y[^aeiouy]"
    r"|h(?:abi[lt]|alei|alog|armon|e(?:b|c|l|n(?!n)|r(?!iss|nie|ons?\b|os\b|se)|ur(?!t))|i[lpsv]"
    r"|omm|onor|or[lt]|ot(?:es?|els?)\b|u[gm]|ub(?!l)|ui(?:l|ss|tr)|y[aegp]))",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:[ \u202f]\d{3})+(?!\d)")


@lru_cache(maxsize=8192)
def french(text: str) -> str:
    """Return `text` with French spaces, apostrophes and ellipses; idempotent."""
    pieces = _KEPT.split(text)
    return "".join(piece if at % 2 else _dressed(piece) for at, piece in enumerate(pieces))


def english(text: str) -> str:
    """Return `text` with single quotes inside of double ones, which a name may bring along."""
    text = text.replace(" · ", BETWEEN)
    return _INNER_QUOTES.sub(r"\1‘\2’", text) if text.count("“") > 1 else text


def elided(text: Text, values: Mapping[str, object]) -> Text:
    """Return a French text, maybe markup, whose "de" and "que" give way to the vowel of a value."""
    for name in _after_a_mute_e(text):
        if _VOWEL.match(_plain(str(values[name]))):
            text = _without_e(text, name)
    return text


@lru_cache(maxsize=4096)
def _after_a_mute_e(text: str) -> tuple[str, ...]:
    return tuple(found[2] for found in _ELIDING.finditer(text))


@lru_cache(maxsize=4096, typed=True)  # markup and text are not the same
def _without_e(text: Text, name: str) -> Text:
    return type(text)(re.sub(rf"\b([Dd]|[Qq]u)e (?=%\({name}\)s)", r"\1’", str(text)))


def _plain(word: str) -> str:
    return "".join(sign for sign in normalize("NFD", word) if not combining(sign))


def _dressed(text: str) -> str:
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return _THOUSANDS.sub(lambda found: found[0].replace(" ", NARROW), text)
