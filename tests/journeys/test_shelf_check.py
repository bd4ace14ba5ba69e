"""A customer does not find it: the tablet is asked, answers in two taps, and the hub knows."""

import sqlite3
import time

from playwright.sync_api import expect

from tests.journeys import wedge

PRODUCT = "/kiosk/products/22423"
PATIENCE_SECONDS = 30


def counted_at_the_hub(demo):
    """Return the quantities that shelf checks have told the hub."""
    hub = sqlite3.connect(f"file:{demo.home / 'hub' / 'comptoir.db'}?mode=ro", uri=True)
    try:
        rows = hub.execute("SELECT quantity FROM stock_movement WHERE source = 'shelf_check'")
        return [quantity for (quantity,) in rows]
    finally:
        hub.close()


def test_a_shelf_is_looked_at_in_two_taps_and_the_hub_hears_of_it(shop, demo):
    tablet, kiosk = shop.tablet("fr"), shop.kiosk("fr")
    tablet.page.goto(f"{demo.store}/tablet/stock")
    expect(tablet.page.locator("#results")).to_contain_text("Quel article")
    kiosk.page.goto(f"{demo.store}{PRODUCT}")

    kiosk.page.get_by_role("button", name="Je ne le trouve pas").click()
    expect(kiosk.page.locator("#stock")).to_contain_text("Un conseiller va voir")
    task = tablet.page.locator("#results a")
    expect(task).to_have_count(1)
    task.click()  # one
    answer = tablet.page.locator(".stk__ask button")
    expected = int(answer.get_attribute("value"))
    answer.click()  # two

    expect(tablet.page.get_by_role("status").filter(has_text=f"{expected} vus")).to_be_visible()
    expect(kiosk.page.locator("#stock")).to_contain_text("vu en rayon")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (told := counted_at_the_hub(demo)):
        assert time.monotonic() < deadline, "the hub was never told"
        time.sleep(0.2)
    assert len(told) == 1
    assert told[0] >= expected  # with what lies prepared for pickups
    for screen in (tablet, kiosk):
        screen.check()


def test_an_article_in_many_kinds_leaves_room_for_the_stores_on_a_busy_tablet(shop, demo):
    page = shop.tablet("fr").page
    page.set_viewport_size({"width": 1180, "height": 620})  # what arrivals and calls leave of it
    page.goto(f"{demo.store}/tablet/stock/AT-M-BL")
    expect(page.locator(".stk__v .chip")).to_have_count(12)

    ask = page.locator(".stk__t form[action$='/check'] button")
    ask.scroll_into_view_if_needed()

    expect(ask).to_be_in_viewport(ratio=1)
    ask.click(trial=True, timeout=5_000)


def test_stock_hears_a_hand_scanner_anywhere_and_enter_shows_what_was_typed(shop, demo):
    tablet = shop.tablet("fr")
    page = tablet.page
    page.goto(f"{demo.store}/tablet/stock")
    search = page.get_by_role("searchbox")

    search.fill("regency")
    expect(page.locator("#results li")).to_have_count(3)
    expect(page.locator("#results [aria-current]")).to_have_count(0)
    search.press("Enter")
    expect(page.locator("#stock-name")).to_contain_text("Regency")
    expect(page.locator("#results [aria-current]")).to_have_count(1)

    search.focus()
    wedge.scan(page, f"{demo.store}/p/22727")  # what a shelf label says
    expect(page.locator("#stock-name")).to_contain_text("Réveil")
    expect(page.get_by_role("searchbox")).to_have_value("")
    tablet.check()
