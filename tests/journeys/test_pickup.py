"""A pickup: announced at the kiosk, heard on the tablet, handed over once."""

import re
from io import BytesIO
from urllib.parse import parse_qs

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.journeys import axe, camera, wedge, weight

LARGEST_LOAD = 95_000  # bytes, headers included, as they come over the network
PHONE = {"width": 390, "height": 844}


def ready_order(demo, place):
    """The code, the six digits and the public name of one of the orders that are ready."""
    code, digits, name = demo.orders[place]
    first, _, last = name.partition(" ")
    return code, digits, f"{first} {last[0]}."


def test_a_typed_code_rings_the_tablet_and_is_handed_over(shop, demo, language):
    _code, digits, name = ready_order(demo, 1 if language == "fr" else 2)
    tablet = shop.tablet(language)
    expect(tablet.page.locator("#arrivals")).to_be_attached()
    kiosk = shop.kiosk_by_hand(language)

    kiosk.touch("collect")
    give_digits(kiosk.page, digits, by_touch=language == "fr")
    expect(kiosk.page.get_by_role("heading", level=1)).to_contain_text(kiosk.word("signalled"))
    for scheme in ("light", "dark"):
        kiosk.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert axe.faults_of(kiosk.page, in_colours_alone=scheme == "dark") == []
    alert = tablet.page.get_by_role("alert").filter(has_text=name)
    expect(alert).to_be_visible()
    expect(kiosk.page.locator("body")).not_to_contain_text(name)
    heard = kiosk.page.locator("#progress[aria-live]").element_handle()
    alert.get_by_role("button", name=tablet.word("on it")).click()

    hand_over_everything(tablet)
    expect(kiosk.page.locator("#progress li[data-done]")).to_have_count(3)
    assert heard.evaluate("region => region.isConnected")  # a region that is new is not heard
    for screen in (tablet, kiosk):
        screen.check()


def give_digits(page, digits, *, by_touch):
    """Touch the keys of the screen, or type on a keyboard without touching the code first."""
    if by_touch:
        for digit in digits:
            page.locator(f'[data-key="{digit}"]').click()
        return
    expect(page.locator("[data-scan]")).not_to_have_attribute("data-state", "off")
    wedge.scan(page, "4006", suffix="")  # what a scanner types is not taken for a hand's
    page.wait_for_timeout(500)  # the next sign is not one of the scan
    expect(page.locator("#c-code")).to_have_value("")
    page.keyboard.type(digits, delay=150)


# This scanner waits for the browser at each key, longer than a field does where machines are busy.
LONGER_QUIET = """const wait = window.setTimeout;
window.setTimeout = (call, ms, ...given) => wait(call, 10 * (ms ?? 0), ...given);"""


@pytest.mark.parametrize("touched", [False, True])
def test_a_scan_is_not_taken_for_the_rest_of_a_code_that_was_begun(shop, touched):
    kiosk = shop.kiosk("fr")
    kiosk.page.add_init_script(LONGER_QUIET)
    kiosk.touch("collect")
    expect(kiosk.page.locator("[data-scan]")).not_to_have_attribute("data-state", "off")
    sent = []
    kiosk.page.on("request", lambda asked: sent.append(asked.post_data))
    if touched:
        kiosk.page.locator("#c-code").focus()
    kiosk.page.keyboard.type("482", delay=150)
    expect(kiosk.page.locator("#c-code")).to_have_value("482")
    kiosk.page.wait_for_timeout(500)  # the next sign is the scanner's

    wedge.scan(kiosk.page, "4006381333931", layout="us")

    expect(kiosk.page.locator(".k-refusal")).to_contain_text("n’est pas au catalogue")
    forms = [parse_qs(form) for form in sent if form]
    assert [form["code"] for form in forms] == [["4006381333931"]]


def hand_over_everything(tablet):
    sheet = tablet.page.get_by_role("dialog")
    expect(sheet).to_be_visible()
    for box in sheet.get_by_role("checkbox").all():
        box.check(force=True)
    sheet.get_by_role("radio").first.check(force=True)
    sheet.get_by_role("button", name=re.compile(f"^{tablet.word('hand over')}")).click()
    expect(sheet.get_by_role("checkbox")).to_have_count(0)


def test_the_phone_s_signed_qr_in_front_of_the_kiosk_announces_the_order(shop, demo, tmp_path):
    code, _digits, _name = ready_order(demo, 0)
    phone, parts = light_phone(shop, f"{demo.store}/p/r/{code}")
    assert 50_000 < weight.total(parts) <= LARGEST_LOAD, parts
    for scheme in ("light", "dark"):
        phone.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert axe.faults_of(phone, in_colours_alone=scheme == "dark") == []
    phone.emulate_media(color_scheme="light")
    shown = Image.open(BytesIO(phone.locator(".pcode .qrbox").screenshot()))
    video = camera.show(tmp_path / "order.y4m", camera.picture(shown))
    kiosk = shop.kiosk("fr", sees=video)

    kiosk.touch("collect")

    signalled = kiosk.word("signalled")
    expect(kiosk.page.get_by_role("heading", level=1)).to_contain_text(signalled, timeout=60_000)
    expect(phone.get_by_role("heading", level=1)).to_contain_text(signalled)  # live, at once
    expect(phone.get_by_role("button", name="Je ne peux pas attendre")).to_be_visible()
    kiosk.check()


def light_phone(shop, address):
    """Open a page on a phone; return it with what each of its parts weighs, headers included."""
    context = shop.browser.new_context(viewport=PHONE, device_scale_factor=3, locale="fr-FR")
    shop.opened.append(context)
    phone = context.new_page()
    with weight.weighed(phone) as parts:
        phone.goto(address)
        expect(phone.get_by_role("button", name="Je suis arrivé(e)")).to_be_visible()
    return phone, parts
