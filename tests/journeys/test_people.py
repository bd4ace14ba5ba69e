"""What a screen of the journeys hears of its page: a fetch that fails for good is a fault."""

from pathlib import Path

import pytest

from tests.journeys import people

HTMX = Path(__file__).parents[2] / "static" / "vendor" / "htmx.min.js"
PAGE = """<!DOCTYPE html><title>Page</title><script src="/htmx.js"></script>
<button hx-get="/answer">Ask</button><a href="/next">Next</a>"""


@pytest.fixture
def screen(chromium):
    """A screen on a page that asks for something when its button is touched."""
    page = chromium.new_page()
    page.route("http://shop.test/*", lambda route: route.fulfill(body=PAGE))
    page.route("**/htmx.js", lambda route: route.fulfill(path=HTMX))
    heard = people.Screen(page, "fr")
    page.goto("http://shop.test/")
    yield heard
    page.close()


def ask(screen):
    with screen.page.expect_request("**/answer"):
        screen.page.get_by_role("button", name="Ask").click()


def leave(screen):
    screen.page.get_by_role("link", name="Next").click()
    screen.page.wait_for_url("**/next")


@pytest.mark.parametrize("why", ["failed", "connectionrefused", "internetdisconnected"])
def test_a_fetch_that_fails_for_good_is_a_fault(screen, why):
    screen.page.route("**/answer", lambda route: route.abort(why))

    with screen.page.expect_event("console", lambda told: "Failed to fetch" in told.text):
        ask(screen)

    with pytest.raises(AssertionError):
        screen.check()


def test_what_a_page_left_unasked_is_no_fault(screen):
    screen.page.route("**/answer", lambda _route: None)
    ask(screen)

    with screen.page.expect_event("console", lambda told: "Failed to fetch" in told.text):
        leave(screen)

    screen.check()


def test_a_fetch_that_fails_for_good_is_a_fault_after_a_page_was_left(screen):
    screen.page.route("**/answer", lambda _route: None)
    ask(screen)
    leave(screen)
    screen.page.unroute("**/answer")
    screen.page.route("**/answer", lambda route: route.abort())

    with screen.page.expect_event("console", lambda told: "Failed to fetch" in told.text):
        ask(screen)

    with pytest.raises(AssertionError):
        screen.check()
