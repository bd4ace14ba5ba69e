"""A tablet on which nobody is signed in: it rings, and says how many wait, never who."""

from dataclasses import replace
from datetime import timedelta

import pytest

from store import arrivals, calls
from store.arrivals import Coming
from store.web import clock
from tests.clienteling.test_new_orders import receive
from tests.page_client import PageClient

SIGN_IN = "/tablet/sign-in"
WAITING = f"{SIGN_IN}/waiting"


@pytest.fixture
def locked(pages, shop):
    """A tablet on which nobody is signed in."""
    return pages.become(shop.tablet_secret, "tablet")


@pytest.fixture
def english(session, shop):
    shop.tablet.language = "en"
    session.commit()


def all_at_once(session, shop, *, seconds_ago=0):
    """Let a customer arrive, an order come in and a kiosk call."""
    at = clock.now() - timedelta(seconds=seconds_ago)
    shop.lille.opening_hours = {}
    arrivals.check_in(session, shop.order, store=shop.lille, now=at, coming=Coming())
    receive(session, seconds_ago=seconds_ago)
    calls.ring(session, shop.kiosk, times=calls.Times(), now=at)
    session.commit()


def told(page):
    line = page.soup.select_one("#waiting [role=alert]")
    return line and " ".join(line.get_text(" ").split())


def rings(page):
    return {one["data-ring"]: one.has_attr("data-loud") for one in page.soup.select("[data-ring]")}


def test_a_locked_tablet_says_how_many_wait_and_not_who(locked, session, shop):
    all_at_once(session, shop)

    page = locked.get(SIGN_IN)

    assert told(page) == "1 arrivée, 1 nouvelle commande, 1 appel : entrez pour répondre"
    for private in ("Camille", "Nadia", "482", "500 001", "500001", shop.kiosk.name):
        assert private not in page.text.replace("\u202f", " ")


def test_it_says_so_in_english(locked, session, shop, english):
    all_at_once(session, shop)

    assert told(locked.get(SIGN_IN)) == "1 arrival, 1 new order, 1 call: sign in to answer"


@pytest.mark.parametrize("seconds_ago", [0, 70, 130, 310])
def test_it_rings_of_all_that_rings_on_a_tablet_in_use(locked, app, session, shop, seconds_ago):
    all_at_once(session, shop, seconds_ago=seconds_ago)
    in_use = PageClient(app).become(shop.tablet_secret, "tablet").seat(shop.ines.uid)

    heard = rings(locked.get(SIGN_IN))

    assert len(heard) == 3
    assert heard == rings(in_use.get("/tablet/stock"))


def test_it_reads_itself_again_on_news_of_orders_and_calls(locked, session, shop):
    page = locked.get(SIGN_IN)
    assert told(page) is None
    assert "topics=orders,staff" in page.soup.body["hx-sse:connect"]
    block = page.soup.find(id="waiting")
    assert block["hx-get"] == WAITING
    assert {"orders from:body", "staff from:body"} <= set(block["hx-trigger"].split(", "))

    all_at_once(session, shop, seconds_ago=130)

    again = locked.block(WAITING)
    assert told(again).startswith("1 arrivée")
    assert again.soup.select_one("[role=alert]")["data-stage"] == "unanswered"
    assert "every 10s" in again.soup.find(id="waiting")["hx-trigger"]


def test_an_order_that_comes_while_the_shop_is_closed_is_said_and_does_not_ring(
    locked, session, shop
):
    all_at_once(session, shop)
    tomorrow = (clock.now() + timedelta(days=2)).strftime("%a").lower()[:2]
    shop.lille.opening_hours = {tomorrow: [["09:30", "19:30"]]}
    session.commit()

    page = locked.get(SIGN_IN)

    assert "1 nouvelle commande" in told(page)
    assert not [name for name in rings(page) if name.startswith("new-")]


def test_another_shop_s_tablet_says_nothing(locked, session, shop):
    all_at_once(session, shop)
    shop.tablet.store_id = shop.roubaix.id
    session.commit()

    assert told(locked.get(SIGN_IN)) is None


def test_a_browser_that_is_no_tablet_learns_nothing(app, session, shop):
    all_at_once(session, shop)
    for browser in (PageClient(app), PageClient(app).become(shop.kiosk_secret, "kiosk")):
        page = browser.get(WAITING, status=303)

        assert "/enrol" in page.answer.location


def test_at_the_hub_nothing_rings(app, session, shop):
    all_at_once(session, shop)
    settings = app.config["COMPTOIR"]
    app.config["COMPTOIR"] = replace(settings, server=replace(settings.server, role="hub"))
    hub = PageClient(app).become(shop.tablet_secret, "tablet")

    page = hub.get(SIGN_IN)

    assert page.soup.find(id="waiting") is None
    assert not page.soup.body.has_attr("hx-sse:connect")
    assert told(hub.block(WAITING)) is None
