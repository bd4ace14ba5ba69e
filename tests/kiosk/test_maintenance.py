"""The staff's door on the kiosk: a PIN opens it for a while, and everything done there is noted."""

import pytest

from store import audit
from store.database import reading
from store.models import Device, Staff
from tests.shop import PIN


def enter(kiosk, who, pin=PIN):
    page = kiosk.get(f"/kiosk/staff?who={who.uid}")
    return kiosk.post("/kiosk/staff", page.form("/kiosk/staff") | {"pin": pin}, follow=True)


@pytest.fixture
def acts(engine, shop):
    def acts():
        with reading(engine) as session:
            return [one.action for one in audit.list_about(session, "device", shop.kiosk.uid)]

    return acts


def test_the_pin_opens_the_page_and_is_noted(kiosk, shop, acts):
    page = enter(kiosk, shop.ines)

    assert "kiosk 1" in page.text
    assert "Entretien par Inès" in page.text
    assert acts() == ["device.maintenance"]


@pytest.mark.parametrize("path", ["/kiosk/maintenance"])
def test_nobody_gets_in_without_a_pin(kiosk, path):
    assert kiosk.get(path, status=303).answer.headers["Location"] == "/kiosk/staff"


def test_acts_without_a_pin_do_nothing(kiosk, acts, app):
    app.config["WTF_CSRF_ENABLED"] = False

    for act in ("closed", "restart"):
        answer = kiosk.client.post(f"/kiosk/maintenance/{act}", data={"closed": "yes"})
        assert answer.headers["Location"] == "/kiosk/staff"

    assert acts() == []
    assert kiosk.get("/kiosk/").status == 200


def test_wrong_pins_lock_the_kiosk_and_not_the_person(kiosk, shop, engine):
    for _try in range(5):
        page = enter(kiosk, shop.ines, "0000")
    assert page.status == 429

    assert enter(kiosk, shop.ines).status == 429
    with reading(engine) as session:
        assert session.get_one(Device, shop.kiosk.id).locked_until is not None
        assert session.get_one(Staff, shop.ines.id).failed_pins == 0


def test_staff_of_another_store_stay_out(kiosk, shop, engine):
    with reading(engine) as session:
        zoe = session.query(Staff).filter_by(code="zoe").one()
    fields = kiosk.get(f"/kiosk/staff?who={shop.ines.uid}").form("/kiosk/staff")

    answer = kiosk.post("/kiosk/staff", fields | {"who": zoe.uid, "pin": PIN})

    assert answer.status == 404


def test_the_door_closes_with_the_session(kiosk, shop):
    page = enter(kiosk, shop.ines)

    kiosk.send(page, "/kiosk/end")

    assert kiosk.get("/kiosk/maintenance", status=303)


def test_the_kiosk_is_closed_and_opened_on_the_spot(kiosk, shop, acts):
    page = kiosk.send(enter(kiosk, shop.ines), "/kiosk/maintenance/closed", closed="yes")
    assert "fermée à la main" in page.text

    page = kiosk.send(page, "/kiosk/maintenance/closed", closed="no")

    assert "Fermer la borne" in page.text
    assert set(acts()) == {"device.maintenance", "device.closed", "device.opened"}


def test_restarting_ends_the_session_and_is_noted(kiosk, shop, acts):
    page = kiosk.send(enter(kiosk, shop.ines), "/kiosk/maintenance/restart")

    assert "L’écran redémarre" in page.text
    assert "device.restarted" in acts()
    assert kiosk.get("/kiosk/maintenance", status=303)
