"""A code held in front of the camera → the customer's card painted, in Chromium.

Run: python -m tests.bench.scan_to_paint [--scans 30]

The camera is a canvas that shows a dim shop, then the code at a known moment, so that everything
from the first frame with the code counts: frame, decoder, form, card, and the frame after the one
in which the browser has drawn it. The floor beside it is the card's address opened in the same
tablet, from asking to its first paint.
"""

import argparse
import base64
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from config.demo import data
from tests.journeys import camera, demo, people

CAMERA = """
const canvas = document.createElement('canvas');
canvas.width = 1280; canvas.height = 720;
const paint = canvas.getContext('2d');
let shown = null;
setInterval(() => {
  paint.fillStyle = '#223';
  paint.fillRect(0, 0, 1280, 720);
  if (shown) paint.drawImage(shown, 0, 0);
  paint.fillStyle = '#' + Math.floor(Math.random() * 4096).toString(16).padStart(3, '0');
  paint.fillRect(0, 0, 2, 2);
}, 33);
window.holdUp = async (bytes) => {
  const raw = Uint8Array.from(atob(bytes), (sign) => sign.charCodeAt(0));
  shown = await createImageBitmap(new Blob([raw]));
  sessionStorage.setItem('held', performance.timeOrigin + performance.now());
  sessionStorage.removeItem('painted');
};
// whether the card comes in a new document or into this one: two frames after it is there
const seen = () => {
  if (!sessionStorage.getItem('held') || !document.querySelector('.cust h1')) return;
  watch.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => {
    sessionStorage.setItem('painted', performance.timeOrigin + performance.now());
  }));
};
const watch = new MutationObserver(seen);
watch.observe(document, { childList: true, subtree: true });
if (navigator.mediaDevices)
  navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(30);
"""
TOOK = """() => new Promise((resolve) => {
  const look = () => {
    const painted = sessionStorage.getItem('painted');
    if (painted) resolve(painted - sessionStorage.getItem('held'));
    else setTimeout(look, 20);
  };
  look();
})"""
FIRST_PAINT = """() => new Promise((resolve) => {
  const done = (entries) => {
    const first = entries.find((entry) => entry.name === 'first-contentful-paint');
    if (first) resolve(first.startTime);
    return Boolean(first);
  };
  if (done(performance.getEntriesByType('paint'))) return;
  new PerformanceObserver((list) => done(list.getEntries()))
    .observe({ type: 'paint', buffered: true });
})"""


def picture_of(code: str) -> str:
    """Return what the camera sees when the code is held up, as base64 of a PNG."""
    held = BytesIO()
    camera.picture(camera.qr_of(code)).save(held, "PNG")
    return base64.b64encode(held.getvalue()).decode()


def scan_once(page: Page, base: str, picture: str) -> tuple[float, float]:
    """Return ms from the code's first frame to the card on screen, and from its address to it."""
    page.goto(f"{base}/tablet/scan")
    page.locator("[data-scan][data-state=ready]").wait_for()
    page.wait_for_timeout(400)
    page.evaluate("bytes => window.holdUp(bytes)", picture)
    page.locator(".cust h1").wait_for()
    whole = page.evaluate(TOOK)
    page.evaluate("sessionStorage.clear()")
    page.goto(page.url)
    return whole, page.evaluate(FIRST_PAINT)


def line(name: str, times: list[float]) -> str:
    times = sorted(times)
    p95 = times[int(len(times) * 0.95)]
    return f"{name:28} {len(times):4}  p50 {times[len(times) // 2]:5.0f} ms  p95 {p95:5.0f} ms"


@contextmanager
def running_demo(folder: Path) -> Iterator[demo.Demo]:
    """Give a running demo whose sample is made here."""
    made, home = folder / "made", folder / "home"
    data.prepare(made)
    home.mkdir()
    with demo.running(home, made=made) as running:
        yield running


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scans", type=int, default=30)
    scans = parser.parse_args().scans
    with (
        tempfile.TemporaryDirectory() as name,
        sync_playwright() as playwright,
        running_demo(Path(name)) as running,
    ):
        shop = people.Shop(running, playwright, camera.launch(playwright))
        page = shop.tablet("fr").page
        page.add_init_script(CAMERA)
        picture = picture_of(running.cards["Camille Roussel"])
        measured = [scan_once(page, running.store, picture) for _ in range(scans + 3)][3:]
        shop.close()
    print(line("code held up → card painted", [whole for whole, _ in measured]))
    print(line("card's address → painted", [floor for _, floor in measured]))


if __name__ == "__main__":
    main()
