"""The examples in config/deploy: what a kiosk's browser is given and what is taken from it."""

import io
import json
import re
import struct
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def folder():
    return Path(__file__).parents[2] / "config" / "deploy" / "kiosk"


def command(folder):
    unit = (folder / "comptoir-kiosk.service").read_text(encoding="utf-8").replace("\\\n", " ")
    return re.search(r"^ExecStart=(.*)$", unit, re.MULTILINE).group(1).split()


def policies(folder):
    return json.loads((folder / "policies.json").read_text(encoding="utf-8"))


def test_the_browser_opens_nothing_but_the_shop(folder):
    rules = policies(folder)

    assert {"*", "chrome://*", "file://*", "devtools://*"} <= set(rules["URLBlocklist"])
    assert rules["URLAllowlist"] == [
        "http://localhost:8000",
        "file:///usr/share/comptoir/waiting.html",
        f"chrome-extension://{package_id(folder)}/waiting.html",
    ]


def package(folder):
    """Return the header and the files of the watchdog's package, a CRX of version 3."""
    packed = (folder / "watchdog.crx").read_bytes()
    magic, version, length = struct.unpack("<4sII", packed[:12])
    assert (magic, version) == (b"Cr24", 3)
    return packed[12 : 12 + length], zipfile.ZipFile(io.BytesIO(packed[12 + length :]))


def package_id(folder):
    """Return the id that the browser gives the package: sixteen signed bytes, spelt from a to p."""
    header, _files = package(folder)
    return "".join(chr(ord("a") + int(digit, 16)) for digit in header[-16:].hex())


def test_the_watchdog_s_package_holds_its_folder(folder):
    _header, files = package(folder)
    sources = {one.name: one.read_bytes() for one in (folder / "watchdog").iterdir()}

    assert {name: files.read(name) for name in files.namelist()} == sources


def test_the_browser_takes_the_watchdog_and_no_other_extension(folder):
    rules = policies(folder)
    update = (folder / "watchdog.xml").read_text(encoding="utf-8")
    version = json.loads((folder / "watchdog" / "manifest.json").read_bytes())["version"]

    assert rules["ExtensionInstallBlocklist"] == ["*"]
    assert rules["ExtensionInstallForcelist"] == [
        f"{package_id(folder)};file:///usr/share/comptoir/watchdog.xml"
    ]
    assert f'appid="{package_id(folder)}"' in update
    assert f'codebase="file:///usr/share/comptoir/watchdog.crx" version="{version}"' in update


def test_the_watchdog_reads_no_page(folder):
    manifest = json.loads((folder / "watchdog" / "manifest.json").read_bytes())

    assert manifest["permissions"] == ["alarms", "tabs"]
    assert "host_permissions" not in manifest
    assert [one["js"] for one in manifest["content_scripts"]] == [["life.js"]]


def test_the_readme_puts_each_file_where_the_browser_looks(folder):
    readme = (folder / "README.md").read_text(encoding="utf-8")
    page = (folder / "watchdog" / "waiting.html").read_text(encoding="utf-8")
    loaded = re.findall(r'src="([^"]+)"', page)

    [line] = re.findall(r"^install -D -m 644 -t /usr/share/comptoir (.+)$", readme, re.MULTILINE)
    needed = {"watchdog.crx", "watchdog.xml", "waiting.html", *loaded}
    assert {Path(one).name for one in line.split()} == needed
    assert all((folder / one).is_file() for one in line.split())


@pytest.mark.parametrize(
    ("policy", "value"),
    [
        ("PrintingEnabled", False),
        ("DownloadRestrictions", 3),
        ("AllowFileSelectionDialogs", False),
        ("DeveloperToolsAvailability", 2),
        ("TranslateEnabled", False),
        ("IncognitoModeAvailability", 1),
        ("SavingBrowserHistoryDisabled", True),
    ],
)
def test_the_policies_take_away_what_leads_out(folder, policy, value):
    assert policies(folder)[policy] == value


def test_the_browser_s_sandbox_stays_and_its_gestures_go(folder):
    words = command(folder)

    assert {"--kiosk", "--disable-pinch", "--overscroll-history-navigation=0"} <= set(words)
    assert "--no-sandbox" not in words


def test_a_page_killed_for_memory_ends_no_more_than_itself(folder):
    unit = (folder / "comptoir-kiosk.service").read_text(encoding="utf-8").splitlines()

    assert {"MemoryMax=75%", "OOMPolicy=continue", "Restart=always"} <= set(unit)


def test_the_waiting_page_waits_for_the_unit_s_address(folder):
    unit = (folder / "comptoir-kiosk.service").read_text(encoding="utf-8")
    page = (folder / "watchdog" / "waiting.js").read_text(encoding="utf-8")

    assert command(folder)[-1] == "file:///usr/share/comptoir/waiting.html#${KIOSK_URL}"
    assert "KIOSK_URL=http://localhost:8000/kiosk/" in unit
    assert "http://localhost:8000/kiosk/" in page


def test_a_stranger_s_page_may_ask_whether_the_server_is_up_and_nothing_else(app):
    client = app.test_client()

    assert client.get("/healthz").headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert client.get("/readyz").headers["Cross-Origin-Resource-Policy"] == "same-origin"
