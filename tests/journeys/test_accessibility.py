"""axe-core finds nothing on any screen, in both languages and both schemes (WCAG 2.2 AA)."""

from playwright.sync_api import expect

from tests.journeys import axe, wedge

KIOSK_PAGES = (
    "/kiosk/", "/kiosk/search", "/kiosk/search?q=tasse", "/kiosk/search?q=zzzzqq", "/kiosk/scan",
    "/kiosk/pickup", "/kiosk/card", "/kiosk/settings", "/kiosk/list", "/kiosk/categories",
    "/kiosk/staff", "/kiosk/products/AT-M-RO", "/kiosk/products/22727", "/kiosk/products/NOTHING",
)  # fmt: skip
PHONE_PAGES = ("/p/", "/p/22727", "/p/AT-M-RO", "/p/NOTHING", "/01/hello")
TABLET_PAGES = (
    "/tablet/scan", "/tablet/scan?by=name&q=rou", "/tablet/customers", "/tablet/pickups",
    "/tablet/stock", "/tablet/stock?q=tasse", "/tablet/sync", "/tablet/labels",
    "/tablet/labels/electronic", "/tablet/sign-in",
)  # fmt: skip


def faults_of(page):
    """Return what axe-core finds on the page, light and dark, with the elements it finds it on."""
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        if faults := axe.faults_of(page, in_colours_alone=scheme == "dark"):
            found[scheme] = faults
    return found


def walk(page, base, paths):
    found = {}
    for path in paths:
        page.goto(base + path)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        if faults := faults_of(page):
            found[path] = faults
    return found


def test_the_kiosk_has_no_barrier_that_axe_sees(shop, demo, language):
    kiosk = shop.kiosk(language)
    product = kiosk.page.request.get(f"{demo.store}/kiosk/search?q=tasse").text()
    sku = product.split("/kiosk/products/")[1].split('"')[0]

    assert walk(kiosk.page, demo.store, (*KIOSK_PAGES, f"/kiosk/products/{sku}")) == {}


def test_the_tablet_has_no_barrier_that_axe_sees(shop, demo, language):
    tablet = shop.tablet(language)
    found = {}
    wedge.scan(tablet.page, demo.cards["Thomas Nguyen"])
    expect(tablet.page.get_by_role("heading", level=1, name="Thomas Nguyen")).to_be_visible()
    found["card"] = faults_of(tablet.page)
    tablet.touch("end visit")
    expect(tablet.page.locator("#visit")).to_be_visible()
    found["visit"] = faults_of(tablet.page)
    tablet.page.goto(f"{demo.store}/tablet/pickups")
    tablet.page.locator("#col-s-waiting .ticket__a").first.click()
    expect(tablet.page.get_by_role("dialog")).to_be_visible()
    found["handover"] = faults_of(tablet.page)

    found |= walk(tablet.page, demo.store, TABLET_PAGES)

    assert {name: faults for name, faults in found.items() if faults} == {}


def test_what_stands_around_has_no_barrier_that_axe_sees(shop, demo, language):
    anybody = shop.open(base=demo.store, size={"width": 390, "height": 844}, language=language).page
    found = walk(anybody, demo.store, ("/demo", "/enrol", "/no-such-page"))
    found |= walk(anybody, demo.store, PHONE_PAGES)
    hub = shop.tablet(language, who="siege", base=demo.hub)
    found |= walk(hub.page, demo.hub, ("/hub/visits",))

    assert found == {}
