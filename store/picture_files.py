"""The files of pictures: in which widths, and how they are called.

They are named by what they hold: a browser may keep one for ever, and two servers call it the same.
"""

from dataclasses import dataclass

# px: a row or a tile on the tablet; a kiosk's tile and a phone; the kiosk's whole width
WIDTHS = (160, 480, 1080)


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A photo in our widths: WebP by width, the widest last, and its pixels there."""

    original: str
    digest: str
    width: int
    height: int
    files: dict[int, bytes]


def widths_of(widest: int) -> list[int]:
    """Return the widths in which a photo is kept whose widest file is that wide."""
    return [*(width for width in WIDTHS if width < widest), widest]


def name(digest: str, width: int) -> str:
    """Return the name of a file, below the folder of pictures."""
    return f"{digest[:2]}/{digest}-{width}.webp"
