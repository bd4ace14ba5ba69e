"""Ticket printers that speak ESC/POS on the shop's network, and what they say of themselves.

The library carries barcodes, fonts and profiles of fifty makers, 10 MB in memory: this module is
run as a program of its own while something is printed, and never imported by the server.

Status bytes: Epson, ESC/POS command reference, DLE EOT (answered at once) and GS r (answered in
its turn, after what was sent before).
"""

import base64
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any

from escpos.escpos import Escpos
from escpos.exceptions import DeviceNotFoundError
from escpos.printer import Network
from PIL import Image

DLE_EOT, GS_R_PAPER = b"\x10\x04", b"\x1dr\x01"
PRINTER, OFFLINE_CAUSE, ROLL = b"\x01", b"\x02", b"\x04"
IS_OFFLINE = 0x08
COVER_OPEN, PAPER_END_STOP, HAS_ERROR = 0x04, 0x20, 0x40
NEAR_END, NO_PAPER = 0x0C, 0x60
FIXED, FIXED_VALUE = 0x93, 0x12  # of each real-time answer, bits 0, 1, 4 and 7
FIT = ("ok", "paper_low")  # states in which it prints
FRAGMENT = 256  # dots of height that are sent at once: the memory of small printers
Connect = Callable[..., Escpos]


class Silent(Exception):
    """The printer was not reached, or has fallen silent."""


def state_of(printer: Escpos) -> str:
    """Return ok | paper_low | paper_out | cover_open | offline | fault; raises Silent."""
    status, roll = _ask(printer, PRINTER), _ask(printer, ROLL)
    if status & IS_OFFLINE and (cause := _ask(printer, OFFLINE_CAUSE)) & COVER_OPEN:
        return "cover_open"
    if roll & NO_PAPER == NO_PAPER:
        return "paper_out"
    if status & IS_OFFLINE:
        return _why_offline(cause)
    return "paper_low" if roll & NEAR_END == NEAR_END else "ok"


def _why_offline(cause: int) -> str:
    if cause & PAPER_END_STOP:
        return "paper_out"
    return "fault" if cause & HAS_ERROR else "offline"


def _ask(printer: Escpos, question: bytes) -> int:
    try:
        answer = printer.query_status(DLE_EOT + question)
    except (OSError, AssertionError) as error:
        raise Silent(type(error).__name__) from error
    if not answer or answer[0] & FIXED != FIXED_VALUE:
        raise Silent("no status")
    return int(answer[0])


def put(printer: Escpos, picture: Image.Image) -> None:
    """Print a picture whose dots are the printer's own, and cut the paper after it."""
    printer.hw("INIT")
    printer.image(picture, impl="bitImageRaster", fragment_height=FRAGMENT)
    printer.cut(mode="PART")


def confirm(printer: Escpos) -> bool:
    """Tell whether what was sent has come out."""
    printer._raw(GS_R_PAPER)
    return bool(printer._read())


def run(lines: Iterable[str], connect: Connect = Network) -> Iterator[dict[str, str]]:
    """Print pictures one after another; yield how the printer is, then how each came out.

    The first line is {host, port, timeout_seconds}, each further one {uid, png}. Every answer has
    a `state`; that of a picture its `uid` and `printed`: yes, no (not sent), unsure (sent, and not
    confirmed).
    """
    asked = iter(lines)
    door = json.loads(next(asked))
    printer = connect(door["host"], port=door["port"], timeout=door["timeout_seconds"])
    try:
        printer.open()
        yield {"state": state_of(printer)}
        for line in asked:
            yield _one(printer, json.loads(line))
    except (Silent, DeviceNotFoundError, OSError):
        yield {"state": "not_reached"}
    finally:
        with suppress(OSError):
            printer.close()


def _one(printer: Escpos, picture: dict[str, Any]) -> dict[str, str]:
    state = state_of(printer)
    if state not in FIT:
        return {"uid": picture["uid"], "printed": "no", "state": state}
    image = Image.open(BytesIO(base64.b64decode(picture["png"])))
    is_out = False
    with suppress(OSError, AssertionError):
        put(printer, image)
        is_out = confirm(printer)
    state = "not_reached"
    with suppress(Silent):
        state = state_of(printer)
    return {"uid": picture["uid"], "printed": "yes" if is_out else "unsure", "state": state}


if __name__ == "__main__":
    door, sys.stdout = sys.stdout, sys.stderr  # the library says things of its own there
    for answer in run(sys.stdin):
        door.write(json.dumps(answer) + "\n")
        door.flush()
