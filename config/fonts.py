"""Cut the fonts that npm brought in down to what French and English screens draw.

Run by config/assets.py at set-up. The kiosk's first page has to stay under 100 KB: whole, the two
faces are 106 KB; cut, 36 KB. Letters outside the cut come from the latin-ext files or the system.
Labels, on paper and electronic, are drawn by programs that take plain TrueType of one weight.
"""

from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

Limits = dict[str, float | tuple[float, float]]

LETTERS = (
    *range(0x20, 0x7F), *range(0xA0, 0x100), 0x152, 0x153, 0x178,  # Latin-1, Œ œ Ÿ
    0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2039, 0x203A,  # – — ‘ ’ “ ” ‹ ›
    0x2022, 0x2026, 0x20AC, 0x2212,  # • … € −
)  # fmt: skip
FEATURES = ["kern", "liga", "tnum", "ccmp", "locl", "mark", "mkmk"]
DISPLAY_WEIGHT = 730

GEIST = "geist/files/geist-latin-wght-normal.woff2"
BRICOLAGE = "bricolage-grotesque/files/bricolage-grotesque-latin-opsz-normal.woff2"

CUTS: dict[str, tuple[str, Limits]] = {
    "geist-latin.woff2": (GEIST, {"wght": (400, 700)}),
    "bricolage-latin.woff2": (BRICOLAGE, {"wght": DISPLAY_WEIGHT, "opsz": (24, 96)}),
    # the kiosk's titles are all at the largest optical size
    "bricolage-kiosk.woff2": (BRICOLAGE, {"wght": DISPLAY_WEIGHT, "opsz": 96}),
    "labels/text.ttf": (GEIST, {"wght": 430}),
    "labels/strong.ttf": (GEIST, {"wght": 600}),
    "labels/bold.ttf": (GEIST, {"wght": 700}),
    "labels/black.ttf": (GEIST, {"wght": 800}),
    "labels/name.ttf": (BRICOLAGE, {"wght": 720, "opsz": 24}),
    "labels/price.ttf": (BRICOLAGE, {"wght": 760, "opsz": 96}),
}


def cut_all(packages: Path, target: Path) -> None:
    """Write every cut font into `target`, from the font packages under `packages`."""
    (target / "labels").mkdir(parents=True, exist_ok=True)
    for name, (source, limits) in CUTS.items():
        cut(packages / source, target / name, limits)


def cut(source: Path, target: Path, limits: Limits) -> None:
    """Write `source` with LETTERS only, its axes narrowed to `limits`; .ttf is not compressed."""
    font = TTFont(source)
    cutter = subset.Subsetter(options())
    cutter.populate(unicodes=LETTERS)
    cutter.subset(font)
    font = instancer.instantiateVariableFont(font, limits)
    font.flavor = "woff2" if target.suffix == ".woff2" else None
    if font.flavor is None:
        rename(font, target.stem)
    font.save(target)


def rename(font: TTFont, weight: str) -> None:
    """Call each weight by a name of its own: a PDF takes fonts of one name for the same."""
    family = font["name"].getDebugName(16) or font["name"].getDebugName(1)
    for number, name in ((1, family), (4, f"{family} {weight}"), (6, f"{family}-{weight}")):
        font["name"].setName(name.replace(" ", "") if number == 6 else name, number, 3, 1, 0x409)


def options() -> subset.Options:
    """Return what a cut keeps besides the letters."""
    chosen = subset.Options()
    chosen.layout_features = FEATURES
    chosen.hinting = False
    chosen.notdef_outline = True
    return chosen
