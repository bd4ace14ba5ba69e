"""What a shelf label, or the QR on a packaging, opens on the customer's own phone."""

import re
from dataclasses import replace

import pytest

from store import products
from store.models import AlsoBought, StockLevel
from store.records import ProductRecord, VariantRecord
from tests.page_client import Page


def test_a_label_opens_the_product_without_account(pages, shop):
    page = pages.get("/P/22699", status=301)
    page = pages.get(page.answer.location)

    assert "Tasse et soucoupe Regency" in page.soup.h1.get_text()
    assert "6 en rayon" in page.soup.select_one("#stock").get_text(" ", strip=True)
    assert page.soup.select_one('a[href="/p/22699/reserve"]')


@pytest.mark.parametrize(("asks", "word"), [("fr-FR,fr;q=0.9", "Réf."), ("en-GB,en", "Ref.")])
def test_the_phones_language_is_spoken(pages, shop, asks, word):
    page = pages.get("/p/22699", **{"Accept-Language": asks})

    assert f"{word} 22699" in page.text


@pytest.mark.parametrize("at", ["/p/r/XXXX", "/p/a/b/c"])
def test_what_is_not_found_says_what_to_do_and_leads_on(pages, shop, at):
    page = pages.get(at, status=404)

    assert "Scannez à nouveau le QR code" in page.text
    assert page.soup.find("a", href="/p/list")
    assert page.soup.find("form", action="/language").find("button", lang="en")


def test_the_language_is_switched_on_the_page(pages, shop):
    page = pages.get("/p/22699", **{"Accept-Language": "fr"})

    there = pages.send(page, "/language", language="en")

    assert there.answer.request.path == "/p/22699"
    assert "Ref. 22699" in there.text


@pytest.mark.parametrize("path", ["/\t/evil.example", "/\r\nX: y", "//evil.example", "/\\evil"])
def test_the_language_leads_nowhere_else(pages, shop, path):
    fields = pages.get("/p/22699").form("/language") | {"language": "en", "next": path}

    assert pages.client.post("/language", data=fields).location == "/"


def gtin_of(shop):
    return shop.cup.gtin.zfill(14)


@pytest.mark.parametrize("rest", ["", "/10/LOT1", "/21/ABC?17=271231&linkType=gs1:pip"])
def test_a_gs1_digital_link_opens_the_product(pages, shop, rest):
    answer = pages.client.get(f"/01/{gtin_of(shop)}{rest}")

    assert (answer.status_code, answer.location) == (307, "/p/22699")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/01/00000000000017", 404),
        ("/01/02000000226990", 400),  # wrong check digit
        ("/01/hello", 400),
        ("/01/" + "9" * 400, 400),
        ("/01/%F0%9F%99%82", 400),
        ("/01/../../etc/passwd", 400),
    ],
)
def test_a_digital_link_to_nothing_is_told_calmly(pages, shop, path, status):
    assert "conseiller" in pages.get(path, status=status).text


def test_a_digital_link_speaks_the_language_of_the_phone(pages, shop):
    page = pages.get("/01/00000000000017", status=404, **{"Accept-Language": "en-GB,en"})

    assert page.soup.html["lang"] == "en"
    assert "is not sold here" in page.text


def test_digital_links_are_limited(app, pages, shop):
    settings = app.config["COMPTOIR"]
    few = replace(settings.limits, lookups_per_minute=3)
    app.config["COMPTOIR"] = replace(settings, limits=few)

    answers = [pages.client.get("/01/hello").status_code for _time in range(5)]

    assert answers == [400, 400, 400, 429, 429]


@pytest.mark.parametrize("code", ["NOTHING", "%F0%9F%99%82", "a" * 500, "%D7%A9%D7%9C%D7%95%D7%9D"])
def test_an_unknown_label_says_so_and_what_to_do(pages, shop, code):
    page = pages.get(f"/p/{code}", status=404)

    assert "aucun article d’ici" in page.text
    assert "autre magasin" in page.text


def test_a_withdrawn_product_says_so_and_what_would_do(pages, session, shop, now):
    shop.cup.product.withdrawn_at = now
    session.commit()

    page = pages.get("/p/22699", status=410)

    assert "n’est plus proposé" in page.text
    assert "Présentoir à gâteaux" in page.soup.select_one(".p-list").get_text()


def test_a_page_follows_its_article_also_out_of_the_catalogue(pages, shop):
    page = pages.get("/p/22699")

    assert "products:22699" in page.soup.body["hx-sse:connect"]
    assert "products from:body" in page.soup.select_one("#stock")["hx-trigger"]


def test_what_the_stock_lets_one_do_is_told_with_it(pages, session, shop):
    page = pages.get("/p/22699")
    assert page.soup.find(id="lead")["href"] == "/p/22699/reserve"
    assert "hx-swap-oob" not in page.soup.find(id="lead").attrs
    stock_of(session, shop).on_hand = 0
    session.commit()

    told = Page(pages.client.get("/p/22699/stock")).soup.find(id="lead")

    assert told["hx-swap-oob"]
    assert told["href"] != "/p/22699/reserve"


def test_a_new_price_is_told_with_the_stock(pages, session, shop):
    page = pages.get("/p/22699")
    assert page.soup.find(id="price").get_text().split()[0] == "2,95"
    assert "hx-swap-oob" not in page.soup.find(id="price").attrs
    shop.cup.price_minor = 1495
    session.commit()

    told = Page(pages.client.get("/p/22699/stock")).soup

    assert told.find(id="price")["hx-swap-oob"]
    assert told.find(id="price").get_text().split()[0] == "14,95"
    assert "products from:body" in told.find(id="stock")["hx-trigger"]


def test_a_block_of_what_was_withdrawn_leads_to_the_page(pages, session, shop, now):
    shop.cup.product.withdrawn_at = now
    session.commit()

    answer = pages.client.get("/p/22699/stock", headers={"HX-Request": "true"})

    assert answer.headers["HX-Redirect"] == "/p/22699"


def test_a_price_of_nothing_is_asked_at_the_till(pages, kiosk, session, shop):
    shop.cup.price_minor = 0
    session.commit()

    assert "Prix en caisse" in pages.get("/p/22699").text
    assert "0,00" not in kiosk.get("/kiosk/products/22699").text


def test_more_sold_than_counted_is_to_be_checked(pages, session, shop):
    from_shelf = stock_of(session, shop)
    from_shelf.on_hand = -2
    session.commit()

    block = pages.get("/p/22699").soup.select_one("#stock").get_text(" ", strip=True)

    assert "À vérifier" in block
    assert "-2" not in block


def stock_of(session, shop):
    return session.get(StockLevel, (shop.lille.id, shop.cup.id))


def sell_together(session, shop):
    """Note that the cup and the cake stand are often bought together."""
    together = AlsoBought(
        product_id=shop.cup.product_id, position=0, other_id=shop.cake_stand.product_id,
        together=12, baskets=80,
    )  # fmt: skip
    session.add(together)
    session.commit()


def test_what_goes_with_it_says_in_how_many_purchases(pages, kiosk, session, shop):
    sell_together(session, shop)

    phone = pages.get("/p/22699").soup.select_one(".p-also").get_text(" ", strip=True)
    screen = kiosk.get("/kiosk/products/22699").soup.select_one("#beside").get_text(" ", strip=True)

    assert "12 achats sur 80" in phone
    assert "Présentoir" in screen and "12 achats sur 80" in screen


def test_a_text_in_another_language_than_the_page_says_so(pages, session, shop):
    shop.cup.product.description = "Porcelaine, à la main."
    session.commit()

    french, english = (
        pages.get("/p/22699", **{"Accept-Language": language}).soup for language in ("fr", "en")
    )

    assert french.find("p", string="Porcelaine, à la main.").get("lang") is None
    assert english.find("p", string="Porcelaine, à la main.")["lang"] == "fr"


def test_what_a_lot_holds_is_said_in_the_language_of_the_screen(pages, session, shop, now):
    tins = VariantRecord(sku="TINS", price_minor=395, content="6 pièces")
    products.upsert(
        session, ProductRecord(reference="TINS", name="Boîtes", variants=(tins,)), now=now
    )
    session.commit()

    words = pages.get("/p/tins", **{"Accept-Language": "en"}).soup.select_one(".p-title__price")

    assert "6 pieces · €0.66 each" in words.get_text(" ", strip=True).replace("\u00a0", " ")


@pytest.mark.parametrize(("language", "marked"), [("fr", None), ("en", "fr")])
def test_a_name_or_department_without_english_says_that_it_is_french(
    pages, kiosk, session, shop, language, marked
):
    shop.cup.product.name_en, shop.cup.product.category = "", "Vaisselle fine"
    session.commit()
    speak(kiosk, language)
    english = {"Accept-Language": language}
    name, department = re.compile("Tasse et soucoupe"), re.compile("Vaisselle fine")

    pages_shown = [
        (pages.get("/p/22699", **english), name),
        (pages.get("/p/22699/reserve", **english), name),
        (kiosk.get("/kiosk/products/22699"), name),
        (kiosk.get("/kiosk/products/22699"), department),
        (kiosk.get("/kiosk/products/22699/reserve"), name),
        (kiosk.get("/kiosk/search?category=Vaisselle+fine"), name),
        (kiosk.get("/kiosk/categories"), department),
    ]
    shown = [page.soup.body.find(string=text).parent for page, text in pages_shown]

    assert [one.get("lang") for one in shown] == [marked] * len(shown)


def speak(kiosk, language):
    with kiosk.client.session_transaction() as held:
        held["language"] = language


def test_what_goes_with_an_article_says_when_it_is_french(pages, kiosk, session, shop):
    sell_together(session, shop)
    speak(kiosk, "en")
    name = re.compile("Présentoir")

    phone = pages.get("/p/22699", **{"Accept-Language": "en"}).soup.find("b", string=name)
    screen = kiosk.get("/kiosk/products/22699").soup.find(class_="k-beside__name", string=name)

    assert (phone["lang"], screen["lang"]) == ("fr", "fr")


def test_a_unit_price_stands_beside_the_price(pages, session, shop, now):
    candle = VariantRecord(sku="WAX", price_minor=1290, content="120 g")
    products.upsert(
        session, ProductRecord(reference="WAX", name="Bougie", variants=(candle,)), now=now
    )
    session.commit()

    words = pages.get("/p/wax").soup.select_one(".p-title__price").get_text(" ", strip=True)

    assert words.replace("\u00a0", " ") == "12,90 € 120 g · 107,50 € le kg"
