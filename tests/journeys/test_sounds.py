"""What a tablet is heard to do: really started, or said to be off with a touch that starts it."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import kiosk_shop, people
from tests.shop import PIN

HEARD = """
window.heard = [];
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...at) {
  heard.push([this.frequency.value, this.context.state]);
  return start.apply(this, at);
};
"""
RINGS = "heard.some(([pitch, state]) => pitch === 880 && state === 'running')"


@pytest.fixture
def tablet(chromium, own_shop):
    """A tablet at which Inès has signed in, with its context."""
    context = chromium.new_context(viewport=people.TABLET, has_touch=True)
    cookie = {"name": "comptoir_store_tablet", "value": "tablet-secret", "url": own_shop.server.url}
    context.add_cookies([cookie])
    context.add_init_script(HEARD)
    page = context.new_page()
    page.goto(own_shop.server.url + "/tablet/sign-in")
    page.get_by_role("link", name=re.compile("Inès")).click()
    for digit in PIN[:-1]:
        page.locator(f'[data-key="{digit}"]').click()
    with page.expect_navigation(url=lambda url: "sign-in" not in url):
        page.locator(f'[data-key="{PIN[-1]}"]').click()
    yield page
    context.close()


def call(chromium, own_shop):
    """Let a customer call at the kiosk."""
    context = kiosk_shop.context(chromium, own_shop)
    page = context.new_page()
    page.goto(own_shop.server.url + "/kiosk/products/22423")
    with page.expect_navigation():
        page.locator("nav form[action='/kiosk/help'] button").click()
    context.close()


def test_a_call_rings_on_a_page_that_nobody_has_touched_since_it_was_opened(
    chromium, own_shop, tablet
):
    call(chromium, own_shop)

    expect(tablet.locator("#calls .arrival")).to_be_visible()
    tablet.wait_for_function(RINGS)
    expect(tablet.locator("[data-silent]")).to_be_hidden()


def test_a_locked_tablet_rings_and_says_how_many_call(chromium, own_shop, tablet):
    page = tablet.context.new_page()
    kiosk_shop.follow(page, own_shop.server.url + "/tablet/sign-in")
    page.get_by_role("heading", level=1).click()

    call(chromium, own_shop)

    told = page.locator("#waiting [role=alert]")
    expect(told).to_have_text(re.compile("1 appel.*entrez pour répondre"))
    expect(page.locator("#waiting [data-ring]")).to_have_count(1)
    page.wait_for_function(RINGS)


def test_a_browser_that_may_not_sound_says_so_and_rings_from_the_first_touch_on(
    chromium, own_shop, tablet
):
    call(chromium, own_shop)
    untouched = tablet.context.new_page()
    untouched.goto(own_shop.server.url + "/tablet/pickups")

    silent = untouched.locator("[data-silent]")
    expect(silent).to_be_visible()
    assert untouched.evaluate("heard") == []
    silent.get_by_role("button").click()

    expect(silent).to_be_hidden()
    untouched.wait_for_function(RINGS)
