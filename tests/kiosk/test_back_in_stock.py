"""Being told of an article's return, at the kiosk and on one's phone: a contact, shown no more."""

from dataclasses import dataclass

import pytest

from store.models import BackInStock, StockLevel, UnmetDemand
from store.web import clock
from tests.kiosk.acts import heard_lately, with_central
from tests.page_client import PageClient

KIOSK, PHONE = "/kiosk/products/22699", "/p/22699"
CONTACT = "zoe@example.org"


@pytest.fixture
def sold_out(session, shop):
    level = session.get(StockLevel, (shop.lille.id, shop.cup.id))
    level.reserved = level.on_hand
    session.commit()
    return level


@dataclass
class Place:
    """Where somebody asks to be told: the pages, the article's among them, and the channel."""

    pages: PageClient
    product: str
    channel: str

    @property
    def path(self):
        return f"{self.product}/tell-me"

    def ask(self, **fields):
        return self.pages.send(self.pages.get(self.path), self.path, **fields)

    def leads_to(self, path):
        return self.pages.client.get(path).headers["Location"]


@pytest.fixture(params=["kiosk", "phone"])
def place(request):
    if request.param == "kiosk":
        return Place(request.getfixturevalue("kiosk"), KIOSK, "kiosk")
    return Place(request.getfixturevalue("pages"), PHONE, "phone")


# --- the same in both -------------------------------------------------------------------------


def test_what_is_here_offers_nothing_of_the_kind(place, shop):
    assert "Me prévenir" not in place.pages.get(place.product).text

    assert place.leads_to(place.path) == place.product


def test_a_contact_is_noted_and_shown_no_more(place, session, sold_out):
    asked = place.pages.get(place.path)
    assert "jamais à de la publicité" in asked.text
    assert "90 jours" in asked.text.replace("\xa0", " ")

    page = place.ask(contact=CONTACT)

    assert page.answer.request.path == f"{place.product}/noted"
    wish = session.query(BackInStock).one()
    assert (wish.kind, wish.contact, wish.language) == ("email", CONTACT, "fr")
    assert wish.channel == place.channel
    after = place.pages.get(place.product)
    assert "zoe@" not in page.answer.text + after.answer.text
    demand = session.query(UnmetDemand).one()
    assert (demand.kind, demand.device_kind) == ("out_of_stock", place.channel)


def test_a_fault_says_what_to_mend_and_keeps_what_was_typed(place, session, sold_out):
    page = place.ask(contact="zoe@")

    assert page.status == 422
    assert "ni un e-mail ni un numéro" in page.text
    assert page.form(place.path)["contact"] == "zoe@"
    assert session.query(BackInStock).count() == 0


def test_the_same_form_twice_is_one_wish(place, session, sold_out):
    fields = place.pages.get(place.path).form(place.path) | {"contact": "06 12 34 56 78"}

    answers = [place.pages.post(place.path, fields) for _ in range(2)]

    assert [answer.status for answer in answers] == [303, 303]
    assert session.query(BackInStock).count() == 1


def test_what_is_sold_no_more_tells_nobody(place, session, shop, now, sold_out):
    fields = place.pages.get(place.path).form(place.path) | {"contact": CONTACT}
    shop.cup.product.withdrawn_at = now
    session.commit()

    assert place.pages.client.post(place.path, data=fields).status_code == 410
    assert place.leads_to(place.path) == place.product


# --- at the kiosk -----------------------------------------------------------------------------


def test_the_kiosk_offers_it_beside_a_delivery(app, kiosk, session, sold_out):
    with_central(app)
    heard_lately(session, clock.now())

    page = kiosk.get(KIOSK)

    acts = page.soup.select_one("#acts").get_text(" ", strip=True)
    assert acts.split() == "Commander en livraison Me prévenir du retour".split()


def test_a_card_that_was_shown_is_enough_and_its_contact_is_masked(kiosk, session, shop, sold_out):
    with kiosk.client.session_transaction() as remembered:
        remembered["card"] = shop.camille.uid

    asked = kiosk.get(f"{KIOSK}/tell-me")
    kiosk.send(asked, f"{KIOSK}/tell-me")

    assert shop.camille.email not in asked.text
    assert session.query(BackInStock).one().customer_id == shop.camille.id


def test_the_next_visitor_finds_nothing_of_it(kiosk, sold_out):
    noted = kiosk.send(kiosk.get(f"{KIOSK}/tell-me"), f"{KIOSK}/tell-me", contact=CONTACT)
    assert "Retour à annoncer : noté" in kiosk.get(KIOSK).text

    kiosk.send(noted, "/kiosk/end")

    assert "Me prévenir du retour" in kiosk.get(KIOSK).text
    assert kiosk.client.get(f"{KIOSK}/noted").headers["Location"] == KIOSK
    assert kiosk.get(f"{KIOSK}/tell-me").form(f"{KIOSK}/tell-me")["contact"] == ""


# --- on a phone -------------------------------------------------------------------------------


def test_the_phone_offers_it_in_place_of_the_stock(pages, sold_out):
    page = pages.get(PHONE)

    link = page.soup.select_one("#stock a[href$='tell-me']")
    assert link.get_text(strip=True) == "Me prévenir du retour"
    assert pages.get(link["href"]).status == 200


def test_the_phone_says_that_it_is_noted_in_place_of_the_offer(pages, sold_out):
    pages.send(pages.get(f"{PHONE}/tell-me"), f"{PHONE}/tell-me", contact=CONTACT)

    for path in (PHONE, f"{PHONE}/stock"):
        answer = pages.client.get(path)
        assert "Retour à annoncer : noté" in answer.text.replace("\xa0", " ")
        assert "Me prévenir" not in answer.text
        assert "Cookie" in answer.headers["Vary"]


def test_another_phone_learns_nothing_of_it(pages, app, sold_out):
    pages.send(pages.get(f"{PHONE}/tell-me"), f"{PHONE}/tell-me", contact=CONTACT)
    pages.client.get(f"{PHONE}/stock")

    other = app.test_client()

    assert other.get(f"{PHONE}/noted").headers["Location"] == PHONE
    for path in (PHONE, f"{PHONE}/stock"):
        assert "Me prévenir du retour" in other.get(path).text
