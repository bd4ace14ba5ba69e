"""Where an order ends otherwise: in another shop, refused with words, unfetched, brought back."""

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect
from sqlalchemy import select

from store import codes, pickup_ends, pickups
from store.models import Order, ShelfReturn, Staff
from tests.journeys import kiosk_shop, pickup_shop, wedge
from tests.journeys.pickup_screens import PATIENCE_MS, Screens, type_digits, wait_for
from tests.journeys.pickup_shop import CUP, GREEN, STAND

DAY = r"\w+ \d+\w* \w+"


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    with pickup_shop.running(tmp_path_factory.mktemp("endings")) as running:
        yield running


@pytest.fixture
def screens(shop, chromium, language):
    opened = Screens(shop, chromium, language)
    yield opened
    opened.close()


# --- another shop -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr"])
def test_an_order_of_another_shop_says_on_each_screen_where_it_waits(shop, screens):
    order = shop.order("W91001", name="Sasha Moreau", language="fr", store="RBX")
    shop.happen(order, "ready")
    tablet, kiosk = screens.tablet(), screens.kiosk()
    kiosk.expect_refusal(409, "/kiosk/scan")
    tablet.expect_refusal(422, "/tablet/scan")
    wait_for(tablet.page, lambda: state(shop, order), lambda: state(shop, order) == "ready")

    phone = screens.phone(order["code"])
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("Votre commande est prête")
    expect(phone.page.locator("#order")).to_contain_text("3 articles vous attendent à Roubaix")
    expect(phone.page.locator("#order")).to_contain_text("3 Grand’Rue")
    expect(phone.page.get_by_role("link", name="Aide")).to_have_attribute("href", "tel:0320000000")
    expect(phone.page.get_by_role("button", name="Je suis arrivé(e)")).to_have_count(0)

    ticket = read_qr(phone.page.locator(".pcode .qrbox"))
    kiosk_shop.scan(kiosk.page, ticket)
    where = "Cette commande vous attend à Roubaix", "3 Grand’Rue, à 10 km d’ici, "
    expect_refusal(kiosk.page, *where)
    with kiosk.page.expect_navigation(url="**/kiosk/pickup"):
        kiosk.page.goto(f"{shop.store.url}/kiosk/pickup")
    type_digits(kiosk.page, order["pickup_code"])
    expect_refusal(kiosk.page, *where)
    for secret in ("Sasha", "Moreau", "W91001", "Tasse"):
        expect(kiosk.page.locator("body")).not_to_contain_text(secret)

    wedge.scan(tablet.page, ticket)
    told = tablet.page.locator(".wedge__txt")
    expect(told.locator("strong")).to_have_text("Cette commande attend à Roubaix")
    expect(told).to_contain_text("Adresse : 3 Grand’Rue, Roubaix, à 10 km d’ici, ")
    expect(told).to_contain_text("03 20 00 00 00")
    for screen in (tablet, kiosk, phone):
        screen.check()


def read_qr(locator):
    """Return what the QR on a screen says, as a camera would read it."""
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(locator.screenshot())))
    return found.text


def expect_refusal(kiosk, title, advice):
    refusal = kiosk.locator(".k-refusal")
    expect(refusal.locator("strong")).to_have_text(title, timeout=PATIENCE_MS)
    expect(refusal).to_contain_text(advice)


# --- refused ----------------------------------------------------------------------------------

REFUSED = {
    "cancelled": (
        rf"^This order was cancelled on {DAY}$",
        "An assistant can tell you why and find a solution.",
    ),
    "expired": (
        rf"^This order was kept until {DAY}$",
        "It may still be here: touch “Help”, an assistant will look.",
    ),
    "collected": (
        rf"^This order was handed over on {DAY} at \d\d:\d\d by Inès$",
        "Not you? Touch “Help”, an assistant will check at once.",
    ),
    "forged": (
        r"^This QR code was not made by us$",
        "Its signature is wrong: show the one of the original message.",
    ),
    "unknown": (
        r"^This order has not reached this store yet$",
        "Check the collection store in the e-mail, or call an assistant.",
    ),
}
ON_TABLET = {
    "cancelled": rf"Cancelled {DAY} at \d\d:\d\d by the central system\.",
    "expired": rf"Kept until {DAY}\.",
    "collected": rf"Handed over on {DAY} at \d\d:\d\d by Inès\.",
}
SEARCHED_FOR = "Search for the order by its number or by the person's name."  # staff can


@pytest.mark.parametrize("language", ["en"])
def test_what_cannot_be_collected_says_why_and_what_to_do(shop, screens):
    shown = {kind: closed(shop, f"W9200{place}", kind) for place, kind in enumerate(ON_TABLET)}
    shown |= {"unknown": codes.generate(codes.Kind.ORDER), "forged": forged(shop)}
    tablet, kiosk = screens.tablet(), screens.kiosk()
    for status in (409, 422):  # an order that is over, and a code that is none
        kiosk.expect_refusal(status, "/kiosk/scan")
    tablet.expect_refusal(422, "/tablet/scan")

    for kind, (title, advice) in REFUSED.items():
        kiosk_shop.scan(kiosk.page, shown[kind])
        expect_refusal(kiosk.page, re.compile(title), advice)
        for secret in ("Camille", "Nadia", "Benali", "W920", "cup", "Regency"):
            expect(kiosk.page.locator("main")).not_to_contain_text(secret)

        kiosk_shop.scan(tablet.page, shown[kind])
        if kind in ON_TABLET:
            sheet = tablet.page.get_by_role("dialog")
            expect(sheet).to_contain_text(re.compile(ON_TABLET[kind]))
            expect(sheet.get_by_role("link", name="Back to the pickups").last).to_be_visible()
            tablet.page.goto(f"{shop.store.url}/tablet/scan")
        else:
            expect(tablet.page.locator(".wedge__txt strong")).to_have_text(re.compile(title))
            expect(tablet.page.locator(".wedge__txt")).to_contain_text(SEARCHED_FOR)
    for screen in (tablet, kiosk):
        screen.check()


def closed(shop, number, kind):
    """Let an order come from the web and end in this way; return its code."""
    order = arrive(shop, number, {GREEN: 1})
    if kind == "cancelled":
        shop.happen(order, "cancelled")
        shop.wait_until(lambda: state(shop, order) == "cancelled")
        return order["code"]
    lay_ready(shop, order, "A-01")
    if kind == "expired":
        pass_last_day(shop, order)
    else:
        hand_over(shop, order)
    return order["code"]


def forged(shop):
    """Change a character of a true signature, and mend the check."""
    text = shop.look(select(Order.ticket).where(Order.ticket != "").limit(1))[0]
    body = text[:150] + ("0" if text[150] != "0" else "1") + text[151:-1]
    return body + codes.check_character(body)


# --- unfetched --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr"])
def test_what_nobody_fetches_is_told_put_away_and_free_once(shop, screens):
    kiosk = screens.kiosk(f"/kiosk/products/{GREEN}")
    free = int(kiosk.page.locator(".k-stock__n b").inner_text())
    order = arrive(shop, "W93001", {GREEN: 2})
    lay_ready(shop, order, "C-03")
    cancelled = arrive(shop, "W93002", {STAND: 1})
    lay_ready(shop, cancelled, "C-04")
    expect_free(kiosk, free - 2)
    tablet = screens.tablet()

    shop.happen(cancelled, "cancelled")
    pass_last_day(shop, order)

    expect_free(kiosk, free)
    wait_for(tablet.page, lambda: shop.kinds("W93001"), lambda: NO_SHOW in shop.kinds("W93001"))
    put_away(tablet, shop)
    assert shop.look(select(ShelfReturn.outcome).join(Order).where(Order.uid == order["id"])) == [
        "done"
    ]
    kiosk.page.reload()
    expect_free(kiosk, free)
    shop.wait_until(lambda: shop.ask("GET", "/orders/web/W93001")["state"] == "expired")
    assert len(shop.events(order, "expired")) == 1
    shop.wait_until(lambda: available(shop, GREEN) == free)
    assert shop.kinds("W93001").count(NO_SHOW) == 1
    assert not [told for told in shop.kinds("W93002") if "gardée" in told]  # its shop told it
    for screen in (tablet, kiosk):
        screen.check()


NO_SHOW = "La commande W93001 n'est plus gardée"


def put_away(tablet, shop):
    """Bring what lies at C-03 back, in two taps from the board."""
    page = tablet.page
    page.goto(f"{shop.store.url}/tablet/pickups")
    page.get_by_role("link", name=re.compile("À ranger")).click()
    tasks = page.locator(".backs__i")
    unfetched, cancelled = tasks.filter(has_text="C-03"), tasks.filter(has_text="C-04")
    expect(unfetched).to_contain_text(re.compile(rf"Pas retirée, terminée {DAY} à"))
    expect(unfetched).to_contain_text("2 × Tasse et soucoupe Regency vertes")
    expect(cancelled).to_contain_text(re.compile(rf"Annulée {DAY} à"))
    unfetched.get_by_role("button", name="Rangé").click()
    expect(page.get_by_text("C-03 est libre.")).to_be_visible()
    expect(unfetched).to_have_count(0)
    expect(cancelled).to_be_visible()


@pytest.mark.parametrize("language", ["fr"])
def test_goods_that_still_lie_there_are_kept_again(shop, screens):
    order = arrive(shop, "W94001", {GREEN: 1})
    lay_ready(shop, order, "D-07")
    kiosk = screens.kiosk(f"/kiosk/products/{GREEN}")
    kept = int(kiosk.page.locator(".k-stock__n b").inner_text())
    pass_last_day(shop, order)
    expect_free(kiosk, kept + 1)

    page = screens.tablet().page
    wedge.scan(page, order["code"])
    page.get_by_role("button", name="Garder à nouveau").click()
    expect(page.get_by_role("dialog")).to_contain_text("Casier D-07")
    expect(page.get_by_role("button", name=re.compile("Remettre|Encore 1 ligne"))).to_be_visible()

    expect_free(kiosk, kept)
    page.goto(f"{shop.store.url}/tablet/shelf-returns")
    expect(page.locator(".backs__i").filter(has_text="D-07")).to_have_count(0)
    shop.wait_until(lambda: shop.ask("GET", "/orders/web/W94001")["state"] == "ready")


# --- brought back -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en"])
def test_articles_of_a_web_order_come_back_without_the_internet(shop, screens):
    order = arrive(shop, "W95001", {CUP: 2, STAND: 1})
    lay_ready(shop, order, "E-01")
    hand_over(shop, order)
    shop.wait_until(lambda: shop.ask("GET", "/orders/web/W95001")["state"] == "collected")
    cups, stands = available(shop, CUP), available(shop, STAND)
    kiosk = screens.kiosk(f"/kiosk/products/{CUP}")
    expect_free(kiosk, cups)
    tablet, late = screens.tablet(), screens.tablet("Malik")
    shop.cut()

    find_return(tablet, shop, "W95001")
    wedge_return(late, shop, order["code"])
    for page in (late.page, tablet.page):
        fill_return(page, CUP, 1, "Changed their mind", "Can be sold")
        fill_return(page, STAND, 1, "Damaged or faulty", "Damaged")
    tablet.page.get_by_role("button", name="Take these items back").click()
    expect(tablet.page.get_by_role("status").first).to_contain_text("Taken back.")
    expect(tablet.page.locator("main")).to_contain_text(
        "Paid online: the online shop will be told, and will refund."
    )
    expect(tablet.page.locator("main")).to_contain_text(
        "1 × Tasse et soucoupe Regency « Roses » · Changed their mind"
    )
    expect(tablet.page.locator("main")).to_contain_text(
        "1 × Présentoir à gâteaux Regency · Damaged or faulty · Damaged"
    )
    expect_free(kiosk, cups + 1)

    late.expect_refusal(422, "/tablet/returns/[^/]+")
    late.page.get_by_role("button", name="Take these items back").click()
    expect(late.page.get_by_role("alert").first).to_contain_text("Nothing was recorded.")
    expect(late.page.locator(".back").filter(has_text=STAND)).to_contain_text("Already returned")
    expect_free(kiosk, cups + 1)

    shop.restore()
    shop.wait_until(lambda: len(shop.events(order, "returned")) == 1)
    (told,) = shop.events(order, "returned")
    assert [(one["sku"], one["condition"]) for one in told["returned"]] == [
        (CUP, "resell"),
        (STAND, "damaged"),
    ]
    shop.wait_until(lambda: (available(shop, CUP), available(shop, STAND)) == (cups + 1, stands))
    for page in (tablet.page, late.page):
        expect(page.locator("main")).to_contain_text(
            "Paid online: the online shop has been told, and will refund."
        )
    for screen in (tablet, late, kiosk):
        screen.check()


def find_return(tablet, shop, number):
    page = tablet.page
    page.goto(f"{shop.store.url}/tablet/pickups")
    page.get_by_role("link", name="Returns").click()
    page.get_by_role("searchbox").fill(number)
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator("#back")).to_be_visible()


def wedge_return(tablet, shop, code):
    page = tablet.page
    page.goto(f"{shop.store.url}/tablet/returns")
    kiosk_shop.scan(page, code)
    expect(page.locator("#back")).to_be_visible()


def fill_return(page, sku, units, reason, condition):
    line = page.locator(".back").filter(has_text=sku)
    line.locator(f"[name=units-{sku}]").fill(str(units))
    line.get_by_role("combobox").select_option(reason)
    line.get_by_text(condition, exact=True).last.click()


# --- what all of them need --------------------------------------------------------------------


def arrive(shop, number, goods):
    """Let an order come from the web through the hub; the shop knows it."""
    order = shop.order(number, name="Nadia Benali", language="fr", goods=goods)
    shop.wait_until(lambda: state(shop, order) == "new")
    return order


def state(shop, order):
    """Return how an order stands in the shop, None while it has not come."""
    found = shop.look(select(Order.state).where(Order.uid == order["id"]))
    return found[0] if found else None


def find(session, order):
    return session.scalars(select(Order).where(Order.uid == order["id"])).one()


def lay_ready(shop, order, place):
    with shop.inside() as session:
        known = {"staff": ines(session), "pickup_by": now().date() + timedelta(days=7)}
        pickups.prepare(session, order["id"], place=place, now=now(), **known)


def hand_over(shop, order):
    with shop.inside() as session:
        lines = [line.uid for line in find(session, order).lines]
        known = {"staff": ines(session), "check": "known", "now": now()}
        pickups.hand_over(session, order["id"], line_uids=lines, **known)


def pass_last_day(shop, order):
    """Let the last day of an order be over, and the shop end what nobody fetched.

    At once, so that no answer of the hub, which knows the true day, comes between.
    """
    with shop.inside() as session:
        find(session, order).pickup_by = now().date() - timedelta(days=2)
        assert pickup_ends.end_no_show(session, order["id"], terms=pickup_ends.Terms(), now=now())


def ines(session):
    return session.scalars(select(Staff).where(Staff.code == "ines")).one()


def now():
    return datetime.now(UTC)


def available(shop, sku):
    """Return how many units the hub believes to be free in the shop."""
    (found,) = shop.ask("GET", f"/stock?sku={sku}&store=LIL")["items"]
    return found["available"]


def expect_free(kiosk, units):
    """See on the kiosk how many units may be promised."""
    expect(kiosk.page.locator(".k-stock__n b")).to_have_text(str(units), timeout=PATIENCE_MS)
