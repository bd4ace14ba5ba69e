"""Sheets of shelf labels as PDF: everything a vector, fonts embedded, measures in millimetres.

Run as a program of its own, `python -m store.web.labels.sheets`, by store/web/labels/printing.py:
reportlab is 20 MB that a running server never needs. A job in JSON comes in, the PDF goes out.
"""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from reportlab.graphics import barcode, renderPDF
from reportlab.lib.colors import Color, black, white
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from store.web import qr
from store.web.labels.fitting import ELLIPSIS, filled, shortened, wrapped
from store.web.labels.layouts import Layout
from store.web.labels.texts import Texts

# untyped in reportlab
bar_code: Callable[..., Any] = barcode.createBarcodeDrawing

FONTS = ("text", "strong", "bold", "name", "price")
RED = Color(0xC8 / 255, 0x10 / 255, 0x2E / 255)
GREY = Color(0.6, 0.6, 0.6)
LARGE_FROM = 50.0  # millimetres of height that leave room for a bar code and a caption
MARK = 2.5  # length of a cutting mark
HAIRLINE = 0.1
LONGEST_AT_M = 61  # characters that a QR of version 3 holds at level M, alphanumeric
SQUEEZED = 0.88  # of its size, a line is still read as the others
FINEST_BAR = 0.19  # millimetres of a module below which scanners and printers give up


@dataclass(frozen=True, kw_only=True)
class Measures:
    """Where things stand in a label, from its left and its bottom, and how large; millimetres."""

    pad: float
    name_size: float
    name_from_top: float  # baseline of the first line
    name_step: float
    price_size: float
    reduced_size: float
    price_at: float
    was_size: float
    was_at: float
    qr_side: float
    qr_at: float
    text_size: float
    lines_at: tuple[float, ...]
    three_at: tuple[float, ...]  # when there is a third line
    caption_at: float = 0.0
    rule_at: float = 0.0
    bar_code: tuple[float, float, float] = (0.0, 0.0, 0.0)  # width, height, bottom

    def scaled(self, by: float) -> "Measures":
        """Return the same in a larger or smaller label."""
        return Measures(**{name: _times(value, by) for name, value in vars(self).items()})


def _times(value: Any, by: float) -> Any:
    return tuple(part * by for part in value) if isinstance(value, tuple) else value * by


# the design's label of 105 × 74 mm, and one of 63.5 × 38.1 without bar code
LARGE = Measures(
    pad=6, name_size=6.6, name_from_top=11.6, name_step=7.26,
    price_size=23, reduced_size=19, price_at=20.3, was_size=4.2, was_at=38,
    qr_side=27, qr_at=25.7, caption_at=20, rule_at=15.8,
    text_size=2.9, lines_at=(10.1, 6.2), three_at=(11.6, 8.0, 4.4), bar_code=(36, 8, 5),
)  # fmt: skip
SMALL = Measures(
    pad=3.2, name_size=3.7, name_from_top=6.2, name_step=4.1,
    price_size=12, reduced_size=10, price_at=9.6, was_size=2.5, was_at=19.4,
    qr_side=15, qr_at=9.4, text_size=2.1, lines_at=(5.6, 2.9), three_at=(6.0, 3.85, 1.7),
)  # fmt: skip


def draw(labels: Sequence[Texts], layout: Layout, *, fonts: Path, title: str = "") -> bytes:
    """Return the PDF of these labels, page after page."""
    for name in FONTS:
        pdfmetrics.registerFont(TTFont(name, str(fonts / f"{name}.ttf")))
    buffer = BytesIO()
    page = (layout.page_width * mm, layout.page_height * mm)
    canvas = Canvas(buffer, pagesize=page, pageCompression=1, invariant=1)
    canvas.setTitle(title)
    canvas.setCreator("Comptoir")
    for start in range(0, len(labels), layout.on_page):
        _draw_page(canvas, labels[start : start + layout.on_page], layout)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw_page(canvas: Canvas, labels: Sequence[Texts], layout: Layout) -> None:
    for number, label in enumerate(labels):
        left, top = layout.place(number)
        canvas.saveState()
        canvas.translate(left * mm, (layout.page_height - top - layout.label_height) * mm)
        canvas.scale(mm, mm)
        kind = _Place if label.is_place else _Label
        kind(canvas, label, layout.label_width, layout.label_height).draw()
        if layout.marks:
            _draw_marks(canvas, layout.label_width, layout.label_height)
        canvas.restoreState()


def _draw_marks(canvas: Canvas, width: float, height: float) -> None:
    """Tick the four corners along the edges, where the cutter goes."""
    canvas.setStrokeColor(GREY)
    canvas.setLineWidth(HAIRLINE)
    for x, inward in ((0.0, MARK), (width, -MARK)):
        for y, upward in ((0.0, MARK), (height, -MARK)):
            canvas.line(x, y, x + inward, y)
            canvas.line(x, y, x, y + upward)


def _width(text: str, font: str, size: float, tracking: float = 0.0) -> float:
    """Return how wide a text is; the tracking is in parts of the size."""
    return float(pdfmetrics.stringWidth(text, font, size)) + tracking * size * len(text)


class _Label:
    """One label; its bottom left is the canvas's origin and its unit the millimetre."""

    def __init__(self, canvas: Canvas, texts: Texts, width: float, height: float) -> None:
        self.canvas, self.texts = canvas, texts
        self.width, self.height = width, height
        self.is_large = height >= LARGE_FROM
        base, sizes = (LARGE, (105, 74)) if self.is_large else (SMALL, (63.5, 38.1))
        self.m = base.scaled(min(width / sizes[0], height / sizes[1]))
        self.qr_left = width - self.m.pad - self.m.qr_side

    def draw(self) -> None:
        self.canvas.setFillColor(black)
        self._name()
        self._qr()
        self._price()
        self._foot()

    def _write(
        self, text: str, x: float, y: float, font: str, size: float, tracking: float = 0.0
    ) -> float:
        """Write at the baseline and return where the text ends."""
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, y, text, charSpace=tracking * size)
        return x + _width(text, font, size, tracking)

    def _name(self) -> None:
        """Write the name in two lines, smaller before it is cut."""
        m, tracking = self.m, -0.02
        # on a large label the second line stops before the quiet zone of the QR
        second = self.qr_left - 1.5 * m.pad if self.is_large else self.width - 2 * m.pad
        widths = (self.width - 2 * m.pad, second)
        for part in (1.0, 0.9, 0.8, 0.72):
            measure = partial(_width, font="name", size=m.name_size * part, tracking=tracking)
            lines = wrapped(self.texts.name, measure, widths)
            if lines:
                break
        lines = lines or filled(self.texts.name, measure, widths)
        for number, line in enumerate(lines):
            y = self.height - m.name_from_top - number * m.name_step * part
            self._write(line, m.pad, y, "name", m.name_size * part, tracking)

    def _qr(self) -> None:
        level = "M" if len(self.texts.address) <= LONGEST_AT_M else "L"
        rows = qr.modules(self.texts.address, level=level, border=0)
        module = self.m.qr_side / len(rows)
        path = self.canvas.beginPath()
        for x, y, width, height in qr.rectangles(rows):
            bottom = self.m.qr_at + self.m.qr_side - (y + height) * module
            path.rect(self.qr_left + x * module, bottom, width * module, height * module)
        self.canvas.drawPath(path, stroke=0, fill=1)
        if self.m.caption_at:
            self._caption()

    def _caption(self) -> None:
        size, middle = self.m.text_size, self.qr_left + self.m.qr_side / 2
        text = shortened(
            self.texts.caption, partial(_width, font="strong", size=size), self.m.qr_side
        )
        left = middle - _width(text, "strong", size) / 2
        self._write(text, left, self.m.caption_at, "strong", size)

    def _price(self) -> None:
        m, t = self.m, self.texts
        room = self.qr_left - 1.8 * m.pad
        size = m.reduced_size if t.was else m.price_size
        size *= min(1.0, room / self._price_width(size))
        if t.was:
            self._was()
            self.canvas.setFillColor(RED)
        x = m.pad - 0.02 * size  # figures have room before them
        if t.sign_first:
            x = self._sign(x, size)
        x = self._write(t.price, x, m.price_at, "price", size, -0.035)
        if not t.sign_first:
            self._sign(x + 0.08 * size, size)
        self.canvas.setFillColor(black)

    def _price_width(self, size: float) -> float:
        sign = _width(self.texts.sign, "price", 0.42 * size, -0.02) + 0.08 * size
        return _width(self.texts.price, "price", size, -0.035) + sign

    def _sign(self, x: float, size: float) -> float:
        y = self.m.price_at + 0.335 * size
        return self._write(self.texts.sign, x, y, "price", 0.42 * size, -0.02) + 0.04 * size

    def _was(self) -> None:
        m, t, c = self.m, self.texts, self.canvas
        x = self._write(f"{t.instead} ", m.pad, m.was_at, "text", m.was_size)
        end = self._write(t.was, x, m.was_at, "text", m.was_size)
        c.setLineWidth(0.08 * m.was_size)
        c.setStrokeColor(black)
        c.line(x, m.was_at + 0.3 * m.was_size, end, m.was_at + 0.3 * m.was_size)
        left, pad = end + 0.35 * m.was_size, 0.33 * m.was_size
        width = _width(t.cut, "bold", m.was_size) + 2 * pad
        c.setFillColor(RED)
        bottom = m.was_at - 0.32 * m.was_size
        c.roundRect(left, bottom, width, 1.4 * m.was_size, 0.19 * m.was_size, stroke=0, fill=1)
        c.setFillColor(white)
        self._write(t.cut, left + pad, m.was_at, "bold", m.was_size)

    def _foot(self) -> None:
        m = self.m
        bar_width, _, _ = m.bar_code
        if m.rule_at:
            self.canvas.setStrokeColor(black)
            self.canvas.setLineWidth(0.4)
            self.canvas.line(m.pad, m.rule_at, self.width - m.pad, m.rule_at)
        if bar_width:
            self._bar_code()
        room = self.width - 2 * m.pad - (bar_width + 0.75 * m.pad if bar_width else 0)
        lines = self._lines(room)
        places = m.lines_at if len(lines) < len(m.three_at) else m.three_at
        for y, text in zip(places, lines, strict=False):
            self._line(text, y, room)

    def _lines(self, room: float) -> list[str]:
        """Return the lines of the foot; the aisle stands where there is room, in the design's way.

        Of all of them only what describes the article may be cut.
        """
        t = self.texts
        told = [line for line in (t.lowest, t.unit) if line]
        if t.unit and self._wide(t.unit + t.then_aisle) <= room:
            return [self._cut(t.about, room), *told[:-1], t.unit + t.then_aisle]
        if told and self._wide(t.about + t.then_aisle) * SQUEEZED <= room:
            return [t.about + t.then_aisle, *told]
        if t.aisle and len(told) + 1 < len(self.m.three_at):
            return [self._cut(t.about, room), *told, t.aisle]
        return [self._crowded(room), *told]

    def _crowded(self, room: float) -> str:
        """Return reference and aisle in one line, and as much of the rest as goes between them."""
        t = self.texts
        reference = t.about.partition(" · ")[0] + ELLIPSIS
        aisle = self._cut(t.then_aisle, room - self._wide(reference))
        return self._cut(t.about, room - self._wide(aisle)) + aisle

    def _wide(self, text: str) -> float:
        return _width(text, "text", self.m.text_size)

    def _cut(self, text: str, room: float) -> str:
        return shortened(text, self._wide, room)

    def _line(self, text: str, y: float, room: float) -> None:
        """Write a line of the foot, smaller where it is wider than the room."""
        size = self.m.text_size * min(1.0, room / self._wide(text))
        self._write(text, self.m.pad, y, "text", size)

    def _bar_code(self) -> None:
        width, height, bottom = self.m.bar_code
        kind, value = _symbology(self.texts)
        if not value.isascii():
            return
        options = {"humanReadable": False, "barHeight": height, "quiet": False}
        drawn = bar_code(kind, value=value, barWidth=1.0, **options)
        if width / drawn.width < FINEST_BAR:
            return
        drawn.scale(width / drawn.width, 1.0)
        renderPDF.draw(drawn, self.canvas, self.width - self.m.pad - width, bottom)


class _Place(_Label):
    """The label of a staging place: read from afar, or scanned."""

    def draw(self) -> None:
        self.canvas.setFillColor(black)
        self._qr()
        m, name = self.m, self.texts.name
        room = self.qr_left - 2 * m.pad
        size = m.price_size * min(1.6, room / _width(_evened(name), "price", m.price_size))
        middle = m.qr_at + m.qr_side / 2
        self._write(name, m.pad, middle - 0.36 * size, "price", size)
        room = self.width - 2 * m.pad
        self._line(self._cut(self.texts.about, room), m.lines_at[-1], room)


def _evened(name: str) -> str:
    """Return the name with its widest digit in place of all: A-01 is then as large as A-04."""
    widest = max("0123456789", key=lambda digit: _width(digit, "price", 1.0))
    return "".join(widest if letter.isdigit() else letter for letter in name)


def _symbology(texts: Texts) -> tuple[str, str]:
    """Choose the bar code: the article's own where it has one, else its SKU."""
    digits = texts.gtin
    if digits.startswith("000000"):
        return "EAN8", digits[6:]
    if digits.startswith("0"):
        return "EAN13", digits[1:]
    return "Code128", digits or texts.sku


def main() -> None:
    """Read a job, write the PDF."""
    job = json.load(sys.stdin)
    labels = [Texts(**one) for one in job["labels"]]
    pdf = draw(labels, Layout(**job["layout"]), fonts=Path(job["fonts"]), title=job["title"])
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
