"""Shelf checks on the tablet: one tap asks, one tap answers; a customer can ask too."""

import pytest
from sqlalchemy import select

from store import outbox, products, shelf_checks, stock
from store.models import ShelfCheck, StockLevel
from store.records import MovementRecord, ProductRecord, VariantRecord
from store.web import clock
from tests.shop import cushions

ARTICLE = "/tablet/stock/22423"
NEVER_COUNTED = ProductRecord(
    reference="NEW",
    name="Marque-page",
    category="kitchen",
    variants=(VariantRecord(sku="NEW-1", price_minor=300),),
)
ON_HAND, ASIDE = 8, 1  # one lies prepared for Camille


def ask(tablet):
    return tablet.send(tablet.get(ARTICLE), f"{ARTICLE}/check")


def answer_of(tablet, page, session, seen):
    return tablet.send(page, f"/tablet/checks/{task_of(session).uid}", seen=seen)


def task_of(session):
    found = session.scalars(select(ShelfCheck).execution_options(populate_existing=True)).one()
    session.commit()  # pages write on their own connection
    return found


def level(session, shop):
    pair = (shop.lille.id, shop.cake_stand.id)
    found = session.get_one(StockLevel, pair, populate_existing=True)
    session.commit()
    return found


def test_one_tap_asks_and_the_page_puts_the_question(tablet):
    page = ask(tablet)

    form = page.soup.find("form", {"class": "stk__ask"})
    assert "Combien en rayon et en réserve ?" in page.text
    assert form.find("button")["value"] == str(ON_HAND - ASIDE)
    assert "Sans compter 1 déjà en casier" in page.text


def test_the_second_tap_counts_and_tells_the_hub(tablet, session, shop):
    page = answer_of(tablet, ask(tablet), session, str(ON_HAND - ASIDE))

    assert f"{ON_HAND - ASIDE} vus à" in page.text
    assert "vu en rayon" in page.text
    assert level(session, shop).on_hand == ON_HAND
    assert [fact.kind for fact in outbox.list_by_state(session)] == ["stock_movements"]


def test_another_number_is_typed_on_a_keypad(tablet, session, shop):
    ask(tablet)
    sheet = tablet.get(f"/tablet/checks/{task_of(session).uid}")

    answer_of(tablet, sheet, session, "3")

    assert sheet.soup.find(attrs={"data-keypad": "c-seen"})
    assert level(session, shop).on_hand == 3 + ASIDE


@pytest.mark.parametrize("seen", ["", "-1", "abc", "1000000000", "٣x"])
def test_a_number_that_cannot_be_is_asked_again(tablet, session, shop, seen):
    ask(tablet)
    address = f"/tablet/checks/{task_of(session).uid}"

    page = answer_of(tablet, tablet.get(address), session, seen)

    assert page.status == 422
    assert page.soup.find(id="c-seen")["aria-invalid"] == "true"
    assert task_of(session).answered_at is None
    assert level(session, shop).on_hand == ON_HAND


def test_a_task_answered_by_a_colleague_says_so(tablet, session, shop):
    page = ask(tablet)
    shelf_checks.answer(
        session, task_of(session).uid, store=shop.lille, seen=2, staff=shop.manager,
        now=clock.now(),
    )  # fmt: skip
    session.commit()

    answer = answer_of(tablet, page, session, "8")

    assert answer.status == 409
    assert "Malik a déjà vérifié" in answer.text


def test_tasks_wait_on_the_page_of_stock_and_in_the_rail(tablet):
    ask(tablet)

    page = tablet.get("/tablet/stock")

    (row,) = page.soup.find(id="results").find_all("li")
    assert "Présentoir" in row.get_text()
    assert "Demandé par Inès" in row.get_text()
    assert page.soup.find(id="checks-count").get_text().startswith("1")


def test_a_customer_at_the_kiosk_asks_for_a_look(kiosk, tablet):
    page = kiosk.send(kiosk.get("/kiosk/products/22423"), "/kiosk/products/22423/check")

    assert "Un conseiller va voir en rayon" in page.text
    assert "Demandé par un client" in tablet.get("/tablet/stock").text


def test_a_customer_with_a_phone_asks_for_a_look(pages, shop, session):
    page = pages.send(pages.get("/p/22423"), "/p/22423/check")

    assert "Un conseiller va voir en rayon" in page.text
    assert task_of(session).reason == "customer"


def test_a_figure_to_be_checked_is_never_shown_to_customers(kiosk, pages, session, shop):
    gone = MovementRecord(
        source="till", source_id="1", store="LIL", sku="22423", kind="delta", quantity=-20,
        occurred_at=clock.now(),
    )  # fmt: skip
    stock.apply(session, [gone], now=clock.now())
    session.commit()

    for block in (kiosk.block("/kiosk/products/22423/stock"), pages.get("/p/22423")):
        assert "À vérifier" in block.text
        assert not block.soup.find(id="stock").find("b", {"class": "num"})


def test_what_was_never_told_is_not_said_to_be_brought_up_to_date(kiosk, pages, session):
    products.upsert(session, NEVER_COUNTED, now=clock.now())
    session.commit()

    for page in (kiosk.get("/kiosk/products/NEW-1"), pages.get("/p/NEW-1")):
        said = " ".join(page.soup.find(id="stock").get_text(" ").split())
        assert "À vérifier" in said
        assert "heure inconnue" in said
        assert "mis à jour" not in said


def test_only_the_stores_that_have_some_are_listed_on_wish(tablet):
    page = tablet.get(ARTICLE)
    fewer = tablet.get(ARTICLE + "?only=yes")

    assert "Roubaix" in page.soup.find("tbody").get_text()
    assert "Roubaix" not in fewer.soup.find("tbody").get_text()
    assert "1 magasin sans stock sûr" in fewer.text


def test_what_is_no_longer_sold_says_so_to_staff(tablet, session, shop, now):
    shop.cake_stand.product.withdrawn_at = now
    session.commit()

    assert "n\u2019est plus vendu" in tablet.get(ARTICLE).text


def test_reserved_kept_back_and_coming_are_shown(tablet, session, shop):
    here = level(session, shop)
    here.safety_stock, here.incoming = 2, 24
    session.commit()

    page = tablet.get(ARTICLE)

    assert "2 de sécurité" in page.text
    assert "24 en route" in page.text


def test_a_task_names_the_colour_to_look_for(tablet, session):
    ivory, _red = cushions(session, 12, 32)
    article = f"/tablet/stock/{ivory}"
    tablet.send(tablet.get(article), f"{article}/check")

    row = tablet.get("/tablet/stock").soup.find(id="results").li
    keypad = tablet.get(f"/tablet/checks/{task_of(session).uid}")

    assert row.select_one(".prow__name").get_text() == "Coussin, ivoire"
    assert keypad.soup.select_one(".dialog__h p").get_text() == "Coussin, ivoire"
