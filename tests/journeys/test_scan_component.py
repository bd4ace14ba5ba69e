"""The scan component in a real browser: three ways at once, and what it says when one fails."""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Error, expect

from store import codes
from tests.journeys import camera, scan_page, wedge

CARD = "CKCTXR0N041N54HJ86N4KKNX1D677HC"
EAN = "4006381333931"
LINK = "HTTPS://ID.GS1.ORG/01/09520123456788"
TABLET = {"width": 1180, "height": 820}
TITLES = {
    "insecure": "La caméra demande une adresse sécurisée",
    "nocamera": "Aucune caméra sur cet appareil",
    "denied": "La caméra n’est pas autorisée",
    "busy": "Une autre application tient la caméra",
    "lost": "La caméra ne répond plus",
    "nodecoder": "Le lecteur de codes n’a pas pu se charger",
}
# a camera made of a canvas, which the test can freeze, end or refuse
OWN_CAMERA = """
const canvas = document.createElement('canvas');
canvas.width = 1280; canvas.height = 720;
const paint = canvas.getContext('2d');
window.camera = { frozen: false, fails: '', streams: [] };
setInterval(() => { if (!camera.frozen) paint.fillRect(0, 0, Math.random() * 1280, 720); }, 50);
navigator.mediaDevices.getUserMedia = async () => {
  if (camera.fails) throw new DOMException('', camera.fails);
  const stream = canvas.captureStream(20);
  camera.streams.push(stream);
  return stream;
};
"""


@pytest.fixture(scope="module")
def site():
    with scan_page.serve() as page:
        yield page


@pytest.fixture
def server(site):
    site.forms.clear()
    return site


def seen_by(playwright, video):
    browser = camera.launch(playwright, *camera.fake_camera(video))
    return browser, browser.new_page(viewport=TABLET)


@pytest.fixture(scope="module")
def blind(playwright):
    """A browser on a machine without a camera."""
    browser = camera.launch(playwright, "--host-resolver-rules=MAP shop.lan 127.0.0.1")
    yield browser
    browser.close()


@pytest.fixture
def page(blind):
    page = blind.new_page(viewport=TABLET)
    yield page
    page.close()


@pytest.fixture
def own_camera(page):
    page.add_init_script(OWN_CAMERA)
    return page


# every state from now on, and what is said then; a still picture moves once that was noticed
SAID = """() => {
  window.said = [];
  const scan = document.querySelector('[data-scan]');
  new MutationObserver(() => {
    said.push(scan.querySelector('p[data-for]:not([hidden])').innerText);
    scan.dataset.were = `${scan.dataset.were ?? ''} ${scan.dataset.state}`;
    camera.frozen &&= scan.dataset.state !== 'frozen';
  }).observe(scan, { attributeFilter: ['data-state'] });
}"""


def state_is(page, state, **options):
    expect(page.locator("[data-scan]")).to_have_attribute("data-state", state, **options)
    if state in TITLES:
        expect(page.locator(".scan-fault__t:visible")).to_have_text(TITLES[state])


@pytest.mark.parametrize("options", [{}, {"htmx": "1"}])
def test_a_qr_before_the_camera_is_sent_once(playwright, server, tmp_path, options):
    shown = camera.picture(camera.qr_of(CARD), angle=8)
    browser, page = seen_by(playwright, camera.show(tmp_path / "card.y4m", shown))

    page.goto(server.url(**options))

    expect(page.get_by_role("heading", name="Trouvé")).to_be_visible()
    assert [form["code"] for form in server.forms] == [[CARD]]
    assert server.forms[0]["source"] == ["camera"]
    assert {"csrf_token", "key", "alt"} <= set(server.forms[0])
    browser.close()


def test_the_bars_of_an_article_are_read(playwright, server, tmp_path):
    shown = camera.picture(camera.ean13_of(EAN))
    browser, page = seen_by(playwright, camera.show(tmp_path / "ean.y4m", shown))

    page.goto(server.url())

    expect(page.get_by_role("heading", name="Trouvé")).to_be_visible()
    assert server.forms[0]["code"] == [EAN]
    browser.close()


@pytest.mark.parametrize("options", [{}, {"htmx": "1"}])
def test_a_refused_code_that_stays_before_the_camera_is_sent_once(
    playwright, server, tmp_path, options
):
    shown = camera.picture(camera.qr_of("BONJOUR"))
    browser, page = seen_by(playwright, camera.show(tmp_path / "other.y4m", shown))

    page.goto(server.url(**options))

    expect(page.locator(".scan-refused")).to_contain_text("Ce code n’est pas connu")
    state_is(page, "refused")
    page.wait_for_timeout(3500)
    assert len(server.forms) == 1
    browser.close()


@pytest.mark.parametrize("layout", ["us", "azerty", "qwertz"])
@pytest.mark.parametrize("text", [CARD, EAN, LINK])
def test_a_hand_scanner_is_heard_whatever_the_layout(page, server, text, layout):
    page.goto(server.url())
    state_is(page, "nocamera")

    wedge.scan(page, text, layout=layout)

    expect(page.get_by_role("heading", name="Trouvé")).to_be_visible()
    wanted = "OwnCard" if text == CARD else "ProductCode"
    assert server.kinds == [wanted]
    assert text in [*server.forms[0]["code"], *server.forms[0]["alt"]]


@pytest.mark.parametrize("scanner", ["azerty", "french digits"])
def test_a_plain_number_is_read_by_the_places_of_its_keys(page, server, scanner):
    page.goto(server.url())
    state_is(page, "nocamera")

    with page.expect_navigation():
        if scanner == "azerty":
            wedge.scan(page, "22423", layout="azerty")
        else:
            wedge.scan_french_digits(page, "22423")

    assert "22423" in server.forms[0]["alt"]


def test_a_hand_scanner_is_heard_on_a_page_without_a_secure_context(page, server):
    page.goto(server.url("shop.lan"))
    state_is(page, "insecure")

    wedge.scan(page, CARD)

    expect(page.get_by_role("heading", name="Trouvé")).to_be_visible()
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", server.forms[0]["key"][0])


def test_a_scan_ended_by_tab_is_heard(page, server):
    page.goto(server.url())
    state_is(page, "nocamera")

    wedge.scan(page, EAN, suffix="Tab")

    expect(page.get_by_role("heading", name="Trouvé")).to_be_visible()


def test_a_field_that_had_the_focus_gets_its_text_back(page, server):
    page.goto(server.url(htmx="1"))
    state_is(page, "nocamera")
    page.locator("#note").focus()

    wedge.scan(page, "BONJOUR")

    expect(page.locator(".scan-refused")).to_be_visible()
    expect(page.locator("#note")).to_have_value("déjà là")
    expect(page.locator("#note")).to_be_focused()


def test_a_button_that_had_the_focus_is_not_pressed(page, server):
    page.goto(server.url(htmx="1"))
    state_is(page, "nocamera")
    page.evaluate("() => { other.onclick = () => { document.title = 'pressed'; }; }")
    page.locator("#other").focus()

    wedge.scan(page, "BON JOUR", layout="us")

    expect(page.locator(".scan-refused")).to_be_visible()
    expect(page).to_have_title("Scanner")


def test_typing_by_hand_is_not_taken_for_a_scan(page, server):
    page.goto(server.url())
    state_is(page, "nocamera")
    page.locator("#note").fill("")

    page.locator("#note").press_sequentially("Bonjour", delay=120)
    page.keyboard.press("Enter")

    expect(page.locator("#note")).to_have_value("Bonjour")
    assert server.forms == []


def test_two_scans_of_the_same_code_within_two_seconds_are_one(page, server):
    page.goto(server.url(htmx="1"))
    state_is(page, "nocamera")

    wedge.scan(page, "BONJOUR")
    expect(page.locator(".scan-refused")).to_be_visible()
    wedge.scan(page, "BONJOUR")
    wedge.scan(page, "BONSOIR")

    while ["BONSOIR"] not in [form["code"] for form in server.forms]:
        page.wait_for_timeout(50)
    assert [form["code"] for form in server.forms] == [["BONJOUR"], ["BONSOIR"]]
    assert server.forms[0]["key"] != server.forms[1]["key"]


def test_a_typed_code_works_without_script(blind, server):
    context = blind.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server.url())

    page.get_by_label("Saisir un code").fill(codes.grouped(CARD).lower())
    page.get_by_role("button", name="Valider").click()

    expect(page.get_by_role("heading", name="Trouvé")).to_be_visible()
    assert server.kinds == ["OwnCard"]
    context.close()


@pytest.mark.parametrize(
    ("error", "state"),
    [
        ("NotAllowedError", "denied"),
        ("NotFoundError", "nocamera"),
        ("NotReadableError", "busy"),
        ("TypeError", "lost"),
    ],
)
def test_a_camera_that_fails_says_why_and_can_be_tried_again(own_camera, server, error, state):
    own_camera.add_init_script(f"camera.fails = '{error}';")
    own_camera.goto(server.url())
    state_is(own_camera, state)
    expect(own_camera.get_by_label("Saisir un code")).to_be_visible()
    expect(own_camera.get_by_text("Douchette prête")).to_be_visible()

    own_camera.evaluate("camera.fails = ''")
    own_camera.get_by_role("button", name="Réessayer").click()

    state_is(own_camera, "ready")


def test_a_frozen_picture_restarts_by_itself_and_says_so(own_camera, server):
    own_camera.goto(server.url())
    state_is(own_camera, "ready")

    own_camera.evaluate(SAID)
    own_camera.evaluate("camera.frozen = true")

    scan = own_camera.locator("[data-scan]")
    expect(scan).to_have_attribute("data-were", " frozen resumed ready")
    frozen, resumed, _ready = own_camera.evaluate("said")
    assert "L’image s’est figée" in frozen and "elle est relancée" in resumed


def test_a_picture_that_stays_frozen_is_given_up(own_camera, server):
    own_camera.goto(server.url())
    state_is(own_camera, "ready")

    own_camera.evaluate("camera.frozen = true")

    state_is(own_camera, "lost")


def test_a_camera_that_is_unplugged_is_looked_for_again(own_camera, server):
    own_camera.goto(server.url())
    state_is(own_camera, "ready")

    own_camera.evaluate(
        "camera.fails = 'NotFoundError';"
        "camera.streams.at(-1).getTracks()[0].dispatchEvent(new Event('ended'))"
    )
    state_is(own_camera, "nocamera")
    own_camera.evaluate(
        "camera.fails = ''; navigator.mediaDevices.dispatchEvent(new Event('devicechange'))"
    )

    state_is(own_camera, "resumed")


def test_the_camera_stops_when_the_page_is_hidden_and_starts_again(own_camera, server):
    own_camera.goto(server.url())
    state_is(own_camera, "ready")
    live = "camera.streams.filter((stream) => stream.active).length"
    hide = (
        "(hidden) => {"
        " Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')); }"
    )

    own_camera.evaluate(hide, True)
    state_is(own_camera, "paused")
    assert own_camera.evaluate(live) == 0
    own_camera.evaluate(hide, False)

    state_is(own_camera, "ready")
    assert own_camera.evaluate(live) == 1


def test_a_decoder_that_does_not_load_is_said(own_camera, server):
    own_camera.route("**/zxing_reader.wasm*", lambda route: route.abort())

    own_camera.goto(server.url())

    state_is(own_camera, "nodecoder")
    own_camera.unroute("**/zxing_reader.wasm*")
    own_camera.get_by_role("button", name="Réessayer").click()
    state_is(own_camera, "ready")


def test_nothing_is_asked_of_another_server(playwright, server, tmp_path):
    shown = camera.picture(camera.qr_of("https://evil.example/P/1"))
    browser, page = seen_by(playwright, camera.show(tmp_path / "evil.y4m", shown))
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: errors.append(message.text))

    page.goto(server.url(htmx="1"))

    expect(page.locator(".scan-refused")).to_be_visible()
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {
        f"localhost:{server.port}"
    }
    assert [text for text in errors if "Security Policy" in text] == []
    browser.close()


def test_the_lamp_is_offered_where_the_camera_has_one(own_camera, server):
    own_camera.add_init_script(
        "MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true });"
        "MediaStreamTrack.prototype.applyConstraints = async (wanted) => { window.lamp = wanted; };"
    )
    own_camera.goto(server.url())
    lamp = own_camera.get_by_role("button", name="Allumer la lampe")
    expect(lamp).to_have_attribute("aria-pressed", "false")

    lamp.click()

    expect(lamp).to_have_attribute("aria-pressed", "true")
    assert own_camera.evaluate("lamp") == {"advanced": [{"torch": True}]}


def when_it_changes(page, expression, before):
    """Return what the page answers once it is something else; between two cameras there is none."""
    for _ in range(100):
        state_is(page, "ready")
        with suppress(Error):
            now = page.evaluate(expression)
            if now != before:
                return now
        page.wait_for_timeout(100)
    raise AssertionError(f"still {before}")


def test_the_other_camera_can_be_chosen_and_is_remembered(playwright, server):
    fakes = "--use-fake-device-for-media-stream=device-count=2"
    browser = camera.launch(playwright, fakes, "--use-fake-ui-for-media-stream")
    page = browser.new_page(viewport=TABLET)
    page.goto(server.url())
    state_is(page, "ready")
    chosen = "document.querySelector('video').srcObject.getVideoTracks()[0].getSettings().deviceId"
    first = page.evaluate(chosen)

    page.get_by_role("button", name="Changer de caméra").click()
    second = when_it_changes(page, chosen, first)
    page.reload()
    state_is(page, "ready")

    assert second != first
    assert page.evaluate(chosen) == second
    page.evaluate("localStorage.setItem('comptoir.camera', 'gone')")
    page.reload()
    state_is(page, "ready")
    browser.close()
