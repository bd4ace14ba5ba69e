"""Copy what the screens use out of static/node_modules into static/vendor.

Run at set-up as `python -m config.assets`; what it needs besides npm is fonttools.
"""

import re
import shutil
from pathlib import Path

from config import fonts

STATIC = Path(__file__).resolve().parent.parent / "static"
MODULES = STATIC / "node_modules"
VENDOR = STATIC / "vendor"
FONTS = "@fontsource-variable"

FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "hx-sse.min.js": "htmx.org/dist/ext/hx-sse.min.js",
    "barcode-detector.js": "barcode-detector/dist/iife/ponyfill.js",
    "zxing_reader.wasm": "zxing-wasm/dist/reader/zxing_reader.wasm",
    "fonts/geist-latin-ext.woff2": f"{FONTS}/geist/files/geist-latin-ext-wght-normal.woff2",
    "fonts/bricolage-latin-ext.woff2": (
        f"{FONTS}/bricolage-grotesque/files/bricolage-grotesque-latin-ext-wght-normal.woff2"
    ),
}

# Modules that import one another by relative addresses.
FOLDERS = {"dom-accessibility-api": "dom-accessibility-api/dist"}

LICENCES = {
    "htmx": "htmx.org",
    "barcode-detector": "barcode-detector",
    "zxing-wasm": "zxing-wasm",
    "geist": f"{FONTS}/geist",
    "bricolage-grotesque": f"{FONTS}/bricolage-grotesque",
    "lucide": "lucide-static",
}

SYMBOL = (
    '<symbol id="i-{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
    ' stroke-linecap="round" stroke-linejoin="round">{body}</symbol>'
)


def bundle() -> None:
    """Make static/vendor anew: libraries, fonts, licences and the icon sprite."""
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for name, source in FILES.items():
        copy(MODULES / source, fresh / name)
    for name, source in FOLDERS.items():
        for path in (MODULES / source).rglob("*.mjs"):
            copy(path, fresh / name / path.relative_to(MODULES / source))
    for name, package in LICENCES.items():
        copy(MODULES / package / "LICENSE", fresh / "licences" / f"{name}.txt")
    fonts.cut_all(MODULES / FONTS, fresh / "fonts")
    copy(STATIC.parent / "LICENSE", fresh / "licences" / "zxing-cpp.txt")
    (fresh / "icons.svg").write_text(sprite(wanted_icons()), encoding="utf-8")
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def wanted_icons() -> list[str]:
    return (STATIC / "icons.txt").read_text(encoding="utf-8").split()


def sprite(names: list[str]) -> str:
    """Draw the Lucide icons called `names` as one SVG of symbols, `i-` before each name."""
    symbols = [SYMBOL.format(name=name, body=icon_body(name)) for name in sorted(set(names))]
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def icon_body(name: str) -> str:
    drawing = (MODULES / "lucide-static" / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    found = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
    if found is None:
        raise SystemExit(f"static/icons.txt: the icon {name} cannot be read")
    return re.sub(r"\s*\n\s*", "", found.group(1))


if __name__ == "__main__":
    bundle()
