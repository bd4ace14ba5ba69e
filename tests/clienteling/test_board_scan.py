"""A hand scanner on the board: what a code opens, to what it narrows, and what leads nowhere."""

import pytest
from bs4 import BeautifulSoup
from sqlalchemy.orm import Session

from store import codes, staff, staging
from store.models import Order, Variant
from store.records import CustomerRef
from tests.clienteling.test_board import add_order, move, numbers

BOARD = "/tablet/pickups"
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def scan(tablet, code: str, board: str = BOARD, **more):
    """Send a code as the page's own form does, and answer the whole page."""
    to, fields = form(tablet, board)
    return tablet.post(to, fields | {"code": code} | more)


def form(tablet, board: str):
    found = tablet.get(board).soup.select_one("form[data-scan-form]")
    return found["action"], {one["name"]: one.get("value", "") for one in found.select("input")}


@pytest.mark.parametrize("code", ["QR", "711711", "500001"])
def test_a_code_opens_its_order(tablet, session: Session, shop, code):
    order = add_order(session, "500001")
    add_order(session, "500002", pickup_code="822822")
    proof = {"QR": "?proof=qr", "711711": "?proof=code"}.get(code, "")

    answer = scan(tablet, {"QR": order.code}.get(code, code))

    assert answer.answer.location == f"{BOARD}/{order.uid}{proof}"


def test_a_card_opens_the_order_of_its_customer(tablet, session: Session, shop):
    add_order(session, "500001")

    answer = scan(tablet, shop.camille_card)

    assert answer.answer.location == f"{BOARD}/{shop.order.uid}"


def test_a_card_of_several_orders_lists_those_that_wait_here(tablet, session: Session, shop):
    camille = {"customer": CustomerRef(email=shop.camille.email), "pickup_code": ""}
    second = add_order(session, "500001", **camille)
    add_order(session, "500002", store="RBX", **camille)
    add_order(session, "500003")

    page = scan(tablet, shop.camille_card)

    said = page.soup.find(id="board-said")
    assert "2 commandes de Camille R. attendent ici" in said.get_text()
    links = [link["href"] for link in said.find_all("a")]
    assert sorted(links) == sorted(f"{BOARD}/{one}" for one in (second.uid, shop.order.uid))


def test_a_card_without_an_order_says_so_and_keeps_the_board(tablet, session: Session, shop):
    session.get_one(Order, shop.order.id).customer_id = None
    session.commit()

    page = scan(tablet, shop.camille_card, f"{BOARD}?show=new")

    assert page.status == 422
    assert "Aucune commande de Camille R. n’attend ici" in page.soup.find(id="board-said").text
    assert page.soup.select_one("#board-filters [aria-current]")["href"].endswith("show=new")


def test_an_article_narrows_the_board_and_keeps_its_filter(tablet, session: Session, shop):
    move(session, shop.order, "cancelled")
    add_order(session, "500001")
    add_order(session, "500002", sku="99999")
    bars = shop.cup.gtin.removeprefix("0")  # thirteen digits stand under them

    answer = scan(tablet, bars, f"{BOARD}?show=new&q=nadia")

    assert answer.answer.location == f"{BOARD}?q={bars}&show=new"
    assert numbers(tablet.get(answer.answer.location)) == ["500001"]


def test_the_bars_of_what_is_given_instead_find_its_order(tablet, session: Session, shop):
    order = add_order(session, "500001")
    given = session.query(Variant).filter_by(sku="99999").one()
    move(session, order, "substituted", substitute_sku="99999", substitute_id=given.id)

    assert numbers(tablet.get(f"{BOARD}?q={given.gtin.removeprefix('0')}")) == ["500001"]


def test_the_label_of_a_place_narrows_the_board_to_it(tablet, session: Session, shop):
    staging.add(session, session.merge(shop.lille), "C-07")
    order = add_order(session)
    order.staging_place = "C-07"
    session.commit()

    answer = scan(tablet, "c607", alt="c-07")  # a French keyboard's reading, then the keys'

    assert numbers(tablet.get(answer.answer.location)) == ["500001"]
    assert answer.answer.location == f"{BOARD}?q=C-07"


def test_a_badge_hands_the_tablet_over_on_the_same_board(tablet, session: Session, shop):
    badge = codes.generate(codes.Kind.BADGE)
    staff.set_badge(session.merge(shop.manager), badge)
    session.commit()

    answer = scan(tablet, badge, f"{BOARD}?q=nadia&show=new")

    assert answer.answer.location == f"{BOARD}?q=nadia&show=new"
    assert "La tablette est à Malik." in tablet.get(BOARD).text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("4006381333932", "Un caractère de ce code est faux"),
        ("4006381333931", "Cet article n’est pas au catalogue"),
        ("999999", "Aucune commande n’attend avec ce code"),
        ("nonsense", "Ce code n’est pas connu ici"),
    ],
)
def test_what_leads_nowhere_is_said_over_a_board_that_stays(tablet, shop, code, words):
    to, fields = form(tablet, f"{BOARD}?show=last_day&q=camille")

    answer = tablet.client.post(to, data=fields | {"code": code}, headers=PARTIAL)

    assert answer.status_code == 422
    said = BeautifulSoup(answer.text, "html.parser")
    assert words in said.get_text()
    assert said.find(id="board") is None
    assert said.find("h1") is None


def test_what_leads_nowhere_keeps_search_and_filter_also_without_a_script(tablet, shop):
    page = scan(tablet, "nonsense", f"{BOARD}?q=482915")

    assert "Ce code n’est pas connu ici" in page.soup.select_one("#board-said [class*=danger]").text
    assert page.soup.find("input", {"name": "q"})["value"] == "482915"
    assert numbers(page) == ["482915"]


def test_an_order_of_another_shop_says_where_it_waits(tablet, session: Session, shop):
    order = add_order(session, store="RBX")

    assert "Cette commande attend à Roubaix" in scan(tablet, order.code).text


def test_a_page_over_the_board_hears_for_itself(tablet, session: Session, shop):
    sheet = tablet.get(f"{BOARD}/{shop.order.uid}").soup

    heard = [one["action"] for one in sheet.select("form[data-scan-form]")]
    assert heard == [f"{BOARD}/{shop.order.uid}/check"]
    assert tablet.get(f"{BOARD}/print").soup.select("form[data-scan-form]") == []
