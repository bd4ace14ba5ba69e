"""The manager's page of kiosks: closing, times and messages."""

import pytest

from store.models import Device
from tests.page_client import PageClient


@pytest.fixture
def manager(app, shop):
    """A tablet on which the manager is signed in."""
    return PageClient(app).become(shop.tablet_secret, "tablet").seat(shop.manager.uid)


def test_the_page_is_the_manager_s(tablet, manager):
    assert tablet.get("/tablet/scan").soup.find("a", href="/tablet/screens") is None
    assert tablet.client.get("/tablet/screens").status_code == 403

    assert "kiosk 1" in manager.get("/tablet/screens").text
    assert manager.get("/tablet/scan").soup.find("a", href="/tablet/screens") is not None


def test_a_kiosk_is_closed_and_opened_in_a_touch(manager, kiosk, shop):
    path = f"/tablet/screens/{shop.kiosk.uid}/closed"
    page = manager.send(manager.get("/tablet/screens"), path, closed="yes")
    assert "Fermée à la main" in page.text
    assert kiosk.client.get("/kiosk/").headers["Location"] == "/kiosk/closed"

    page = manager.send(page, path, closed="no")

    assert "Ouverte" in page.text
    assert kiosk.get("/kiosk/").status == 200


@pytest.mark.parametrize("path", ["/tablet/screens", "/tablet/sync"])
def test_the_name_of_a_device_is_set_as_all_words_are(manager, session, shop, path):
    session.get_one(Device, shop.kiosk.id).name = "Borne de l'entrée"
    session.commit()

    said = manager.get(path).text

    assert "Borne de l’entrée" in said
    assert "l'entrée" not in said


def test_times_are_kept(manager, shop):
    path = f"/tablet/screens/{shop.kiosk.uid}/times"

    page = manager.send(
        manager.get("/tablet/screens"), path, countdown_seconds="45", follows_hours="yes"
    )

    assert page.form(path)["countdown_seconds"] == "45"
    assert page.form(path)["follows_hours"] == "yes"


def test_the_same_message_sent_twice_is_one(manager, kiosk):
    fields = manager.get("/tablet/screens").form("/tablet/screens/messages")
    fields |= {"text_fr": "Atelier à 15 h"}

    for _time in range(2):
        manager.post("/tablet/screens/messages", fields)

    assert kiosk.get("/kiosk/").text.count("Atelier à 15 h") == 2  # the home and its attract sheet


@pytest.mark.parametrize("typed", ["5", "", "vingt", "-30", "99999", "٣٠"])
def test_times_that_cannot_be_are_answered_beside_their_field(manager, shop, typed):
    path = f"/tablet/screens/{shop.kiosk.uid}/times"

    page = manager.send(manager.get("/tablet/screens"), path, countdown_seconds=typed)

    assert page.status == 422
    assert "De 20 à 300 secondes." in page.text
    assert page.form(path)["countdown_seconds"] == typed
    kept = manager.get("/tablet/screens").form(path)
    assert kept["countdown_seconds"] == "20"


def test_a_message_goes_to_the_kiosks_and_is_withdrawn(manager, kiosk):
    page = manager.send(
        manager.get("/tablet/screens"), "/tablet/screens/messages", text_fr="Nocturne", lasts="1h"
    )
    assert "Nocturne" in page.text
    assert "Nocturne" in kiosk.get("/kiosk/").text

    manager.send(page, "/tablet/screens/messages/withdraw")

    assert "Nocturne" not in kiosk.get("/kiosk/").text


def test_an_empty_message_is_refused_and_nothing_typed_is_lost(manager):
    page = manager.send(
        manager.get("/tablet/screens"), "/tablet/screens/messages", text_fr=" ", text_en="Late"
    )

    assert page.status == 422
    assert "Écrivez le message en français." in page.text
    assert page.form("/tablet/screens/messages")["text_en"] == "Late"


def test_a_kiosk_of_another_store_is_not_theirs(manager, shop):
    fields = manager.get("/tablet/screens").form(f"/tablet/screens/{shop.kiosk.uid}/closed")

    answer = manager.post(f"/tablet/screens/{shop.tablet.uid}/closed", fields | {"closed": "yes"})

    assert answer.status == 404
