"""A page that follows the shop misses nothing: whatever comes between it and the news."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from store import as_records, late_notices, pickups
from store.database import make_engine, writing
from store.models import Order, Staff, Store
from store.web import clock
from tests.journeys import kiosk_shop

NEWS = "**/events?*"
FIGURE = "**/22423/stock*"
HEARD = "new Promise((heard) => document.body.addEventListener('stock', heard, { once: true }))"


@pytest.fixture
def page(chromium, own_shop):
    """A kiosk's page, not yet opened."""
    context = kiosk_shop.context(chromium, own_shop)
    yield context.new_page()
    context.close()


def open_product(page, own_shop):
    kiosk_shop.follow(page, own_shop.server.url + "/kiosk/products/22423")


def count(own_shop, quantity):
    kiosk_shop.count(own_shop, "22423", quantity)


def figure(page):
    return page.locator("#stock .k-stock__n b").first


def test_news_of_a_block_that_is_just_being_read_are_shown(page, own_shop):
    open_product(page, own_shop)
    held = []
    page.route(FIGURE, lambda route: held.append((route, route.fetch().text())), times=1)
    with page.expect_request(FIGURE):
        count(own_shop, 5)
    while not held:  # the server has answered this question before there is other news
        page.wait_for_timeout(10)
    heard = page.evaluate_handle(f"({{ news: {HEARD} }})")
    count(own_shop, 3)
    page.evaluate("({ news }) => news", heard)

    (route, old), *_none = held
    assert ">5<" in old
    route.fulfill(body=old, content_type="text/html")

    expect(figure(page)).to_have_text("3")


def test_a_question_that_failed_is_asked_again_and_nobody_is_told(page, own_shop):
    open_product(page, own_shop)
    page.route(FIGURE, lambda route: route.fulfill(status=503, body="busy"), times=2)

    count(own_shop, 4)

    expect(figure(page)).to_have_text("4")
    expect(page.locator("#fault")).to_be_empty()


def test_a_stream_that_was_refused_is_asked_for_again(page, own_shop):
    page.route(NEWS, lambda route: route.fulfill(status=503, body="busy"), times=1)
    open_product(page, own_shop)

    count(own_shop, 7)

    expect(figure(page)).to_have_text("7")


def test_a_stream_that_has_fallen_silent_is_opened_again(page, own_shop):
    page.clock.install()
    open_product(page, own_shop)

    with page.expect_request(NEWS):
        page.clock.run_for(50_000)

    count(own_shop, 2)
    expect(figure(page)).to_have_text("2")


def test_a_page_whose_scripts_come_slowly_follows_as_well(page, own_shop):
    def come_late(route):
        page.wait_for_timeout(500)  # htmx has begun by then, without its part for streams
        route.continue_()

    page.route("**/hx-sse.min.js*", come_late)
    open_product(page, own_shop)

    count(own_shop, 9)

    expect(figure(page)).to_have_text("9")


REGIONS = ["/kiosk/products/22423", "/p/22423"]


@pytest.mark.parametrize("path", REGIONS)
def test_what_reads_the_screen_aloud_keeps_the_figures_it_listens_to(page, own_shop, path):
    count(own_shop, 11)
    kiosk_shop.follow(page, own_shop.server.url + path)
    listened = page.locator("#stock").element_handle()
    shown = page.locator("#stock b.num").first

    count(own_shop, 12)
    expect(shown).to_have_text("12")
    if path.startswith("/kiosk"):
        page.locator("#only").click()
        expect(page.locator("#only")).to_have_text("Tous les magasins")
    count(own_shop, 13)

    expect(shown).to_have_text("13")
    assert listened.evaluate("region => region.isConnected")  # a region that is new is not heard
    if path.startswith("/kiosk"):
        expect(page.locator("#only")).to_have_text("Tous les magasins")


def test_what_reads_the_screen_aloud_keeps_the_announcements_it_listens_to(page, own_shop):
    kiosk_shop.follow(page, own_shop.server.url + "/kiosk/")
    listened = page.locator("#notices").element_handle()

    with kiosk_shop.announced(own_shop, "Nocturne ce soir"):
        page.evaluate("htmx.trigger(document.body, 'devices')")
        expect(page.locator("#notices")).to_contain_text("Nocturne ce soir")

    page.evaluate("htmx.trigger(document.body, 'devices')")
    expect(page.locator("#notices")).to_be_empty()
    assert listened.evaluate("region => region.isConnected")


# --- lists ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/kiosk/search?category=kitchen", "/kiosk/list"])
def test_a_figure_in_a_list_follows_its_goods(page, own_shop, path):
    count(own_shop, 5)
    page.goto(own_shop.server.url + "/kiosk/products/22423")
    with page.expect_navigation():
        page.get_by_role("button", name="Ajouter à ma liste").click()
    kiosk_shop.follow(page, own_shop.server.url + path)
    row = page.locator("li", has=page.locator("a[href='/kiosk/products/22423']"))

    count(own_shop, 17)
    expect(row.locator(".stock")).to_have_text("17 en stock")

    count(own_shop, 0)
    expect(row.locator(".stock")).to_have_text("Épuisé")


AGAIN = re.compile(r"/kiosk/search\?page=1&q=22423$")


def test_what_was_asked_for_another_word_is_not_drawn_over_the_new_results(page, own_shop):
    kiosk_shop.follow(page, own_shop.server.url + "/kiosk/search?q=22423")
    held = []
    page.route(AGAIN, lambda route: held.append(route), times=1)
    with page.expect_request(AGAIN):
        count(own_shop, 9)

    page.locator("#s-q").fill("22699")
    tile = page.locator(".k-tile")
    expect(tile).to_contain_text("Tasse")
    with page.expect_response(AGAIN):
        held[0].continue_()
    kiosk_shop.count(own_shop, "22699", 8)

    expect(tile).to_contain_text("8 en stock")
    expect(tile).to_contain_text("Tasse")


def test_a_tablet_reads_again_what_it_shows_and_nothing_else(chromium, own_shop):
    tablet = kiosk_shop.tablet(chromium, own_shop.server.url, "Inès")
    kiosk_shop.follow(tablet, own_shop.server.url + "/tablet/stock?q=22423")
    asked = []
    tablet.on("request", lambda request: asked.append(request.url))
    tablet.evaluate(f"() => {{ window.heard = {HEARD}; }}")
    kiosk_shop.count(own_shop, "22699", 7)
    tablet.evaluate("() => window.heard")

    count(own_shop, 17)

    expect(tablet.locator("#results .prow__sub")).to_have_text("17 en stock")
    expect(tablet.locator("#stock-of .stk__sum b").first).to_have_text("17")
    assert len([url for url in asked if "/22423/table" in url]) == 1
    assert len([url for url in asked if "/tablet/stock?q=22423" in url]) == 1
    tablet.context.close()


# --- the board of pickups ---------------------------------------------------------------------


def test_a_board_says_at_once_what_left_cancelled_until_a_manager_has_seen_it(chromium, own_shop):
    url = own_shop.server.url
    tablet = kiosk_shop.tablet(chromium, url, "Inès")
    kiosk_shop.follow(tablet, url + "/tablet/pickups")
    notice = tablet.locator("#late-notice .banner")
    expect(notice).to_have_count(0)

    leave_cancelled(own_shop)

    expect(notice).to_contain_text("1 commande a été remise alors que le web l’avait annulée.")
    manager = kiosk_shop.tablet(chromium, url, "Malik")
    manager.goto(url + "/tablet/sync")
    manager.get_by_role("button", name="Vu").click()
    expect(notice).to_have_count(0)
    for page in (manager, tablet):
        page.context.close()


def leave_cancelled(own_shop):
    """Hand an order over, and hear only then that the web had cancelled it."""
    engine = make_engine(f"sqlite:///{own_shop.server.folder / 'comptoir.db'}")
    with writing(engine) as session:
        order = session.scalar(
            select(Order).join(Store).where(Store.code == "LIL", Order.state == "ready")
        )
        somebody = session.scalar(select(Staff).where(Staff.code == "ines"))
        who = {"staff": somebody, "check": "qr", "now": clock.now()}
        pickups.hand_over(session, order.uid, line_uids=[one.uid for one in order.lines], **who)
        told = replace(as_records.of_order(order), state="cancelled")
        late_notices.note(session, order, told, now=clock.now())
    engine.dispose()


def test_where_a_car_stands_stays_on_its_ticket_without_a_space_too(chromium, own_shop):
    tablet = kiosk_shop.tablet(chromium, own_shop.server.url, "Inès")
    tablet.goto(own_shop.server.url + "/tablet/pickups")
    ticket = tablet.locator(".ticket").first
    width = ticket.evaluate("(one) => one.offsetWidth")

    for line in (".ticket__m", ".ticket__n small"):
        ticket.locator(line).evaluate("(one) => { one.textContent = 'W'.repeat(60); }")

    assert ticket.evaluate("(one) => [one.offsetWidth, one.scrollWidth - one.clientWidth]") == [
        width,
        0,
    ]
    tablet.context.close()
