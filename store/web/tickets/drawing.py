"""What ticket printers print: black dots, drawn here, so that every printer prints the same.

Sizes are those of the design (DESIGN.md, 12) for 72 mm of print, 576 dots; narrower paper takes the
same in proportion. First name and initial only: a slip lies about in the shop.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from store.web import qr
from store.web.labels.fitting import filled, shortened, wrapped

FULL = 576  # dots of 72 mm
MARGIN = 24
LEAST = 20  # dots of height, 2.5 mm: below it narrow paper is hard to read
NAME_LINES = 3
MOST_HIGH = 4000  # dots, half a metre: more articles than that are counted, not named
WHITE, BLACK = 1, 0
BELL = (  # the mark, in the 32 units of static/marks.svg
    ((15, 5.5), (17, 5.5), (17, 8), (15, 8)),
    ((3, 22.5), (29, 22.5), (29, 27), (3, 27)),
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One article: how many, its name, size and colour, its reference, and where it lies."""

    quantity: int
    name: str
    choice: str = ""
    reference: str = ""
    aisle: str = ""
    is_to_tick: bool = True  # there is a box for whoever gathers or hands over


@dataclass(frozen=True, kw_only=True)
class Texts:
    """A slip in words: what stands where; empty words are left out."""

    shop: str
    number: str
    name: str
    place: str
    notice: str = ""  # in white on black, above everything
    facts: Sequence[tuple[str, str]] = ()  # two to a row: what, and its value
    rows: Sequence[Row] = ()
    more: str = ""  # what follows the articles
    code: str = ""  # what the QR holds
    code_text: str = ""
    advice: str = ""


class _Font:
    def __init__(self, path: str, size: int) -> None:
        self.size = size
        self.face = ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)

    def width(self, text: str) -> float:
        return self.face.getlength(text)


@lru_cache(maxsize=64)
def _font(path: str, size: int) -> _Font:
    return _Font(path, size)


def draw(texts: Texts, *, fonts: Path, dots: int = FULL) -> bytes:
    """Return the slip as a PNG of black and white dots, as wide as the printer prints."""
    slip = _Slip(texts, fonts, dots)
    slip.draw()
    buffer = BytesIO()
    slip.cut().save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


class _Slip:
    def __init__(self, texts: Texts, fonts: Path, dots: int) -> None:
        self.texts, self.fonts, self.dots = texts, fonts, dots
        self.image = Image.new("1", (dots, MOST_HIGH), WHITE)
        self.pen = ImageDraw.Draw(self.image)
        self.pen.fontmode = "1"  # whole dots: a printer has no grey
        self.left, self.right = self.of(MARGIN), dots - self.of(MARGIN)
        self.y = self.of(28)

    def of(self, dots: float) -> int:
        """Return a measure of the full width on this paper."""
        return round(dots * self.dots / FULL)

    def font(self, name: str, size: float) -> _Font:
        return _font(str(self.fonts / f"{name}.ttf"), max(self.of(size), min(LEAST, round(size))))

    def draw(self) -> None:
        """Draw from the top to the bottom."""
        self._head()
        if self.texts.notice:
            self._notice()
        self._number()
        self._rule()
        self._who()
        self._rule()
        self._facts()
        self._rows()
        if self.texts.more:
            self._paragraph(self.texts.more, self.font("text", 26), self.left, self.right)
        if self.texts.code:
            self._rule()
            self._code()

    def cut(self) -> Image.Image:
        """Return what was drawn, with white for the knife."""
        return self.image.crop((0, 0, self.dots, min(MOST_HIGH, self.y + self.of(30))))

    def _write(self, text: str, x: float, baseline: int, font: _Font, *, ink: int = BLACK) -> None:
        self.pen.text((round(x), baseline), text, fill=ink, font=font.face, anchor="ls")

    def _write_right(self, text: str, right: int, baseline: int, font: _Font) -> None:
        self._write(text, right - font.width(text), baseline, font)

    def _head(self) -> None:
        side = self.of(62)
        self._mark(self.left, self.y, side)
        name = self.font("name", 40)
        baseline = self.y + round(side * 0.68)
        self._write("Comptoir", self.left + side + self.of(19), baseline, name)
        taken = self.left + side + self.of(19) + name.width("Comptoir") + self.of(14)
        self._stamp(baseline - self.of(2), self.right - taken)
        self.y += side + self.of(34)

    def _stamp(self, baseline: int, room: float) -> None:
        """Write the shop and when it was printed, in two lines where one is too short.

        The name of the shop may be cut, the time never.
        """
        small = self._fitting(self.texts.shop, room)
        lines = [self.texts.shop]
        if small.width(self.texts.shop) > room:
            shop, _dot, at = self.texts.shop.rpartition(" · ")
            small = self._fitting(at, room)
            lines = [shortened(shop, small.width, room), at] if shop else [at]
        baseline -= round(small.size * 0.6) * (len(lines) - 1)
        for place, line in enumerate(lines):
            self._write_right(line, self.right, baseline + place * round(small.size * 1.2), small)

    def _fitting(self, text: str, room: float) -> _Font:
        """Return the largest font of small words in which a text fits beside something."""
        path = str(self.fonts / "text.ttf")
        sizes = range(max(self.of(23), LEAST), self.of(23) - 1, -1)
        fonts = [_font(path, size) for size in sizes]
        return next((font for font in fonts if font.width(text) <= room), fonts[-1])

    def _mark(self, x: int, y: int, side: int) -> None:
        self.pen.rounded_rectangle((x, y, x + side, y + side), radius=side // 4, fill=BLACK)
        unit, inset = side * 0.66 / 32, side * 0.17

        def at(point: tuple[float, float]) -> tuple[float, float]:
            return x + inset + point[0] * unit, y + inset + point[1] * unit

        for part in BELL:
            self.pen.polygon([at(point) for point in part], fill=WHITE)
        self.pen.pieslice((*at((5, 7)), *at((27, 29))), 180, 360, fill=WHITE)
        self.pen.rectangle((*at((5, 18)), *at((27, 19.5))), fill=WHITE)

    def _notice(self) -> None:
        font = self.font("bold", 30)
        lines = filled(self.texts.notice, font.width, (self.right - self.left - self.of(24),) * 2)
        step = round(font.size * 1.3)
        bottom = self.y + step * len(lines) + self.of(20)
        self.pen.rectangle((self.left, self.y, self.right, bottom), fill=BLACK)
        for place, line in enumerate(lines):
            baseline = self.y + self.of(10) + round(step * (place + 0.78))
            self._write(line, self.left + self.of(12), baseline, font, ink=WHITE)
        self.y = bottom + self.of(12)

    def _number(self) -> None:
        """Write the number as large as the paper takes, 17 mm at most."""
        size = 130
        while size > 40 and self._tight_width(size) > self.right - self.left:
            size -= 2
        font = self.font("black", size)
        baseline = self.y + round(font.size * 0.86)
        x: float = self.left - self.of(4)
        for letter in self.texts.number:
            self._write(letter, x, baseline, font)
            x += self._advance(letter, font)
        self.y = baseline + self.of(30)

    def _tight_width(self, size: int) -> float:
        font = self.font("black", size)
        return sum(self._advance(letter, font) for letter in self.texts.number)

    def _advance(self, letter: str, font: _Font) -> float:
        if letter.isspace():
            return font.size * 0.16
        return font.width(letter) - font.size * 0.03

    def _rule(self) -> None:
        self.pen.rectangle((self.left, self.y, self.right, self.y + 1), fill=BLACK)
        self.y += 2

    def _dashes(self) -> None:
        dash, gap = self.of(6), self.of(4)
        for x in range(self.left, self.right, dash + gap):
            self.pen.rectangle((x, self.y, min(x + dash - 1, self.right), self.y + 1), fill=BLACK)
        self.y += 2

    def _who(self) -> None:
        """Write the name, and at the right the place; one above the other when both are long."""
        font = self.font("bold", 36)
        place = self.texts.place
        room = self.right - self.left - (font.width(place) + self.of(20) if place else 0)
        baseline = self.y + self.of(52)
        if font.width(self.texts.name) > room and place:
            name = shortened(self.texts.name, font.width, self.right - self.left)
            self._write(name, self.left, baseline, font)
            baseline += self.of(48)
            self._write_right(place, self.right, baseline, font)
        else:
            self._write(shortened(self.texts.name, font.width, room), self.left, baseline, font)
            if place:
                self._write_right(place, self.right, baseline, font)
        self.y = baseline + self.of(26)

    def _facts(self) -> None:
        """Write what is to be known, two beside one another."""
        self.y += self.of(20)
        half = (self.right - self.left) * 0.515
        small, bold = self.font("text", 23), self.font("bold", 32)
        for start in range(0, len(self.texts.facts), 2):
            for place, (what, value) in enumerate(self.texts.facts[start : start + 2]):
                x = self.left + round(half * place)
                room = (self.right - x) if place else half - self.of(12)
                self._write(what, x, self.y + self.of(24), small)
                self._write(shortened(value, bold.width, room), x, self.y + self.of(60), bold)
            self.y += self.of(82)

    def _rows(self) -> None:
        for number, row in enumerate(self.texts.rows):
            if self.y > MOST_HIGH - self.of(700):
                rest = f"… + {len(self.texts.rows) - number}"
                self._write(rest, self.left, self.y + self.of(40), self.font("bold", 27))
                self.y += self.of(60)
                return
            self._dashes()
            self._row(row)

    def _row(self, row: Row) -> None:
        text, bold = self.font("text", 27), self.font("bold", 27)
        first, step = self.y + self.of(36), self.of(34)
        self._write(f"{row.quantity} ×", self.left, first, bold)
        box = self.of(28) if row.is_to_tick else 0
        if box:
            self._box(self.right - box, first - self.of(22), box)
        aisle_right = self.right - box - self.of(8)
        if row.aisle:
            self._write_right(row.aisle, aisle_right, first, text)
        x = self.left + max(self.of(65), round(bold.width(f"{row.quantity} ×")) + self.of(16))
        room = aisle_right - text.width(row.aisle) - self.of(14) - x
        widths = (room,) * NAME_LINES
        lines = wrapped(row.name, text.width, widths) or filled(row.name, text.width, widths)
        lines += self._beneath(row, text, room)
        for place, line in enumerate(lines):
            self._write(line, x, first + place * step, text)
        self.y = first + (len(lines) - 1) * step + self.of(20)

    def _beneath(self, row: Row, font: _Font, room: float) -> list[str]:
        """Return size, colour and reference: in one line where they fit, else in two."""
        parts = [part for part in (row.choice, row.reference) if part]
        line = " · ".join(parts)
        if font.width(line) > room:
            return [shortened(part, font.width, room) for part in parts]
        return [line] if line else []

    def _box(self, x: int, y: int, side: int) -> None:
        self.pen.rectangle((x, y, x + side - 1, y + side - 1), outline=BLACK, width=2)

    def _paragraph(self, text: str, font: _Font, x: int, right: int) -> None:
        step = round(font.size * 1.25)
        for line in filled(text, font.width, (right - x,) * 4):
            self.y += step
            self._write(line, x, self.y, font)
        self.y += self.of(24)

    def _code(self) -> None:
        """Draw the QR, and beside it what it opens."""
        self.y += self.of(26)
        rows = qr.modules(self.texts.code, level="M", border=0)
        module = max(3, self.of(200) // len(rows))
        top, side = self.y, module * len(rows)
        for x, y, width, height in qr.rectangles(rows):
            left, upper = self.left + x * module, top + y * module
            area = (left, upper, left + width * module - 1, upper + height * module - 1)
            self.pen.rectangle(area, fill=BLACK)
        beside = self.left + side + self.of(26)
        self.y = top + self.of(2)
        self._paragraph(self.texts.advice, self.font("text", 24), beside, self.right)
        self._paragraph(self.texts.code_text, self.font("strong", 22), beside, self.right)
        self.y = max(self.y, top + side + self.of(10))
