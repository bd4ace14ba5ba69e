"""Forms of the tablet that are answered with the page they lead to."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from store import audit, codes, staff
from store.models import Visit
from store.web.turning import Turned

SCAN = "/tablet/scan"
TURN = {"X-Turn": "yes"}


def send(tablet, code: str, **more):
    fields = tablet.get(SCAN).form(SCAN) | {"code": code} | more
    return tablet.client.post(SCAN, data=fields, headers=TURN)


def test_a_scan_is_answered_with_the_card_at_once(tablet, shop, session: Session):
    answer = send(tablet, shop.camille_card)

    assert answer.status_code == 200
    assert answer.headers["Content-Location"] == f"/tablet/customers/{shop.camille.uid}"
    assert "Camille Roussel" in answer.text and "Terminer la visite" in answer.text
    assert len(session.scalars(select(Visit)).all()) == 1
    assert len(audit.list_about(session, "customer", shop.camille.uid)) == 1


def test_the_same_form_sent_again_shows_the_same_page_and_opens_nothing_more(
    tablet, shop, session: Session
):
    fields = tablet.get(SCAN).form(SCAN) | {"code": shop.camille_card}

    first, second = (tablet.client.post(SCAN, data=fields, headers=TURN) for _ in range(2))

    assert first.headers["Content-Location"] == second.headers["Content-Location"]
    assert len(session.scalars(select(Visit)).all()) == 1


def test_without_the_header_the_browser_is_sent_there(tablet, shop):
    fields = tablet.get(SCAN).form(SCAN) | {"code": shop.camille_card}

    answer = tablet.client.post(SCAN, data=fields)

    assert (answer.status_code, answer.text) == (303, "")


def test_a_refusal_stays_a_refusal(tablet):
    answer = send(tablet, "BONJOUR")

    assert answer.status_code == 422
    assert "Content-Location" not in answer.headers


def test_the_page_knows_the_session_that_the_form_began(tablet, shop, session: Session):
    badge = codes.generate(codes.Kind.BADGE)
    staff.set_badge(session.merge(shop.manager), badge)
    session.commit()

    answer = send(tablet, badge)

    assert "Bonjour Malik" in answer.text and "La tablette est à Malik." in answer.text
    assert "La tablette est à Malik." not in tablet.get(SCAN).text
    assert "Bonjour Malik" in tablet.get(SCAN).text


@Request.application
def elsewhere(request: Request) -> Response:
    """Lead where the form says; tell what a page is asked with."""
    if request.method == "POST":
        answer = Response("", 303, headers={"Location": request.form["to"]})
        answer.set_cookie("seat", "2")
        answer.delete_cookie("old")
        return answer
    status = 404 if request.path == "/none" else 200
    cookies = " ".join(f"{name}={value}" for name, value in sorted(request.cookies.items()))
    return Response(f"{request.full_path} {cookies} {len(request.get_data())}", status)


@pytest.mark.parametrize("to", ["//other.example/x", "https://other.example/x", "here", "/none"])
def test_the_way_elsewhere_is_left_to_the_browser(to):
    answer = Client(Turned(elsewhere)).post("/", data={"to": to}, headers=TURN)

    assert (answer.status_code, answer.headers["Location"]) == (303, to)


def test_the_page_is_asked_as_a_browser_would_ask_for_it():
    client = Client(Turned(elsewhere))
    for name in ("old", "kept"):
        client.set_cookie(name, "1")

    answer = client.post("/", data={"to": "/caf%C3%A9?q=1"}, headers=TURN)

    assert answer.text == "/café?q=1 kept=1 seat=2 0"
    assert len(answer.headers.getlist("Set-Cookie")) == 2
