"""The shop's bare address: a customer typed it, or a device that is enrolled or is to be."""

import pytest


def test_a_stranger_is_told_how_an_article_is_opened(pages, shop):
    page = pages.get(pages.get("/", status=303).answer.location)

    assert page.soup.h1.get_text() == "Lille, Grand’Place"
    assert "Scannez le QR code" in page.text
    assert page.soup.find("a", href="/p/list")


def test_a_shop_without_an_address_has_no_pin_beside_nothing(pages, session, shop):
    shop.lille.address = shop.lille.postcode = shop.lille.city = ""
    session.commit()
    assert pages.get("/p/").soup.select_one(".p-row b").get_text()

    shop.lille.opening_hours = {}
    session.commit()

    assert all(row.b.get_text() for row in pages.get("/p/").soup.select(".p-row"))


@pytest.mark.parametrize("written", ["22699", " 22699 ", "2 2699"])
def test_a_typed_number_opens_its_article(pages, shop, written):
    page = pages.get("/p/")

    form = page.soup.find("form", method="get")
    answer = pages.client.get(form["action"], query_string={form.input["name"]: written})

    assert (answer.status_code, answer.location) == (303, "/p/22699")


def test_a_mistyped_bar_code_is_said_and_stays_in_its_field(pages, shop):
    wrong = shop.cup.gtin[1:-1] + str((int(shop.cup.gtin[-1]) + 1) % 10)

    page = pages.get(f"/p/?code={wrong}", status=422)

    assert "Un caractère de ce code est faux" in page.text
    assert page.soup.find(id="f-code")["value"] == wrong


def test_nothing_typed_is_said_beside_its_field(pages, shop):
    page = pages.get("/p/?code=", status=422)

    assert page.soup.find("form", method="get").has_attr("novalidate")
    assert page.soup.find(id="d-code").get_text(strip=True) == "Écrivez le numéro de l’article."


def test_a_number_of_the_shop_s_own_is_no_mistyped_bar_code(pages, session, shop):
    shop.cup.sku = "12345678"
    session.commit()

    assert pages.client.get("/p/?code=12345678").location == "/p/12345678"


def test_a_screen_that_is_to_be_enrolled_finds_its_way(pages, shop):
    page = pages.get("/p/")

    assert pages.get(page.soup.find("a", href="/enrol")["href"]).soup.find(id="f-code")


def test_a_server_that_knows_no_shop_yet_shows_where_a_screen_is_enrolled(pages):
    assert pages.get("/", status=303).answer.location == "/enrol"


@pytest.mark.parametrize(("screen", "home"), [("kiosk", "/kiosk/"), ("tablet", "/tablet/scan")])
def test_a_device_finds_its_own_first_page(request, screen, home):
    device = request.getfixturevalue(screen)

    assert device.get("/", status=303).answer.location == home


@pytest.mark.parametrize("typed", ["/tablet", "/tablet/"])
def test_the_tablet_s_address_typed_by_hand_leads_to_its_first_page(pages, shop, typed):
    assert pages.get(typed, status=303).answer.location == "/tablet/scan"
