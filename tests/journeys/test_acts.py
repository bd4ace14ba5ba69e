"""What customers do by themselves: reserve, go on with the phone, call, order for delivery."""

import io
import re

import zxingcpp
from PIL import Image
from playwright.sync_api import expect

SKU = "85123A"
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 30_000


def product(shop, kiosk, sku=SKU):
    kiosk.page.goto(f"{shop.demo.store}/kiosk/products/{sku}")


def phone(shop, path, language):
    """Open a page as a customer's own phone does."""
    screen = shop.open(base=shop.demo.store, size=PHONE, language=language)
    screen.page.goto(path if path.startswith("HTTP") else shop.demo.store + path)
    return screen


def scanned(locator):
    """Read the QR that is on the screen, as a phone's camera would."""
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(locator.screenshot())))
    return found.text


def opened_by(tablet, digits):
    """Type six digits where codes are typed, and return the sheet of the order."""
    tablet.page.goto(tablet.page.url.partition("/tablet")[0] + "/tablet/scan")
    tablet.page.locator("input[name=code]:visible").first.fill(digits)
    tablet.page.keyboard.press("Enter")
    sheet = tablet.page.get_by_role("dialog")
    expect(sheet).to_be_visible(timeout=PATIENCE_MS)
    return sheet


def test_a_reservation_of_the_kiosk_is_prepared_and_handed_over(shop):
    kiosk, tablet = shop.kiosk("fr"), shop.tablet("fr")
    product(shop, kiosk)
    kiosk.page.locator("#acts a").first.click()
    expect(kiosk.page.locator("[data-keyboard]")).to_be_visible()
    for letter in "zoe":
        kiosk.page.locator(f'[data-type="{letter}"]:visible').click()
    kiosk.page.locator("main form button[type=submit]").click()
    expect(kiosk.page.get_by_role("heading", level=1)).to_contain_text("Zoe")
    address = scanned(kiosk.page.locator(".k-ticket .qrbox"))

    own = phone(shop, address, "fr")
    expect(own.page.locator("#order")).to_be_visible()
    digits = re.sub(r"\D", "", own.page.locator(".pcode b").inner_text())
    sheet = opened_by(tablet, digits)
    sheet.locator("#f-place").fill("R-01")
    sheet.locator("button[type=submit]").first.click()
    expect(own.page.locator("#order")).to_have_attribute("data-state", "ready", timeout=PATIENCE_MS)

    sheet = opened_by(tablet, digits)
    for box in sheet.get_by_role("checkbox").all():
        box.check(force=True)
    sheet.get_by_role("radio").first.check(force=True)
    sheet.get_by_role("button", name=re.compile("^Remettre")).click()
    expect(own.page.locator("#order")).to_have_attribute(
        "data-state", "collected", timeout=PATIENCE_MS
    )
    for screen in (kiosk, tablet, own):
        screen.check()


def test_a_list_moves_to_the_phone_and_leaves_the_kiosk(shop):
    kiosk = shop.kiosk("en")
    product(shop, kiosk)
    kiosk.page.locator("form[action='/kiosk/list'] button").click()
    kiosk.page.locator("#acts a[href='/kiosk/list']").click()
    kiosk.page.locator("form[action='/kiosk/handoff'] button").first.click()
    expect(kiosk.page.locator("#handoff")).to_have_attribute("data-state", "open")
    address = scanned(kiosk.page.locator(".k-hand__qr"))

    own = phone(shop, address, "en")
    own.page.locator(".p-bar button").click()

    expect(own.page.get_by_role("heading", level=1)).to_have_text("My list")
    expect(own.page.locator(".p-art")).to_have_count(1)
    expect(kiosk.page.locator("#handoff")).to_have_attribute(
        "data-state", "phone", timeout=PATIENCE_MS
    )
    kiosk.page.goto(f"{shop.demo.store}/kiosk/list")
    expect(kiosk.page.locator(".k-list__none")).to_be_visible()
    for screen in (kiosk, own):
        screen.check()


def test_a_call_is_taken_and_the_kiosk_shows_who_comes(shop):
    tablet, kiosk = shop.tablet("fr"), shop.kiosk("fr")
    expect(tablet.page.locator("#calls")).to_be_attached()
    product(shop, kiosk)

    kiosk.page.locator("nav form[action='/kiosk/help'] button").click()
    expect(kiosk.page.locator("#called")).to_have_attribute("data-stage", "ringing")
    alert = tablet.page.locator("#calls .arrival")
    expect(alert).to_be_visible(timeout=PATIENCE_MS)
    alert.locator("form button").click()

    expect(kiosk.page.locator("#called")).to_have_attribute(
        "data-stage", "coming", timeout=PATIENCE_MS
    )
    first_name = shop.demo.names["ines"].split(" ")[0]
    expect(kiosk.page.get_by_role("heading", level=1)).to_contain_text(first_name)
    for screen in (tablet, kiosk):
        screen.check()


def test_a_delivery_says_when_it_waits_and_when_it_has_left(shop, demo):
    own = phone(shop, f"/p/delivery?sku={SKU}", "en")
    told = {
        "name": "Zoé Martin",
        "address": "3 rue Basse",
        "postcode": "59800",
        "city": "Lille",
        "phone": "06 00 00 00 42",
    }
    for name, value in told.items():
        own.page.locator(f"#f-{name}").fill(value)
    demo.cut_link()
    try:
        own.page.locator("button[form=delivery]").click()
        expect(own.page.locator("[data-transmission=waiting]")).to_be_visible()
    finally:
        demo.restore_link()
    expect(own.page.locator("[data-transmission=told]")).to_be_visible(timeout=2 * PATIENCE_MS)
    own.check()
