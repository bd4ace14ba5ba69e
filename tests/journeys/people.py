"""Who walks through a journey: an assistant with a tablet, a customer at a kiosk, the hub."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.journeys import camera, doors
from tests.journeys.demo import Demo

TABLET = {"width": 1180, "height": 820}
KIOSK = {"width": 1080, "height": 1920}
KIOSK_LYING = {"width": 1920, "height": 1080}
PHONE = {"width": 390, "height": 844}
LOCALES = {"fr": "fr-FR", "en": "en-GB"}
# both ways in which people have their screens; what moves costs a fifth more
MOTION = {"fr": "no-preference", "en": "reduce"}
WORDS = {
    "fr": {
        "open tablet": "Ouvrir la tablette",
        "open kiosk": "Ouvrir la borne",
        "take": "Prendre la tablette",
        "end visit": "Terminer la visite",
        "save": "Enregistrer et terminer",
        "bought": "Achat",
        "recorded": "Enregistré",
        "collect": "Retirer ma commande",
        "on it": "Je m’en occupe",
        "arrived": re.compile("vient d’arriver"),
        "signalled": re.compile("votre arrivée est signalée", re.IGNORECASE),
        "hand over": "Remettre",
    },
    "en": {
        "open tablet": "Open the tablet",
        "open kiosk": "Open the kiosk",
        "take": "Take the tablet",
        "end visit": "End the visit",
        "save": "Save and end",
        "bought": "Purchase",
        "recorded": "Recorded",
        "collect": "Collect my order",
        "on it": "I'll take it",
        "arrived": re.compile("has just arrived"),
        "signalled": re.compile("your arrival is announced", re.IGNORECASE),
        "hand over": "Hand over",
    },
}


@dataclass
class Screen:
    """One page in one language; it fails the journey on any error of its scripts."""

    page: Page
    language: str
    faults: list[str] = field(default_factory=list)
    unfetched: str | None = None  # why the last fetch that failed did so
    expected: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("requestfailed", self._miss)
        self.page.on("console", self._hear)

    def _miss(self, request) -> None:
        if request.resource_type == "fetch":
            self.unfetched = request.failure

    def expect_refusal(self, status: int, path: str) -> None:
        """Take no answer of this status, to a path of this pattern, for a fault."""
        self.expected.append((status, path))

    def _hear(self, message) -> None:
        # a lost stream is told by the browser too, and is no fault of ours
        if message.type != "error" or "htmx:sse:error" in message.text:
            return
        address = message.location["url"]
        refused = re.search(r"Failed to load resource: .* status of (\d+)", message.text)
        if refused and self._is_expected(int(refused[1]), urlsplit(address).path):
            return
        if not ("Failed to fetch" in message.text and self._left()):
            self.faults.append(f"{message.text} {address}")

    def _is_expected(self, status: int, path: str) -> bool:
        return any(status == told and re.fullmatch(like, path) for told, like in self.expected)

    def _left(self) -> bool:
        """Say whether the fetch was given up because its page turned to another one."""
        return self.unfetched == "net::ERR_ABORTED"

    def word(self, key: str):
        return WORDS[self.language][key]

    def touch(self, key: str, *, exact: bool = True) -> None:
        """Touch the button or link with this text."""
        name = self.word(key)
        target = self.page.get_by_role("button", name=name, exact=exact)
        target = target.or_(self.page.get_by_role("link", name=name, exact=exact))
        target.first.click()

    def speak(self) -> None:
        """Choose the screen's language on the kiosk's page, as each customer does."""
        if self.page.locator("html").get_attribute("lang") != self.language:
            name = {"fr": "Français", "en": "English"}[self.language]
            with self.page.expect_navigation():
                self.page.get_by_role("button", name=name).first.click()
        expect(self.page.locator("html")).to_have_attribute("lang", self.language)

    def check(self) -> None:
        assert self.faults == [], self.faults


class Shop:
    """Opens screens on the running demo and closes them."""

    def __init__(self, demo: Demo, playwright: Playwright, browser: Browser) -> None:
        self.demo = demo
        self.playwright = playwright
        self.browser = browser
        self.opened: list[Browser | BrowserContext] = []

    def screen(self, *, size: dict, language: str, sees=None) -> Screen:
        """Give an empty page of a profile of its own; `sees` is the video of its camera."""
        browser = self.browser
        if sees:
            browser = camera.launch(self.playwright, *camera.fake_camera(sees))
            self.opened.append(browser)
        own = {"locale": LOCALES[language], "reduced_motion": MOTION[language]}
        context = browser.new_context(viewport=size, has_touch=True, **own)
        self.opened.append(context)
        return Screen(context.new_page(), language)

    def open(self, *, base: str, size: dict, language: str, sees=None) -> Screen:
        """Open the demo's page; `sees` is the video of the camera."""
        screen = self.screen(size=size, language=language, sees=sees)
        page = screen.page
        page.goto(f"{base}/demo")
        if language == "en":
            page.get_by_role("button", name="English").click()
            expect(page.locator("html")).to_have_attribute("lang", "en")
        return screen

    def tablet(self, language: str, *, who: str = "ines", base: str = "") -> Screen:
        """Give a tablet on which somebody is signed in."""
        base = base or self.demo.store
        screen = self.screen(size=TABLET, language=language)
        context = screen.page.context
        asked = doors.open_screen(context, base, "tablet", language=language)
        first_name = self.demo.names[who].split(" ")[0]
        screen.page.goto(doors.sign_in(context, asked, first_name, self.demo.pins[who]).url)
        self._wait(screen, base)
        return screen

    def tablet_by_hand(self, language: str, *, who: str = "ines", sees=None) -> Screen:
        """Give the same, opened and taken by touches; `sees` is the video of its camera."""
        base = self.demo.store
        screen = self.open(base=base, size=TABLET, language=language, sees=sees)
        screen.touch("open tablet")
        self.sign_in(screen, who)
        self._wait(screen, base)
        return screen

    def _wait(self, screen: Screen, base: str) -> None:
        """Wait until the first page of a tablet does what it is there for."""
        if base == self.demo.store:  # the scan is heard once its script has looked for a camera
            expect(screen.page.locator("[data-scan]")).not_to_have_attribute("data-state", "off")
        else:
            expect(screen.page.locator("#visits")).to_be_visible()

    def sign_in(self, screen: Screen, who: str) -> None:
        """Touch a name and the digits of its PIN; the last one signs in."""
        first_name = self.demo.names[who].split(" ")[0]
        screen.page.get_by_role("link", name=re.compile(first_name)).click()
        *digits, last = self.demo.pins[who]
        for digit in digits:
            screen.page.locator(f'[data-key="{digit}"]').click()
        with screen.page.expect_navigation(url=lambda url: "sign-in" not in url):
            screen.page.locator(f'[data-key="{last}"]').click()

    def kiosk(self, language: str, *, size: dict = KIOSK, sees=None) -> Screen:
        """Give a kiosk at its home screen."""
        screen = self.screen(size=size, language=language, sees=sees)
        home = doors.open_screen(screen.page.context, self.demo.store, "kiosk", language=language)
        screen.page.goto(home.url)
        return screen

    def kiosk_by_hand(self, language: str) -> Screen:
        """Give the same, opened by touches."""
        screen = self.open(base=self.demo.store, size=KIOSK, language=language)
        screen.touch("open kiosk")
        return screen

    def phone(self, language: str, path: str) -> Screen:
        """Give a customer's own phone at a page of the shop, or at an address that it scanned."""
        screen = self.screen(size=PHONE, language=language)
        screen.page.goto(path if path.startswith("HTTP") else self.demo.store + path)
        return screen

    def close(self) -> None:
        for one in reversed(self.opened):
            one.close()
