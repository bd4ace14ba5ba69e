"""Stock on the tablet: found by a word, shown in every store with its age and source."""

import json
import re

import pytest
from sqlalchemy import select

from store import search_index, stock
from store.models import Product, StockLevel
from store.records import MovementRecord, StockRecord
from store.web import clock
from tests.counting import counted
from tests.shop import cushions


@pytest.fixture(autouse=True)
def searchable(session, shop):
    """Let the search know the shop's articles."""
    for product in session.scalars(select(Product)):
        search_index.write(session, product)
    session.commit()


def count(session, quantity, *, kind="count", number="1", store="LIL"):
    movement = MovementRecord(
        source="erp",
        source_id=number,
        store=store,
        sku="22423",
        kind=kind,
        quantity=quantity,
        occurred_at=clock.now(),
    )
    stock.apply(session, [movement], now=clock.now())
    session.commit()


def table(page):
    rows = page.soup.find("table").find("tbody").find_all("tr")
    return [" ".join(row.get_text(" ").split()) for row in rows]


def test_a_word_finds_the_article_and_shows_it(tablet):
    page = tablet.get("/tablet/stock?q=presentoire")

    assert page.soup.find(id="stock-name").get_text() == "Présentoir à gâteaux Regency"
    assert page.soup.find(attrs={"aria-current": "true", "class": "prow"})


def test_a_bar_code_with_a_wrong_digit_is_said_to_be_so(tablet):
    page = tablet.get("/tablet/stock?q=5901234123458")

    said = page.soup.find(id="results").get_text()
    assert "Un caractère de ce code est faux" in said
    assert "Rien ne correspond" not in said


def test_a_row_leads_to_the_variant_whose_stock_it_shows(tablet, session):
    few, many = cushions(session, 12, 32)

    page = tablet.get("/tablet/stock?q=coussin")

    row = page.soup.select_one("#results .prow")
    assert "32" in row.select_one(".stock").get_text()
    assert row.select_one(".prow__name").get_text() == "Coussin, rouge"
    assert row.a["href"] == f"/tablet/stock?q=coussin&sku={many}"
    assert f"Réf. {many}" in page.soup.find(id="stock-of").get_text()
    other = tablet.get(f"/tablet/stock?q=coussin&sku={few}").soup.select_one("#results .prow")
    assert other["aria-current"] == "true"


@pytest.mark.parametrize("kind", ["sku", "gtin"])
def test_a_reference_or_a_barcode_finds_the_article(tablet, shop, kind):
    query = getattr(shop.cake_stand, kind)

    assert "Présentoir" in tablet.get(f"/tablet/stock?q={query}").text


def test_nothing_found_is_said_with_what_to_do(tablet):
    page = tablet.get("/tablet/stock?q=xyzzyqwerty")

    assert "Rien ne correspond" in page.text


def test_typing_reads_the_list_alone(tablet):
    block = tablet.block("/tablet/stock?q=regency")

    assert len(block.soup.find(id="results").find_all("li")) == 2
    assert block.soup.find("table") is None


def test_each_store_shows_its_figure_its_distance_and_its_hours(tablet, session, shop):
    count(session, 8)
    told = StockRecord(
        store="RBX", sku="22423", on_hand=5, reserved=2, as_of=clock.now(), source="hub"
    )
    stock.learn(session, told, with_reserved=True, now=clock.now())
    session.commit()

    own, other = table(tablet.get("/tablet/stock/22423"))

    assert own.startswith("Lille, Grand'Place ici 8 0 ")
    assert other.startswith("Roubaix 10 km · ouvert jusqu’à 19 h 30")
    assert "3 2 " in other


def test_the_figure_says_when_it_was_counted_and_what_was_sold_since(tablet, session, shop):
    count(session, 8)
    count(session, -1, kind="delta", number="2")

    assert "1 vendu depuis" in tablet.get("/tablet/stock/22423").text


def test_what_nobody_knows_is_shown_as_a_question_with_a_number_to_call(tablet):
    _own, other = table(tablet.get("/tablet/stock/22423"))

    assert "?" in other
    assert "03 20 00 00 00" in other


def test_what_is_on_its_way_is_announced(tablet, session, shop):
    level = session.get_one(StockLevel, (shop.lille.id, shop.cake_stand.id))
    level.incoming, level.incoming_on = 24, clock.now().date()
    session.commit()

    assert "24 en route pour ici" in tablet.get("/tablet/stock/22423").text


def test_the_page_follows_whatever_is_searched_on_it_later(tablet):
    page = tablet.get("/tablet/stock/22423")

    followed = page.soup.body["hx-sse:connect"].split("topics=")[1].split("&")[0]
    assert "stock" in followed.split(",")
    assert "stock from:body" in page.soup.select_one("#results")["hx-trigger"]
    assert page.soup.find("script", src=re.compile(r"/js/shelf\.js"))


def test_what_is_shown_is_read_again_for_its_own_stock_only(tablet, session, shop):
    shop.cup.sku = "226 99"
    session.commit()

    found = tablet.block("/tablet/stock?q=tasse").soup
    table = tablet.get("/tablet/stock/226 99").soup.select_one("#stock-of")

    for block in (found.select_one("#results"), table):
        told = [one.split(" ")[0] for one in block["hx-trigger"].split(", ")]
        assert "shelf" in told and "stock" not in told
    for shown in (found.select_one("[data-skus]"), table):
        assert json.loads(shown["data-skus"]) == ["226 99"]


def test_the_table_reads_itself_again_alone(tablet):
    block = tablet.block("/tablet/stock/22423/table")

    assert block.soup.find(id="stock-of")
    assert block.soup.find("nav", {"class": "rail"}) is None


def test_an_unknown_article_is_not_found(tablet):
    tablet.get("/tablet/stock/NOTHING", status=404)


@pytest.mark.parametrize("query", ["<script>", "a" * 10_000, "🫖", "\u202e%20"])
def test_odd_texts_are_searched_like_any_other(tablet, query):
    tablet.get(f"/tablet/stock?q={query}")


def test_the_list_takes_as_many_queries_for_two_articles_as_for_one(tablet, app):
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine
    tablet.block("/tablet/stock?q=tasse")
    with counted(engine) as one:
        tablet.block("/tablet/stock?q=tasse")
    with counted(engine) as two:
        tablet.block("/tablet/stock?q=regency")

    assert len(one) == len(two) <= 12


def scan(tablet, code, page="/tablet/stock"):
    """Send a code as the page's own form does when a hand scanner is used."""
    form = tablet.get(page).soup.select_one("form[data-scan-form]")
    fields = {one["name"]: one.get("value", "") for one in form.select("input")}
    return tablet.post(form["action"], fields | {"code": code})


def test_a_scanned_article_is_shown_in_every_store(tablet, shop):
    answer = scan(tablet, shop.cake_stand.gtin)

    assert answer.answer.location == f"/tablet/stock/{shop.cake_stand.sku}"


@pytest.mark.parametrize("code", ["4006381333931", "5901234123458"])
def test_a_scan_that_leads_nowhere_is_said_and_what_is_shown_stays(tablet, code):
    page = scan(tablet, code, "/tablet/stock/22423?q=regency")

    assert page.status == 422
    assert page.soup.select_one(".stk__list [role=alert] strong")
    assert page.soup.find(id="stock-name").get_text() == "Présentoir à gâteaux Regency"
    assert len(page.soup.find(id="results").find_all("li")) == 2


def test_a_customers_card_is_said_to_be_no_article(tablet, shop):
    page = scan(tablet, shop.camille_card)

    assert "Ce code n’est pas celui d’un article" in page.soup.find(role="alert").get_text()


@pytest.mark.parametrize(
    ("what", "said", "opens"),
    [("card", "C’est la carte d’un client", "/tablet/customers/"),
     ("order", "C’est le code d’une commande", "/tablet/pickups/")],
)  # fmt: skip
def test_a_code_of_another_kind_is_named_and_opened_by_a_touch(tablet, shop, what, said, opens):
    page = scan(tablet, {"card": shop.camille_card, "order": shop.order.code}[what])

    assert said in page.soup.find(role="alert").get_text()
    opened = tablet.post("/tablet/scan", page.form("/tablet/scan"))
    assert opened.answer.location.startswith(opens)


def test_a_list_marks_no_article_while_none_is_shown(tablet):
    block = tablet.block("/tablet/stock?q=regency")

    assert block.soup.find(id="results").find(attrs={"aria-current": True}) is None
