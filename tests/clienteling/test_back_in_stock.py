"""Who waits for an article's return, on the tablet: a number, then whom to tell, then nobody."""

from datetime import timedelta

import pytest

from store import back_in_stock
from store.models import StockLevel
from store.web import clock

PRODUCT = "/tablet/stock/22699"


@pytest.fixture
def wish(session, shop):
    told = {"channel": "kiosk", "language": "en", "wait": timedelta(days=90), "now": clock.now()}
    made = back_in_stock.ask(session, shop.cup, store=shop.lille, contact="zoe@example.org", **told)
    session.commit()
    return made


def sell_out(session, shop):
    level = session.get(StockLevel, (shop.lille.id, shop.cup.id))
    level.reserved = level.on_hand
    session.commit()


def test_while_it_is_out_only_their_number_is_shown(tablet, session, shop, wish):
    sell_out(session, shop)

    page = tablet.get(PRODUCT)

    assert "1 personne attend le retour" in page.text
    assert "zoe@" not in page.answer.text
    assert "De retour" not in tablet.get("/tablet/stock").text


def test_once_it_is_back_they_are_told_and_forgotten(tablet, session, shop, wish):
    action = f"/tablet/back-in-stock/{wish.uid}"
    assert "1 personne à prévenir" in tablet.get("/tablet/stock").text
    page = tablet.get(PRODUCT)
    assert "zoe@example.org" in page.text
    assert "en anglais" in page.text

    after = tablet.send(page, action)

    assert after.answer.request.path == PRODUCT
    assert "zoe@" not in after.answer.text
    session.expire_all()
    assert (wish.ended_by, wish.told_by.code, wish.contact) == ("told", "ines", "")


def test_two_who_tell_at_once_are_one(tablet, session, shop, wish):
    action = f"/tablet/back-in-stock/{wish.uid}"
    first, second = tablet.get(PRODUCT).form(action), tablet.get(PRODUCT).form(action)

    assert [tablet.post(action, fields).status for fields in (first, second)] == [303, 303]


def test_a_wish_of_another_store_is_not_found(tablet, session, shop):
    assert tablet.client.post(
        "/tablet/back-in-stock/unknown", data={"key": "x" * 36}
    ).status_code in (
        400,
        404,
    )
