"""Photos to test with."""

import io

from PIL import Image, ImageDraw

RED, BLUE = (200, 30, 40), (30, 40, 200)


def photo(size=(400, 300), mode="RGB", colour=RED):
    """A picture whose upper half has one colour and whose lower half is blue, in RGB."""
    image = Image.new("RGB", size, colour)
    ImageDraw.Draw(image).rectangle((0, size[1] // 2, *size), fill=BLUE)
    return image.convert(mode)


def detailed(size):
    """A picture that is as hard to make small as any: each pixel of its own colour."""
    return Image.merge("RGB", [Image.effect_noise(size, 120) for _ in "RGB"])


def saved(image, kind="JPEG", **options):
    held = io.BytesIO()
    image.save(held, kind, **options)
    return held.getvalue()
