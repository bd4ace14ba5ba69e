"""A camera that shows a code, for Chromium: a raw video file drawn with Pillow, no other tool.

browser = launch(playwright, *fake_camera(show(tmp_path / "card.y4m", picture(qr_of("C…")))))
"""

import shutil
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps
from playwright.sync_api import Browser, Playwright

from store import gs1
from store.web import qr

SIZE = (1280, 720)
FRAMES_A_SECOND = 10
# The suggestions below the address, which each window loads as pages of their own at 0.6 s of CPU,
# and what playwright turns off itself: of two such lists the last one counts. With RenderDocument a
# page that is closed while it turns to another one may never close (playwright's issue 42068).
UNUSED = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades",
    "LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints",
    "PaintHolding", "PreconnectToSearch", "RenderDocument", "ThirdPartyStoragePartitioning",
)  # fmt: skip
HEADLESS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
    f"--disable-features={','.join(UNUSED)}",
)  # fmt: skip
_LEFT_ODD = (
    "0001101 0011001 0010011 0111101 0100011 0110001 0101111 0111011 0110111 0001011".split()
)
_PARITY = "OOOOOO OOEOEE OOEEOE OOEEEO OEOOEE OEEOOE OEEEOO OEOEOE OEOEEO OEEOEO".split()


def launch(playwright: Playwright, *args: str) -> Browser:
    """Start the Chromium of the system, or playwright's own where there is none."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    return playwright.chromium.launch(
        executable_path=chromium, headless=False, args=[*HEADLESS, *args]
    )


def fake_camera(video: Path) -> list[str]:
    """Return the arguments that make the video the camera, allowed without a question."""
    return [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={video.resolve()}",
    ]


def show(path: Path, *pictures: Image.Image, seconds: float = 0.2) -> Path:
    """Write a video, played in a loop, that shows each picture for that long."""
    colours = b"\x80" * (SIZE[0] * SIZE[1] // 2)
    with path.open("wb") as video:
        video.write(b"YUV4MPEG2 W%d H%d F%d:1 Ip A1:1 C420\n" % (*SIZE, FRAMES_A_SECOND))
        for picture in pictures:
            frame = b"FRAME\n" + picture.convert("L").tobytes() + colours
            video.write(frame * max(1, round(seconds * FRAMES_A_SECOND)))
    return path


def qr_of(text: str, *, module_pixels: int = 8) -> Image.Image:
    """Draw the QR that the shop itself would draw."""
    return Image.open(BytesIO(qr.png(text, module_pixels=module_pixels)))


def ean13_of(digits: str, *, module_pixels: int = 4, height: int = 220) -> Image.Image:
    """Draw the bars of an EAN-13, quiet zones included."""
    assert gs1.is_gtin(digits) and len(digits) == 13
    left = zip(digits[1:7], _PARITY[int(digits[0])], strict=True)
    bars = "101" + "".join(_left(digit, parity) for digit, parity in left)
    bars += "01010" + "".join(_inverted(_LEFT_ODD[int(digit)]) for digit in digits[7:]) + "101"
    modules = "0" * 11 + bars + "0" * 11
    image = Image.new("L", (len(modules), 1))
    image.putdata([255 * (module == "0") for module in modules])
    return image.resize((len(modules) * module_pixels, height), Image.Resampling.NEAREST)


def _left(digit: str, parity: str) -> str:
    odd = _LEFT_ODD[int(digit)]
    return odd if parity == "O" else _inverted(odd)[::-1]


def _inverted(modules: str) -> str:
    return modules.translate(str.maketrans("01", "10"))


def picture(code: Image.Image | None = None, *, angle: float = 0) -> Image.Image:
    """Draw what the camera sees: a dim shop with the code held up, or with nothing."""
    scene = Image.new("L", SIZE, 70)
    draw = ImageDraw.Draw(scene)
    draw.ellipse((-100, -150, 350, 300), fill=95)
    draw.rectangle((900, 420, 1280, 720), fill=50)
    if code is not None:
        card = ImageOps.expand(code.convert("L"), border=24, fill=235).rotate(
            angle, expand=True, fillcolor=70
        )
        scene.paste(card, ((SIZE[0] - card.width) // 2, (SIZE[1] - card.height) // 2))
    return scene
