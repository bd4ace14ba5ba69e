"""The examples in config/deploy: what a kiosk's browser is given and what is taken from it."""

import json
import re
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
    ]


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


def test_the_waiting_page_waits_for_the_unit_s_address(folder):
    unit = (folder / "comptoir-kiosk.service").read_text(encoding="utf-8")
    page = (folder / "waiting.html").read_text(encoding="utf-8")

    assert command(folder)[-1] == "file:///usr/share/comptoir/waiting.html#${KIOSK_URL}"
    assert "KIOSK_URL=http://localhost:8000/kiosk/" in unit
    assert "http://localhost:8000/kiosk/" in page


def test_a_stranger_s_page_may_ask_whether_the_server_is_up_and_nothing_else(app):
    client = app.test_client()

    assert client.get("/healthz").headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert client.get("/readyz").headers["Cross-Origin-Resource-Policy"] == "same-origin"
