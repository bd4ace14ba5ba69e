"""Who looks at the pickups of a shop: an assistant's tablet, the kiosk, a customer's phone."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.people import KIOSK, MOTION, PHONE, TABLET, Screen
from tests.journeys.pickup_shop import PickupShop
from tests.shop import PIN

PATIENCE_MS = 60_000


@dataclass
class Screens:
    """The screens of one journey, all in one language; `close` ends them."""

    shop: PickupShop
    window: Browser
    language: str
    opened: list[BrowserContext] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shop.speak(self.language)

    def open(self, path: str, size: dict[str, int], *, device: str = "") -> Screen:
        """Open a path of the shop on a screen of a size, as the device of that kind."""
        own = {"locale": self.language, "reduced_motion": MOTION[self.language]}
        context = self.window.new_context(viewport=size, has_touch=True, **own)
        self.opened.append(context)
        if device:
            name, value = f"comptoir_store_{device}", f"{device}-secret"
            url = self.shop.store.url
            cookie = {"name": name, "value": value, "url": url, "httpOnly": True}
            context.add_cookies([cookie])
        screen = Screen(context.new_page(), self.language)
        screen.page.goto(self.shop.store.url + path)
        return screen

    def tablet(self, who: str = "Inès") -> Screen:
        """Give a tablet on which somebody is signed in, ready for a scan."""
        screen = self.open("/tablet/scan", TABLET, device="tablet")
        screen.page.get_by_role("link", name=re.compile(who)).click()
        for digit in PIN:
            screen.page.locator(f'[data-key="{digit}"]').click()
        scan = screen.page.locator("[data-scan]")
        expect(scan).to_be_attached(timeout=PATIENCE_MS)
        # a scan is heard once its script has looked for a camera
        expect(scan).not_to_have_attribute("data-state", "off", timeout=PATIENCE_MS)
        return screen

    def kiosk(self, path: str = "/kiosk/pickup") -> Screen:
        """Give the kiosk at one of its pages."""
        return self.open(path, KIOSK, device="kiosk")

    def phone(self, code: str) -> Screen:
        """Give the phone of a customer who follows the order of this code."""
        return self.open(f"/p/r/{code}", PHONE)

    def close(self) -> None:
        for context in self.opened:
            context.close()


def type_digits(kiosk: Page, digits: str) -> None:
    """Touch six digits at the kiosk; the last one sends them."""
    for digit in digits:
        kiosk.locator(f'[data-key="{digit}"]').click()


def wait_for(page: Page, say: Callable[[], object], what: Callable[[], bool]) -> None:
    """Look again until something outside the browser is so."""
    for _ in range(PATIENCE_MS // 250):
        if what():
            return
        page.wait_for_timeout(250)
    raise AssertionError(say())
