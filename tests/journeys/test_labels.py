"""Labels on the tablet: the hand scanner makes a pile, the sheets open, a label is paired."""

import re

from playwright.sync_api import expect

from tests.journeys import wedge

MAC = "0197E5CB3B38"


def test_scanned_articles_become_sheets(shop, demo):
    tablet = shop.tablet("fr")
    page = tablet.page
    code = first_code(page, demo)
    page.goto(f"{demo.store}/tablet/labels")
    expect(page.get_by_text("Douchette prête")).to_be_visible()

    wedge.scan(page, code)
    page.wait_for_url(re.compile("view=pile"))
    expect(page.locator(".lab__row input:checked")).to_have_count(1)
    page.get_by_role("button", name="Faire les étiquettes cochées").click()

    link = page.get_by_role("link", name="Ouvrir le PDF")
    expect(link).to_be_visible()
    answer = page.request.get(demo.store + link.get_attribute("href"))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF")
    tablet.check()


def test_two_scans_pair_a_label(shop, demo):
    tablet = shop.tablet("en")
    page = tablet.page
    code = first_code(page, demo)
    page.goto(f"{demo.store}/tablet/labels/electronic/pair")
    expect(page.get_by_text("Hand scanner ready")).to_be_visible()

    wedge.scan(page, MAC)
    page.wait_for_url(re.compile("mac="))
    expect(page.get_by_role("heading", level=1, name="Now scan the item")).to_be_visible()
    wedge.scan(page, code)

    page.wait_for_url(re.compile("paired="))
    expect(page.get_by_text("Label paired.")).to_be_visible()
    expect(page.get_by_text(MAC)).to_be_visible()
    tablet.check()


def first_code(page, demo) -> str:
    """Return the bar code of the first cup that the search finds."""
    page.goto(f"{demo.store}/tablet/stock?q=tasse")
    said = page.get_by_text(re.compile(r"EAN\s\d+")).first.inner_text()
    return re.search(r"EAN\s(\d+)", said)[1]
