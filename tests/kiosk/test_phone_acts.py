"""Reserving, listing and ordering from the customer's own phone."""

import pytest

from store import outbox
from store.models import DeliveryAddress, Order, OutboxMessage, StockLevel
from store.web import clock
from tests.kiosk.acts import heard_lately, with_central

PATH = "/p/22699/reserve"
HOME = {
    "name": "Zoé Martin",
    "address": "3 rue Basse",
    "postcode": "59800",
    "city": "Lille",
    "phone": "06 00 00 00 42",
}


@pytest.fixture
def central(app, session, shop):
    with_central(app)
    heard_lately(session, clock.now())


@pytest.fixture
def phone(pages, shop):
    return pages


def order_of(session):
    """Return the order, and end the transaction that reading it began."""
    order = session.query(Order).filter_by(channel="phone").one()
    session.commit()
    return order


def test_a_phone_reserves_and_gets_its_code(phone, session, shop):
    page = phone.send(phone.get(PATH), PATH, name="Zoé")

    order = order_of(session)
    assert page.answer.request.path == f"/p/r/{order.code}"
    assert "C’est réservé" in page.text
    assert f"{order.pickup_code[:3]} {order.pickup_code[3:]}" in page.text
    assert "à payer au retrait" in page.text


def test_a_name_that_is_too_long_is_said_to_be_so(phone, session, shop):
    page = phone.send(phone.get(PATH), PATH, name="Zoé" * 20)

    assert page.status == 422
    assert "Un prénom suffit : 40 lettres au plus." in page.text
    assert page.form(PATH)["name"] == "Zoé" * 20


def test_a_form_is_not_offered_for_what_is_all_gone(phone, session, shop):
    session.get(StockLevel, (shop.lille.id, shop.cup.id)).on_hand = 0
    session.commit()

    opened = phone.get(PATH)

    assert "Il n’en reste plus ici" in opened.text
    assert opened.soup.find("input", {"name": "name"}) is None


def test_a_tap_takes_the_reservation_back(phone, session, shop):
    page = phone.send(phone.get(PATH), PATH, name="Zoé")

    cancelled = phone.send(page, f"/p/r/{order_of(session).code}/cancel")

    assert "C’est annulé" in cancelled.text
    assert session.get(StockLevel, (shop.lille.id, shop.cup.id)).reserved == 0


def test_a_form_sent_again_without_its_cookie_finds_its_list(phone, session, shop):
    page = phone.get("/p/22699")
    fields = page.form("/p/list")
    with phone.client.session_transaction() as remembered:
        before = dict(remembered)
    phone.post("/p/list", fields)
    with phone.client.session_transaction() as remembered:
        remembered.clear()
        remembered.update(before)  # the answer with the cookie was lost

    phone.post("/p/list", fields)

    assert "Tasse et soucoupe" in phone.get("/p/list").text


def test_a_quantity_that_is_no_number_changes_nothing(phone, shop):
    page = phone.send(phone.get("/p/22699"), "/p/list")

    for typed in ("many", "9" * 5000):
        page = phone.send(page, "/p/list/change", quantity=typed)

    assert "Tasse et soucoupe" in page.text


def test_only_the_code_opens_an_order(phone, session, shop):
    phone.get("/p/r/RNOTACODE", status=404)
    phone.get(f"/p/r/{shop.order.number}", status=404)
    phone.get("/p/r/482915", status=404)


def test_the_order_page_is_nobody_else_s_to_find(phone, session, shop):
    page = phone.send(phone.get(PATH), PATH, name="Zoé")

    assert "noindex" in page.answer.headers["X-Robots-Tag"]
    assert "no-store" in page.answer.headers["Cache-Control"]


def test_without_a_name_nothing_is_held(phone, session, shop):
    page = phone.send(phone.get(PATH), PATH, name="7")

    assert page.status == 422
    assert session.query(Order).filter_by(channel="phone").count() == 0


def test_a_phone_has_its_own_list(phone, shop):
    listed = phone.send(phone.get("/p/22699"), "/p/list")

    assert listed.answer.request.path == "/p/list"
    assert "Tasse et soucoupe" in listed.text
    assert "Rien sur la liste" in phone.send(listed, "/p/list/change", quantity="0").text


def test_a_delivery_says_truthfully_how_far_it_is(phone, session, shop, central):
    page = phone.send(phone.get("/p/delivery?sku=22699"), "/p/delivery", **HOME)

    order = order_of(session)
    assert "Votre demande de livraison est notée" in page.text
    assert "En attente de transmission" in page.text
    assert session.query(DeliveryAddress).one().postcode == "59800"

    fact = session.query(OutboxMessage).filter_by(kind="order").one()
    outbox.mark_delivered(session, fact.uid, now=clock.now())
    session.commit()

    told = phone.block(f"/p/r/{order.code}")
    assert "Votre demande de livraison est transmise" in told.text
    assert "Rien n’est encore payé" in told.text


def test_what_is_missing_of_an_address_is_said_and_nothing_is_lost(phone, session, shop, central):
    page = phone.send(
        phone.get("/p/delivery?sku=22699"), "/p/delivery", **(HOME | {"city": "", "phone": ""})
    )

    assert page.status == 422
    assert "Nécessaire pour livrer" in page.text
    assert "Un e-mail ou un téléphone" in page.text
    assert page.form("/p/delivery")["address"] == "3 rue Basse"
    assert session.query(Order).filter_by(channel="phone").count() == 0


def test_what_has_no_price_is_never_said_to_cost_nothing(phone, session, shop, central):
    shop.cup.price_minor = 0
    session.commit()

    listed = phone.send(phone.get("/p/22699"), "/p/list")
    asked = phone.get("/p/delivery?sku=22699")
    noted = phone.send(asked, "/p/delivery", **HOME)

    for page in (listed, asked, noted):
        assert "Prix en caisse" in page.text
        assert "0,00" not in page.text


def test_the_whole_list_can_be_delivered(phone, session, shop, central):
    listed = phone.send(phone.get("/p/22699"), "/p/list")
    phone.send(listed, "/p/list/change", quantity="3")

    phone.send(phone.get("/p/delivery"), "/p/delivery", **HOME)

    assert [line.quantity for line in order_of(session).lines] == [3]
    assert "Rien sur la liste" in phone.get("/p/list").text


def test_a_shop_alone_delivers_nothing(phone, shop):
    phone.get("/p/delivery?sku=22699", status=404)


def test_a_phone_cannot_reserve_without_end(app, phone, shop):
    path = "/p/22423/reserve"
    forms = [phone.get(path).form(path) for _ in range(13)]

    statuses = [phone.post(path, form | {"name": "Zoé"}).status for form in forms]

    assert statuses[:5] == [303] * 5
    assert statuses[-1] == 429
