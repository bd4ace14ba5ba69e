"""A call that nobody takes: the manager's tablet rings too, and every kiosk of the call says so."""

import itertools

import pytest
from playwright.sync_api import expect

from tests.journeys import kiosk_shop, people

SHORT = {
    "COMPTOIR_CALLS__LOUDER_SECONDS": "5",
    "COMPTOIR_CALLS__UNANSWERED_SECONDS": "10",
    "COMPTOIR_CALLS__ENDS_SECONDS": "600",
}
PATIENCE_MS = 60_000  # screens look at a call every ten seconds
SIZES = {"standing": people.KIOSK, "lying": people.KIOSK_LYING}
SAID = {"fr": "Tout le monde est avec quelqu’un", "en": "Everybody is with somebody"}
COMES = {"fr": "Malik arrive vers vous", "en": "Malik is coming to you"}


@pytest.fixture
def shop(tmp_path, sqlite_template):
    with kiosk_shop.running(tmp_path, sqlite_template, **SHORT) as running:
        yield running


@pytest.fixture
def opened(chromium):
    """Contexts to be closed in the end, whatever happens."""
    made = []
    yield made
    for context in made:
        context.close()


@pytest.fixture
def kiosks(chromium, shop, opened):
    """The same kiosk as four customers see it: each language, standing and lying."""

    def kiosk(language, size):
        opened.append(kiosk_shop.context(chromium, shop, viewport=size))
        page = opened[-1].new_page()
        page.goto(shop.server.url + "/kiosk/products/22423")
        if language == "en":
            with page.expect_navigation():
                page.get_by_role("button", name="English").first.click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        return page

    walks = itertools.product(people.WORDS, SIZES.values())
    return [(language, kiosk(language, size)) for language, size in walks]


@pytest.fixture
def tablet(chromium, shop, opened):
    """Sign somebody in on a tablet."""

    def tablet(name):
        page = kiosk_shop.tablet(chromium, shop.server.url, name)
        opened.append(page.context)
        expect(page.locator("#calls")).to_be_attached()
        return page

    return tablet


def test_a_call_that_nobody_takes_reaches_the_manager_and_is_told_everywhere(kiosks, tablet):
    assistant, manager = tablet("Inès"), tablet("Malik")
    for _language, kiosk in kiosks:
        kiosk.locator("nav form[action='/kiosk/help'] button").click()
        expect(kiosk.locator("#called")).to_be_visible()
    for page in (assistant, manager):
        expect(page.locator("#calls .arrival")).to_have_count(1)  # one kiosk, one call

    for language, kiosk in kiosks:
        called = kiosk.locator("#called")
        expect(called).to_have_attribute("data-stage", "unanswered", timeout=PATIENCE_MS)
        expect(kiosk.get_by_role("heading", level=1)).to_have_text(SAID[language])
        expect(kiosk.locator(".k-ways")).to_be_visible()
    for page in (assistant, manager):
        alert = page.locator("#calls .arrival[data-stage=unanswered][data-ring][data-loud]")
        expect(alert).to_be_visible(timeout=PATIENCE_MS)
    manager.locator("#calls .arrival form button").click()

    for language, kiosk in kiosks:
        expect(kiosk.locator("#called")).to_have_attribute(
            "data-stage", "coming", timeout=PATIENCE_MS
        )
        expect(kiosk.get_by_role("heading", level=1)).to_have_text(COMES[language])
    expect(assistant.locator("#calls .arrival")).to_have_count(0, timeout=PATIENCE_MS)
