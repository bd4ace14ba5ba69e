"""Being told of an article's return on the customer's own phone: as at the kiosk, by a contact."""

import pytest

from store.models import BackInStock, StockLevel, UnmetDemand

PRODUCT = "/p/22699"
PATH = f"{PRODUCT}/tell-me"


@pytest.fixture
def sold_out(session, shop):
    level = session.get(StockLevel, (shop.lille.id, shop.cup.id))
    level.reserved = level.on_hand
    session.commit()
    return level


def test_what_is_out_of_stock_offers_to_tell_of_its_return(pages, sold_out):
    page = pages.get(PRODUCT)

    link = page.soup.select_one("#stock a[href$='tell-me']")
    assert link.get_text(strip=True) == "Me prévenir du retour"
    assert pages.get(link["href"]).status == 200


def test_what_is_here_offers_nothing_of_the_kind(pages, shop):
    assert "Me prévenir" not in pages.get(PRODUCT).text

    assert pages.client.get(PATH).headers["Location"] == PRODUCT


def test_a_contact_is_noted_and_shown_no_more(pages, session, sold_out):
    asked = pages.get(PATH)
    assert "jamais à de la publicité" in asked.text
    assert "90 jours" in asked.text.replace("\xa0", " ")

    page = pages.send(asked, PATH, contact="zoe@example.org")

    assert page.answer.request.path == f"{PRODUCT}/noted"
    wish = session.query(BackInStock).one()
    assert (wish.kind, wish.contact, wish.channel) == ("email", "zoe@example.org", "phone")
    assert "zoe" not in page.text + pages.get(PRODUCT).text
    demand = session.query(UnmetDemand).one()
    assert (demand.kind, demand.device_kind) == ("out_of_stock", "phone")


def test_a_fault_says_what_to_mend_and_keeps_what_was_typed(pages, session, sold_out):
    page = pages.send(pages.get(PATH), PATH, contact="zoe@")

    assert page.status == 422
    assert "ni un e-mail ni un numéro" in page.text
    assert page.form(PATH)["contact"] == "zoe@"
    assert session.query(BackInStock).count() == 0


def test_the_same_form_twice_is_one_wish(pages, session, sold_out):
    fields = pages.get(PATH).form(PATH) | {"contact": "06 12 34 56 78"}

    answers = [pages.post(PATH, fields) for _ in range(2)]

    assert [answer.status for answer in answers] == [303, 303]
    assert session.query(BackInStock).count() == 1


def test_another_phone_learns_nothing_of_it(pages, app, sold_out):
    pages.send(pages.get(PATH), PATH, contact="zoe@example.org")

    other = app.test_client().get(f"{PRODUCT}/noted")

    assert other.headers["Location"] == PRODUCT


def test_what_is_sold_no_more_tells_nobody(pages, session, shop, now, sold_out):
    fields = pages.get(PATH).form(PATH) | {"contact": "zoe@example.org"}
    shop.cup.product.withdrawn_at = now
    session.commit()

    assert pages.client.post(PATH, data=fields).status_code == 404
    assert pages.client.get(PATH).headers["Location"] == PRODUCT
