"""A shop behind its own certificate, which browsers ask over HTTP/2."""

import json
import os
import re
import subprocess
import time

import pytest
import requests
from playwright.sync_api import expect

from tests.journeys import people
from tests.servers import COMPTOIR, free_port
from tests.shop import PIN

PATIENCE_SECONDS = 60


@pytest.fixture(scope="module")
def environ(tmp_path_factory):
    folder = tmp_path_factory.mktemp("https") / "data"
    return {
        **os.environ,
        "COMPTOIR_DATA_DIR": str(folder),
        "COMPTOIR_SERVER__PORT": str(free_port()),
        "COMPTOIR_HTTPS__MODE": "own",
        "COMPTOIR_LANGUAGE": "fr",
    }


def run(environ, *words):
    done = subprocess.run([*COMPTOIR, *words], env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def shop(environ):
    """The address of the running shop."""
    run(environ, "init", "--store", "LIL", "--pin", PIN)
    run(environ, "certificate", "localhost")
    address = f"https://localhost:{environ['COMPTOIR_SERVER__PORT']}"
    process = subprocess.Popen([*COMPTOIR, "serve"], env=environ, stdout=subprocess.DEVNULL)
    authority = f"{environ['COMPTOIR_DATA_DIR']}/tls/comptoir-ca.crt"
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_ready(address, authority):
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.05)
    yield address
    process.kill()
    process.wait()


def is_ready(address, authority):
    try:
        return requests.get(f"{address}/readyz", verify=authority, timeout=60).ok
    except requests.ConnectionError:
        return False


def test_a_tablet_is_enrolled_and_somebody_signs_in(shop, environ, chromium):
    made = json.loads(run(environ, "device", "enrol", "tablet", "Tablette 1", "--json"))
    context = chromium.new_context(viewport=people.TABLET, ignore_https_errors=True, locale="fr-FR")
    page = context.new_page()
    page.goto(f"{shop}/enrol")
    assert page.evaluate("performance.getEntriesByType('navigation')[0].nextHopProtocol") == "h2"

    page.get_by_label("Code").fill(made["code"])
    page.get_by_role("button", name="Relier").click()
    page.get_by_role("link", name=re.compile("responsable", re.IGNORECASE)).click()
    for digit in PIN:
        page.locator(f'[data-key="{digit}"]').click()

    expect(page).to_have_url(re.compile("/tablet/(?!sign-in)"))
    context.close()
