"""A kiosk that is closed, and what it announces: at once, and never in a customer's way."""

from datetime import timedelta

import pytest

from store import screens
from store.database import writing
from store.models import Device, Store
from store.web import clock


@pytest.fixture
def close(engine, shop):
    def close(closed=True):
        with writing(engine) as session:
            device = session.get_one(Device, shop.kiosk.id)
            screens.close(session, device, closed=closed, now=clock.now())

    return close


@pytest.fixture
def announce(engine, shop):
    def announce(fr, en=""):
        with writing(engine) as session:
            end = clock.now() + timedelta(hours=1)
            store = session.get_one(Store, shop.lille.id)
            screens.announce(session, store, text_fr=fr, text_en=en, ends_at=end, now=clock.now())

    return announce


def follow(kiosk, path):
    return kiosk.client.get(path, headers={"HX-Request": "true"}).headers.get("HX-Redirect")


def test_a_closed_kiosk_says_so_and_opens_again(kiosk, close):
    close()
    assert kiosk.get("/kiosk/", status=303).answer.headers["Location"] == "/kiosk/closed"
    assert "La borne se repose" in kiosk.get("/kiosk/closed").text

    close(False)

    assert kiosk.get("/kiosk/closed", status=303).answer.headers["Location"] == "/kiosk/"


def test_a_home_that_stands_open_is_led_to_the_closed_page_and_back(kiosk, close):
    assert follow(kiosk, "/kiosk/notices?at=home") is None
    close()
    assert follow(kiosk, "/kiosk/notices?at=home") == "/kiosk/closed"
    assert follow(kiosk, "/kiosk/notices?at=closed") is None

    close(False)

    assert follow(kiosk, "/kiosk/notices?at=closed") == "/kiosk/"


def test_somebody_who_is_at_the_kiosk_may_finish(kiosk, close):
    page = kiosk.get("/kiosk/search?q=tasse")
    close()

    assert follow(kiosk, "/kiosk/notices?at=home") is None
    assert kiosk.get("/kiosk/").status == 200
    kiosk.post("/kiosk/end", page.form("/kiosk/end"))
    assert kiosk.get("/kiosk/", status=303).answer.headers["Location"] == "/kiosk/closed"


def test_the_kiosk_announces_in_the_customer_s_language(kiosk, announce):
    announce("Nocturne ce soir", "Late opening tonight")
    announce("Solde des mugs")

    assert "Nocturne ce soir" in kiosk.get("/kiosk/").text
    kiosk.send(kiosk.get("/kiosk/settings"), "/kiosk/settings", language="en")
    english = kiosk.get("/kiosk/").text
    assert "Late opening tonight" in english
    assert "Solde des mugs" in english


def test_a_home_without_announcements_leaves_no_room_for_them(kiosk):
    assert kiosk.get("/kiosk/").soup.find(id="notices").contents == []


def test_a_kiosk_s_own_times_are_those_of_its_pages(kiosk, engine, shop):
    own = {"browse_idle_seconds": 77, "countdown_seconds": 33}
    with writing(engine) as session:
        screens.set_times(session, session.get_one(Device, shop.kiosk.id), own, now=clock.now())

    dialog = kiosk.get("/kiosk/search").soup.find(attrs={"data-idle": True})

    assert (dialog["data-idle"], dialog["data-countdown"]) == ("77", "33")
