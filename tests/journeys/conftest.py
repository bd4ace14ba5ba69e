"""Journeys: the demo as it ships, in the browser that the shop would use."""

import pytest
from playwright.sync_api import expect

from config.demo import data
from tests.conftest import alone
from tests.journeys import camera, kiosk_shop, people
from tests.journeys import demo as demos

# a browser, two servers and another worker share two cores: what is promised in ms is measured in
# tests/bench, and here it is only waited for
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def demo(tmp_path_factory, shared_folder):
    """A running store and hub with the sample data, for all journeys of a process."""
    made = shared_folder / "demo"
    with alone(shared_folder):
        data.prepare(made)
    with demos.running(tmp_path_factory.mktemp("demo"), made=made) as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright):
    """One browser for all journeys; each screen is a profile of its own in it."""
    browser = camera.launch(playwright)
    yield browser
    browser.close()


@pytest.fixture
def shop(demo, playwright, chromium):
    """The people and screens of one journey; every screen is closed afterwards."""
    opened = people.Shop(demo, playwright, chromium)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def own_shop(tmp_path_factory, sqlite_template):
    """The server of a small shop, for the journeys of one module alone."""
    with kiosk_shop.running(tmp_path_factory.mktemp("shop"), sqlite_template) as running:
        yield running


@pytest.fixture(params=["fr", "en"])
def language(request):
    """Both languages of the product."""
    return request.param
