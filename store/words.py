"""Words as the search compares them: without accents, case, plural or feminine endings."""

import re
import unicodedata

STOP_WORDS = frozenset(
    "a à au aux avec ce de des du elle en et je la le les leur ou par pas pour sans son sur un une "
    "an and at for from in is of on or the to with".split()
)
LONGEST = 40

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})
_WORD = re.compile(r"[^\W_]+")
# an ending and what it becomes; the first that fits is taken, then again until none does
_ENDINGS = (
    ("eaux", "eau"),
    ("aux", "al"),
    ("eux", "eu"),
    ("oux", "ou"),
    ("ies", "i"),
    ("ie", "i"),
    ("ss", "ss"),
    ("s", ""),
    ("e", ""),
    ("y", "i"),
)
_SHORTEST_STEM = 3
_NUMBER = re.compile(r"(\d+)")


def fold(text: str) -> str:
    """Return the text in lower case without accents or ligatures."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def readable(text: str) -> str:
    """Return a text without signs that only steer how it is shown; each kind of space is plain."""
    return "".join(" " if sign.isspace() else sign for sign in text if _is_shown(sign))


def _is_shown(sign: str) -> bool:
    return sign.isprintable() or sign.isspace()


def split(text: str) -> list[str]:
    """Return the folded words of a text in its order, each at most 40 characters long.

    Articles and prepositions of French and English are left out, and so are single letters,
    unless nothing else is there.
    """
    found = [word[:LONGEST] for word in _WORD.findall(fold(text))]
    return [word for word in found if is_telling(word)] or found


def is_telling(word: str) -> bool:
    """Say whether a folded word distinguishes one product from another."""
    return word not in STOP_WORDS and (len(word) > 1 or is_number(word))


def stem(word: str) -> str:
    """Return the part of a folded word that its singular, plural and feminine have in common.

    A word with a digit is a reference and is left whole. The stem is for comparing only: it is
    rarely a word of its own.
    """
    if not word.isalpha():
        return word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) + len(instead) >= _SHORTEST_STEM:
            shorter = word[: len(word) - len(ending)] + instead
            return word if shorter == word else stem(shorter)
    return word


def stems(text: str) -> list[str]:
    """Return the stems of the words of a text, in its order, each once."""
    return list(dict.fromkeys(stem(word) for word in split(text)))


def is_number(word: str) -> bool:
    """Say whether a word is made of the digits 0 to 9."""
    return word.isascii() and word.isdigit()


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """Return a key that sorts as people count: "A2" before "A10"."""
    parts = _NUMBER.split(fold(text))
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in parts if part)
