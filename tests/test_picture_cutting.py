"""What is kept of a photo, and what is refused."""

import io
import struct
import subprocess
import sys
import zlib

import pytest
from PIL import Image, ImageCms

from store import picture_cutting
from store.errors import PictureRefused
from tests.photos import RED, detailed, photo, saved


def opened(content):
    return Image.open(io.BytesIO(content))


def widest(cut):
    return opened(cut.files[cut.width])


def is_near(found, wanted, by=24):
    return all(abs(one - other) <= by for one, other in zip(found[:3], wanted, strict=True))


def test_a_photo_is_kept_in_every_width_below_its_own_and_never_enlarged():
    cut = picture_cutting.cut(saved(photo((1600, 1200))))
    small = picture_cutting.cut(saved(photo((300, 200))))

    assert {w: opened(data).size for w, data in cut.files.items()} == {
        160: (160, 120),
        480: (480, 360),
        1080: (1080, 810),
    }
    assert list(small.files) == [160, 300]


@pytest.mark.parametrize("size", [(1600, 1200), (900, 1600), (480, 480), (300, 200)])
def test_a_photo_full_of_detail_is_light_on_a_phone(size):
    cut = picture_cutting.cut(saved(detailed(size)))

    for width, data in cut.files.items():
        assert width > 480 or len(data) <= picture_cutting.MOST_BYTES[480]
    assert len(cut.files[160]) <= picture_cutting.MOST_BYTES[160]
    assert opened(cut.files[cut.width]).height == cut.height or cut.width <= 480


@pytest.mark.parametrize("kind", picture_cutting.FORMATS)
def test_every_format_becomes_webp(kind):
    cut = picture_cutting.cut(saved(photo(), kind))

    assert widest(cut).format == "WEBP"
    assert is_near(widest(cut).getpixel((10, 10)), RED)


def test_where_the_photo_was_taken_is_dropped_and_how_it_was_held_is_applied():
    exif = Image.Exif()
    exif[0x0112] = 6  # held on its side
    exif.get_ifd(0x8825)[2] = (50.0, 38.0, 10.0)  # GPS latitude
    exif[0x9286] = "x" * 60_000  # a long comment
    cut = picture_cutting.cut(saved(photo((400, 300)), exif=exif, comment=b"rue des Lilas"))

    data = cut.files[cut.width]
    assert (cut.width, cut.height) == (300, 400)
    assert not opened(data).getexif()
    assert b"EXIF" not in data and b"XMP" not in data and b"Lilas" not in data
    assert is_near(widest(cut).getpixel((290, 200)), RED)  # the upper half is now at the right


@pytest.mark.parametrize("mode", ["CMYK", "L", "1"])
def test_colours_that_are_not_of_screens_become_so(mode):
    cut = picture_cutting.cut(saved(photo(mode=mode), "TIFF" if mode == "X" else "JPEG"))

    assert widest(cut).mode == "RGB"


def test_a_colour_profile_is_applied_and_dropped():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    fitting = picture_cutting.cut(saved(photo(), icc_profile=srgb))
    strange = picture_cutting.cut(saved(photo(), icc_profile=profile))
    broken = picture_cutting.cut(saved(photo(), icc_profile=b"not a profile"))

    for cut in (fitting, strange, broken):
        assert b"ICCP" not in cut.files[cut.width]
        assert is_near(widest(cut).getpixel((10, 10)), RED)


def test_sixteen_bits_of_grey_keep_their_shades():
    grey = Image.new("I;16", (200, 200), 0x8000)

    cut = picture_cutting.cut(saved(grey, "PNG"))

    assert is_near(widest(cut).getpixel((100, 100)), (128, 128, 128), by=3)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_stands_on_white(mode):
    image = Image.new("RGBA", (200, 200), (0, 0, 0, 0)).convert(mode)
    options = {"transparency": image.getpixel((0, 0))} if mode == "P" else {}

    cut = picture_cutting.cut(saved(image, "PNG", **options))

    assert is_near(widest(cut).getpixel((100, 100)), (255, 255, 255), by=3)


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_kept(kind):
    frames = [photo(colour=RED), photo(colour=(0, 200, 0))]
    content = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)

    cut = picture_cutting.cut(content)

    assert getattr(widest(cut), "n_frames", 1) == 1
    assert is_near(widest(cut).getpixel((10, 10)), RED)


def png_bomb(width, height):
    """A file of some kilobytes that says it is enormous."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 100_000, 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


NOT_PHOTOS = {
    "empty": b"",
    "unknown_format html": b"<html><script>alert(1)</script></html>",
    "unknown_format svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>',
    "unknown_format gif": saved(Image.new("P", (200, 200)), "GIF"),
    "unknown_format tiff": saved(photo(), "TIFF"),
    "unknown_format bmp": saved(photo(), "BMP"),
    "unknown_format head": saved(photo())[:3],
    "too_large": b"\xff\xd8" + b"\0" * picture_cutting.LARGEST_BYTES,
    "too_many_pixels once": png_bomb(10_000, 5_001),
    "too_many_pixels far": png_bomb(65_000, 65_000),
    "too_small": saved(photo((60, 600))),
    "too_small dot": saved(Image.new("RGB", (1, 1)), "PNG"),
    "damaged cut": saved(photo((800, 600)))[:2_000],
    "damaged png": saved(photo((800, 600)), "PNG")[:-200],
    "damaged bomb": png_bomb(4_000, 4_000),
}


@pytest.mark.parametrize("name", NOT_PHOTOS)
def test_what_is_no_photo_is_refused_with_its_reason(name):
    with pytest.raises(PictureRefused) as refused:
        picture_cutting.cut(NOT_PHOTOS[name])

    assert refused.value.reason == name.partition(" ")[0]


# what the kernel has seen of this program alone; ru_maxrss begins with that of its parent
MEASURED = """
import sys
from pathlib import Path
from store import picture_cutting
def most():
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) // 1024
content = sys.stdin.buffer.read()
before = most()
picture_cutting.cut(content)
print(most() - before)
"""


@pytest.mark.parametrize(
    ("mode", "kind", "side"), [("RGBA", "PNG", 7_071), ("P", "PNG", 7_071), ("RGBA", "WEBP", 3_464)]
)
def test_the_largest_picture_with_transparency_takes_little_memory(mode, kind, side):
    options = {"PNG": {"compress_level": 1}, "WEBP": {"method": 0}}[kind]
    options |= {"transparency": 0} if mode == "P" else {}
    content = saved(Image.new(mode, (side, side)), kind, **options)

    done = subprocess.run(
        [sys.executable, "-c", MEASURED], input=content, capture_output=True, check=True
    )

    assert int(done.stdout) < 300  # megabytes; the pixels alone are 200


@pytest.mark.parametrize("kind", picture_cutting.WHOLE)
def test_a_format_that_is_read_several_times_over_is_refused_from_fewer_pixels(kind, monkeypatch):
    monkeypatch.setattr(picture_cutting, "LARGEST_WHOLE", 200 * 200)

    with pytest.raises(PictureRefused) as refused:
        picture_cutting.cut(saved(photo((400, 300)), kind))

    assert refused.value.data == {"reason": "too_many_pixels", "limit": 200 * 200}


def test_a_large_picture_is_whole_and_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # held on its side
    cut = picture_cutting.cut(saved(photo((5_003, 3_001)), "PNG", exif=exif))

    assert (cut.width, cut.height) == (972, 1620)
    assert is_near(widest(cut).getpixel((960, 400)), RED)
