"""Customers who ask for an assistant at the kiosk, and see who comes."""

from datetime import timedelta

from store import calls
from store.models import AssistanceCall
from store.web import clock


def call_at(kiosk, path="/kiosk/"):
    return kiosk.send(kiosk.get(path), "/kiosk/help")


def test_the_kiosk_says_that_somebody_is_told(kiosk, session, shop):
    answer = call_at(kiosk)

    assert "Un conseiller est prévenu" in answer.text
    assert session.query(AssistanceCall).one().device_id == shop.kiosk.id


def test_the_tablets_learn_what_was_on_the_screen(kiosk, session, shop):
    call_at(kiosk, f"/kiosk/products/{shop.cup.sku}")

    call = session.query(AssistanceCall).one()
    assert (call.about, call.variant_id) == ("product", shop.cup.id)


def test_the_kiosk_shows_who_comes_by_first_name(kiosk, session, shop):
    call_at(kiosk)
    call = session.query(AssistanceCall).one()
    calls.take(session, call.uid, staff=shop.ines, now=clock.now())
    session.commit()

    page = kiosk.block("/kiosk/help")

    assert "Inès arrive vers vous" in page.text
    assert "Benali" not in page.text


def test_an_unanswered_call_is_said_calmly_with_another_way(kiosk, session, shop, monkeypatch):
    call_at(kiosk)
    session.query(AssistanceCall).update({"called_at": clock.now() - timedelta(seconds=130)})
    session.commit()

    page = kiosk.block("/kiosk/help")

    assert "Tout le monde est avec quelqu’un" in page.text
    assert "Au comptoir" in page.text


def test_the_customer_takes_the_call_back(kiosk, session, shop):
    page = call_at(kiosk)

    home = kiosk.send(page, "/kiosk/help/cancel")

    assert home.answer.request.path == "/kiosk/"
    assert session.query(AssistanceCall).one().ended_by == "visitor"


def test_the_next_visitor_sees_nothing_of_the_call(kiosk, session, shop):
    page = call_at(kiosk)
    kiosk.send(page, "/kiosk/end")

    answer = kiosk.client.get("/kiosk/help")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/kiosk/")
