"""The card numbers of the loyalty programmes that the shop already had before Comptoir."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from store import gs1
from store.errors import Invalid


class Check(StrEnum):
    """How the last digit of a card number is made."""

    NONE = "none"
    EAN = "ean"
    LUHN = "luhn"


@dataclass(frozen=True, kw_only=True)
class Programme:
    """The look of a programme's card numbers.

    In the mask `#` is a digit, `@` a letter from A to Z, anything else itself. No regular
    expression: a setting cannot make the scan slow.
    """

    mask: str
    check: Check = Check.NONE
    name: str = ""

    def fits(self, number: str) -> bool:
        """Say whether the number has the shape of the mask; its check is not looked at."""
        return len(number) == len(self.mask) and all(
            _fits(character, wanted) for character, wanted in zip(number, self.mask, strict=True)
        )

    def checks(self, number: str) -> bool:
        """Say whether the last digit is the one that the programme's rule gives."""
        if self.check is Check.NONE:
            return True
        if not gs1.is_digits(number):
            return False
        rule = gs1.check_digit if self.check is Check.EAN else luhn_digit
        return rule(number[:-1]) == number[-1]


def _fits(character: str, wanted: str) -> bool:
    if wanted == "#":
        return character in "0123456789"
    if wanted == "@":
        return "A" <= character <= "Z"
    return character == wanted


def luhn_digit(body: str) -> str:
    """Return the digit that closes a number by the Luhn rule (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def parse(patterns: Iterable[str]) -> tuple[Programme, ...]:
    """Read the settings' patterns, each `mask`, `mask:check` or `mask:check:name`.

    Raise Invalid (field `programme_patterns`) for an unknown check or an empty mask.
    """
    return tuple(_parse(pattern) for pattern in patterns)


def _parse(pattern: str) -> Programme:
    mask, _, rest = pattern.partition(":")
    check, _, name = rest.partition(":")
    if not mask or (check and check not in list(Check)):
        raise Invalid(field="programme_patterns", problem="unreadable", value=pattern)
    return Programme(mask=mask.upper(), check=Check(check or "none"), name=name)
