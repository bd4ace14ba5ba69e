"""The search at the kiosk."""

import pytest
from sqlalchemy import event

from store import search_index
from store.web.extensions import db


@pytest.fixture
def kiosk(kiosk, session, shop):
    """A kiosk whose catalogue has its search words."""
    for variant in (shop.cup, shop.cake_stand):
        search_index.write(session, variant.product)
    session.commit()
    return kiosk


def test_search_without_a_word_shows_the_departments(kiosk):
    page = kiosk.get("/kiosk/search")

    assert "Que cherchez-vous" in page.text
    assert page.soup.select_one('.k-cat[href="/kiosk/search?category=kitchen"]')


def test_search_shows_name_price_and_stock_here(kiosk):
    page = kiosk.get("/kiosk/search?q=tasses")

    tile = page.soup.select_one(".k-tile").get_text(" ", strip=True)
    assert "Tasse et soucoupe" in tile
    assert "2,95" in tile
    assert "6 en stock" in tile


def test_search_answers_htmx_with_the_results_alone(kiosk):
    block = kiosk.block("/kiosk/search?q=tasses")

    assert "Tasse et soucoupe" in block.text
    assert block.soup.find("nav", class_="k-base") is None


def test_search_without_result_offers_an_assistant(kiosk):
    page = kiosk.get("/kiosk/search?q=hippopotame")

    assert "Aucun article trouvé" in page.text
    assert page.soup.select_one('.k-none form[action="/kiosk/help"]')


def test_search_says_that_only_some_words_were_found(kiosk):
    page = kiosk.get("/kiosk/search?q=tasse+hippopotame")

    assert "Le plus proche" in page.text
    assert "Tasse et soucoupe" in page.text


def test_search_finishes_the_word(kiosk):
    chips = kiosk.get("/kiosk/search?q=souc").soup.select(".k-find__chips .chip")

    assert [chip.get_text(strip=True) for chip in chips] == ["soucoupe"]


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "a" * 10_000,
        "q=%F0%9F%99%82&page=99999999",
        "q=%D9%85%D8%B5%D8%A8%D8%A7%D8%AD",
        "page=-4",
        "page=x",
        "q=%00",
        "q=<script>alert(1)</script>",
        "category=" + "b" * 500,
    ],
)
def test_search_bears_any_text(kiosk, query):
    page = kiosk.get(f"/kiosk/search?{query}")

    assert "<script>alert" not in page.answer.text


def test_search_reads_the_database_a_constant_number_of_times(kiosk, app):
    one, two = (
        count_queries(app, kiosk, f"/kiosk/search?q={text}") for text in ("tasse", "regency")
    )

    assert one == two <= 8


def count_queries(app, kiosk, path):
    kiosk.get(path)
    seen = []

    def listener(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", listener)
    kiosk.get(path)
    event.remove(engine, "before_cursor_execute", listener)
    return len([one for one in seen if one.lstrip().startswith("SELECT")])
