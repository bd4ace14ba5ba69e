"""Reserving from a tablet, and lists that customers hand over to it."""

from store import baskets, handoffs
from store.models import Basket, Device, Order, StockLevel
from store.web import clock
from tests.kiosk.acts import heard_lately, with_central
from tests.shop import cushions

PATH = "/tablet/stock/22699/reserve"


def offered(session, shop):
    """Offer a list of one cup at the kiosk; return its four digits."""
    now = clock.now()
    basket = baskets.add(session, "visitor", shop.cup, store=shop.lille, quantity=2, now=now)
    made = handoffs.make(session, basket, store=shop.lille, device=shop.kiosk, minutes=10, now=now)
    session.commit()
    return made.digits


def test_an_assistant_reserves_for_a_first_name(tablet, session, shop):
    page = tablet.send(tablet.get(PATH), PATH, name="Zoé", quantity="2", store="LIL")

    order = session.query(Order).filter_by(channel="tablet").one()
    assert page.answer.request.path == f"/tablet/reservations/{order.uid}"
    assert "C’est réservé" in page.text
    assert session.get(StockLevel, (shop.lille.id, shop.cup.id)).reserved == 2


def test_what_was_reserved_is_named_with_its_colour(tablet, session, shop):
    ivory, _red = cushions(session, 4, 4)
    form = f"/tablet/stock/{ivory}/reserve"

    page = tablet.send(tablet.get(form), form, name="Zoé", quantity="2", store="LIL")

    assert page.soup.select(".acts__facts dd")[-1].get_text() == "2 × Coussin, ivoire"


def test_the_customer_whose_file_is_open_needs_no_name(tablet, session, shop):
    scan = tablet.get("/tablet/scan")
    tablet.send(scan, "/tablet/scan", code=shop.camille_card)

    form = tablet.get(PATH)
    tablet.send(form, PATH, customer=shop.camille.uid, store="LIL", quantity="1")

    assert session.query(Order).filter_by(channel="tablet").one().customer_id == shop.camille.id


def test_a_closed_file_lends_nobody_s_name(tablet, session, shop):
    page = tablet.send(
        tablet.get(PATH), PATH, customer=shop.camille.uid, store="LIL", quantity="1", name=""
    )

    assert page.status == 422
    assert session.query(Order).filter_by(channel="tablet").count() == 0


def test_more_than_there_is_says_how_much_is_left_and_loses_nothing(tablet, session, shop):
    page = tablet.send(tablet.get(PATH), PATH, name="Zoé", quantity="9", store="LIL")

    assert page.status == 409
    assert "Il n’en reste que 6" in page.text
    assert page.form(PATH)["name"] == "Zoé"


def test_another_shop_is_asked_and_the_tablet_says_how_far_it_is(app, tablet, session, shop):
    with_central(app)
    heard_lately(session, clock.now())

    page = tablet.send(tablet.get(PATH), PATH, name="Zoé", quantity="1", store="RBX")

    assert "En attente de transmission" in page.text


def test_four_digits_bring_a_customer_s_list(tablet, session, shop):
    digits = offered(session, shop)

    page = tablet.send(tablet.get("/tablet/lists"), "/tablet/lists", digits=digits)

    assert "Liste de 2 articles" in page.text
    assert "Tasse et soucoupe" in page.text
    assert "kiosk 1" in tablet.get("/tablet/lists").text


def test_a_list_says_from_which_kiosk_it_came_as_all_words_are_set(tablet, session, shop):
    session.get_one(Device, shop.kiosk.id).name = "Borne de l'entrée"
    digits = offered(session, shop)

    taken = tablet.send(tablet.get("/tablet/lists"), "/tablet/lists", digits=digits)

    for page in (taken, tablet.get("/tablet/lists")):
        assert "Borne de l’entrée" in page.text


def test_four_digits_typed_where_codes_are_typed_do_too(tablet, session, shop):
    digits = offered(session, shop)

    page = tablet.send(tablet.get("/tablet/scan"), "/tablet/scan", code=digits)

    assert "Liste de 2 articles" in page.text


def test_digits_that_were_used_say_so(tablet, session, shop):
    digits = offered(session, shop)
    tablet.send(tablet.get("/tablet/lists"), "/tablet/lists", digits=digits)

    again = tablet.send(tablet.get("/tablet/lists"), "/tablet/lists", digits=digits)

    assert again.status == 422
    assert "Ce code a déjà servi" in again.text


def test_a_list_that_is_dealt_with_is_gone(tablet, session, shop):
    page = tablet.send(tablet.get("/tablet/lists"), "/tablet/lists", digits=offered(session, shop))

    uid = page.answer.request.path.rpartition("/")[2]
    closed = tablet.send(page, f"/tablet/lists/{uid}/close")

    assert "Aucune liste" in closed.text
    assert session.query(Basket).count() == 0
