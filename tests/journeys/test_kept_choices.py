"""What somebody chose or typed on a page that follows the shop stays theirs."""

import itertools
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from store import pickups, preparing, staging, stores, waves
from store.database import make_engine, writing
from store.models import Order, OrderLine, Staff, StagingPlace
from store.records import OrderLineRecord, OrderRecord
from tests.journeys import kiosk_shop
from tests.shop import PIN

QUEUE = "/tablet/preparing"
sheets = itertools.count(5002)


@pytest.fixture(scope="module")
def own_shop(tmp_path_factory, sqlite_template):
    """A running shop for all these journeys, each with orders of its own."""
    folder = tmp_path_factory.mktemp("shop")
    with kiosk_shop.running(folder, sqlite_template) as running:
        engine = make_engine(f"sqlite:///{folder / 'comptoir.db'}")
        yield running.server.url, engine
        engine.dispose()


@pytest.fixture
def tablet(own_shop, chromium):
    url, _engine = own_shop
    page = kiosk_shop.tablet(chromium, url, "Inès", base_url=url)
    expect(page.locator("#arrivals")).to_be_attached()
    yield page
    page.context.close()


def put(session, number, **changed):
    now = datetime.now(UTC)
    facts = {
        "source": "web",
        "external_id": f"W-{number}",
        "number": number,
        "store": "LIL",
        "placed_at": now - timedelta(hours=1),
        "promised_at": now + timedelta(minutes=int(number[-2:])),
        "lines": (OrderLineRecord(sku="22699", quantity=1, unit_price_minor=295),),
    }
    return pickups.upsert(session, OrderRecord(**(facts | changed)), now=now).uid


def follow(page, path):
    """Let the page read its block again, and wait until it is drawn."""
    with page.expect_response(lambda answer: path in answer.url):
        page.evaluate(
            """() => new Promise((done) => {
              document.addEventListener('htmx:after:swap', done, { once: true });
              htmx.trigger(document.body, 'orders');
            })"""
        )


def test_the_list_to_prepare_keeps_what_is_ticked(tablet, own_shop):
    _url, engine = own_shop
    with writing(engine) as session:
        first, second, third = (put(session, f"5000{n}") for n in (10, 20, 30))
    tablet.goto(QUEUE)
    tablet.locator(f"[name=order][value='{second}']").uncheck()

    with writing(engine) as session:
        put(session, "500010", state="cancelled")
        new = put(session, "500005")
    follow(tablet, QUEUE)

    expect(tablet.locator(f"[value='{first}']")).to_have_count(0)
    expect(tablet.locator(f"[name=order][value='{third}']")).to_be_checked()
    for uid in (second, new):
        expect(tablet.locator(f"[name=order][value='{uid}']")).not_to_be_checked()


def whole_wave(session):
    """Walk a wave of two orders until both only wait for a place."""
    now = datetime.now(UTC)
    store = stores.get_by_code(session, "LIL")
    ines = session.scalars(select(Staff).where(Staff.code == "ines")).one()
    staging.add(session, store, "C-01", size="medium", capacity=9)
    uids = [put(session, f"5001{n}") for n in (10, 20)]
    wave = waves.start(session, store, order_uids=uids, staff=ines, now=now)
    of_them = select(OrderLine).join(Order).where(Order.uid.in_(uids))
    for line in session.scalars(of_them).all():
        preparing.pick(session, line.order.uid, line.uid, staff=ines, now=now)
    return f"{QUEUE}/{wave.uid}"


def test_a_typed_place_is_not_overwritten_by_a_suggestion(tablet, own_shop):
    _url, engine = own_shop
    with writing(engine) as session:
        path = whole_wave(session)
    tablet.goto(path)
    typed, untouched = tablet.locator("#p-1"), tablet.locator("#p-2")
    expect(untouched).to_have_value("C-01")
    typed.fill("Z-09")
    typed.blur()

    with writing(engine) as session:
        session.scalars(select(StagingPlace)).one().name = "D-02"
    follow(tablet, path)

    expect(untouched).to_have_value("D-02")
    expect(typed).to_have_value("Z-09")


@pytest.fixture
def sheet(own_shop):
    """The path of the sheet of an order of two lines that lies ready and is to be paid."""
    _url, engine = own_shop
    lines = [
        OrderLineRecord(sku=sku, quantity=1, unit_price_minor=295) for sku in ("22699", "22423")
    ]
    with writing(engine) as session:
        uid = put(session, f"{next(sheets)}10", paid=False, lines=tuple(lines))
        ines = session.scalars(select(Staff).where(Staff.code == "ines")).one()
        pickups.prepare(session, uid, staff=ines, place="B-04", now=datetime.now(UTC))
    return f"/tablet/pickups/{uid}"


def test_what_is_ticked_and_typed_is_found_again_after_the_lock(tablet, sheet):
    tablet.clock.install()
    tablet.goto(sheet)
    tablet.locator("[name=line]").first.check()
    tablet.get_by_text("Pièce d’identité vue").click()
    tablet.locator("[name=till_ticket]").fill("T-81")
    tablet.get_by_text("Un proche").click()
    tablet.locator("[name=delegate_code]").fill("ABCD")

    tablet.clock.fast_forward("05:00")
    tablet.get_by_role("link", name=re.compile("Inès")).click()
    for digit in PIN:
        tablet.locator(f'[data-key="{digit}"]').click()

    expect(tablet.locator("[name=line]").first).to_be_checked()
    expect(tablet.locator("[name=line]").last).not_to_be_checked()
    expect(tablet.locator("[name=check][value=document]")).to_be_checked()
    expect(tablet.locator("[name=till_ticket]")).to_have_value("T-81")
    expect(tablet.locator("[name=who][value=delegate]")).to_be_checked()
    expect(tablet.locator("[name=delegate_code]")).to_have_value("")


def test_a_lock_that_the_server_refuses_is_said_and_tried_again(tablet, sheet):
    full = "Le disque du serveur est plein"
    refused = f'<div class="toast toast--fault"><p>{full}</p></div>'
    tablet.clock.install()
    tablet.goto(sheet)
    tablet.route("**/tablet/lock", lambda route: route.fulfill(status=503, body=refused))

    with tablet.expect_request("**/tablet/lock") as asked:
        tablet.clock.fast_forward("05:00")

    assert asked.value.headers["hx-request"] == "true"
    expect(tablet.get_by_role("alert").filter(has_text=full)).to_be_visible()
    tablet.unroute("**/tablet/lock")
    tablet.clock.run_for(10_000)
    tablet.wait_for_url(re.compile("/tablet/sign-in"))


def test_a_pin_is_typed_anywhere_on_its_page_and_asked_for_in_our_words(tablet, sheet):
    tablet.goto("/tablet/sign-in")
    tablet.get_by_role("link", name=re.compile("Inès")).click()
    expect(tablet.get_by_role("heading", name="Code d’Inès")).to_be_visible()
    expect(tablet.locator("[data-live]")).to_be_attached()  # its script listens
    short = tablet.get_by_role("alert").filter(has_text="Tapez les 4 chiffres.")
    take = tablet.get_by_role("button", name="Prendre la tablette")

    take.click()

    expect(short).to_be_visible()
    tablet.keyboard.press("1")
    expect(short).to_be_hidden()
    tablet.keyboard.press("Backspace")
    tablet.keyboard.type(PIN)
    tablet.wait_for_url(lambda url: "sign-in" not in url)


def test_a_form_waits_on_its_page_while_the_server_is_lost(tablet, sheet):
    tablet.goto(sheet)
    for box in tablet.locator("[name=line]").all():
        box.check()
    tablet.get_by_text("Pièce d’identité vue").click()
    tablet.locator("[name=till_ticket]").fill("T-82")
    tablet.route("**/healthz", lambda route: route.abort())

    give = tablet.get_by_role("button", name="Remettre", exact=True)
    give.click()

    expect(tablet.locator("[data-lost]")).to_be_visible()
    expect(tablet.locator("[name=till_ticket]")).to_have_value("T-82")
    tablet.unroute("**/healthz")
    expect(tablet.locator("[data-lost]")).to_be_hidden()
    give.click()
    expect(tablet.get_by_text("Remise", exact=False).first).to_be_visible()
    expect(give).to_have_count(0)
