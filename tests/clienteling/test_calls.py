"""A call from a kiosk: every tablet rings, one of them goes, the others fall silent."""

from datetime import timedelta

import pytest

from store import calls, products
from store.models import AssistanceCall
from store.web import clock
from tests.page_client import PageClient
from tests.shop import cushions


@pytest.fixture
def manager(app, shop):
    return PageClient(app).become(shop.tablet_secret, "tablet").seat(shop.manager.uid)


def ring(session, shop, *, seconds_ago=0, **also):
    at = clock.now() - timedelta(seconds=seconds_ago)
    uid = calls.ring(session, shop.kiosk, times=calls.Times(), now=at, **also).uid
    session.commit()
    return uid


def alert(page):
    return page.soup.select_one("#calls .arrival")


def test_a_call_stands_on_every_page_with_where_and_about_what(tablet, session, shop):
    ring(session, shop, about="product", variant_id=shop.cup.id, articles=3)

    page = tablet.get("/tablet/scan")

    assert f"On vous appelle, {shop.kiosk.name}" in page.text
    assert "Tasse et soucoupe" in page.text
    assert "liste de 3 articles" in page.text


def test_a_call_names_the_colour_of_the_article_on_the_screen(tablet, session, shop):
    _ivory, red = (products.get_by_sku(session, sku) for sku in cushions(session, 4, 4))
    ring(session, shop, about="product", variant_id=red.id)

    assert "Coussin, rouge" in alert(tablet.get("/tablet/scan")).get_text()


def test_the_answered_call_is_gone_and_the_page_stays(tablet, session, shop):
    uid = ring(session, shop)
    page = tablet.get("/tablet/stock")

    answered = tablet.send(page, f"/tablet/calls/{uid}")

    assert alert(answered) is None
    assert answered.answer.request.path == "/tablet/stock"
    assert session.query(AssistanceCall).one().taken_by_id == shop.ines.id


def test_a_colleague_was_quicker(tablet, session, shop):
    uid = ring(session, shop)
    page = tablet.get("/tablet/scan")
    calls.take(session, uid, staff=shop.manager, now=clock.now())
    session.commit()

    refused = tablet.send(page, f"/tablet/calls/{uid}")

    assert refused.status == 409
    assert "Malik s’en occupe déjà" in refused.text


@pytest.mark.parametrize(
    ("seconds", "words", "is_loud"),
    [(5, "On vous appelle", False), (70, "On vous appelle", True), (130, "Appel sans", True)],
)
def test_a_call_grows_louder(tablet, session, shop, seconds, words, is_loud):
    ring(session, shop, seconds_ago=seconds)

    found = alert(tablet.get("/tablet/scan"))

    assert words in found.text
    assert found.has_attr("data-loud") == is_loud


def test_the_manager_s_tablet_rings_when_nobody_else_could(manager, session, shop):
    uid = ring(session, shop)
    silent = alert(manager.get("/tablet/scan"))
    session.query(AssistanceCall).filter_by(uid=uid).update(
        {"called_at": clock.now() - timedelta(seconds=125)}
    )
    session.commit()

    assert not silent.has_attr("data-ring")
    assert alert(manager.get("/tablet/scan")).has_attr("data-ring")


def test_of_many_calls_the_others_are_a_tap_away_and_ring_too(tablet, session, shop):
    uids = []
    for seconds_ago in (300, 200, 100, 5):
        uids.append(ring(session, shop, seconds_ago=seconds_ago))
        session.query(AssistanceCall).update({"device_id": shop.tablet.id})
        session.commit()

    page = tablet.get("/tablet/scan")

    shown = [form["action"].rsplit("/")[-1] for form in page.soup.select("#calls .arrival form")]
    assert shown == [uids[3], uids[0]]
    assert "et 2 autres appels" in page.text
    folded = page.soup.select("#calls-more form")
    assert [form["action"].rsplit("/")[-1] for form in folded] == [uids[2], uids[1]]
    assert len(page.soup.select("#calls [data-ring]")) == 4


def test_another_shop_s_tablets_stay_silent(tablet, session, shop):
    uid = ring(session, shop)
    session.query(AssistanceCall).filter_by(uid=uid).update({"store_id": shop.roubaix.id})
    session.commit()

    assert alert(tablet.get("/tablet/scan")) is None
