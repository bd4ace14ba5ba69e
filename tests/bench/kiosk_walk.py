"""What a kiosk gathers while it stays on: memory of the page and of the server over page walks.

python -m tests.bench.kiosk_walk [WALKS]    a walk is one page; 5,000 when nothing is said
"""

import sys
import tempfile
import time
from pathlib import Path

import psutil
from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.journeys import camera, kiosk_shop

PATHS = (
    *("/kiosk/search?q=tasse", "/kiosk/products/22699", "/kiosk/products/22423", "/kiosk/list"),
    *("/kiosk/card", "/kiosk/pickup", "/kiosk/settings", "/kiosk/search", "/kiosk/"),
)
REPORTS = 10
MIB = 1024 * 1024


def main() -> None:
    walks = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    with (
        tempfile.TemporaryDirectory() as folder,
        kiosk_shop.running(Path(folder)) as shop,
        sync_playwright() as playwright,
    ):
        browser = camera.launch(playwright)
        page = kiosk_shop.context(browser, shop).new_page()
        page.goto(shop.server.url + "/kiosk/")
        measure(page, shop, walks)
        browser.close()


def measure(page: Page, shop: kiosk_shop.KioskShop, walks: int) -> None:
    """Walk, end a session at each round, and print a line now and then, always at the home."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("Performance.enable")
    server = psutil.Process(shop.server.process.pid)
    print("pages  seconds  heap MiB  nodes  listeners  documents  server MiB  browser MiB")
    started = time.monotonic()
    rounds = walks // len(PATHS)
    for done in range(rounds + 1):
        if done % max(1, rounds // REPORTS) == 0:
            report(cdp, server, done * len(PATHS), time.monotonic() - started)
        for path in PATHS:
            go(page, path)
        end(page)


def go(page: Page, path: str) -> None:
    with page.expect_navigation(wait_until="load"):
        page.evaluate("(path) => location.assign(path)", path)


def end(page: Page) -> None:
    go(page, "/kiosk/settings")
    with page.expect_navigation(url="**/kiosk/", wait_until="load"):
        page.locator("form[action='/kiosk/end'] button").first.click()


def report(cdp: CDPSession, server: psutil.Process, pages: int, seconds: float) -> None:
    cdp.send("HeapProfiler.collectGarbage")
    metrics = {one["name"]: one["value"] for one in cdp.send("Performance.getMetrics")["metrics"]}
    counted = (metrics[name] for name in ("Nodes", "JSEventListeners", "Documents"))
    nodes, listeners, documents = (round(value) for value in counted)
    heap = metrics["JSHeapUsedSize"] / MIB
    print(
        f"{pages:5}  {seconds:7.0f}  {heap:8.1f}  {nodes:5}  {listeners:9}  {documents:9}"
        f"  {server.memory_info().rss / MIB:10.1f}  {browser_memory():11.1f}",
        flush=True,
    )


def browser_memory() -> float:
    """Return the memory that this browser's processes have for themselves, in MiB."""
    total = 0
    for one in psutil.Process().children(recursive=True):
        if "chrom" in one.name():
            total += one.memory_full_info().uss
    return total / MIB


if __name__ == "__main__":
    main()
