"""What a kiosk gathers while it stays on: memory of the page and of the server over page walks.

python -m tests.bench.kiosk_walk [WALKS]    a walk is one page; 5,000 when nothing is said
"""

import sys
import tempfile
import time
from pathlib import Path

import psutil

from tests.bench import kiosk_browser
from tests.bench.kiosk_browser import KioskBrowser
from tests.journeys import kiosk_shop

PATHS = (
    *("/kiosk/search?q=tasse", "/kiosk/products/22699", "/kiosk/products/22423", "/kiosk/list"),
    *("/kiosk/card", "/kiosk/pickup", "/kiosk/settings", "/kiosk/search"),
)
ROUND = len(PATHS) + 2  # and the two of the end
REPORTS = 10
MIB = 1024 * 1024
KINDS = ("browser", "renderer", "network", "gpu")


def main() -> None:
    walks = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    with (
        tempfile.TemporaryDirectory() as name,
        kiosk_shop.running(Path(name)) as shop,
        kiosk_browser.running(Path(name), "about:blank") as browser,
    ):
        cookie = kiosk_shop.enrolment(shop.server.url)
        browser.send("Storage.setCookies", cookies=[cookie])
        browser.evaluate(f"location.replace('{shop.server.url}/kiosk/')")
        browser.wait(is_at("/kiosk/"))
        measure(browser, psutil.Process(shop.server.pid), walks)


def measure(browser: KioskBrowser, server: psutil.Process, walks: int) -> None:
    """Walk, end a session at each round, and print a line now and then, always at the home."""
    titles = "  ".join(f"{kind:>8}" for kind in (*KINDS, "others"))
    print(f"pages  seconds  heap MiB  nodes  listeners  documents    server  {titles}")
    started = time.monotonic()
    rounds = walks // ROUND
    for done in range(rounds + 1):
        if done % max(1, rounds // REPORTS) == 0:
            report(browser, server, done * ROUND, time.monotonic() - started)
        for path in PATHS:
            go(browser, path)
        end(browser)


def is_at(path: str) -> str:
    """Return the script that tells whether the page of this path is there."""
    return (
        f"location.pathname + location.search === '{path}' && document.readyState === 'complete'"
        " && !window.isLeft"
    )


def go(browser: KioskBrowser, path: str) -> None:
    browser.evaluate(f"window.isLeft = true; location.assign('{path}')")
    browser.wait(is_at(path))


def end(browser: KioskBrowser) -> None:
    go(browser, "/kiosk/settings")
    browser.evaluate(
        "window.isLeft = true; document.querySelector(\"form[action='/kiosk/end'] button\").click()"
    )
    browser.wait(is_at("/kiosk/"))


def report(browser: KioskBrowser, server: psutil.Process, pages: int, seconds: float) -> None:
    browser.on_page("Performance.enable")
    browser.on_page("HeapProfiler.collectGarbage")
    told = browser.on_page("Performance.getMetrics")["result"]["metrics"]
    browser.on_page("Performance.disable")
    metrics = {one["name"]: one["value"] for one in told}
    counted = (metrics[name] for name in ("Nodes", "JSEventListeners", "Documents"))
    nodes, listeners, documents = (round(value) for value in counted)
    memory = browser.memory()
    others = sum(mib for kind, mib in memory.items() if kind not in KINDS)
    shown = [*(memory.get(kind, 0) for kind in KINDS), others]
    print(
        f"{pages:5}  {seconds:7.0f}  {metrics['JSHeapUsedSize'] / MIB:8.1f}  {nodes:5}"
        f"  {listeners:9}  {documents:9}  {kiosk_browser.anonymous(server.pid):8.1f}  "
        + "  ".join(f"{mib:8.1f}" for mib in shown),
        flush=True,
    )


if __name__ == "__main__":
    main()
