"""What a screen of the journeys hears of its page: what fails unexpectedly is a fault."""

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


def refuse(screen, status):
    screen.page.route("**/answer", lambda route: route.fulfill(status=status))
    with screen.page.expect_event("console", lambda told: f"status of {status}" in told.text):
        ask(screen)


@pytest.mark.parametrize("status", [404, 422, 500])
def test_an_answer_that_refuses_is_a_fault(screen, status):
    refuse(screen, status)

    with pytest.raises(AssertionError):
        screen.check()


def test_an_answer_that_refuses_as_the_journey_asks_for_is_no_fault(screen):
    screen.expect_refusal(422, "/answer")

    refuse(screen, 422)

    screen.check()


@pytest.mark.parametrize(("status", "path"), [(404, "/answer"), (422, "/another")])
def test_one_that_the_journey_does_not_ask_for_is_a_fault(screen, status, path):
    screen.expect_refusal(status, path)

    refuse(screen, 422)

    with pytest.raises(AssertionError):
        screen.check()
