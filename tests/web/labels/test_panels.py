"""Pictures of electronic labels: three inks, whole pixels, and a QR that a telephone reads."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from store.web import qr
from store.web.labels import panels
from store.web.labels.texts import Texts
from tests.web.labels.conftest import CAKE_STAND, REDUCED, read

SIZES = {"296x128": (296, 128), "400x300": (400, 300)}
ADDRESSES = {
    1: "HTTPS://CPTR.FR/P/22423",
    2: "HTTPS://BOUTIQUE.EXAMPLE:8000/P/4006381333931",
    3: "HTTPS://" + "X" * 60 + ".FR/P/22",
}
RED = (255, 0, 0)


@pytest.fixture(params=SIZES)
def model(request):
    return request.param


@pytest.fixture
def draw(fonts, model):
    return lambda texts: panels.draw(texts, model, fonts=fonts)


def snapped(image):
    """The picture in the nearest of the three inks, as an access point does without dithering."""
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for ink in panels.INKS for part in ink])
    return image.convert("RGB").quantize(palette=palette, dither=Image.Dither.NONE).convert("RGB")


def colours(image):
    return {colour for _, colour in image.convert("RGB").getcolors()}


def test_a_picture_has_the_size_of_its_panel_and_three_inks(draw, model):
    picture = draw(replace(CAKE_STAND, **REDUCED))

    assert picture.image.size == SIZES[model]
    assert colours(picture.image) == set(panels.INKS)


def test_red_is_for_reductions_alone(draw):
    assert RED not in colours(draw(CAKE_STAND).image)


@pytest.mark.parametrize("version", ADDRESSES)
def test_a_telephone_reads_the_qr_of_what_was_sent(draw, version):
    address = ADDRESSES[version]
    picture = draw(replace(CAKE_STAND, **REDUCED, address=address))

    shown = snapped(Image.open(BytesIO(picture.jpeg())))

    assert qr.version(qr.modules(address, level="L")) == version
    assert read(shown)["QRCode"].text == address


def test_what_is_sent_arrives_pixel_by_pixel(draw):
    picture = draw(replace(CAKE_STAND, **REDUCED))

    shown = snapped(Image.open(BytesIO(picture.jpeg())))

    assert shown.tobytes() == picture.image.convert("RGB").tobytes()


def test_the_qr_has_its_quiet_zone(fonts):
    for model, plan in panels.PLANS.items():
        for version, address in ADDRESSES.items():
            image = panels.draw(replace(CAKE_STAND, address=address), model, fonts=fonts).image
            corners = read(image.convert("RGB"))["QRCode"].position
            left, bottom = corners.bottom_left.x, corners.bottom_left.y
            right, quiet = corners.top_right.x, 3 * plan.modules[version - 1]
            assert plan.width - 1 - right >= 11
            assert plan.height - plan.foot_height - 1 - bottom >= 11
            beside = image.crop((left - quiet, corners.top_left.y, left, bottom))
            assert colours(beside) == {(255, 255, 255)}, (model, version)


def test_the_smallest_qr_has_modules_of_four_pixels(fonts):
    image = panels.draw(CAKE_STAND, "296x128", fonts=fonts).image

    corners = read(image.convert("RGB"))["QRCode"].position

    assert corners.top_right.x - corners.top_left.x == pytest.approx(21 * 4, abs=2)


def test_a_long_name_and_a_high_price_stay_beside_the_qr(draw):
    full = replace(
        CAKE_STAND,
        **{**REDUCED, "price": "1\u00a0284\u00a0999,00"},
        name="Bougie à l'orangeraie " * 10,
        unit="1\u00a0284\u00a0999,00\u00a0€ le kilogramme",
        choice="porcelaine " * 10,
        aisle="Allée Vaisselle du fond 12",
    )

    assert read(draw(full).image.convert("RGB"))["QRCode"].text == full.address


def foot(picture, model):
    """The white letters of the foot on their black, from the left to the right of the panel."""
    plan = panels.PLANS[model]
    box = (0, plan.height - plan.foot_height, plan.width, plan.height)
    return picture.image.convert("L").crop(box).getbbox()


@pytest.mark.parametrize("unit", ["", "107,50\u00a0€ le kg"])
def test_the_aisle_stands_at_the_right_of_the_foot(draw, model, unit):
    texts = replace(CAKE_STAND, unit=unit)

    bare, placed = draw(texts), draw(replace(texts, aisle="Allée 3 B"))

    plan = panels.PLANS[model]
    assert placed.digest != bare.digest
    assert plan.width - foot(placed, model)[2] == pytest.approx(plan.pad, abs=2)


def test_a_unit_price_goes_before_an_aisle_that_has_no_room(fonts):
    full = replace(CAKE_STAND, sku="REFERENCE-TRES-LONGUE", unit="107,50\u00a0€ le kilogramme")
    long = replace(full, aisle="Allée Vaisselle du fond 12")

    drawn = [panels.draw(texts, "296x128", fonts=fonts).digest for texts in (full, long)]

    assert drawn[0] == drawn[1]


def test_without_a_price_there_is_none_nor_a_qr(draw):
    words = Texts(name="Tasse", about="Réf. 22699", sku="22699", notice="Article retiré")

    assert read(draw(words).image.convert("RGB")) == {}


def test_the_same_words_make_the_same_picture(draw):
    assert draw(CAKE_STAND).digest == draw(replace(CAKE_STAND, gtin="")).digest
    assert draw(CAKE_STAND).digest != draw(replace(CAKE_STAND, price="12,74")).digest
