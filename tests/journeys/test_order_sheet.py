"""An order on its sheet and on the phone: what is open stays open, what is done is seen."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.database import make_engine
from store.models import Order
from tests.journeys import kiosk_shop

PHONE = {"width": 390, "height": 844}
UNHURRIED = {"COMPTOIR_STAFF__LOCK_SECONDS": "3600"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("shop")


@pytest.fixture(scope="module")
def shop(folder, sqlite_template):
    with kiosk_shop.running(folder, sqlite_template, **UNHURRIED) as running:
        yield running


@pytest.fixture(scope="module")
def order(shop, folder):
    """The order that lies ready: its uid for tablets, its code for the phone."""
    engine = make_engine(f"sqlite:///{folder / 'comptoir.db'}")
    with Session(engine) as session:
        found = session.execute(select(Order.uid, Order.code)).one()
    engine.dispose()
    return found


@pytest.fixture
def opened(chromium):
    """Contexts to be closed in the end, whatever happens."""
    made = []
    yield made
    for context in made:
        context.close()


@pytest.fixture
def tablet(chromium, shop, opened):
    """Sign somebody in on a tablet."""

    def tablet(name):
        page = kiosk_shop.tablet(chromium, shop.server.url, name)
        opened.append(page.context)
        return page

    return tablet


def read_again(page, part):
    """Let the page re-read its live parts, as a change does, and wait for one of them."""
    with page.expect_response(lambda answer: re.search(part, answer.url) is not None):
        page.evaluate("htmx.trigger(document.body, 'reread')")
    expect(page.locator(".htmx-request, .htmx-swapping")).to_have_count(0)


def test_what_is_unfolded_on_the_phone_stays_open(chromium, shop, order, opened):
    opened.append(chromium.new_context(viewport=PHONE, has_touch=True, locale="fr-FR"))
    page = opened[-1].new_page()
    page.goto(f"{shop.server.url}/p/r/{order.code}")
    page.locator("#articles > summary").click()
    page.locator("#relative > summary").click()
    page.get_by_label("Son prénom").fill("Noor")
    key = page.locator("#relative input[name=key]").last.input_value()

    read_again(page, order.code)

    expect(page.locator("#relative input[name=key]").last).not_to_have_value(key)  # drawn anew
    expect(page.locator("#articles")).to_have_attribute("open", "")
    expect(page.get_by_label("Son prénom")).to_have_value("Noor")
    expect(page.get_by_label("Son prénom")).to_be_visible()


def test_a_sheet_keeps_what_is_typed_hands_over_by_enter_and_tells_the_other(shop, order, tablet):
    sheet = f"{shop.server.url}/tablet/pickups/{order.uid}"
    other, page = tablet("Malik"), tablet("Inès")
    for one in (other, page):
        one.goto(sheet)
        expect(one.locator("#hand [data-tick-count]")).to_contain_text("0 sur 2")
    page.locator("#told-who > summary").click()
    page.get_by_label("E-mail").fill("camille@exam")

    read_again(page, "/messages")

    expect(page.get_by_label("E-mail")).to_have_value("camille@exam")
    expect(page.get_by_label("E-mail")).to_be_visible()

    page.locator("#hand [name=line]").first.check()
    expect(page.locator("#told-who")).to_be_hidden()  # it would lose the tick
    page.locator("#hand .chip", has_text="QR de la commande").click()
    page.keyboard.press("Enter")
    expect(page.locator("[data-tick-all]")).to_have_text("Encore 1 ligne à vérifier")
    assert page.url == sheet

    page.locator("#hand [name=line]").last.check()
    page.locator("#hand [name=check][value=qr]").focus()
    page.keyboard.press("Enter")

    expect(page.locator(".handover .banner--ok")).to_contain_text("par Inès")
    expect(other.locator("#sheet-news [role=alert]")).to_contain_text("par Inès")
    other.get_by_role("link", name="Voir où elle en est").click()
    expect(other.locator(".handover .banner--ok")).to_contain_text("par Inès")
