"""The visitor's list at the kiosk, and how it leaves for a phone or a tablet."""

import pytest

from store import handoffs
from store.models import Basket, Handoff
from store.web import clock
from tests.kiosk.acts import with_central
from tests.page_client import PageClient

PRODUCT = "/kiosk/products/22699"


@pytest.fixture
def phone(app, shop):
    """A phone that nobody enrolled."""
    return PageClient(app)


def add(kiosk, sku="22699"):
    return kiosk.send(kiosk.get(f"/kiosk/products/{sku}"), "/kiosk/list")


def offer(kiosk):
    """Offer the list, and return the kiosk's page and the address in its QR."""
    page = kiosk.send(kiosk.get("/kiosk/list"), "/kiosk/handoff")
    with kiosk.client.session_transaction() as remembered:
        return page, f"/p/h/{remembered['handoff']['token'].lower()}"


def test_an_article_goes_on_the_list_and_the_product_page_says_so(kiosk, shop):
    page = add(kiosk)

    assert page.answer.request.path == PRODUCT
    assert "Sur ma liste" in page.text
    listed = kiosk.get("/kiosk/list")
    assert "Tasse et soucoupe" in listed.text
    assert "2,95 €" in listed.text


def test_quantities_change_and_none_takes_it_off(kiosk, shop):
    add(kiosk)

    two = kiosk.send(kiosk.get("/kiosk/list"), "/kiosk/list/change", quantity="2")
    none = kiosk.send(two, "/kiosk/list/change", quantity="0")

    assert "5,90 €" in two.text
    assert "Rien sur la liste" in none.text


def test_a_list_never_adds_up_to_less_than_it_costs(kiosk, session, shop):
    shop.cup.price_minor = 0
    session.commit()

    alone = add(kiosk) and kiosk.get("/kiosk/list").soup.select_one(".k-list__total")
    kiosk.send(kiosk.get("/kiosk/products/22423"), "/kiosk/list")
    both = kiosk.get("/kiosk/list").soup.select_one(".k-list__total")

    assert "Prix en caisse" in alone.text and "0,00" not in alone.text
    assert "10,95" in both.text and "et un prix en caisse" in both.text


def test_the_wipe_empties_the_list(kiosk, session, shop):
    kiosk.send(add(kiosk), "/kiosk/end")

    assert "Rien sur la liste" in kiosk.get("/kiosk/list").text
    assert session.query(Basket).count() == 0


def test_the_list_moves_to_the_phone_and_the_kiosk_forgets_it(kiosk, phone, shop):
    add(kiosk)
    page, address = offer(kiosk)
    assert page.soup.select_one("svg.qr") is not None

    taken = phone.send(phone.get(address), address)

    assert taken.answer.request.path == "/p/list"
    assert "Tasse et soucoupe" in taken.text
    assert "Repris sur votre téléphone" in kiosk.block("/kiosk/handoff").text
    assert "Rien sur la liste" in kiosk.get("/kiosk/list").text


def test_a_look_at_the_address_takes_nothing(kiosk, phone, shop):
    add(kiosk)
    _page, address = offer(kiosk)

    phone.get(address)
    phone.get(address)

    assert "Tasse et soucoupe" in kiosk.get("/kiosk/list").text


def test_a_code_works_once_and_says_when_it_did(app, kiosk, phone, shop):
    add(kiosk)
    _page, address = offer(kiosk)
    phone.send(phone.get(address), address)

    late = PageClient(app).get(address, status=410)

    assert "Ce code a déjà servi" in late.text


def test_a_code_that_was_wiped_says_so(kiosk, phone, shop):
    add(kiosk)
    page, address = offer(kiosk)
    kiosk.send(page, "/kiosk/end")

    assert "n’est plus valable" in phone.get(address, status=410).text


def test_a_stranger_s_code_is_not_known(phone, shop):
    assert "n’est pas connu" in phone.get("/p/h/" + "0" * 32, status=410).text


def test_the_pages_of_a_hand_off_are_kept_out_of_search_engines(kiosk, phone, shop):
    add(kiosk)
    _page, address = offer(kiosk)

    for path in (address, "/p/list"):
        assert "noindex" in phone.get(path).answer.headers["X-Robots-Tag"]
    assert "X-Robots-Tag" not in phone.get("/p/22699").answer.headers


def test_the_kiosk_follows_the_list_to_the_tablet(kiosk, session, shop):
    add(kiosk)
    offer(kiosk)
    digits = session.query(Handoff).one().digits
    handoffs.take_to_tablet(session, digits, store=shop.lille, staff=shop.ines, now=clock.now())
    session.commit()

    assert "Inès a votre liste" in kiosk.block("/kiosk/handoff").text


def test_a_delivery_goes_on_with_the_phone(app, kiosk, phone, session, shop):
    with_central(app)
    add(kiosk)
    listed = kiosk.get("/kiosk/list")
    fields = listed.form("/kiosk/handoff") | {"purpose": "delivery"}
    kiosk.post("/kiosk/handoff", fields)
    with kiosk.client.session_transaction() as remembered:
        address = f"/p/h/{remembered['handoff']['token']}"

    form = phone.send(phone.get(address), address)

    assert form.answer.request.path == "/p/delivery"
    assert "Adresse" in form.text
