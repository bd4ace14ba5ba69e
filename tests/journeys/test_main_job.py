"""The main job: a card in front of the camera, a visit, a cut link, and the CRM has it once."""

import re

import pytest
import requests
from playwright.sync_api import expect

from tests.journeys import camera, wedge

TOGETHER = 60_000  # ms, on a machine that does much else, until what waited has left


def visit_uid(screen):
    return re.search(r"/visits/([0-9a-f-]{36})", screen.page.url)[1]


@pytest.fixture
def hub_page(shop, demo):
    """The hub's list of visits, opened by its own administrator."""

    def opened(language):
        screen = shop.tablet(language, who="siege", base=demo.hub)
        screen.page.goto(f"{demo.hub}/hub/visits")
        return screen

    return opened


def test_a_scanned_visit_reaches_the_hub_once_although_the_link_was_cut(
    shop, demo, language, tmp_path, hub_page
):
    code = demo.cards["Camille Roussel"]
    video = camera.show(tmp_path / "card.y4m", camera.picture(camera.qr_of(code)))
    hub = hub_page(language)
    tablet = shop.tablet_by_hand(language, sees=video)

    expect(tablet.page.get_by_role("heading", level=1, name="Camille Roussel")).to_be_visible(
        timeout=60_000
    )
    demo.cut_link()
    tablet.touch("end visit")
    uid = visit_uid(tablet)
    tablet.page.get_by_text(tablet.word("bought"), exact=True).click()
    tablet.touch("save")
    expect(tablet.page.get_by_text(tablet.word("recorded")).first).to_be_visible()
    expect(hub.page.locator(f"#v-{uid}")).to_have_count(0)
    demo.restore_link()

    expect(hub.page.locator(f"#v-{uid}")).to_have_count(1, timeout=TOGETHER)
    expect(hub.page.locator(f"#v-{uid}")).to_contain_text("Camille R.")
    hub.check()
    tablet.check()


def test_a_hand_scanner_on_an_azerty_tablet_opens_the_card(shop, demo, language):
    tablet = shop.tablet(language)
    expect(tablet.page.get_by_role("heading", level=1)).to_be_visible()

    wedge.scan(tablet.page, demo.cards["Thomas Nguyen"], layout="azerty")

    expect(tablet.page.get_by_role("heading", level=1, name="Thomas Nguyen")).to_be_visible()
    tablet.check()


def test_a_scanned_card_comes_into_the_page_as_if_it_were_opened(shop, demo):
    tablet = shop.tablet("fr")
    page = tablet.page
    page.evaluate("() => { window.isSamePage = true; }")

    with page.expect_request(lambda one: "/events?" in one.url and "customers:" in one.url):
        wedge.scan(page, demo.cards["Thomas Nguyen"], layout="azerty")

    card = page.get_by_role("heading", level=1, name="Thomas Nguyen")
    expect(card).to_be_focused()
    expect(page).to_have_title("Thomas Nguyen – Comptoir")
    expect(page).to_have_url(re.compile("/tablet/customers/[0-9a-f-]{36}$"))
    assert page.evaluate("window.isSamePage")
    assert page.locator("[data-lock] [name=path]").input_value() in page.url
    page.keyboard.press("Tab")
    expect(page.locator("main a:focus, main summary:focus, .work a:focus")).to_have_count(1)
    page.go_back()
    expect(page.locator("[data-scan]")).not_to_have_attribute("data-state", "off")
    wedge.scan(page, demo.cards["Camille Roussel"], layout="azerty")
    expect(page.get_by_role("heading", level=1, name="Camille Roussel")).to_be_visible()
    page.reload()
    page.go_back()
    expect(page.locator("[data-scan]")).not_to_have_attribute("data-state", "off")
    tablet.check()


def test_a_code_that_nobody_knows_is_said_in_words_and_the_scan_goes_on(shop, language):
    tablet = shop.tablet(language)
    tablet.expect_refusal(422, "/tablet/scan")

    wedge.scan(tablet.page, "CNOTACARD123", layout="azerty")

    expect(tablet.page.locator("#scan-answer")).not_to_be_empty()
    expect(
        tablet.page.get_by_label(re.compile("Saisir un code|Type a code|Enter a code"))
    ).to_be_editable()
    tablet.check()


def test_the_store_serves_without_the_hub(demo):
    demo.cut_link()

    answers = [requests.get(f"{demo.store}/demo", timeout=60).status_code for _ in range(20)]

    demo.restore_link()
    assert answers == [200] * 20
