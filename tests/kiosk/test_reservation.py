"""Reserving at the kiosk: a first name, a code, and what is next when somebody was quicker."""

from dataclasses import replace

import pytest

from store import outbox, reservations
from store.models import Order, OutboxMessage, StockLevel
from store.placed_orders import Wish
from store.web import clock
from tests.kiosk.acts import heard_lately, with_central

PATH = "/kiosk/products/22699/reserve"


@pytest.fixture
def central(app, session, shop):
    with_central(app)
    heard_lately(session, clock.now())


def reserve(kiosk, path=PATH, **fields):
    return kiosk.send(kiosk.get(path), PATH, **({"name": "Zoé"} | fields))


def test_a_first_name_is_enough(kiosk, session, shop):
    page = reserve(kiosk)

    order = session.query(Order).filter_by(channel="kiosk").one()
    assert page.answer.request.path == "/kiosk/reservation"
    assert "C’est réservé, Zoé" in page.text
    assert f"{order.pickup_code[:3]} {order.pickup_code[3:]}" in page.text
    assert page.soup.select_one("svg.qr") is not None
    assert session.get(StockLevel, (shop.lille.id, shop.cup.id)).reserved == 1


def test_what_was_only_asked_for_is_not_shown_as_ready(kiosk, session):
    page = reserve(kiosk)

    steps = page.soup.select(".k-track li")
    assert [step.get_text() for step in steps if step.get("data-done") is not None] == ["Réservée"]
    assert [step.get_text() for step in steps if step.get("aria-current")] == ["Réservée"]
    session.query(Order).filter_by(channel="kiosk").one().state = "ready"
    session.commit()
    now_at = kiosk.get("/kiosk/reservation").soup.select(".k-track [aria-current]")
    assert [step.get_text() for step in now_at] == ["Prête"]


def test_without_a_name_the_page_says_why(kiosk, session, shop):
    page = reserve(kiosk, name=" ")

    assert page.status == 422
    assert "Écrivez un prénom" in page.text
    assert session.query(Order).filter_by(channel="kiosk").count() == 0


def test_signs_that_only_turn_what_is_shown_are_left_out_of_a_name(kiosk, session):
    reserve(kiosk, name=" \u202eZoé\u200b  Lou\u2069")

    assert session.query(Order).filter_by(channel="kiosk").one().customer_name == "Zoé Lou"


def test_the_same_form_twice_is_one_reservation(kiosk, session, shop):
    fields = kiosk.get(PATH).form(PATH) | {"name": "Zoé"}

    kiosk.post(PATH, fields)
    again = kiosk.post(PATH, fields, follow=True)

    assert again.answer.request.path == "/kiosk/reservation"
    assert session.query(Order).filter_by(channel="kiosk").count() == 1


def test_what_is_sold_no_more_is_not_reserved(kiosk, session, shop, now):
    fields = kiosk.get(PATH).form(PATH) | {"name": "Zoé"}
    shop.cup.product.withdrawn_at = now
    session.commit()

    refused = kiosk.post(PATH, fields)

    assert refused.status == 410
    assert "n’est plus proposé ici" in refused.text
    assert kiosk.client.get(PATH).headers["Location"] == "/kiosk/products/22699"
    assert session.query(Order).filter_by(channel="kiosk").count() == 0


def test_a_card_that_was_shown_gives_the_name(kiosk, session, shop):
    with kiosk.client.session_transaction() as remembered:
        remembered["card"] = shop.camille.uid

    page = kiosk.send(kiosk.get(PATH), PATH)

    order = session.query(Order).filter_by(channel="kiosk").one()
    assert order.customer_id == shop.camille.id
    assert "Camille" in page.text
    assert "Roussel" not in page.text


def test_the_last_one_is_gone_and_the_next_best_is_offered(kiosk, session, shop, central):
    page = kiosk.get(PATH)
    take_all(session, shop)

    refused = kiosk.send(page, PATH, name="Zoé")

    assert refused.status == 409
    assert "Quelqu’un vient de prendre le dernier" in refused.text
    offered = {link["href"] for link in refused.soup.select("main a")}
    assert f"{PATH}?store=RBX" in offered
    assert "/kiosk/products/22423" in offered
    assert "Me faire livrer" in refused.text
    assert "Me prévenir du retour" in refused.text


def test_who_will_be_told_of_a_return_is_not_asked_again(kiosk, session, shop):
    page = kiosk.get(PATH)
    take_all(session, shop)
    with kiosk.client.session_transaction() as remembered:
        remembered["told"] = [shop.cup.sku]

    refused = kiosk.send(page, PATH, name="Zoé")

    assert "Retour à annoncer : noté" in refused.text
    assert "Me prévenir du retour" not in refused.text


def test_a_form_is_not_offered_for_what_is_all_gone(kiosk, session, shop, central):
    take_all(session, shop)

    opened = kiosk.get(PATH)

    assert "Il n’en reste plus ici" in opened.text
    assert opened.soup.find("input", {"name": "name"}) is None
    assert f"{PATH}?store=RBX" in {link["href"] for link in opened.soup.select("main a")}
    assert kiosk.get(f"{PATH}?store=RBX").soup.find("input", {"name": "name"})


def test_another_language_keeps_what_is_offered_instead(kiosk, session, shop, central):
    page = kiosk.get(PATH)
    take_all(session, shop)
    kiosk.send(page, PATH, name="Zoé")

    again = kiosk.send(kiosk.get(PATH), "/kiosk/settings", language="en", next=PATH)

    assert again.answer.request.path == PATH
    assert "None is left here" in again.text


def take_all(session, shop):
    now = clock.now()
    wishes = [Wish(variant=shop.cup, quantity=6)]
    here = {"own": shop.lille, "store": shop.lille, "channel": "tablet", "name": "Quelqu'un"}
    reservations.reserve(session, wishes, **here, hold_until=now.replace(year=2099), now=now)
    session.commit()


def test_another_shop_is_asked_and_the_words_promise_nothing(kiosk, session, shop, central):
    page = reserve(kiosk, f"{PATH}?store=RBX")

    assert "Votre demande est notée" in page.text
    assert "En attente de transmission" in page.text
    assert "réservé" not in page.soup.find("h1").text.lower()

    fact = session.query(OutboxMessage).filter_by(kind="order").one()
    outbox.mark_delivered(session, fact.uid, now=clock.now())
    session.commit()

    told = kiosk.block("/kiosk/reservation")
    assert "Votre demande est transmise" in told.text
    assert "Roubaix doit encore la confirmer" in told.text


def test_a_shop_alone_asks_no_other_one(kiosk, shop):
    kiosk.get(f"{PATH}?store=RBX", status=404)


def test_the_next_visitor_finds_no_reservation(kiosk, shop):
    kiosk.send(reserve(kiosk), "/kiosk/end")

    assert kiosk.client.get("/kiosk/reservation").headers["Location"] == "/kiosk/"


def test_a_kiosk_does_not_reserve_without_end(app, kiosk, shop):
    settings = app.config["COMPTOIR"]
    few = replace(settings.reservations, kiosk_per_hour=2)
    app.config["COMPTOIR"] = replace(settings, reservations=few)

    statuses = [
        kiosk.post(PATH, kiosk.get(PATH).form(PATH) | {"name": "Zoé"}).status for _ in range(3)
    ]

    assert statuses == [303, 303, 429]
