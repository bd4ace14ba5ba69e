"""The kiosk reads its screen aloud to whoever asks for it, with the voices of its own machine."""

import pytest
from playwright.sync_api import expect

from tests.journeys import people, wedge

# a browser's voices depend on the machine: these record what they are given
VOICES = """
window.said = [];
const voices = [
  { lang: 'fr-FR', localService: false, name: 'network' },
  { lang: 'fr-FR', localService: true, name: 'own' },
  { lang: 'en-GB', localService: true, name: 'own' },
];
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
Object.defineProperty(window, 'speechSynthesis', { value: Object.assign(new EventTarget(), {
  getVoices: () => voices,
  cancel: () => { window.said.push({ stop: true }); },
  speak: ({ text, voice: { lang, name } }) => { window.said.push({ text, lang, name }); },
}) });
"""
WORDS = {
    "fr": {
        "aloud": "À voix haute",
        "pressed": "À voix haute, bouton, activé",
        "again": "Lire tout l’écran",
        "back": "Retour",
        "on back": "Retour, lien",
        "end": "Terminer",
    },
    "en": {
        "aloud": "Aloud",
        "pressed": "Aloud, button, on",
        "again": "Read the whole screen",
        "back": "Back",
        "on back": "Back, link",
        "end": "Finish",
    },
}


@pytest.fixture(scope="module", params=["fr", "en"])
def spoken(request, demo, playwright, chromium):
    """A kiosk with voices, and the language of its customers."""
    shop = people.Shop(demo, playwright, chromium)
    opened = shop.kiosk(request.param)
    opened.page.context.add_init_script(VOICES)
    yield opened
    shop.close()


@pytest.fixture
def language(spoken):
    return spoken.language


@pytest.fixture
def kiosk(spoken, demo):
    """The kiosk at its settings, before somebody who has not asked for anything yet."""
    spoken.page.context.clear_cookies(name="comptoir_store_session")
    spoken.page.goto(f"{demo.store}/kiosk/settings")
    spoken.speak()
    return spoken


@pytest.fixture
def listener(kiosk, language):
    """The same, for somebody who has asked for the voice."""
    expect(kiosk.page.locator("[data-no-voice]")).to_be_hidden()
    kiosk.page.get_by_role("button", name=WORDS[language]["aloud"], exact=True).click()
    expect(kiosk.page.locator("html")).to_have_attribute("data-speech", "on")
    return kiosk


def heard(page, count=1):
    """Wait until so much was said, and return it (the page forbids a waiting script)."""
    for _ in range(200):
        texts = page.evaluate("said.filter(({ text }) => text)")
        if len(texts) >= count:
            return texts
        page.wait_for_timeout(100)
    raise AssertionError(f"only heard {texts}")


def test_a_screen_is_read_in_its_order_and_language(listener, language):
    texts = heard(listener.page, 10)

    assert texts[0]["text"] == listener.page.get_by_role("heading", level=1).inner_text()
    assert WORDS[language]["pressed"] in [each["text"] for each in texts]
    assert {each["lang"][:2] for each in texts} == {language}
    assert {each["name"] for each in texts} == {"own"}
    listener.check()


def test_two_keys_go_round_the_screen_and_each_stop_is_said(listener, language):
    page = listener.page
    before = len(heard(page, 10))

    page.get_by_role("link", name=WORDS[language]["back"], exact=True).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")

    stops = [each["text"] for each in heard(page, before + 3)][before:]
    assert stops[0] == stops[2] == WORDS[language]["on back"] != stops[1]
    listener.check()


def test_what_grows_older_each_second_is_not_said_again(listener, demo, language):
    page = listener.page
    page.goto(f"{demo.store}/kiosk/products/85123A")
    heard(page, 20)
    stamp = page.locator("#stock [data-stamp]").first
    read_at = stamp.inner_text()

    for _ in range(2):  # once by the server that the stream has reached, then by the clock
        expect(stamp).not_to_have_text(read_at)
        read_at = stamp.inner_text()
    page.wait_for_timeout(500)

    titles = page.get_by_role("heading", level=2).all_inner_texts()
    texts = [each["text"] for each in heard(page)]
    assert texts.count(titles[0]) == 1
    listener.check()


def test_a_touch_makes_it_silent_and_a_button_reads_it_again(listener, language):
    page = listener.page
    before = len(heard(page, 10))
    page.mouse.click(5, 5)
    assert page.evaluate("said.at(-1)") == {"stop": True}

    page.get_by_role("button", name=WORDS[language]["again"]).click()

    title = page.get_by_role("heading", level=1).inner_text()
    assert title in [each["text"] for each in heard(page, 2 * before)[before:]]
    listener.check()


def test_the_end_of_the_session_is_the_end_of_the_voice(listener, language):
    listener.page.get_by_role("button", name=WORDS[language]["end"], exact=True).click()

    expect(listener.page.locator("html")).not_to_have_attribute("data-speech", "on")


def test_what_is_personal_is_read_only_when_asked(listener, demo, language):
    page = listener.page
    page.goto(f"{demo.store}/kiosk/card")
    wedge.scan(page, demo.cards["Camille Roussel"])
    expect(page.locator("[data-private]").first).to_be_visible()
    name = page.get_by_role("heading", level=1).inner_text()
    aloud = heard(page, 3)
    assert name not in [each["text"] for each in aloud]

    page.get_by_role("button", name=WORDS[language]["again"]).click()

    assert name in [each["text"] for each in heard(page, len(aloud) + 3)]


def test_a_fault_is_said(listener, demo):
    page = listener.page
    page.goto(f"{demo.store}/kiosk/pickup")
    before = len(heard(page, 3))
    for digit in "000001":
        page.locator(f'[data-key="{digit}"]').click()

    refusal = page.locator(".k-refusal")
    expect(refusal).to_be_visible()
    words = " ".join(refusal.inner_text().split())

    assert words in [each["text"] for each in heard(page, before + 3)]


def test_a_pin_is_never_said(listener, demo):
    page = listener.page
    page.goto(f"{demo.store}/kiosk/staff")
    page.get_by_role("link", name="Inès").click()
    for digit in "12":
        page.locator(f'[data-key="{digit}"]').click()

    assert page.evaluate("said") == []


def test_the_first_key_offers_the_voice(kiosk):
    page = kiosk.page
    page.keyboard.press("ArrowDown")
    assert len(heard(page)) == 1

    page.keyboard.press("Enter")

    expect(page.locator("html")).to_have_attribute("data-speech", "on")
