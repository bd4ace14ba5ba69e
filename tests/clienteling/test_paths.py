"""Where a tablet goes back to: the page that somebody looks at, never the address of a form."""

import pytest
from bs4 import BeautifulSoup

from store import arrivals
from store.web import clock
from tests.shop import PIN

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
BOARD = "/tablet/pickups?q=cam&show=unpaid"
LOCK = "/tablet/lock"


@pytest.fixture
def sheet(shop):
    return f"/tablet/pickups/{shop.order.uid}"


def announce(session, shop):
    arrivals.check_in(session, shop.order, store=shop.lille, now=clock.now())
    session.commit()


def entrusted_from(tablet, path, at):
    """The page that the form of the arrival brings along, after it was read again there."""
    headers = PARTIAL | {"HX-Current-URL": f"http://localhost{at}"}
    answer = tablet.client.get("/tablet/pickups/arrivals", headers=headers)
    form = BeautifulSoup(answer.text, "html.parser").find("form", action=f"{path}/entrust")
    return form.find("input", {"name": "path"})["value"]


@pytest.mark.parametrize("at", ["/tablet/stock", "/tablet/scan?q=ca", BOARD])
def test_what_rings_later_keeps_the_page_that_is_open(tablet, session, shop, sheet, at):
    announce(session, shop)

    assert entrusted_from(tablet, sheet, at) == at


def test_what_rings_over_a_refused_form_leads_to_the_page_under_it(tablet, session, shop, sheet):
    announce(session, shop)

    assert entrusted_from(tablet, sheet, f"{sheet}/hand-over") == sheet


@pytest.mark.parametrize("at", ["/kiosk/", "/elsewhere", "/tablet/no", "/tabletop/scan", "[", ""])
def test_nothing_but_a_page_of_the_tablet_is_gone_back_to(tablet, session, shop, sheet, at):
    announce(session, shop)

    assert entrusted_from(tablet, sheet, at) == ""


def come_back(tablet, shop):
    """Where the PIN leads after the lock."""
    uid = shop.ines.uid
    fields = tablet.get(f"/tablet/sign-in?who={uid}").form("/tablet/sign-in") | {"pin": PIN}
    return tablet.post("/tablet/sign-in", fields).answer.location


def test_a_refused_form_is_found_again_after_the_lock(tablet, shop, sheet):
    refused = tablet.post(f"{sheet}/hand-over", tablet.get(sheet).form(f"{sheet}/hand-over"))
    assert refused.status == 422

    tablet.post(LOCK, refused.form(LOCK))

    assert come_back(tablet, shop) == sheet


def test_a_lock_that_names_the_address_of_a_form_leads_above_it(tablet, shop, sheet):
    tablet.post(LOCK, tablet.get(sheet).form(LOCK) | {"path": f"{sheet}/hand-over"})

    assert come_back(tablet, shop) == sheet


def test_a_page_that_does_not_exist_is_said_in_the_language_of_the_device(tablet, shop, session):
    french = tablet.get("/tablet/no", status=404)
    shop.tablet.language = "en"
    session.commit()

    english = tablet.get("/tablet/no", status=404)

    assert "Cette page n’existe pas." in french.text
    assert "This page does not exist." in english.text
