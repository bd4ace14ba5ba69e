"""A colour looks like its name: its swatch and the tone in which its goods are drawn."""

import colorsys
import re
from pathlib import Path

import pytest

from store import colour_words, shades

TOKENS = (Path(__file__).parents[1] / "static/css/tokens.css").read_text()
DRAWN = {name: tone for name, tone, _names in shades.SHADES}
MANY = ("many", "gold", "silver")  # no single colour: drawn by a gradient
# of colours that have a hue at all: where it lies, in degrees of the wheel
HUES = {
    "red": (350, 12), "burgundy": (335, 355), "brick": (8, 22), "orange": (18, 36),
    "coral": (5, 20), "copper": (15, 32), "yellow": (44, 60), "mustard": (38, 50),
    "green": (110, 160), "mint": (130, 175), "khaki": (50, 75), "teal": (175, 195),
    "turquoise": (172, 190), "blue": (205, 230), "sky": (200, 222), "navy": (218, 240),
    "purple": (250, 275), "lilac": (255, 285), "plum": (300, 330), "pink": (325, 350),
    "fuchsia": (315, 340), "brown": (15, 32), "chocolate": (12, 30), "camel": (25, 38),
    "beige": (32, 46),
}  # fmt: skip


def hue_and_light(colour):
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, light, _saturation = colorsys.rgb_to_hls(red, green, blue)
    return hue * 360, light


def swatch(name):
    found = re.search(rf"\.hue-{name} \{{ --hue: (.+?); \}}", TOKENS)
    assert found, name
    return found[1]


def object_of(tone):
    found = re.search(rf"\.t-{tone} \{{[^}}]*--a: (#[0-9a-f]{{6}})", TOKENS)
    assert found, tone
    return found[1]


def lies(hue, between):
    low, high = between
    return low <= hue <= high if low < high else hue >= low or hue <= high


@pytest.mark.parametrize("name", [name for name in DRAWN if name not in MANY])
def test_a_swatch_has_the_colour_of_its_name(name):
    hue, light = hue_and_light(swatch(name))

    assert lies(hue, HUES.get(name, (0, 360)))
    if name in ("white", "ivory", "cream", "ecru"):
        assert light > 0.85
    assert (light < 0.24) == (name in ("black", "chocolate", "navy"))


def test_what_shines_or_has_many_colours_is_drawn_by_several():
    assert all("gradient" in swatch(name) for name in MANY)


@pytest.mark.parametrize(
    ("colour", "between"),
    [
        ("orange", (12, 36)), ("jaune", (36, 60)), ("rouge", (350, 12)), ("marron", (12, 36)),
        ("chocolat", (12, 36)), ("vert", (110, 160)), ("bleu", (205, 230)), ("rose", (325, 350)),
        ("violet", (245, 285)), ("bleu canard", (175, 195)),
    ],
)  # fmt: skip
def test_goods_are_drawn_in_the_tone_of_their_colour(colour, between):
    hue, _light = hue_and_light(object_of(shades.tone(colour)))

    assert lies(hue, between)


def test_white_goods_are_light_and_black_ones_dark():
    assert hue_and_light(object_of(shades.tone("ivoire")))[1] > 0.9
    assert hue_and_light(object_of(shades.tone("noir")))[1] < 0.25


@pytest.mark.parametrize(
    ("colour", "shade"),
    [
        ("Bleu", "blue"), ("BLEUE", "blue"), ("vert d'eau", "mint"), ("écrue", "ecru"),
        ("Off-White", "ivory"), ("bleu canard", "teal"), ("dorée", "gold"),
        ("bleu à pois", ""), ("rouge et blanc", ""), ("roses", ""), ("Retrospot", ""), ("", ""),
        ("🙂", ""), ("a" * 10_000, ""),
    ],
)  # fmt: skip
def test_only_a_name_that_says_one_colour_has_a_shade(colour, shade):
    assert shades.of(colour) == shade


def test_every_colour_that_the_search_knows_has_a_shade():
    assert [name for group in colour_words.COLOURS for name in group if not shades.of(name)] == []


def test_colours_that_look_alike_are_told_apart_by_their_names():
    assert shades.of_all(["rouge", "bleu"]) == {"rouge": "red", "bleu": "blue"}
    assert shades.of_all(["rose", "pink"]) == {}
    assert shades.of_all(["rouge", "Retrospot"]) == {}
