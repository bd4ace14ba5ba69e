"""The product page in the browser: light on a phone, swapped in place, photos from the tablet."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import axe, people, weight
from tests.photos import photo, saved

LARGEST_LOAD = 100_000  # bytes, headers included, as they come over the network
TOPS = "(all) => all.map((one) => Math.round(one.getBoundingClientRect().y))"


def test_what_a_label_opens_is_light(demo, chromium):
    context = chromium.new_context(viewport=people.PHONE, device_scale_factor=3, locale="fr-FR")
    page = context.new_page()

    with weight.weighed(page) as parts:
        page.goto(f"{demo.store}/p/85123A")  # of a name with œ, which no second font may draw
        expect(page.locator("h1")).to_contain_text("Cœur")
        expect(page.locator("#stock")).to_contain_text("en rayon")

    context.close()
    assert len(parts) > 8
    assert 50_000 < weight.total(parts) <= LARGEST_LOAD, parts


def test_a_phone_whose_styles_come_slowly_fetches_no_font_of_the_tablet(demo, chromium):
    context = chromium.new_context(viewport=people.PHONE, device_scale_factor=3, locale="fr-FR")
    page = context.new_page()
    held, fonts = [], []
    page.on("request", lambda one: fonts.append(one.url) if "/fonts/" in one.url else None)
    page.route("**/css/phone.css*", lambda route: held.append(route))

    with page.expect_request("**/css/phone.css*"):
        page.goto(f"{demo.store}/p/22727", wait_until="commit")
    expect(page.locator(".p-foot")).to_be_attached()
    # The layout is asked for until the list of fonts has come too, as a finger asks that taps.
    page.wait_for_function(
        """() => document.body.offsetHeight
      && [...document.fonts].some(font => font.status !== "unloaded")""",
        polling=100,
    )
    held[0].continue_()
    page.wait_for_load_state()
    page.evaluate("document.fonts.ready")

    context.close()
    assert len(fonts) == len(set(fonts)) == 2, fonts


@pytest.mark.parametrize("size", [people.KIOSK, people.KIOSK_LYING])
def test_another_size_is_shown_in_place(shop, demo, language, size):
    kiosk = shop.kiosk(language, size=size)
    kiosk.page.goto(f"{demo.store}/kiosk/products/AT-M-RO")
    kiosk.page.evaluate("window.isSamePage = true")

    expect(kiosk.page.locator("html")).to_have_attribute("lang", language)

    large = {"fr": "grand", "en": "large"}[language]
    kiosk.page.get_by_role("link", name=large, exact=True).click()

    expect(kiosk.page.locator('.chip[aria-current="true"]')).to_have_text(large)
    expect(kiosk.page.locator(".k-prod__eyebrow")).to_contain_text("AT-G-RO")
    assert kiosk.page.evaluate("window.isSamePage")
    kiosk.check()


def test_a_photo_goes_from_the_tablet_to_the_kiosk(shop, demo, tmp_path):
    file = tmp_path / "cabas.jpg"
    file.write_bytes(saved(photo((900, 900))))
    tablet = shop.tablet("fr", who="sophie")
    tablet.page.goto(f"{demo.store}/tablet/products/MUG-25-CR/pictures")

    tablet.page.locator("#f-picture").set_input_files(file)
    tablet.page.locator("#f-alt").fill("Le mug vu de haut")
    tablet.page.get_by_role("button", name="Ajouter").click()

    expect(tablet.page.get_by_role("img", name="Le mug vu de haut")).to_be_visible()
    assert axe.faults_of(tablet.page) == []
    kiosk = shop.kiosk("fr")
    kiosk.page.goto(f"{demo.store}/kiosk/products/MUG-25-CR")
    expect(kiosk.page.get_by_role("img", name="Le mug vu de haut")).to_be_visible()
    assert axe.faults_of(kiosk.page) == []
    tablet.check()
    kiosk.check()


def test_a_photo_that_is_too_large_stays_on_its_page_with_what_was_typed(shop, demo):
    page = shop.tablet("fr", who="sophie").page
    page.goto(f"{demo.store}/tablet/products/MUG-25-CR/pictures")
    page.locator("#f-alt").fill("Le mug vu de haut")
    said = page.get_by_role("alert").filter(has_text="Le fichier dépasse 10 Mo")

    large = {"name": "mug.jpg", "mimeType": "image/jpeg", "buffer": b"\0" * (31 * 1024 * 1024)}
    page.locator("#f-picture").set_input_files(large)
    expect(said).to_be_visible()
    page.get_by_role("button", name="Ajouter").click()

    expect(said).to_be_visible()
    expect(page.locator("#f-picture")).to_have_accessible_description(re.compile(r"dépasse 10\sMo"))
    expect(page.locator("#f-alt")).to_have_value("Le mug vu de haut")
    page.locator("#f-picture").set_input_files([])
    expect(said).to_be_hidden()
    expect(page.locator("#f-picture")).to_have_accessible_description(re.compile("^JPEG, PNG"))


def test_large_text_leaves_an_article_its_picture(shop, demo):
    page = shop.kiosk("fr").page
    page.goto(f"{demo.store}/kiosk/products/AT-M-BL")  # in sizes, in colours, with a description
    page.evaluate("document.documentElement.dataset.text = 'large'")

    page.evaluate("document.fonts.ready.then(() => null)")
    tops = page.locator(".k-opts .chip").evaluate_all(TOPS)  # at one instant
    bag = page.locator(".k-prod__media svg").bounding_box()

    assert len(tops) > 1
    assert len(set(tops)) == 1
    assert bag["height"] > 100
