"""The kiosk's watchdog: a page that died or hangs gives way to the home of a new customer."""

import json
import time
from pathlib import Path

import pytest

from tests.bench import kiosk_browser
from tests.bench.kiosk_walk import is_at
from tests.journeys import kiosk_shop

WATCHDOG = Path(__file__).parents[2] / "config" / "deploy" / "kiosk" / "watchdog"
VISITOR = "document.querySelector('meta[name=visitor]').content"


@pytest.fixture
def kiosk(own_shop, playwright, tmp_path):
    """The kiosk's browser with its watchdog, in the middle of somebody's search."""
    own = playwright.chromium.executable_path
    watched = f"--load-extension={WATCHDOG}"
    with kiosk_browser.running(tmp_path, "about:blank", watched, chromium=own) as browser:
        cookie = kiosk_shop.enrolment(own_shop.server.url)
        browser.send("Storage.setCookies", cookies=[cookie])
        browser.evaluate(f"location.replace('{own_shop.server.url}/kiosk/search?q=tasse')")
        browser.wait(is_at("/kiosk/search?q=tasse"))
        browser.evaluate("localStorage.setItem('left', 'behind')")
        yield browser


# The browser of an extension, whose tab 7 has no process; it refuses what is in `refused`, once.
BROWSER = """
const event = { addListener() {} };
globalThis.done = [];
const once = (name) => async (given) => {
  if (refused.delete(name)) throw new Error(name);
  done.push(`${name} ${given.url ?? given}`);
};
globalThis.chrome = {
  runtime: { getURL: (name) => name, onConnect: event, onStartup: event },
  alarms: { onAlarm: event, create() {} },
  tabs: {
    query: async ({ status }) => (status ? [{ id: 7, url: 'http://shop.test/kiosk/search' }] : []),
    create: once('create'), remove: once('remove'), onRemoved: event,
  },
};
"""


@pytest.mark.parametrize("refused", [[], ["create"], ["remove"]])
def test_a_tab_is_mended_once_though_the_browser_refuses_at_first(chromium, refused):
    page = chromium.new_page()
    page.goto("about:blank")
    page.evaluate(f"globalThis.refused = new Set({json.dumps(refused)}); {BROWSER}")
    page.add_script_tag(path=WATCHDOG / "watch.js")

    page.wait_for_function("done.includes('remove 7')", timeout=10_000)

    opened = [one for one in page.evaluate("done") if one.startswith("create")]
    page.close()
    assert opened == ["create waiting.html#http://shop.test/kiosk/afresh"]


def kill(kiosk):
    kiosk.kill_renderers()


def hang(kiosk):
    kiosk.evaluate("void setTimeout(() => { for (;;); })")


@pytest.mark.parametrize("strike", [kill, hang])
def test_a_page_that_died_gives_way_to_the_home_of_a_new_customer(kiosk, own_shop, strike):
    former = kiosk.evaluate(VISITOR)

    strike(kiosk)
    come_home(kiosk, own_shop)

    assert kiosk.evaluate(VISITOR) != former
    assert kiosk.evaluate("localStorage.length") == 0
    assert kiosk.evaluate("history.length") == 1


def test_a_page_that_died_beside_its_server_gives_way_to_calm_words(kiosk, own_shop):
    own_shop.server.kill()

    kiosk.kill_renderers()
    while not kiosk.address().startswith("chrome-extension://"):
        time.sleep(kiosk_browser.PAUSE_SECONDS)
    kiosk.attach()
    kiosk.wait("document.querySelector('h1')?.textContent === 'Un instant…'")

    own_shop.server.start()
    come_home(kiosk, own_shop)


def come_home(kiosk, own_shop):
    kiosk.wait_at(f"{own_shop.server.url}/kiosk/")
    kiosk.attach()
    kiosk.wait(is_at("/kiosk/"))
