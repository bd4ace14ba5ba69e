"""Every QR is small, quiet around, and holds what it should."""

import re
from io import BytesIO

import pytest
from PIL import Image

from store import codes
from store.codes import Kind
from store.web import qr

CARD = "CKCTXR0N041N54HJ86N4KKNX1D677HC"


def version(text, **options):
    side = len(qr.modules(text, border=0, **options))
    return (side - 17) // 4


@pytest.mark.parametrize(("kind", "wanted"), [(Kind.CARD, 2), (Kind.ORDER, 2), (Kind.DEVICE, 1)])
def test_our_codes_are_small(kind, wanted):
    assert version(codes.generate(kind)) == wanted


def test_a_label_address_of_25_characters_fits_the_smallest_qr():
    assert version("HTTPS://SHOP.FR/P/85123A9", level="L") == 1


def test_the_quiet_zone_is_four_modules_unless_told():
    rows = qr.modules(CARD)

    assert len(rows) == 25 + 2 * 4
    assert all("1" not in row for row in (*rows[:4], *rows[-4:]))
    assert len(qr.modules(CARD, border=0)) == 25


def test_the_vector_draws_each_dark_module_once():
    rows = qr.modules(CARD)

    path = re.search(r' d="([^"]*)"', qr.svg(CARD, "Carte"))[1]

    drawn = set()
    for x, y, dashes in re.findall(r"M(\d+) (\d+)\.5((?:h\d+|m\d+ 0)*)", path):
        at = int(x)
        for kind, steps in re.findall(r"([hm])(\d+)", dashes):
            drawn |= {(at + step, int(y)) for step in range(int(steps)) if kind == "h"}
            at += int(steps)
    dark = {(x, y) for y, row in enumerate(rows) for x, sign in enumerate(row) if sign == "1"}
    assert drawn == dark


def test_the_vector_has_a_name_and_nothing_inline():
    drawn = qr.svg(CARD, '<b>"Carte"</b>')

    assert 'aria-label="&lt;b&gt;&#34;Carte&#34;&lt;/b&gt;"' in drawn
    assert "style" not in drawn
    assert "currentColor" in drawn
    assert CARD not in drawn


def test_the_picture_is_black_on_white_with_whole_modules():
    image = Image.open(BytesIO(qr.png(CARD, module_pixels=3)))

    assert image.size == (99, 99)
    assert image.mode == "1"
    assert image.getpixel((0, 0)) == 255
    assert image.getpixel((12, 12)) == 0


def test_a_text_longer_than_any_qr_is_refused():
    with pytest.raises(ValueError):
        qr.modules("x" * 4000)
