"""An order arrives: the tablet hears of it, it is taken on, found, and its slip comes out."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import requests
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from store import printers, stores
from store.database import make_engine
from store.models import ApiToken
from store.secrets import hashed
from tests.journeys import kiosk_shop, wedge
from tests.ticket_printer import TicketPrinter

ALWAYS = {day: [["00:00", "24:00"]] for day in ("mo", "tu", "we", "th", "fr", "sa", "su")}
NUMBERS = ("500001", "500002")


@pytest.fixture
def paper():
    """Two printers: the first has no paper."""
    with TicketPrinter(paper="out") as first, TicketPrinter() as second:
        yield first, second


@pytest.fixture
def server(tmp_path, sqlite_template, paper):
    with kiosk_shop.running(tmp_path, sqlite_template) as shop:
        engine = make_engine(f"sqlite:///{tmp_path / 'comptoir.db'}")
        with Session(engine) as session:
            prepare(session, paper)
            session.commit()
        engine.dispose()
        yield shop.server


def prepare(session, paper):
    now = datetime.now(UTC)
    lille = stores.get_by_code(session, "LIL")
    lille.opening_hours = ALWAYS
    scopes = ["orders:write"]
    session.add(ApiToken(name="web", token_hash=hashed("web"), scopes=scopes, created_at=now))
    for place, printer in enumerate(paper):
        address = f"127.0.0.1:{printer.port}"
        facts = {"name": f"Imprimante {place + 1}", "dots": 576, "store": lille, "now": now}
        printers.pair(session, address=address, **facts)


@pytest.fixture
def tablet(server, chromium):
    page = kiosk_shop.tablet(chromium, server.url, "Inès")
    expect(page.locator("#arrivals")).to_be_attached()
    yield page
    page.context.close()


def place_order(server, number):
    at = datetime.now(UTC)
    order = {
        "number": number,
        "store": "LIL",
        "customer": {"name": "Nadia Benali", "phone": "+33611223344"},
        "placed_at": at.isoformat(),
        "promised_at": (at + timedelta(minutes=50)).isoformat(),
        "paid": True,
        "lines": [
            {"sku": "22699", "quantity": 2, "unit_price": {"amount_minor": 295, "currency": "EUR"}}
        ],
    }
    told = requests.put(
        f"{server.url}/api/v1/orders/web/W-{number}",
        json=order,
        headers={"Authorization": "Bearer web", "Idempotency-Key": f"order-{number}-1234567"},
        timeout=120,
    )
    assert told.status_code in (200, 201), told.text


def test_an_order_rings_is_taken_on_found_and_printed(server, tablet, paper):
    tablet.goto(f"{server.url}/tablet/pickups")
    expect(tablet.locator("#board")).to_be_visible()

    for number in NUMBERS:
        place_order(server, number)
    alert = tablet.locator("#new-orders [role=alert]")
    expect(alert).to_contain_text("2 nouvelles commandes")
    expect(alert).to_have_attribute("data-ring", re.compile("^new-"))
    expect(tablet.locator("#col-s-to_prepare .ticket")).to_have_count(2)
    with tablet.expect_navigation():
        alert.get_by_role("button", name="Tout prendre en charge").click()
    expect(alert).to_have_count(0)

    tablet.locator("body").press("ArrowDown")
    expect(tablet.locator("#col-s-to_prepare .ticket__a").first).to_be_focused()
    tablet.keyboard.press("End")
    expect(tablet.locator("#col-s-to_prepare .ticket__a").last).to_be_focused()
    tablet.keyboard.press("Home")
    expect(tablet.locator("#col-s-to_prepare .ticket__a").first).to_be_focused()
    tablet.get_by_role("searchbox").fill("06 11 22 33 44")
    with tablet.expect_navigation():
        tablet.get_by_role("searchbox").press("Enter")
    expect(tablet.locator("#board .ticket")).to_have_count(2)

    with tablet.expect_navigation():
        tablet.get_by_role("link", name="Imprimer").click()
    tablet.locator("#col-s-to_prepare [data-choose-all]").click()
    with tablet.expect_navigation():
        tablet.get_by_role("button", name="Imprimer 2 bons").click()
    expect(tablet.locator("#printer-trouble")).to_contain_text("Imprimante 1")
    expect(tablet.locator("#printer-trouble")).to_contain_text("plus de papier")
    tablet.goto(f"{server.url}/tablet/printers")
    expect(tablet.get_by_text("Rien n’attend.")).to_be_visible(timeout=60_000)

    assert [len(printer.papers) for printer in paper] == [0, 2]


def test_a_hand_scanner_is_heard_on_the_board(server, tablet):
    for number in NUMBERS:
        place_order(server, number)
    tablet.goto(f"{server.url}/tablet/pickups?show=new")
    tablet.get_by_role("searchbox").fill("nadia")

    wedge.scan(tablet, "4006381333932")
    expect(tablet.locator("#board-said")).to_contain_text("Un caractère de ce code est faux")
    expect(tablet).to_have_url(f"{server.url}/tablet/pickups?show=new")
    expect(tablet.get_by_role("searchbox")).to_have_value("nadia")
    expect(tablet.locator("#board .ticket")).to_have_count(2)

    with tablet.expect_navigation():
        wedge.scan(tablet, "2000000226996")
    expect(tablet).to_have_url(f"{server.url}/tablet/pickups?q=2000000226996&show=new")
    expect(tablet.locator("#board .ticket")).to_have_count(2)

    with tablet.expect_navigation():
        wedge.scan(tablet, NUMBERS[1])
    expect(tablet.get_by_role("dialog")).to_contain_text("500 002")
