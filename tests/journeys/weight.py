"""What a page weighs: the bytes that come over the network until it is whole, headers included."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

# a page that is there already asks these again when its stream was lost: no part of its first load
LATER = re.compile(r"/(stock|events|healthz)(\?|$)")
Parts = list[tuple[str, int]]  # addresses with their bytes, in the order in which they were whole


@contextmanager
def weighed(page: Page) -> Iterator[Parts]:
    """Give the list of what comes while the block opens the page; the fonts are waited for."""
    asked: dict[str, str] = {}
    came: Parts = []
    network = page.context.new_cdp_session(page)

    def note(told: dict) -> None:
        address = asked.get(told["requestId"], "")
        if not LATER.search(address):
            came.append((address, told["encodedDataLength"]))

    network.on(
        "Network.requestWillBeSent",
        lambda told: asked.__setitem__(told["requestId"], told["request"]["url"]),
    )
    network.on("Network.loadingFinished", note)
    network.send("Network.enable")
    yield came
    page.evaluate("document.fonts.ready")
    network.detach()


def total(parts: Parts) -> int:
    """Return how many bytes all parts have."""
    return sum(size for _address, size in parts)
