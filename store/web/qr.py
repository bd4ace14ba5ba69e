"""Every QR that a screen shows or a label prints: vector for pages, PNG for the rest."""

from functools import lru_cache
from io import BytesIO
from itertools import groupby
from typing import Final

import qrcode
from markupsafe import Markup, escape
from PIL import Image

LEVELS: Final = {
    "L": qrcode.ERROR_CORRECT_L,
    "M": qrcode.ERROR_CORRECT_M,
    "Q": qrcode.ERROR_CORRECT_Q,
    "H": qrcode.ERROR_CORRECT_H,
}
# the quiet zone that ISO/IEC 18004 asks for, in modules
QUIET_ZONE: Final = 4

_SVG = Markup(
    '<svg class="qr" viewBox="0 0 {size} {size}" role="img" aria-label="{label}" '
    'shape-rendering="crispEdges"><path stroke="currentColor" d="{path}"/></svg>'
)


@lru_cache(maxsize=512)
def modules(text: str, *, level: str = "M", border: int = QUIET_ZONE) -> tuple[str, ...]:
    """Return the rows of the smallest QR that holds the text, `1` for dark, quiet zone included.

    Upper-case text takes the alphanumeric mode and gives a smaller QR. Raise ValueError when the
    text is longer than any QR can hold.
    """
    code = qrcode.QRCode(error_correction=LEVELS[level], border=border)
    code.add_data(text, optimize=0)
    code.make(fit=True)
    return tuple("".join("1" if dark else "0" for dark in row) for row in code.get_matrix())


def svg(text: str, label: str, *, level: str = "M", border: int = QUIET_ZONE) -> Markup:
    """Draw the QR for a page, in the colour of the text around it; put it on white.

    label is what is read aloud instead of the picture.
    """
    rows = modules(text, level=level, border=border)
    return _SVG.format(size=len(rows), label=escape(label), path=_path(rows))


def png(text: str, *, level: str = "M", border: int = QUIET_ZONE, module_pixels: int = 8) -> bytes:
    """Draw the QR as a black and white PNG with square modules of that many pixels."""
    rows = modules(text, level=level, border=border)
    image = Image.new("1", (len(rows), len(rows)), 1)
    image.putdata([int(module == "0") for row in rows for module in row])
    side = len(rows) * module_pixels
    buffer = BytesIO()
    image.resize((side, side), Image.Resampling.NEAREST).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def rectangles(rows: tuple[str, ...]) -> list[tuple[int, int, int, int]]:
    """Return the dark parts as few rectangles: left, top, width and height in modules.

    Runs that lie exactly under one another are one, so that no seam shows where they meet.
    """
    open_runs: dict[tuple[int, int], int] = {}
    found = []
    for y, row in enumerate((*rows, "")):
        runs = set(_runs(row))
        for x, width in [run for run in open_runs if run not in runs]:
            top = open_runs.pop((x, width))
            found.append((x, top, width, y - top))
        for run in runs - open_runs.keys():
            open_runs[run] = y
    return sorted(found)


def version(rows: tuple[str, ...], *, border: int = QUIET_ZONE) -> int:
    """Return the version of a QR by its size: 1 is 21 modules wide, each next one 4 more."""
    return (len(rows) - 2 * border - 17) // 4


def _path(rows: tuple[str, ...]) -> str:
    """Write each row as dashes of a line as thick as a module: half the text of boxes."""
    return "".join(_line(y, row) for y, row in enumerate(rows))


def _line(y: int, row: str) -> str:
    drawn, end = "", 0
    for x, width in _runs(row):
        drawn += f"m{x - end} 0h{width}" if drawn else f"M{x} {y}.5h{width}"
        end = x + width
    return drawn


def _runs(row: str) -> list[tuple[int, int]]:
    """Return where dark modules begin in a row, and how many there are."""
    found, x = [], 0
    for module, run in groupby(row):
        width = len(list(run))
        if module == "1":
            found.append((x, width))
        x += width
    return found
