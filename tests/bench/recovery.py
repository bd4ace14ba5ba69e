"""How soon a kiosk finds its shop again: the server killed and started, the network gone and back.

python -m tests.bench.recovery [ROUNDS]    10 of each when nothing is said

Counted from the moment when the server can serve again, or the network is there, until the words
of the loss are gone and the stock of the product on the screen was read anew.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench import kiosk_browser
from tests.bench.kiosk_browser import KioskBrowser
from tests.journeys import kiosk_shop

PRODUCT = "/kiosk/products/22699"
IS_LOST = "document.querySelector('[data-lost]').hidden === false"
IS_BACK = "document.querySelector('[data-lost]').hidden && window.isReadAnew === true"
LISTEN = """window.isReadAnew = false;
document.addEventListener('found', () => {
  const told = new AbortController();
  document.addEventListener('htmx:after:swap', ({ target }) => {
    if (target.id !== 'stock') return;
    window.isReadAnew = true;
    told.abort();
  }, { signal: told.signal });
}, { once: true }); true"""


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    with (
        tempfile.TemporaryDirectory() as name,
        kiosk_shop.running(Path(name), COMPTOIR_KIOSK__BROWSE_IDLE_SECONDS="3600") as shop,
        kiosk_browser.running(Path(name), "about:blank") as browser,
    ):
        browser.send("Storage.setCookies", cookies=[kiosk_shop.enrolment(shop.server.url)])
        browser.evaluate(f"location.replace('{shop.server.url}{PRODUCT}')")
        browser.wait(f"location.pathname === '{PRODUCT}' && document.readyState === 'complete'")
        server = shop.server
        report("server killed and started", browser, server.kill, server.start, rounds)
        browser.on_page("Network.enable")
        report("network gone and back", browser, plug(browser, False), plug(browser, True), rounds)


def plug(browser: KioskBrowser, is_in: bool) -> Callable[[], object]:
    """Return what takes the network from the page, or gives it back."""
    limits = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    return lambda: browser.on_page("Network.emulateNetworkConditions", offline=not is_in, **limits)


def report(
    title: str,
    browser: KioskBrowser,
    lose: Callable[[], object],
    give_back: Callable[[], object],
    rounds: int,
) -> None:
    said, back = [], []
    for _round in range(rounds):
        browser.evaluate(LISTEN)
        lost_at = time.monotonic()
        lose()
        browser.wait(IS_LOST)
        said.append(time.monotonic() - lost_at)
        give_back()
        here_at = time.monotonic()
        browser.wait(IS_BACK)
        back.append(time.monotonic() - here_at)
    print(f"{title}, {rounds} times: said after {spread(said)}; back after {spread(back)}")


def spread(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    return f"p50 {ordered[len(ordered) // 2]:.1f} s, at most {ordered[-1]:.1f} s"


if __name__ == "__main__":
    main()
