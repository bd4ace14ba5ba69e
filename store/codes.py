"""Our own codes: the alphabet, the check character, how one is made, read and shown.

A code is one kind character, random characters and a check character, upper case without
separators. Its alphabet leaves out A Q W Z M Y, which move between keyboard layouts, and
B I L O S U V, which people take for other characters. 23 is prime, so that a weighted sum finds
every wrong character and every swap of neighbours.
"""

import re
import secrets
from enum import StrEnum

ALPHABET = "0123456789CDEFGHJKNPRTX"
MODULUS = len(ALPHABET)
GROUP = 4

_VALUE = {character: value for value, character in enumerate(ALPHABET)}
# what people write for a character that we do not use
_LOOKALIKE = str.maketrans("OILSB", "01158")
_SEPARATORS = re.compile(r"[\s\-–—.·_]+")
# 5 generates all non-zero remainders of 23: neighbours never weigh the same
_GENERATOR = 5


class Kind(StrEnum):
    """What a code of ours opens; the value is its first character."""

    CARD = "C"
    ORDER = "R"
    BADGE = "E"
    DEVICE = "D"
    LABEL = "P"
    DELEGATE = "T"
    TICKET = "X"


# random characters; one holds 4.52 bits, so 29 hold 131 and 8 hold 36
RANDOM_CHARACTERS = {
    Kind.CARD: 29,
    Kind.ORDER: 29,
    Kind.BADGE: 29,
    Kind.DEVICE: 8,
    Kind.LABEL: 6,
    Kind.DELEGATE: 6,
    Kind.TICKET: 172,  # not random: see store.order_tickets
}


def generate(kind: Kind) -> str:
    """Make a code from the system's random source.

    Cards, orders and badges hold at least 128 random bits. A device code is short because it
    lives some minutes behind a rate limit, a label code because it is public, a delegate's because
    it is said aloud and works once, in one shop, behind a rate limit.
    """
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS[kind]))
    return kind.value + drawn + check_character(kind.value + drawn)


def check_character(body: str) -> str:
    """Return the character that closes a body; raise KeyError outside the alphabet."""
    total = sum(
        _VALUE[character] * pow(_GENERATOR, place, MODULUS)
        for place, character in enumerate(reversed(body), start=1)
    )
    return ALPHABET[-total % MODULUS]


def normalise(text: str) -> str:
    """Write a code as we store it: upper case, no separators, look-alikes put right.

    The answer is only a candidate: it may hold anything that the text held.
    """
    return _SEPARATORS.sub("", text.upper()).translate(_LOOKALIKE)


def kind_of(code: str) -> Kind | None:
    """Return the kind of a normalised code, or None when it is not a whole valid one."""
    kind = candidate_kind(code)
    if kind is None or len(code) != length(kind):
        return None
    return kind if check_character(code[:-1]) == code[-1] else None


def candidate_kind(code: str) -> Kind | None:
    """Return the kind that a normalised code says it has, whole or not, or None."""
    if not code or any(character not in _VALUE for character in code):
        return None
    return Kind(code[0]) if code[0] in RANDOM_CHARACTERS else None


def length(kind: Kind) -> int:
    """Return how many characters a whole code of this kind has."""
    return RANDOM_CHARACTERS[kind] + 2


def grouped(code: str) -> str:
    """Write a code in groups of four, for reading aloud and typing."""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))
