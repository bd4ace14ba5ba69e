"""A customer asks at the kiosk to be told of an article's return, and the screen forgets who."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import axe
from tests.journeys.test_search import press

OUT = "/kiosk/products/22386"  # the sample has none of it, and more are on their way


@pytest.mark.parametrize("language", ["en"])
def test_an_address_typed_on_the_drawn_keys_is_noted(shop, demo, language):
    kiosk = shop.kiosk(language)
    page = kiosk.page
    page.goto(demo.store + OUT)

    page.locator("#acts a[href$='/tell-me']").click()
    expect(page.locator("#f-contact")).to_have_attribute("inputmode", "none")
    press(page, "zoe@")
    press(page, "example")
    page.locator("[data-type='.com']").click()
    expect(page.locator("#f-contact")).to_have_value("zoe@example.com")
    assert axe.faults_of(page) == []
    page.locator(".k-act-form__line button[type='submit']").click()

    expect(page).to_have_url(re.compile("/noted$"))
    assert "zoe@" not in page.content()
    assert axe.faults_of(page) == []
    page.locator(".k-base__back").click()
    expect(page.locator("#acts")).to_contain_text("We will tell you")
    kiosk.check()
