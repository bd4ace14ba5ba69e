"""What customers do by themselves, in both languages, at a kiosk that stands or lies.

One kiosk, tablet and hub for the acts of each; a customer ends and the next one begins, as in a
shop.
"""

import io
import itertools
import re

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from tests.journeys import people

SKU = "85123A"
OUT_HERE = "22386"  # none in the sample's shop, some in the others
SIZES = {"standing": people.KIOSK, "lying": people.KIOSK_LYING}
WALKS = list(itertools.product(people.WORDS, SIZES))
PATIENCE_MS = 30_000
# px of the wall, on its right, that the shelf under its objects leaves bare
BARE_WALL = """() => {
  const still = document.querySelector('.k-still');
  const { scale } = getComputedStyle(still);
  const beyond = -parseFloat(getComputedStyle(still, '::before').right);
  const wall = document.querySelector('.k-done__hero').getBoundingClientRect();
  const shelf = (still.offsetWidth + beyond) * (parseFloat(scale) || 1);
  return wall.right - still.getBoundingClientRect().left - shelf;
}"""


class Floor:
    """A kiosk and a tablet of the shop, and the phones of its customers."""

    def __init__(self, shop, language, size):
        self.shop, self.language = shop, language
        self.store = shop.demo.store
        self.kiosk = shop.kiosk(language, size=size)
        self.tablet = shop.tablet(language)
        self.screens = [self.kiosk, self.tablet]

    def begin(self):
        """Let the next customer step up, in their language."""
        self.kiosk.page.goto(f"{self.store}/kiosk/")
        self.kiosk.speak()

    def end(self):
        """Let the customer go; nothing that happened was a fault."""
        page = self.kiosk.page
        with page.expect_navigation(url="**/kiosk/"):
            page.locator("nav form[action='/kiosk/end'] button").click()
        for screen in self.screens:
            screen.check()

    def look_at(self, sku):
        self.kiosk.page.goto(f"{self.store}/kiosk/products/{sku}")

    def scanned_by_phone(self, locator):
        """Give the phone that scans the QR on the screen, as its camera would read it."""
        (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(locator.screenshot())))
        phone = self.shop.phone(self.language, found.text)
        self.screens.append(phone)
        expect(phone.page.locator("html")).to_have_attribute("lang", self.language)
        return phone.page

    def tablet_at(self, path):
        """Give the tablet at a page; whoever left it alone for too long signs in again."""
        page = self.tablet.page
        page.goto(self.store + path)
        if "/sign-in" in page.url:
            self.shop.sign_in(self.tablet, "ines")
            page.goto(self.store + path)
        return page


@pytest.fixture(scope="module", params=WALKS, ids="-".join)
def floor(request, demo, playwright, chromium):
    language, orientation = request.param
    shop = people.Shop(demo, playwright, chromium)
    yield Floor(shop, language, SIZES[orientation])
    shop.close()


@pytest.fixture
def kiosk(floor):
    """The kiosk before a new customer, who leaves it in the end."""
    floor.begin()
    yield floor.kiosk.page
    floor.end()


def list_article(floor, page, sku=SKU):
    floor.look_at(sku)
    page.locator("form[action='/kiosk/list'] button").click()
    page.locator("#acts a[href='/kiosk/list']").click()
    expect(page.locator(".k-list__rows li")).to_have_count(1)


def test_a_reservation_is_prepared_and_handed_over(floor, kiosk):
    floor.look_at(SKU)
    kiosk.locator("#acts a").first.click()
    expect(kiosk.locator("[data-keyboard]")).to_be_visible()
    for letter in "zoe":
        kiosk.locator(f'[data-type="{letter}"]:visible').click()
    kiosk.locator("main form button[type=submit]").click()
    expect(kiosk.get_by_role("heading", level=1)).to_contain_text("Zoe")

    phone = floor.scanned_by_phone(kiosk.locator(".k-ticket .qrbox"))
    order = phone.locator("#order")
    digits = re.sub(r"\D", "", phone.locator(".pcode b").inner_text())
    sheet = opened_by(floor, digits)
    sheet.locator("#f-place").fill("R-01")
    with sheet.page.expect_navigation():
        sheet.locator(".dialog__f button[form=hand]").click()
    expect(order).to_have_attribute("data-state", "ready", timeout=PATIENCE_MS)
    sheet = opened_by(floor, digits)
    for box in sheet.get_by_role("checkbox").all():
        box.check(force=True)
    sheet.locator("#f-ticket").fill("A-20417")
    hand_over = floor.tablet.word("hand over")
    with sheet.page.expect_navigation():
        sheet.get_by_role("button", name=re.compile(f"^{hand_over}")).click()

    expect(order).to_have_attribute("data-state", "collected", timeout=PATIENCE_MS)


def opened_by(floor, digits):
    """Type six digits where codes are typed, and return the sheet of the order."""
    page = floor.tablet_at("/tablet/scan")
    page.locator("input[name=code]:visible").first.fill(digits)
    page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog")
    expect(sheet).to_be_visible(timeout=PATIENCE_MS)
    return sheet


def test_another_shop_is_asked_and_the_screen_says_so(floor, kiosk):
    floor.look_at(OUT_HERE)
    kiosk.locator("#stock a[href*='store=']").first.click()
    where = kiosk.locator("input[name=store]").get_attribute("value")
    kiosk.locator("#f-name").fill("Zoé")
    kiosk.locator("main form button[type=submit]").click()

    expect(kiosk.locator("[data-transmission=told]")).to_be_visible(timeout=2 * PATIENCE_MS)
    assert where.startswith("PARIS-")
    phone = floor.scanned_by_phone(kiosk.locator(".k-ticket .qrbox"))
    expect(phone.locator("[data-transmission=told]")).to_be_visible()


def test_a_delivery_is_asked_at_the_kiosk_and_ordered_on_the_phone(floor, kiosk):
    floor.look_at(OUT_HERE)
    kiosk.locator("#acts form[action='/kiosk/handoff'] button").click()
    phone = floor.scanned_by_phone(kiosk.locator(".k-hand__qr"))
    phone.locator(".p-bar button").click()
    order_delivery(phone)

    expect(phone.locator("[data-transmission=told]")).to_be_visible(timeout=2 * PATIENCE_MS)
    expect(kiosk.locator("#handoff")).to_have_attribute("data-state", "phone", timeout=PATIENCE_MS)


def order_delivery(page):
    told = {
        "name": "Zoé Martin",
        "address": "3 rue Basse",
        "postcode": "59800",
        "city": "Lille",
        "phone": "06 00 00 00 42",
    }
    for name, value in told.items():
        page.locator(f"#f-{name}").fill(value)
    page.locator("button[form=delivery]").click()


def test_a_list_moves_to_the_phone_and_leaves_the_kiosk(floor, kiosk):
    list_article(floor, kiosk)
    kiosk.locator(".k-count button").last.click()
    expect(kiosk.locator(".k-count .num")).to_have_text("2")
    kiosk.locator("form[action='/kiosk/handoff'] button").first.click()
    expect(kiosk.locator("#handoff")).to_have_attribute("data-state", "open")
    phone = floor.scanned_by_phone(kiosk.locator(".k-hand__qr"))

    phone.locator(".p-bar button").click()

    mine = {"fr": "Ma liste", "en": "My list"}[floor.language]
    expect(phone.get_by_role("heading", level=1)).to_have_text(mine)
    expect(phone.locator(".p-art")).to_have_count(1)
    expect(kiosk.locator("#handoff")).to_have_attribute("data-state", "phone", timeout=PATIENCE_MS)
    kiosk.goto(f"{floor.store}/kiosk/list")
    expect(kiosk.locator(".k-list__none")).to_be_visible()


def test_a_list_moves_to_the_tablet_by_four_digits(floor, kiosk):
    list_article(floor, kiosk)
    kiosk.locator("form[action='/kiosk/handoff'] button").first.click()
    said = kiosk.locator(".k-hand__digits").get_attribute("aria-label")

    tablet = floor.tablet_at("/tablet/lists")
    for digit in said.split():
        tablet.locator(f'[data-key="{digit}"]').click()

    expect(tablet.locator(".acts__line")).to_have_count(1)
    expect(tablet.locator(".acts__line")).to_contain_text(SKU)
    expect(kiosk.locator("#handoff")).to_have_attribute("data-state", "tablet", timeout=PATIENCE_MS)
    expect(kiosk.get_by_role("heading", level=1)).to_contain_text(first_name(floor))
    assert kiosk.evaluate(BARE_WALL) <= 0


def test_the_reason_of_a_refused_code_stays_until_another_is_typed(floor):
    tablet = floor.tablet_at("/tablet/lists")
    floor.tablet.expect_refusal(422, "/tablet/lists")
    for digit in "0000":
        tablet.locator(f'[data-key="{digit}"]').click()
    reason = tablet.locator("#d-digits")
    expect(reason).to_be_visible()
    expect(tablet.locator("[data-live]")).to_be_attached()
    take = tablet.locator("form:has(#c-digits) button[type=submit]")

    take.press("Enter")
    expect(reason).to_be_visible()

    tablet.locator('[data-key="1"]').click()
    take.press("Enter")
    expect(tablet.locator("[data-short]")).to_be_visible()
    expect(reason).to_be_hidden()


def first_name(floor):
    return floor.shop.demo.names["ines"].split(" ")[0]


def test_a_call_is_taken_and_the_kiosk_shows_who_comes(floor, kiosk):
    tablet = floor.tablet_at("/tablet/stock")
    expect(tablet.locator("#calls")).to_be_attached()
    floor.look_at(SKU)

    kiosk.locator("nav form[action='/kiosk/help'] button").click()
    expect(kiosk.locator("#called")).to_be_visible()
    alert = tablet.locator("#calls .arrival")
    expect(alert).to_be_visible(timeout=PATIENCE_MS)
    with tablet.expect_navigation():
        alert.locator("form button").click()

    expect(kiosk.locator("#called")).to_have_attribute("data-stage", "coming", timeout=PATIENCE_MS)
    expect(kiosk.get_by_role("heading", level=1)).to_contain_text(first_name(floor))


def test_a_delivery_says_when_it_waits_and_when_it_has_left(shop, demo):
    own = shop.phone("en", f"/p/delivery?sku={SKU}")
    demo.cut_link()
    try:
        order_delivery(own.page)
        expect(own.page.locator("[data-transmission=waiting]")).to_be_visible()
    finally:
        demo.restore_link()
    expect(own.page.locator("[data-transmission=told]")).to_be_visible(timeout=2 * PATIENCE_MS)
    own.check()
