"""Photos: what is taken from a stranger's file, and what is kept of it.

Only pixels are kept, written anew as WebP in the widths that the screens need: no EXIF, and with
it no place where somebody lives, no comment, no profile, nothing that could be run.
"""

import hashlib
import io
import struct
import zlib

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError, features

from store.errors import PictureRefused
from store.picture_files import WIDTHS, Cut, widths_of

TALLEST = 1_620
LARGEST_BYTES = 10 * 1024 * 1024
LARGEST_PIXELS = 50_000_000  # four bytes each at most while it is read; a telephone makes 12 to 50
# these decoders hold a picture four times over
LARGEST_WHOLE = 12_000_000
WHOLE = ("WEBP", "AVIF")
STRIP_PIXELS = 1_000_000
ORIENTATION = 0x0112
SMALLEST_SIDE = 120
# Bytes of a file up to so many px wide: a phone's first load is to stay below 100 kB with a photo
# on its page, which takes 88.
MOST_BYTES = {160: 1_800, 480: 9_000}
# Tried in turn until the file is small enough: what part of the pixels is kept, and WebP's quality.
STEPS = ((1, 76), (1, 60), (1, 45), (0.7, 50), (0.5, 50), (0.5, 25), (0.25, 25))
FORMATS = ("JPEG", "PNG", "WEBP", *(("AVIF",) if features.check("avif") else ()))
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", *((".avif",) if "AVIF" in FORMATS else ()))

# Pillow's own guard reads no pixel of what is twice as large; we refuse from once
Image.MAX_IMAGE_PIXELS = LARGEST_PIXELS

_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, zlib.error)


def cut(content: bytes) -> Cut:
    """Return a photo in our widths, upright, in sRGB, the first frame of an animation.

    Raises PictureRefused with the reason: empty, too_large (`limit` in bytes), unknown_format,
    too_many_pixels (`limit`), too_small (`limit` in pixels) or damaged.
    """
    if not content:
        raise PictureRefused(reason="empty")
    if len(content) > LARGEST_BYTES:
        raise PictureRefused(reason="too_large", limit=LARGEST_BYTES)
    try:
        with _open(content) as image:
            _check_size(image)
            upright = _upright(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureRefused(reason="too_many_pixels", limit=LARGEST_PIXELS) from error
    except UnidentifiedImageError as error:
        raise PictureRefused(reason="unknown_format") from error
    except _BROKEN as error:
        raise PictureRefused(reason="damaged") from error
    return _in_widths(upright, hashlib.sha256(content).hexdigest())


def _open(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content), formats=FORMATS)


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    limit = LARGEST_WHOLE if image.format in WHOLE else LARGEST_PIXELS
    if width * height > limit:
        raise PictureRefused(reason="too_many_pixels", limit=limit)
    if min(width, height) < SMALLEST_SIDE:
        raise PictureRefused(reason="too_small", limit=SMALLEST_SIDE)


def _upright(image: Image.Image) -> Image.Image:
    """Read the pixels: the first frame, smaller where the format can, turned as the camera was."""
    if image.format in ("JPEG", "MPO"):
        # read at a half, a quarter or an eighth: less memory, never below what we keep
        image.draft(None, (2 * WIDTHS[-1], 2 * TALLEST))
    image.load()
    small = _in_strips(image)
    small.getexif()[ORIENTATION] = image.getexif().get(ORIENTATION, 1)
    return ImageOps.exif_transpose(small)


def _in_strips(image: Image.Image) -> Image.Image:
    """Return plain RGB of at least twice the size that we keep, a strip at a time.

    To make a whole large picture opaque takes five times its memory, a strip of it next to none.
    """
    width, height = image.size
    factor = max(1, int(max(width / WIDTHS[-1], height / TALLEST) / 2))
    rows = factor * max(1, STRIP_PIXELS // (width * factor))
    whole = Image.new("RGB", (-(-width // factor), -(-height // factor)))
    for top in range(0, height, rows):
        strip = image.crop((0, top, width, min(height, top + rows)))
        plain = _flat(_in_srgb(_eight_bits(strip)))
        whole.paste(plain.reduce(factor) if factor > 1 else plain, (0, top // factor))
    return whole


def _eight_bits(image: Image.Image) -> Image.Image:
    """Return 16 bits of grey as 8; Pillow would cut off what is above 255."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return image.point(lambda value: value * (1 / 256)).convert("L")
    return image


def _in_srgb(image: Image.Image) -> Image.Image:
    """Return the colours as screens without colour management show them."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "CMYK", "L"):
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        done = ImageCms.profileToProfile(
            image, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError):
        return image  # the profile is damaged or another mode's: the colours are taken as they are
    return done or image


def _flat(image: Image.Image) -> Image.Image:
    """Return plain RGB; what is transparent stands on white, as in a catalogue."""
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        over = image.convert("RGBA")
        white = Image.new("RGBA", over.size, "white")
        return Image.alpha_composite(white, over).convert("RGB")
    return image.convert("RGB")


def _in_widths(image: Image.Image, original: str) -> Cut:
    largest = ImageOps.contain(image, (min(image.width, WIDTHS[-1]), min(image.height, TALLEST)))
    files = {width: _encode(largest, width) for width in widths_of(largest.width)}
    whole = hashlib.sha256(b"".join(files.values())).hexdigest()
    return Cut(
        original=original,
        digest=whole[:32],
        width=largest.width,
        height=largest.height,
        files=files,
    )


def _encode(image: Image.Image, width: int) -> bytes:
    """Return the photo that wide, or with fewer pixels where all would be too many bytes."""
    most = next((most for widest, most in MOST_BYTES.items() if width <= widest), None)
    data = b""
    for part, quality in STEPS:
        data = _webp(image, round(width * part), quality)
        if most is None or len(data) <= most:
            break
    return data


def _webp(image: Image.Image, width: int, quality: int) -> bytes:
    height = max(1, round(image.height * width / image.width))
    small = image.resize((width, height), Image.Resampling.LANCZOS)
    small.info.clear()
    held = io.BytesIO()
    small.save(held, "WEBP", quality=quality, method=4)
    return held.getvalue()
