"""One customer after the other at the same kiosk, in the browser that the shop would use."""

import os
import random

import pytest
from playwright.sync_api import expect

from tests.journeys import kiosk_shop

WALKS = int(os.environ.get("KIOSK_WALKS", "3"))
STEPS = 5
ENROLMENT = "comptoir_store_kiosk"
# what a page can still read of the past
LEFT_BEHIND = """async () => {
  const databases = await indexedDB.databases();
  const boxes = await caches.keys();
  return [
    ...Object.keys(localStorage), ...Object.keys(sessionStorage), ...boxes,
    ...databases.map(({ name }) => name), window.name, document.cookie,
  ].filter(Boolean);
}"""
KEPT_PAGES = """async (addresses) => {
  const kept = [];
  for (const address of addresses) {
    try {
      const answer = await fetch(address, { cache: 'only-if-cached', mode: 'same-origin' });
      if (answer.ok) kept.push(address);
    } catch { /* not kept */ }
  }
  return kept;
}"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory, sqlite_template):
    short = {
        "COMPTOIR_KIOSK__BROWSE_IDLE_SECONDS": "10",
        "COMPTOIR_LIMITS__LOOKUPS_PER_MINUTE": "10000",
    }
    with kiosk_shop.running(tmp_path_factory.mktemp("shop"), sqlite_template, **short) as running:
        yield running


@pytest.fixture
def context(chromium, shop):
    made = kiosk_shop.context(chromium, shop)
    yield made
    made.close()


@pytest.fixture
def page(context, shop):
    """A kiosk at its home, as the browser's first and only page."""
    opened = context.new_page()
    opened.goto(shop.server.url + "/kiosk/")
    return opened


def go(page, path):
    """Lead to another page of the kiosk as a touch would."""
    with page.expect_navigation():
        page.evaluate("(path) => location.assign(path)", path)


def show_card(page, shop):
    go(page, "/kiosk/card")
    with page.expect_navigation(url="**/card/balance"):
        kiosk_shop.scan(page, shop.card)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Camille")


def end(page):
    with page.expect_navigation(url="**/kiosk/"):
        page.get_by_role("button", name="Terminer").or_(
            page.get_by_role("button", name="Finish")
        ).first.click()


def walk(page, shop, dice):
    """Touch one thing after the other, and end on a page that shows a name."""
    choices = (
        lambda: go(page, f"/kiosk/search?q=secret{dice.randrange(999)}"),
        lambda: go(page, f"/kiosk/products/{dice.choice(('22699', '22423'))}"),
        lambda: go(page, "/kiosk/pickup"),
        lambda: go(page, "/kiosk/settings"),
        lambda: page.evaluate("localStorage.setItem('note', 'Camille')"),
        lambda: page.evaluate("sessionStorage.setItem('note', 'Camille')"),
        lambda: page.evaluate("caches.open('Camille').then((box) => box.add('/kiosk/list'))"),
        lambda: page.evaluate("new Promise((ok) => { indexedDB.open('Camille').onsuccess = ok; })"),
    )
    for _step in range(STEPS):
        dice.choice(choices)()
    show_card(page, shop)


@pytest.mark.parametrize("seed", range(WALKS))
def test_the_next_customer_finds_nothing_in_the_browser(page, context, shop, seed):
    visited, streams = [], []
    page.on("framenavigated", lambda frame: visited.append(frame.url))
    page.on("request", lambda one: streams.append(one) if "/events" in one.url else None)
    over = []
    page.on("requestfinished", lambda one: over.append(one))
    page.on("requestfailed", lambda one: over.append(one))
    walk(page, shop, random.Random(seed))

    end(page)

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert kiosk_shop.trail(page) == ["/kiosk/"]
    assert page.evaluate(LEFT_BEHIND) == []
    assert page.evaluate(KEPT_PAGES, visited) == []
    assert "Camille" not in page.content()
    assert [one for one in streams[:-1] if one not in over] == []
    kept = {cookie["name"] for cookie in context.cookies()}
    assert kept <= {ENROLMENT, "comptoir_store_session"}
    assert ENROLMENT in kept
    page.go_back()
    assert page.url == "about:blank"  # where this browser began


def test_a_window_of_the_one_before_goes_home_by_itself(page, context, shop):
    show_card(page, shop)
    other = context.new_page()
    other.goto(shop.server.url + "/kiosk/search")

    end(other)

    expect(page).to_have_url(shop.server.url + "/kiosk/")
    assert "Camille" not in page.content()


def test_an_answer_on_its_way_is_not_shown_to_the_next_one(page, context, shop):
    go(page, "/kiosk/products/22423")
    page.evaluate("BroadcastChannel.prototype.dispatchEvent = () => false")
    held = []
    page.route("**/22423/stock*", lambda route: held.append(route))
    with page.expect_request("**/22423/stock*"):
        page.evaluate("htmx.trigger(document.body, 'reread')")
    # the session ends elsewhere: this page hears of it by the answer alone
    csrf = page.locator("input[name=csrf_token]").first.get_attribute("value")
    ended = context.request.post(shop.server.url + "/kiosk/end", form={"csrf_token": csrf})
    assert ended.ok

    held[0].continue_()

    expect(page).to_have_url(shop.server.url + "/kiosk/")


def test_an_end_that_the_server_cannot_hear_empties_the_screen_at_once(page, context, shop):
    show_card(page, shop)
    context.set_offline(True)

    page.get_by_role("button", name="Terminer").click()

    expect(page.get_by_role("heading", level=1)).to_have_count(0)
    expect(page.locator("[data-lost]")).to_be_visible()
    assert "Camille" not in page.content()
    context.set_offline(False)
    expect(page).to_have_url(shop.server.url + "/kiosk/", timeout=60_000)
    go(page, "/kiosk/card/balance")
    expect(page).to_have_url(shop.server.url + "/kiosk/card")


def test_a_touch_while_the_server_is_away_goes_on_by_itself(page, context, shop):
    context.set_offline(True)
    page.get_by_role("link", name="Scanner").click()
    expect(page.locator("[data-lost]")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    context.set_offline(False)

    expect(page).to_have_url(shop.server.url + "/kiosk/scan", timeout=60_000)
    assert kiosk_shop.trail(page) == ["/kiosk/scan"]


def test_a_corrected_clock_neither_asks_nor_forgets_to_ask(context, shop):
    page = context.new_page()
    page.clock.install()
    page.goto(shop.server.url + "/kiosk/products/22423")
    question = page.get_by_role("alertdialog")

    page.clock.set_system_time("2040-01-01T00:00:00")
    page.clock.run_for(3_000)
    expect(question).to_be_hidden()
    page.clock.set_system_time("2001-01-01T00:00:00")
    page.clock.run_for(8_000)

    expect(question).to_be_visible()


def test_more_time_is_given_as_often_as_asked(context, shop):
    page = context.new_page()
    page.clock.install()
    page.goto(shop.server.url + "/kiosk/products/22423")

    for _time in range(11):
        page.clock.run_for(11_000)
        assert page.evaluate("document.querySelector('[data-idle]').open")
        page.evaluate("document.querySelector('[data-idle-stay]').click()")

    assert page.url.endswith("/kiosk/products/22423")


# what the question says as it opens, and each second after
COUNTED = """() => {
  window.counted = [];
  const left = document.querySelector('[data-idle-left]');
  new MutationObserver(() => counted.push(left.textContent)).observe(left, { childList: true });
}"""


def test_more_time_is_asked_for_once_and_kept_until_the_end(context, shop):
    page = context.new_page()
    page.clock.install()
    page.goto(shop.server.url + "/kiosk/products/22423/reserve")
    page.locator("#f-name").fill("Zoé")
    page.clock.run_for(11_000)
    expect(page.locator("[data-idle]")).to_be_visible()

    with page.expect_response("**/kiosk/settings"):
        page.get_by_role("button", name="Il me faut plus de temps").click()

    page.clock.run_for(30_000)
    expect(page.locator("[data-idle]")).to_be_hidden()
    expect(page.locator("#f-name")).to_have_value("Zoé")
    page.evaluate(COUNTED)
    page.clock.run_for(11_000)
    expect(page.locator("[data-idle]")).to_be_visible()
    assert page.evaluate("counted[0]") == "80"  # four times as long; a second later it is less
    page.get_by_role("button", name="Je continue").click()
    go(page, "/kiosk/search")
    expect(page.locator("[data-idle]")).to_have_attribute("data-idle", "40")


REFUSED = """(kinds) => kinds.filter(([kind, init]) => {
  const family = { keydown: KeyboardEvent, wheel: WheelEvent }[kind] ?? MouseEvent;
  const event = new family(kind, { bubbles: true, cancelable: true, ...init });
  document.querySelector('h1').dispatchEvent(event);
  return !event.defaultPrevented;
}).map(([kind, init]) => kind + JSON.stringify(init))"""
OFFERED = [
    ["contextmenu", {}],
    ["dragstart", {}],
    ["selectstart", {}],
    ["wheel", {"ctrlKey": True}],
    *[
        ["keydown", {"key": key}]
        for key in ("F1", "F5", "F11", "F12", "ContextMenu", "BrowserBack")
    ],
    *[["keydown", {"key": key, "ctrlKey": True}] for key in "ptnrwlufdsoh+-0"],
    *[["keydown", {"key": key, "altKey": True}] for key in ("ArrowLeft", "ArrowRight", "F4")],
    *[["keydown", {"key": key, "ctrlKey": True, "shiftKey": True}] for key in ("i", "Delete")],
    *[["keydown", {"key": "Escape", held: True}] for held in ("shiftKey", "ctrlKey", "altKey")],
]


def test_what_a_browser_offers_is_not_offered(page):
    assert page.evaluate(REFUSED, OFFERED) == []


WORDWISE = ("ArrowLeft", "ArrowRight", "Home", "End")


def test_what_a_hand_needs_to_edit_and_to_leave_is_let_through(page):
    selecting = {"ctrlKey": True, "shiftKey": True}
    needed = [
        ["keydown", {"key": "Delete", "ctrlKey": True}],
        ["keydown", {"key": "Escape"}],
        *[["keydown", {"key": key} | selecting] for key in WORDWISE],
    ]

    assert len(page.evaluate(REFUSED, needed)) == len(needed)


def test_five_touches_in_the_corner_open_the_staff_s_door(page, shop):
    for _touch in range(5):
        page.touchscreen.tap(20, 20)

    expect(page).to_have_url(shop.server.url + "/kiosk/staff")


def test_touches_elsewhere_open_nothing(page, shop):
    for _touch in range(8):
        page.touchscreen.tap(540, 300)

    expect(page).to_have_url(shop.server.url + "/kiosk/")


def test_a_home_left_alone_calls_people_over_until_a_touch(context, shop):
    page = context.new_page()
    page.clock.install()
    page.goto(shop.server.url + "/kiosk/")
    sheet = page.locator("[data-attract]")
    expect(sheet).to_be_hidden()

    page.clock.run_for(12_000)
    expect(sheet).to_be_visible()
    page.touchscreen.tap(540, 1500)

    expect(sheet).to_be_hidden()
    expect(page).to_have_url(shop.server.url + "/kiosk/")
