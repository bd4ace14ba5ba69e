"""A customer looks for something on the drawn keys: a typing error, a suggestion, a filter."""

import itertools
import re

import pytest
from playwright.sync_api import expect

from tests.journeys import people

TYPED = {
    "fr": ("photphor", "photophore", "Photophore"),
    "en": ("lumch bag", "lunch bag", "Lunch Bag"),
}
UNKNOWN = "xylophone"


def press(page, text):
    """Press the keys that are shown, one after the other."""
    for letter in text:
        key = "[data-act='space']" if letter == " " else f'[data-type="{letter}"]'
        page.locator(f"[data-keyboard] {key}:visible").first.click()


@pytest.fixture
def kiosk(shop, request):
    """The search, opened from the home in the language and the size that a test asks for."""
    language, size = request.param
    screen = shop.kiosk(language, size=size)
    screen.page.locator(".k-search__to").click()
    expect(screen.page.locator("[data-keyboard]")).to_be_visible()
    return screen


@pytest.mark.parametrize(
    "kiosk", list(itertools.product(TYPED, (people.KIOSK, people.KIOSK_LYING))), indirect=True
)
def test_a_misspelt_word_leads_to_a_filtered_shelf(kiosk):
    page, (typed, meant, name) = kiosk.page, TYPED[kiosk.language]
    expect(page.locator("#s-q")).to_have_attribute("inputmode", "none")

    with page.expect_response(re.compile(r"/kiosk/search\?.*q=" + typed[:5])):
        press(page, typed)
    expect(page.locator("#s-q")).to_have_value(typed)
    page.locator(".chip--try", has_text=re.compile(f"^{meant}$")).click()

    expect(page.locator("#s-q")).to_have_value(meant)
    expect(page.locator(".k-tile__name").first).to_contain_text(name)

    page.locator("[formaction='/kiosk/search/filters']").click()
    page.locator(".k-sheet__kinds .seg__i").nth(1).click()
    page.locator(".k-sheet__group .chip").nth(1).click()
    expect(page.locator(".k-sheet__group .chip").nth(1)).to_have_attribute("aria-current", "true")
    page.locator(".k-sheet__acts .btn--primary").click()

    expect(page.locator(".k-find__chips .chip[aria-current='true']")).to_be_visible()
    page.locator(".k-tile__a").first.click()
    expect(page.locator(".k-prod h1")).to_contain_text(name)
    kiosk.check()


@pytest.mark.parametrize("kiosk", [("fr", people.KIOSK)], indirect=True)
def test_accents_digits_and_layouts_need_no_long_press(kiosk):
    page = kiosk.page
    expect(page.locator("[data-layer='azerty']")).to_be_visible()

    page.locator("[data-layer-to='qwerty']:visible").click()
    expect(page.locator("[data-layer='qwerty']")).to_be_visible()
    page.locator("[data-layer-to='accents']:visible").click()
    press(page, "é")
    expect(page.locator("[data-layer='qwerty']")).to_be_visible()
    page.locator("[data-layer-to='digits']:visible").click()
    press(page, "42")
    page.locator("[data-layer-to='letters']:visible").click()
    page.locator("[data-act='back']:visible").click()

    expect(page.locator("#s-q")).to_have_value("é4")
    held = page.locator("[data-layer='qwerty'] [data-type='e']")
    held.dispatch_event("pointerdown")
    page.locator("[data-accents-of='e'] [data-type='è']").click()
    expect(page.locator("#s-q")).to_have_value("é4è")
    page.locator("[data-act='back']:visible").click()
    page.locator("[data-layer='qwerty'] [data-type='a']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#s-q")).to_have_value("é4s")
    kiosk.check()


@pytest.mark.parametrize("kiosk", [("en", people.KIOSK_LYING)], indirect=True)
def test_what_is_not_there_is_told_to_the_shop(kiosk):
    page = kiosk.page

    with page.expect_response(lambda answer: answer.url.endswith("/kiosk/search/unmet")) as told:
        press(page, UNKNOWN)

    assert told.value.status == 204
    page.locator(".k-find__ask button").click()
    expect(page).to_have_url(re.compile("/kiosk/help"))
    kiosk.check()


def test_a_product_is_found_and_opened_by_keys_alone(shop, demo):
    page = shop.kiosk("fr").page
    page.goto(f"{demo.store}/kiosk/search")
    page.get_by_role("searchbox").focus()
    page.keyboard.type("tasse", delay=150)  # at once, it would be a scan
    page.keyboard.press("Enter")

    page.locator('a[href*="/kiosk/products/"]').first.focus()
    page.keyboard.press("Enter")

    expect(page.locator("[data-stamp]").first).to_be_visible()
    assert "/kiosk/products/" in page.url
