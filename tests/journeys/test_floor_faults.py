"""What goes wrong on a floor, as a customer sees it: in both languages, standing and lying."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from store import changes, products
from store.database import make_engine, writing
from store.models import Product, Variant
from store.web import clock
from tests.journeys import kiosk_shop

CUP, STAND = "22699", "22423"
LYING = {"width": 1920, "height": 1080}
SIZES = {"fr": kiosk_shop.PORTRAIT, "en": LYING}
WORDS = {
    "gone": {"fr": "n’est plus proposé ici", "en": "no longer sold here"},
    "quicker": {"fr": "vient de prendre le dernier", "en": "has just taken the last one"},
    "unsure": {"fr": "À vérifier", "en": "To be checked"},
    "at the till": {"fr": "Prix en caisse", "en": "Price at the till"},
    "nothing": {"fr": "Aucun article trouvé", "en": "No item found"},
    "other shop": {"fr": "celle d’un autre magasin", "en": "another store"},
    "misread": {"fr": "code est faux", "en": "code is wrong"},
}
WIDER = "document.scrollingElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def kiosks(chromium, own_shop, language):
    """Give kiosks in a language, as many as are asked for."""
    opened = []

    def kiosk():
        context = kiosk_shop.context(chromium, own_shop, viewport=SIZES[language])
        opened.append(context)
        page = context.new_page()
        page.goto(f"{own_shop.server.url}/kiosk/")
        if language == "en":
            with page.expect_navigation():
                page.get_by_role("button", name="English").first.click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        return page

    yield kiosk
    for context in opened:
        context.close()


@pytest.fixture
def said(language):
    return lambda key: re.compile(WORDS[key][language])


@pytest.fixture
def written(own_shop):
    """Let something of the catalogue be changed, as an import would."""
    engine = make_engine(f"sqlite:///{own_shop.server.folder / 'comptoir.db'}")

    def written(act):
        with writing(engine) as session:
            act(session)
            changes.record(session, "products", CUP, now=clock.now())

    yield written
    engine.dispose()


def test_of_two_kiosks_one_gets_the_last_and_the_other_what_comes_next(
    kiosks, own_shop, said, language
):
    last, other = {"fr": (CUP, STAND), "en": (STAND, CUP)}[language]
    kiosk_shop.count(own_shop, last, 1)
    kiosk_shop.count(own_shop, other, 5)
    pages = [kiosks(), kiosks()]
    for page in pages:
        page.goto(f"{own_shop.server.url}/kiosk/products/{last}/reserve")
        page.locator("#f-name").fill("Zoé")

    for page in pages:
        page.evaluate("document.querySelector('main form').requestSubmit()")

    for page in pages:
        expect(page.locator(".k-ticket, .k-rows").first).to_be_visible()
    (loser,) = [page for page in pages if page.locator(".k-ticket").count() == 0]
    expect(loser.get_by_role("heading", level=1)).to_contain_text(said("quicker"))
    expect(loser.locator(f"main a[href='/kiosk/products/{other}']").first).to_be_visible()


def test_an_article_that_is_withdrawn_while_it_is_shown_says_so(kiosks, own_shop, said, written):
    page = kiosks()
    kiosk_shop.follow(page, f"{own_shop.server.url}/kiosk/products/{CUP}")

    written(lambda session: products.withdraw(session, CUP, now=clock.now()))

    expect(page.get_by_role("heading", level=1)).to_contain_text(said("gone"))
    written(lambda session: session.execute(update(Product).values(withdrawn_at=None)))


def test_a_price_of_nothing_and_less_than_nothing_on_the_shelf_are_said_in_words(
    kiosks, own_shop, said, written
):
    page = kiosks()
    kiosk_shop.count(own_shop, CUP, 3)
    kiosk_shop.follow(page, f"{own_shop.server.url}/kiosk/products/{CUP}")

    kiosk_shop.move(own_shop, CUP, "delta", -9)
    written(lambda session: session.execute(update(Variant).values(price_minor=0)))

    expect(page.locator(".k-prod__price")).to_have_text(said("at the till"))
    expect(page.locator(".k-stock__here")).to_contain_text(said("unsure"))
    expect(page.locator("main")).not_to_contain_text(re.compile(r"[-−]\s?\d|0,00|0\.00"))


def test_what_no_shop_of_ours_wrote_is_said_in_words_and_breaks_nothing(kiosks, own_shop, said):
    page = kiosks()
    page.goto(f"{own_shop.server.url}/kiosk/search")
    page.get_by_role("searchbox").fill("🙂 مصباح")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(said("nothing"))
    assert page.evaluate(WIDER) <= 0

    for code, words in (
        (f"HTTPS://LYON.EXAMPLE/P/{CUP}", "other shop"),
        ("4006381333932", "misread"),
    ):
        page.goto(f"{own_shop.server.url}/kiosk/scan")
        kiosk_shop.scan(page, code)
        expect(page.locator(".k-refusal")).to_contain_text(said(words))
