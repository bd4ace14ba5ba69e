"""The small shop of the tests behind a real server, and its kiosk in a real browser."""

import itertools
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from store import migrations, screens, stock
from store.database import make_engine
from store.models import Store
from store.records import MovementRecord
from store.web import clock
from tests import servers
from tests.shop import PIN, open_shop

PORTRAIT = {"width": 1080, "height": 1920}
TABLET = {"width": 1180, "height": 820}
numbers = itertools.count(1)
TRAIL = "navigation.entries().map((one) => one.url.replace(location.origin, ''))"


@dataclass(frozen=True, kw_only=True)
class KioskShop:
    """A running server, and the loyalty card of its customer."""

    server: servers.Server
    card: str


@contextmanager
def running(folder: Path, template: Path | None = None, **environ: str) -> Iterator[KioskShop]:
    """Give the running shop, on a copy of a migrated file if there is one."""
    database = folder / "comptoir.db"
    if template:
        shutil.copy(template, database)
    engine = make_engine(f"sqlite:///{database}")
    migrations.upgrade(engine)
    with Session(engine) as session:
        card = open_shop(session, now=clock.now()).camille_card
        session.commit()
    engine.dispose()
    with servers.running(folder, COMPTOIR_STORE__CODE="LIL", **environ) as server:
        yield KioskShop(server=server, card=card)


def context(browser: Browser, shop: KioskShop, **options) -> BrowserContext:
    """Give a fresh browser profile that is the enrolled kiosk."""
    made = browser.new_context(**{"viewport": PORTRAIT, "has_touch": True, **options})
    made.add_cookies([enrolment(shop.server.url)])
    return made


def forget(context: BrowserContext, shop: KioskShop) -> None:
    """Leave nothing of a customer in the kiosk's browser, and let it stay the kiosk."""
    context.clear_cookies()
    context.add_cookies([enrolment(shop.server.url)])


def enrolment(url: str, kind: str = "kiosk") -> dict[str, str | bool]:
    """Return the cookie by which the server knows its kiosk or its tablet."""
    name, value = f"comptoir_store_{kind}", f"{kind}-secret"
    return {"name": name, "value": value, "url": url, "httpOnly": True}


def tablet(browser: Browser, url: str, name: str, **options) -> Page:
    """Give the shop's tablet, on which somebody has signed in; close its context in the end."""
    made = browser.new_context(**{"viewport": TABLET, "has_touch": True, **options})
    made.add_cookies([enrolment(url, "tablet")])
    page = made.new_page()
    page.goto(f"{url}/tablet/sign-in")
    page.get_by_role("link", name=re.compile(name)).click()
    for digit in PIN:
        page.locator(f'[data-key="{digit}"]').click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def follow(page: Page, address: str) -> None:
    """Open a page, and wait until it follows the shop."""
    with page.expect_event("console", lambda said: said.text == "following"):
        page.add_init_script(
            "addEventListener('htmx:sse:after:connection', () => console.log('following'))"
        )
        page.goto(address)


def count(shop: KioskShop, sku: str, quantity: int) -> None:
    """Note what lies on the shelf, as another program would."""
    move(shop, sku, "count", quantity)


def move(shop: KioskShop, sku: str, kind: str, quantity: int) -> None:
    """Tell of one movement of stock, as a till would."""
    engine = make_engine(f"sqlite:///{shop.server.folder / 'comptoir.db'}")
    with Session(engine) as session:
        told = MovementRecord(
            source="till",
            source_id=f"{kind}-{next(numbers)}",
            store="LIL",
            sku=sku,
            kind=kind,
            quantity=quantity,
            occurred_at=clock.now(),
        )
        stock.apply(session, [told], now=clock.now())
        session.commit()
    engine.dispose()


def trail(page: Page) -> list[str]:
    """Return the addresses that the back and forward buttons lead to, this page's too."""
    return page.evaluate(TRAIL)


def scan(page: Page, code: str) -> None:
    """Hand a reading to the page's form, as its script does; typing speed is tested elsewhere."""
    page.evaluate(
        """(code) => {
          const form = document.querySelector('[data-scan-form]');
          form.elements.code.value = code;
          form.requestSubmit();
        }""",
        code,
    )


@contextmanager
def announced(shop: KioskShop, *texts: str) -> Iterator[None]:
    """Show texts on the kiosks for as long as the block lasts."""
    engine = make_engine(f"sqlite:///{shop.server.folder / 'comptoir.db'}")
    moment = clock.now()
    until = moment + timedelta(hours=1)
    with Session(engine) as session:
        store = session.scalars(select(Store).where(Store.code == "LIL")).one()
        told = [
            screens.announce(session, store, text_fr=text, ends_at=until, now=moment)
            for text in texts
        ]
        session.commit()
        try:
            yield
        finally:
            for one in told:
                screens.withdraw(session, one.uid, store=store, now=clock.now())
            session.commit()
    engine.dispose()
