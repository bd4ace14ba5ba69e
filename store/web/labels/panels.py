"""Pictures of electronic labels: three inks, whole pixels, nothing in between.

Sizes are those of the design (DESIGN.md, 12) for 296 × 128, and the same proportions for 400 × 300.
"""

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from store.web import qr
from store.web.labels.fitting import filled, shortened, wrapped
from store.web.labels.texts import Texts

WHITE, BLACK, RED = 0, 1, 2
INKS = ((255, 255, 255), (0, 0, 0), (255, 0, 0))
HALF = 112  # of 255: what covers less than that of a pixel is not there
QUIET = 3  # modules around a QR at least, 12 pixels in the design
FINE = 8  # drawn so much larger and then reduced: hinting would bend small letters


class Font:
    """A font at one size, measured and drawn finer than pixels."""

    def __init__(self, path: str, size: int) -> None:
        self.size = size
        self.fine = ImageFont.truetype(path, size * FINE, layout_engine=ImageFont.Layout.BASIC)

    def getlength(self, text: str) -> float:
        """Return how wide a text is, in pixels."""
        return self.fine.getlength(text) / FINE

    def box(self, text: str) -> tuple[int, int, int, int]:
        """Return the whole pixels that a text touches, from the beginning of its baseline."""
        left, top, right, bottom = self.fine.getbbox(text, anchor="ls")
        return (
            math.floor(left / FINE),
            math.floor(top / FINE),
            math.ceil(right / FINE) + 1,
            math.ceil(bottom / FINE) + 1,
        )


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Where things stand on one model, in pixels from the left and the top."""

    width: int
    height: int
    pad: int
    name_size: int
    name_step: int
    name_at: int  # baseline of the first line
    price_size: int
    reduced_size: int
    price_at: int
    was_size: int
    was_at: int
    foot_height: int
    foot_size: int
    foot_at: int
    notice_size: int
    qr_pad: int
    modules: tuple[int, int, int]  # pixels of a module in versions 1, 2 and 3


PLANS = {
    "296x128": Plan(
        width=296, height=128, pad=8, name_size=16, name_step=18, name_at=21,
        price_size=54, reduced_size=46, price_at=98, was_size=13, was_at=57,
        foot_height=17, foot_size=12, foot_at=124, notice_size=26,
        qr_pad=12, modules=(4, 3, 3),
    ),
    "400x300": Plan(
        width=400, height=300, pad=16, name_size=28, name_step=33, name_at=42,
        price_size=96, reduced_size=82, price_at=242, was_size=24, was_at=158,
        foot_height=32, foot_size=17, foot_at=290, notice_size=44,
        qr_pad=16, modules=(6, 5, 4),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Picture:
    """What a label is to show: pixels of white, black and red only."""

    image: Image.Image

    @property
    def digest(self) -> str:
        """Return a short name of the pixels."""
        return hashlib.sha256(self.image.tobytes()).hexdigest()[:32]

    def png(self) -> bytes:
        """Return the picture without loss, for screens."""
        buffer = BytesIO()
        self.image.save(buffer, "PNG", optimize=True)
        return buffer.getvalue()

    def jpeg(self) -> bytes:
        """Return the picture as an access point takes it.

        Baseline, and colour as fine as light: halved colour would fray the red.
        """
        buffer = BytesIO()
        self.image.convert("RGB").save(buffer, "JPEG", quality=95, subsampling=0)
        return buffer.getvalue()


def draw(texts: Texts, model: str, *, fonts: Path) -> Picture:
    """Return the picture of a label of this model, such as 296x128."""
    panel = _Panel(texts, PLANS[model], fonts)
    panel.draw()
    return Picture(panel.image)


class _Panel:
    def __init__(self, texts: Texts, plan: Plan, fonts: Path) -> None:
        self.texts, self.plan, self.fonts = texts, plan, fonts
        self.image = Image.new("P", (plan.width, plan.height), WHITE)
        self.image.putpalette([part for ink in INKS for part in ink])
        self.pen = ImageDraw.Draw(self.image)
        self.rows = qr.modules(texts.address, level="L", border=0) if texts.address else ()
        self.module = plan.modules[min(qr.version(self.rows, border=0), 3) - 1] if self.rows else 0
        self.side = len(self.rows) * self.module
        self.qr_left = plan.width - plan.qr_pad - self.side

    def draw(self) -> None:
        self._qr()
        self._foot()
        self._name()
        if self.texts.notice:
            self._notice()
        elif self.texts.price:
            self._price()

    @property
    def _room(self) -> int:
        """Return the width that is left beside the QR and its quiet zone."""
        if not self.rows:
            return self.plan.width - 2 * self.plan.pad
        return self.qr_left - max(QUIET * self.module, self.plan.qr_pad) - self.plan.pad

    def _font(self, name: str, size: int) -> Font:
        return _font(str(self.fonts / f"{name}.ttf"), size)

    def _write(self, text: str, x: float, y: float, font: Font, ink: int = BLACK) -> float:
        """Write at the baseline in whole pixels and return where the text ends."""
        left, top, right, bottom = font.box(text)
        mask = Image.new("L", ((right - left) * FINE, (bottom - top) * FINE), 0)
        origin = ((x % 1 - left) * FINE, -top * FINE)
        ImageDraw.Draw(mask).text(origin, text, fill=255, font=font.fine, anchor="ls")
        solid = mask.reduce(FINE).point([0] * HALF + [255] * (256 - HALF), "1")
        self.image.paste(ink, (int(x) + left, round(y) + top), solid)
        return x + font.getlength(text)

    def _qr(self) -> None:
        """Draw the QR in the middle of the white that is beside it."""
        if not self.rows:
            return
        free = self.plan.height - self.plan.foot_height
        low = free - self.side - 3 * self.plan.qr_pad // 2
        top = (free - self.side) // 2 if self._is_small else low
        for x, y, width, height in qr.rectangles(self.rows):
            left, upper = self.qr_left + x * self.module, top + y * self.module
            right, lower = left + width * self.module - 1, upper + height * self.module - 1
            self.pen.rectangle((left, upper, right, lower), fill=BLACK)

    @property
    def _is_small(self) -> bool:
        return self.plan.height < 200

    def _name(self) -> None:
        """Write the name in two lines, smaller before it is cut."""
        plan = self.plan
        width = self._room if self._is_small else plan.width - 2 * plan.pad
        for size in range(plan.name_size, plan.name_size * 3 // 4, -1):
            font = self._font("bold", size)
            lines = wrapped(self.texts.name, font.getlength, (width, width))
            if lines:
                break
        for number, line in enumerate(
            lines or filled(self.texts.name, font.getlength, (width,) * 2)
        ):
            self._write(line, plan.pad, plan.name_at + number * plan.name_step, font)

    def _price(self) -> None:
        plan, t = self.plan, self.texts
        ink = RED if t.was else BLACK
        if t.was:
            self._was()
        size = _fitting(
            plan.reduced_size if t.was else plan.price_size,
            lambda size: self._price_width(size) <= self._room,
        )
        font, small = self._font("black", size), self._font("black", size // 2)
        raised = plan.price_at - round(size * 0.26)
        x: float = plan.pad - 2
        if t.sign_first:
            x = self._write(t.sign, x, raised, small, ink) + 3
        x = self._tight(t.price, x, plan.price_at, font, ink)
        if not t.sign_first:
            self._write(t.sign, x + 4, raised, small, ink)

    def _price_width(self, size: int) -> float:
        sign = self._font("black", size // 2).getlength(self.texts.sign) + 4
        return _tight_width(self.texts.price, self._font("black", size)) + sign

    def _tight(self, text: str, x: float, y: float, font: Font, ink: int) -> float:
        """Write large figures closer to one another."""
        for letter in text:
            self._write(letter, x, y, font, ink)
            x += font.getlength(letter) - _closer(font)
        return x

    def _was(self) -> None:
        plan, t = self.plan, self.texts
        font, bold = self._font("strong", plan.was_size), self._font("bold", plan.was_size)
        end = self._write(t.was, plan.pad, plan.was_at, font)
        middle = plan.was_at - round(plan.was_size * 0.33)
        thick = max(1, plan.was_size // 12)
        self.pen.rectangle((plan.pad, middle, round(end), middle + thick - 1), fill=BLACK)
        pad = plan.was_size // 3
        left = round(end) + plan.was_size // 2
        right = left + round(bold.getlength(t.cut)) + 2 * pad
        top = plan.was_at - round(plan.was_size * 0.95)
        self.pen.rectangle((left, top, right, plan.was_at + plan.was_size // 4), fill=RED)
        self._write(t.cut, left + pad, plan.was_at, bold, WHITE)

    def _notice(self) -> None:
        plan = self.plan
        size = _fitting(
            plan.notice_size,
            lambda size: (
                self._font("bold", size).getlength(self.texts.notice) <= plan.width - 2 * plan.pad
            ),
        )
        self._write(self.texts.notice, plan.pad, plan.price_at - 4, self._font("bold", size))

    def _foot(self) -> None:
        """Write what it is, what the law wants and where it stands, white on black."""
        plan, t = self.plan, self.texts
        top = plan.height - plan.foot_height
        self.pen.rectangle((0, top, plan.width, plan.height), fill=BLACK)
        font = self._font("strong", plan.foot_size)
        room = plan.width - 2 * plan.pad
        code = min(font.getlength(t.sku), room / 2)
        right = self._foot_right(font, room - code - plan.pad)
        if right:
            width = font.getlength(right)
            self._write(right, plan.width - plan.pad - width, plan.foot_at, font, WHITE)
            room -= round(width) + plan.pad
        told = " · ".join(part for part in (t.sku, t.choice) if part) or t.about
        self._write(shortened(told, font.getlength, room), plan.pad, plan.foot_at, font, WHITE)

    def _foot_right(self, font: Font, room: float) -> str:
        """Return the unit price, never cut, and the aisle where both have room beside the code."""
        t = self.texts
        if not t.unit:
            return shortened(t.aisle, font.getlength, room)
        both = t.unit + t.then_aisle
        return both if font.getlength(both) <= room else t.unit


def _fitting(size: int, fits: Callable[[int], bool]) -> int:
    """Return the size, or the largest below it that fits; half of it at least."""
    return next((each for each in range(size, size // 3, -1) if fits(each)), size // 3)


def _closer(font: Font) -> float:
    return font.size * 0.035


def _tight_width(text: Sequence[str], font: Font) -> float:
    return sum(font.getlength(letter) - _closer(font) for letter in text)


@lru_cache(maxsize=128)
def _font(path: str, size: int) -> Font:
    return Font(path, size)
