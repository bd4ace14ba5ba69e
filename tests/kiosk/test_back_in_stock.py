"""Being told of an article's return at the kiosk: a contact, a card, and nothing left on screen."""

import pytest

from store.models import BackInStock, StockLevel, UnmetDemand
from store.web import clock
from tests.kiosk.acts import heard_lately, with_central

PRODUCT = "/kiosk/products/22699"
PATH = f"{PRODUCT}/tell-me"


@pytest.fixture
def sold_out(session, shop):
    level = session.get(StockLevel, (shop.lille.id, shop.cup.id))
    level.reserved = level.on_hand
    session.commit()
    return level


def test_what_is_out_of_stock_offers_to_tell_of_its_return(app, kiosk, session, sold_out):
    with_central(app)
    heard_lately(session, clock.now())

    page = kiosk.get(PRODUCT)

    acts = page.soup.select_one("#acts").get_text(" ", strip=True)
    assert acts.split() == "Commander en livraison Me prévenir du retour".split()


def test_what_is_here_offers_nothing_of_the_kind(kiosk, shop):
    assert "Me prévenir" not in kiosk.get(PRODUCT).text

    assert kiosk.client.get(PATH).headers["Location"] == PRODUCT


def test_a_contact_is_noted_and_shown_no_more(kiosk, session, shop, sold_out):
    asked = kiosk.get(PATH)
    assert "jamais à de la publicité" in asked.text
    assert "90 jours" in asked.text

    page = kiosk.send(asked, PATH, contact="zoe@example.org")

    assert page.answer.request.path == f"{PRODUCT}/noted"
    wish = session.query(BackInStock).one()
    assert (wish.kind, wish.contact, wish.language) == ("email", "zoe@example.org", "fr")
    after = kiosk.get(PRODUCT)
    assert "Retour à annoncer : noté" in after.text
    assert "zoe" not in page.answer.text + after.answer.text
    assert session.query(UnmetDemand).one().kind == "out_of_stock"


def test_a_fault_says_what_to_mend_and_keeps_what_was_typed(kiosk, session, sold_out):
    page = kiosk.send(kiosk.get(PATH), PATH, contact="zoe@")

    assert page.status == 422
    assert "ni un e-mail ni un numéro" in page.text
    assert page.form(PATH)["contact"] == "zoe@"
    assert session.query(BackInStock).count() == 0


def test_a_card_that_was_shown_is_enough_and_its_contact_is_masked(kiosk, session, shop, sold_out):
    with kiosk.client.session_transaction() as remembered:
        remembered["card"] = shop.camille.uid

    asked = kiosk.get(PATH)
    kiosk.send(asked, PATH)

    assert shop.camille.email not in asked.text
    assert session.query(BackInStock).one().customer_id == shop.camille.id


def test_the_same_form_twice_is_one_wish(kiosk, session, sold_out):
    fields = kiosk.get(PATH).form(PATH) | {"contact": "06 12 34 56 78"}

    answers = [kiosk.post(PATH, fields) for _ in range(2)]

    assert [answer.status for answer in answers] == [303, 303]
    assert session.query(BackInStock).count() == 1


def test_the_next_visitor_finds_nothing_of_it(kiosk, sold_out):
    noted = kiosk.send(kiosk.get(PATH), PATH, contact="zoe@example.org")

    kiosk.send(noted, "/kiosk/end")

    assert "Me prévenir du retour" in kiosk.get(PRODUCT).text
    assert kiosk.client.get(f"{PRODUCT}/noted").headers["Location"] == PRODUCT
    assert kiosk.get(PATH).form(PATH)["contact"] == ""


def test_what_is_sold_no_more_tells_nobody(kiosk, session, shop, now, sold_out):
    fields = kiosk.get(PATH).form(PATH) | {"contact": "zoe@example.org"}
    shop.cup.product.withdrawn_at = now
    session.commit()

    assert kiosk.client.post(PATH, data=fields).status_code == 404
    assert kiosk.client.get(PATH).headers["Location"] == PRODUCT
