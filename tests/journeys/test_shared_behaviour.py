"""What every screen does by itself: a lost server, a silence, an age, keys that write."""

import re
import shutil

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from store.database import make_engine
from store.web import clock
from tests import servers
from tests.shop import open_shop

DATABASE = "comptoir.db"
KIOSK = {"width": 1080, "height": 1920}
RETURN_MS = 90_000  # a server takes its time to start on a machine that does much else
SHORT_TIMES = {
    "COMPTOIR_STORE__CODE": "LIL",
    "COMPTOIR_KIOSK__BROWSE_IDLE_SECONDS": "10",
    "COMPTOIR_KIOSK__COUNTDOWN_SECONDS": "20",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory, sqlite_template):
    folder = tmp_path_factory.mktemp("shop")
    shutil.copy(sqlite_template, folder / DATABASE)
    engine = make_engine(f"sqlite:///{folder / DATABASE}")
    with Session(engine) as session:
        open_shop(session, now=clock.now())
        session.commit()
    engine.dispose()
    with servers.running(folder, **SHORT_TIMES) as running:
        yield running


@pytest.fixture
def open_kiosk(chromium, server):
    """Open a page of the enrolled kiosk, with or without script, with a clock to turn or not."""
    contexts = []

    def opened(path, *, clock=False, **options):
        context = chromium.new_context(viewport=KIOSK, **options)
        contexts.append(context)
        cookie = {"name": "comptoir_store_kiosk", "value": "kiosk-secret", "url": server.url}
        context.add_cookies([cookie])
        page = context.new_page()
        if clock:
            page.clock.install()
        page.goto(server.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()


def test_a_silence_asks_and_an_answer_keeps_the_screen(open_kiosk):
    page = open_kiosk("/kiosk/products/22423", clock=True)
    question = page.get_by_role("alertdialog")
    expect(question).to_be_hidden()

    page.clock.run_for(11_000)
    expect(question).to_be_visible()
    expect(question).to_contain_text("Toujours là")
    page.get_by_role("button", name="Je continue").click()

    expect(question).to_be_hidden()
    assert page.url.endswith("/kiosk/products/22423")


def test_a_silence_without_an_answer_goes_home(open_kiosk, server):
    page = open_kiosk("/kiosk/products/22423", clock=True)

    page.clock.run_for(11_000)
    expect(page.get_by_role("alertdialog")).to_be_visible()
    page.clock.run_for(21_000)

    expect(page).to_have_url(server.url + "/kiosk/")


def test_escape_is_no_answer_to_the_question(open_kiosk):
    page = open_kiosk("/kiosk/products/22423", clock=True)
    page.clock.run_for(11_000)

    page.keyboard.press("Escape")

    expect(page.get_by_role("alertdialog")).to_be_visible()


def test_an_age_goes_on_by_itself(open_kiosk):
    page = open_kiosk("/kiosk/products/22423", clock=True)
    stamp = page.locator(".k-stock__here [data-stamp]")
    expect(stamp).to_contain_text(re.compile(r"\d\ss$"))

    page.clock.run_for(8_000)
    before = stamp.inner_text()
    page.clock.run_for(1_000)

    assert stamp.inner_text() != before


def test_the_keys_write_into_the_code(open_kiosk):
    page = open_kiosk("/kiosk/pickup")

    for digit in "482":
        page.get_by_role("button", name=digit, exact=True).click()
    page.get_by_role("button", name="Supprimer le dernier chiffre").click()

    assert page.locator(".code input").input_value() == "48"
    assert page.locator(".code__c").all_inner_texts()[:3] == ["4", "8", ""]


def test_without_script_the_code_is_typed_into_a_field(open_kiosk):
    page = open_kiosk("/kiosk/pickup", java_script_enabled=False)

    expect(page.locator(".code input")).to_be_visible()
    expect(page.locator(".keypad")).to_be_hidden()


def test_a_lost_server_is_said_calmly_and_found_again(open_kiosk, server):
    page = open_kiosk("/kiosk/products/22423")
    # a busy machine starts a server for longer than this kiosk bears a silence
    page.evaluate("document.querySelector('[data-idle]').dataset.idle = 3600")
    said = page.locator("[data-lost]")
    expect(said).to_be_hidden()

    server.kill()
    expect(said).to_be_visible(timeout=RETURN_MS)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    # the page may ask again in the very moment that hides the words: listen before the return
    with page.expect_request(lambda request: "/stock" in request.url, timeout=RETURN_MS):
        server.start()

    expect(said).to_be_hidden(timeout=RETURN_MS)
