"""The GS1 application identifiers that can stand beside a GTIN, and the form of their values.

Taken from the GS1 Barcode Syntax Dictionary. An identifier that is not here is refused: we
would not know where its value ends.
"""

import re
from typing import Final

# every character that an alphanumeric value may hold (GS1 character set 82)
_TEXT = r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]"

# the keys that a Digital Link can start from; only 01 names an article
PRIMARY_KEYS: Final = frozenset(
    "00 01 253 255 401 402 414 415 417 8003 8004 8006 8010 8013 8017 8018".split()
)
_NEVER_ATTRIBUTES: Final = frozenset("01 03 21 22 235 254 7040 8011 8014 8019 8020 8200".split())
# their values end after a fixed number of characters, without FNC1; by the first two digits
_PREDEFINED: Final = {
    "00": 18, "01": 14, "02": 14, "03": 14, "04": 16, "11": 6, "12": 6, "13": 6, "14": 6,
    "15": 6, "16": 6, "17": 6, "18": 6, "19": 6, "20": 2, "31": 6, "32": 6, "33": 6, "34": 6,
    "35": 6, "36": 6, "41": 13,
}  # fmt: skip

_YEAR_MONTH = r"\d\d(?:0[1-9]|1[0-2])"
_DAY_OR_NONE = _YEAR_MONTH + r"(?:[0-2]\d|3[01])"
_DAY = _YEAR_MONTH + r"(?:0[1-9]|[12]\d|3[01])"
_TIME = r"(?:[01]\d|2[0-3])[0-5]\d"

# identifier (n stands for any digit) and the form of its value
_FORMS: Final = {
    "00": r"\d{18}", "01": r"\d{14}", "02": r"\d{14}", "03": r"\d{14}",
    "10": _TEXT + "{1,20}", "11": _DAY_OR_NONE, "12": _DAY_OR_NONE, "13": _DAY_OR_NONE,
    "15": _DAY_OR_NONE, "16": _DAY_OR_NONE, "17": _DAY_OR_NONE, "20": r"\d{2}",
    "21": _TEXT + "{1,20}", "22": _TEXT + "{1,20}", "235": _TEXT + "{1,28}",
    "240": _TEXT + "{1,30}", "241": _TEXT + "{1,30}", "242": r"\d{1,6}",
    "243": _TEXT + "{1,20}", "250": _TEXT + "{1,30}", "251": _TEXT + "{1,30}",
    "253": r"\d{13}" + _TEXT + "{0,17}", "254": _TEXT + "{1,20}", "255": r"\d{13,25}",
    "30": r"\d{1,8}", "31nn": r"\d{6}", "32nn": r"\d{6}", "33nn": r"\d{6}", "34nn": r"\d{6}",
    "35nn": r"\d{6}", "36nn": r"\d{6}", "37": r"\d{1,8}", "390n": r"\d{1,15}",
    "391n": r"\d{4,18}", "392n": r"\d{1,15}", "393n": r"\d{4,18}", "394n": r"\d{4}",
    "395n": r"\d{6}", "400": _TEXT + "{1,30}", "401": _TEXT + "{1,30}", "402": r"\d{17}",
    "403": _TEXT + "{1,30}", "410": r"\d{13}", "411": r"\d{13}", "412": r"\d{13}",
    "413": r"\d{13}", "414": r"\d{13}", "415": r"\d{13}", "416": r"\d{13}", "417": r"\d{13}",
    "420": _TEXT + "{1,20}", "421": r"\d{3}" + _TEXT + "{1,9}", "422": r"\d{3}",
    "423": r"(?:\d{3}){1,5}", "424": r"\d{3}", "425": r"(?:\d{3}){1,5}", "426": r"\d{3}",
    "427": _TEXT + "{1,3}", "7001": r"\d{13}", "7002": _TEXT + "{1,30}", "7003": _DAY + _TIME,
    "7004": r"\d{1,4}", "7005": _TEXT + "{1,12}", "7006": _DAY, "7007": _DAY + f"(?:{_DAY})?",
    "7008": _TEXT + "{1,3}", "7009": _TEXT + "{1,10}", "7010": _TEXT + "{1,2}",
    "7020": _TEXT + "{1,20}", "7021": _TEXT + "{1,20}", "7022": _TEXT + "{1,20}",
    "703n": r"\d{3}" + _TEXT + "{1,27}", "71n": _TEXT + "{1,20}",
    "723n": _TEXT + "{3,30}", "7240": _TEXT + "{1,20}", "8001": r"\d{12}[019]\d",
    "8002": _TEXT + "{1,20}", "8003": r"0\d{13}" + _TEXT + "{0,16}", "8004": _TEXT + "{1,30}",
    "8005": r"\d{6}", "8006": r"\d{18}", "8008": r"\d{8}(?:\d{2}){0,2}",
    "8009": _TEXT + "{1,50}", "8010": r"[#\-/0-9A-Z]{1,30}", "8012": _TEXT + "{1,20}",
    "8013": _TEXT + "{1,25}", "8017": r"\d{18}", "8018": r"\d{18}", "8020": _TEXT + "{1,25}",
    "8111": r"\d{4}", "8200": _TEXT + "{1,70}", "90": _TEXT + "{1,30}",
    "91": _TEXT + "{1,90}", "92": _TEXT + "{1,90}", "93": _TEXT + "{1,90}",
    "94": _TEXT + "{1,90}", "95": _TEXT + "{1,90}", "96": _TEXT + "{1,90}",
    "97": _TEXT + "{1,90}", "98": _TEXT + "{1,90}", "99": _TEXT + "{1,90}",
}  # fmt: skip
_RULES: Final = [
    (re.compile(name.replace("n", "[0-9]")), re.compile(form, re.ASCII))
    for name, form in _FORMS.items()
]


def is_known(name: str) -> bool:
    """Say whether the text is an identifier of this table."""
    return _rule(name) is not None


def is_attribute(name: str) -> bool:
    """Say whether the identifier may stand in the query of a Digital Link."""
    return is_known(name) and name not in _NEVER_ATTRIBUTES


def is_valid(name: str, value: str) -> bool:
    """Say whether the value has the form that the identifier asks for."""
    rule = _rule(name)
    return rule is not None and rule.fullmatch(value) is not None


def leading(text: str) -> str | None:
    """Return the identifier that an element string starts with, or None."""
    return next((text[:size] for size in (2, 3, 4) if is_known(text[:size])), None)


def predefined_length(name: str) -> int | None:
    """Return the number of characters of a value that ends without FNC1, or None."""
    return _PREDEFINED.get(name[:2])


def _rule(name: str) -> re.Pattern[str] | None:
    return next((form for known, form in _RULES if known.fullmatch(name)), None)
