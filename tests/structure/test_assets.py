"""What npm brought in is what was measured, and every icon that is drawn is there."""

import hashlib
import json
import re
from pathlib import Path

import pytest

VENDOR_SHA256 = {
    # The newest stand-alone wasm crashes with this version of barcode-detector.
    "zxing_reader.wasm": "2ebda08a93eea3efcd8399cda6b276e6a0b1de4fec60b4d8988a047de4c6d1ba",
    "barcode-detector.js": "e3aa2057178b8ea71dd97003270331bbcb46499197b68bc0c7dd18e40c0863ea",
}


@pytest.fixture(scope="module")
def vendor(root: Path) -> Path:
    return root / "static" / "vendor"


@pytest.mark.parametrize(("name", "digest"), VENDOR_SHA256.items())
def test_the_decoder_is_the_one_that_was_measured(name: str, digest: str, vendor: Path):
    assert hashlib.sha256((vendor / name).read_bytes()).hexdigest() == digest


def test_every_library_comes_with_its_licence(vendor: Path):
    licences = {path.stem for path in (vendor / "licences").iterdir()}

    assert licences >= {"htmx", "barcode-detector", "zxing-wasm", "zxing-cpp", "geist", "lucide"}


def test_the_lock_pins_every_package_and_holds_no_address(root: Path):
    lock = json.loads((root / "static" / "package-lock.json").read_text(encoding="utf-8"))
    packages = [each for name, each in lock["packages"].items() if name]

    assert packages
    assert all(each["integrity"] and "resolved" not in each for each in packages)


def test_every_icon_of_a_template_is_in_the_sprite(root: Path):
    drawn = set()
    for template in (root / "templates").rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        drawn |= set(re.findall(r"""\bicon\(\s*["']([a-z0-9-]+)["']""", text))
        drawn |= set(re.findall(r"icons\.svg#i-([a-z0-9-]+)", text))
    sprite = (root / "static" / "vendor" / "icons.svg").read_text(encoding="utf-8")

    assert drawn - set(re.findall(r'id="i-([a-z0-9-]+)"', sprite)) == set()
