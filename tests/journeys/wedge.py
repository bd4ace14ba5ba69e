"""A hand scanner: keys typed very fast, as a computer with a given layout hears them.

The scanner ships as a US keyboard. The strokes go in by Chromium's own input, below the page, so
that they write into fields and press buttons like real ones.
"""

import time
from dataclasses import dataclass

from playwright.sync_api import CDPSession, Page

from tests import keyboards

SECONDS_A_KEY = 0.01

_PLACES = {
    "-": "Minus", "=": "Equal", "[": "BracketLeft", "]": "BracketRight", "\\": "Backslash",
    ";": "Semicolon", "'": "Quote", "`": "Backquote", ",": "Comma", ".": "Period", "/": "Slash",
    " ": "Space",
}  # fmt: skip
_SHIFTED = dict(zip('!@#$%^&*()_+{}|:"~<>?', "1234567890-=[]\\;'`,./", strict=True))
_GERMAN = str.maketrans("yzYZ-/", "zyZYß-")
_DEAD = "^¨"


@dataclass(frozen=True, kw_only=True)
class Stroke:
    """One key: what it writes on this computer, where it lies, and whether shift was held."""

    key: str
    code: str
    shift: bool


def strokes(text: str, *, layout: str = "azerty") -> list[Stroke]:
    """Return the keys of a US scanner that means the text, on a us, azerty or qwertz computer."""
    return [
        Stroke(key=_written(sign, layout), code=_place(sign), shift=_is_shifted(sign))
        for sign in text
    ]


def _written(sign: str, layout: str) -> str:
    if layout == "azerty":
        written = keyboards.as_french(sign)
        return "Dead" if written in _DEAD else written
    return sign.translate(_GERMAN) if layout == "qwertz" else sign


def _is_shifted(sign: str) -> bool:
    return sign in _SHIFTED or sign.isupper()


def _place(sign: str) -> str:
    base = _SHIFTED.get(sign, sign).lower()
    if base.isdigit():
        return f"Digit{base}"
    return _PLACES.get(base) or f"Key{base.upper()}"


def scan(page: Page, text: str, *, layout: str = "azerty", suffix: str = "Enter") -> None:
    """Type the text as a scanner does, then the suffix: Enter, Tab or nothing."""
    keyboard = page.context.new_cdp_session(page)
    keys = strokes(text, layout=layout)
    keys += [Stroke(key=suffix, code=suffix, shift=False)] if suffix else []
    started = time.time()
    for place, stroke in enumerate(keys):
        _press(keyboard, stroke, at=started + place * SECONDS_A_KEY)
    keyboard.detach()


def scan_french_digits(page: Page, digits: str) -> None:
    """Type digits as a scanner does that pretends to be a French keyboard, on a US computer."""
    keyboard = page.context.new_cdp_session(page)
    signs = dict(zip("1234567890", "!@#$%^&*()", strict=True))
    keys = [Stroke(key=signs[digit], code=f"Digit{digit}", shift=True) for digit in digits]
    started = time.time()
    for place, stroke in enumerate([*keys, Stroke(key="Enter", code="Enter", shift=False)]):
        _press(keyboard, stroke, at=started + place * SECONDS_A_KEY)
    keyboard.detach()


def _press(keyboard: CDPSession, stroke: Stroke, *, at: float) -> None:
    """Press and let go; the moment is given, so that a slow test machine still types fast."""
    held = {"key": stroke.key, "code": stroke.code, "modifiers": 8 if stroke.shift else 0}
    writes = {"Enter": "\r", "Tab": "\t", "Dead": ""}.get(stroke.key, stroke.key)
    written = {"text": writes} if writes else {}
    for kind, extra in (("keyDown", written), ("keyUp", {})):
        event = {"type": kind, "timestamp": at, **held, **extra}
        keyboard.send("Input.dispatchKeyEvent", event)
