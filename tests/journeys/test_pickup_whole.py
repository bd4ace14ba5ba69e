"""An online order from its arrival to its handover, with the internet and without."""

import re
from functools import partial

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from store.message_states import WAITING
from store.models import CustomerMessage, Order, OrderEvent
from tests.journeys import pickup_shop, wedge
from tests.journeys.pickup_screens import PATIENCE_MS, Screens, type_digits, wait_for
from tests.journeys.pickup_shop import CUP, GREEN, GTINS, STAND

# each once, whatever is tried again; nobody is asked or told late what is over by then
TOLD = ["placed", "substitution", "ready", "receipt"]
TOLD_LATE = ["placed", "receipt"]
HAPPENED = [
    *("promised", "accepted", "picked", "short", "picked", "substitute_proposed", "substituted"),
    *("ready", "arrived", "collected"),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    with pickup_shop.running(tmp_path_factory.mktemp("pickups")) as running:
        yield running


@pytest.fixture
def screens(shop, chromium, language):
    opened = Screens(shop, chromium, language)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("language", "is_cut"), [("fr", False), ("en", True)], ids=["fr", "en without internet"]
)
def test_an_order_is_prepared_announced_and_given_to_a_relative(shop, screens, language, is_cut):
    number = "W90002" if is_cut else "W90001"
    tablet = screens.tablet()
    known = {sku: available(shop, sku) for sku in (CUP, GREEN, STAND)}
    order = shop.order(number, name="Nadia Benali", language=language)
    accept(tablet, number)
    heard = partial(hear, tablet, shop, number)
    heard(1)
    if is_cut:
        shop.cut()

    phone = screens.phone(order["code"])
    prepare(tablet, phone, number, heard=None if is_cut else heard)
    expect(phone.page.locator("#order")).to_have_attribute(
        "data-state", "ready", timeout=PATIENCE_MS
    )
    if not is_cut:
        heard(3)

    relative = name_relative(phone)
    kiosk = screens.kiosk()
    type_digits(kiosk.page, order["pickup_code"])
    expect(kiosk.page.locator("#progress")).to_be_visible(timeout=PATIENCE_MS)
    expect(kiosk.page.locator("body")).not_to_contain_text("Benali")
    hand_over(tablet, relative)
    expect(kiosk.page.locator("#progress li[data-done]")).to_have_count(3, timeout=PATIENCE_MS)

    shop.restore()
    told = f"/orders/web/{number}"
    wait_for(
        tablet.page,
        lambda: shop.ask("GET", told),
        lambda: shop.ask("GET", told)["state"] == "collected",
    )
    # a cup that lacks says that none is left on the shelf: only the one of somebody else's order is
    gone = {CUP: 1, GREEN: known[GREEN] - 1, STAND: known[STAND] - 1}
    wait_for(
        tablet.page,
        lambda: {sku: available(shop, sku) for sku in gone},
        lambda: {sku: available(shop, sku) for sku in gone} == gone,
    )
    wait_for(tablet.page, lambda: told_of(shop, order), lambda: not is_waiting(shop, order))
    kinds = TOLD_LATE if is_cut else TOLD
    assert told_of(shop, order) == [(kind, number.lower()) for kind in kinds]
    assert happened_at_hub(shop, order) == HAPPENED
    for screen in (tablet, phone, kiosk):
        screen.check()


def hear(tablet, shop, number, times):
    """Wait until the customer was written so often: what is over by then is not sent."""
    wait_for(tablet.page, lambda: shop.kinds(number), lambda: len(shop.kinds(number)) == times)


def told_of(shop, order):
    """Return the kind and recipient of each e-mail of an order, in the order they came in."""
    rows = select(CustomerMessage).join(Order).where(Order.uid == order["id"])
    kinds = {one.uid: one.kind for one in shop.look(rows)}
    names = [(re.sub("^<|@.*", "", mail["Message-ID"]), mail["To"]) for mail in shop.inbox.mails]
    return [(kinds[uid], to.partition("@")[0]) for uid, to in names if uid in kinds]


def is_waiting(shop, order):
    """Tell whether an e-mail of an order is still to leave."""
    of_order = select(CustomerMessage.uid).join(Order).where(Order.uid == order["id"])
    return bool(shop.look(of_order.where(CustomerMessage.state.in_(WAITING))))


def happened_at_hub(shop, order):
    """Return what the hub has heard of an order, in the order it heard it."""
    events = select(OrderEvent.type).join(Order).where(Order.uid == order["id"])
    return shop.look(events.order_by(OrderEvent.id), at_hub=True)


def available(shop, sku):
    """Return how many units the hub believes to be free in the shop."""
    (found,) = shop.ask("GET", f"/stock?sku={sku}&store=LIL")["items"]
    return found["available"]


def accept(tablet, number):
    """Hear the new order and take it on."""
    ringing = tablet.page.locator("#new-orders [data-ring]")
    grouped = re.compile(r"\s?".join(number))
    expect(ringing).to_contain_text(grouped, timeout=PATIENCE_MS)
    with tablet.page.expect_navigation():
        ringing.locator("button[type=submit]").click()
    expect(tablet.page.locator("#new-orders [role=alert]")).to_have_count(0, timeout=PATIENCE_MS)


def prepare(tablet, phone, number, *, heard):
    """Walk the wave: one cup lacks, the customer takes the green one, all is laid down at B-02."""
    page = tablet.page
    page.goto(page.url.partition("/tablet")[0] + "/tablet/preparing")
    for row in page.locator(".prep__o").all():
        row.locator("input").set_checked(number in re.sub(r"\s", "", row.inner_text()))
    page.locator("form.prep__l button[type=submit]").click()
    expect(page.locator("#wave")).to_be_visible(timeout=PATIENCE_MS)

    tablet.expect_refusal(422, "/tablet/preparing/[^/]+/scan")
    scan(page, GREEN, refused=True)
    scan(page, STAND)
    scan(page, CUP)
    page.locator(f"#k-{CUP} .part").first.click()
    page.locator(".lack input[name=missing][value='1']").check(force=True)
    with page.expect_navigation():
        page.locator("form.lack__f button[type=submit]").click()
    if heard:
        heard(2)
    phone.page.locator(f".p-ask input[value='substitute:{GREEN}']").check(
        force=True, timeout=PATIENCE_MS
    )
    phone.page.locator(".p-ask button[type=submit]").click()
    expect(phone.page.locator(".p-ask")).to_have_count(0, timeout=PATIENCE_MS)
    page.goto(re.sub("/lines/.*", "", page.url))
    scan(page, GREEN)
    basket = page.locator(".bin[data-state=whole]")
    basket.locator("input[name=place]").fill("B-02")
    basket.locator("button[type=submit]").click()
    expect(page.locator("#queue")).to_be_visible(timeout=PATIENCE_MS)


def scan(page, sku, *, refused=False):
    """Scan an article with the hand scanner, and wait for what the tablet says of it."""
    page.wait_for_load_state()  # the page is drawn before its scripts listen to the keys
    with page.expect_response(lambda answer: answer.url.endswith("/scan")):
        wedge.scan(page, GTINS[sku])
    told = "yes" if refused else ""
    expect(page.locator(f"#said [data-refused='{told}']")).to_be_visible()
    if refused:  # the viewfinder says so too, for six seconds
        expect(page.locator("#scan-answer .scan-refused")).to_have_count(1)


def name_relative(phone):
    """Let Paul collect the order; the code to pass on to him."""
    phone.page.locator("#relative > summary").click()
    form = phone.page.locator("form[action$='/delegate']")
    form.locator("input[name=first_name]").fill("Paul")
    form.locator("button[type=submit]").click()
    return phone.page.locator("#relative .p-row b.num").text_content(timeout=PATIENCE_MS)


def hand_over(tablet, relative):
    """Go to who has arrived, check the lines and the relative's code, and give the goods."""
    page = tablet.page
    alert = page.locator("#arrivals [role=alert]")
    expect(alert).to_contain_text("Nadia B.", timeout=PATIENCE_MS)
    alert.locator("form[action$='/take'] button").click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_be_visible(timeout=PATIENCE_MS)
    for box in sheet.locator("input[name=line]").all():
        box.check(force=True)
    sheet.locator("input[name=who][value=delegate]").check(force=True)
    sheet.locator("input[name=delegate_code]").fill(relative)
    sheet.locator("[data-tick-all]").click()
    expect(sheet.locator("input[name=line]")).to_have_count(0, timeout=PATIENCE_MS)
