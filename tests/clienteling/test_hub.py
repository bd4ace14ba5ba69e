"""The hub's page of visits: each visit that a store told, once."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import update

from config import sources
from config.app import create_app
from store import pickups, visits
from store.database import writing
from store.models import Order, OrderLine
from store.records import CustomerRef, OrderEventRecord, VisitRecord
from store.web.extensions import db
from tests.page_client import PageClient


@pytest.fixture
def hub_app(database_url, tmp_path, pages_clock):
    settings = sources.load(
        environ={
            "COMPTOIR_DATA_DIR": str(tmp_path),
            "COMPTOIR_DATABASE__URL": database_url,
            "COMPTOIR_SERVER__ROLE": "hub",
        }
    )
    app = create_app(settings)
    app.config["TESTING"] = True
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def head_office(session, shop):
    """Somebody who answers for every shop, and belongs to none."""
    shop.manager.store = None
    session.commit()
    return shop.manager


@pytest.fixture
def hub(hub_app, shop, head_office):
    return PageClient(hub_app).become(shop.tablet_secret, "tablet").seat(head_office.uid)


def receive(engine, now, **told):
    facts = {
        "id": str(uuid.uuid4()),
        "store": "LIL",
        "staff_name": "Inès",
        "outcome": "bought",
        "customer": CustomerRef(source="crm", external_id="C-1001"),
        **told,
    }
    with writing(engine) as session:
        record = VisitRecord(started_at=now - timedelta(minutes=9), ended_at=now, **facts)
        visits.receive(session, record, now=now)
    return facts["id"]


def test_no_visit_yet_is_said(hub):
    assert "Aucune visite encore" in hub.get("/hub/visits").text


def test_a_visit_that_came_twice_is_shown_once(hub, engine, now):
    uid = receive(engine, now)
    receive(engine, now, id=uid)

    page = hub.get("/hub/visits")

    assert page.text.count(uid) == 1
    assert "Camille R." in page.text
    assert "Achat" in page.text
    assert page.soup.select_one("#total").text == "1"


@pytest.mark.parametrize("outcome", [*visits.OUTCOMES, ""])
def test_every_outcome_is_said_in_words(hub, engine, now, outcome):
    receive(engine, now, outcome=outcome)

    shown = hub.get("/hub/visits").soup.select_one(".hub__visit").get_text()

    assert "left_" not in shown
    assert not outcome or outcome not in shown


def test_older_visits_are_a_page_away(hub, engine, now):
    uids = [receive(engine, now) for _ in range(53)]

    first = hub.get("/hub/visits")
    rest = hub.get(first.soup.select_one("a.btn")["href"])

    assert [uid for uid in uids if uid in first.text] == uids[3:]
    assert [uid for uid in uids if uid in rest.text] == uids[:3]


def test_a_return_that_was_told_twice_is_shown(hub, engine, shop, now):
    back = {"sku": "22699", "quantity": 2, "reason": "other", "condition": "resell"}
    with writing(engine) as session:
        session.execute(update(OrderLine).values(state="collected"))
        session.execute(update(Order).values(state="collected"))
        for store in ("LIL", "RBX"):
            told = {"returned": [back], "store": store}
            event = OrderEventRecord(type="returned", occurred_at=now, details=told, uid=store)
            pickups.record_event(session, event, shop.order.uid, now=now)

    (card,) = hub.get("/hub/visits").soup.select("#disputed")

    said = " ".join(card.get_text().split())
    assert "2 × 22699Compté : Lille, Grand’Place, le 21 nov. à 14:32" in said
    assert f"Pas compté : {shop.roubaix.name}, le 21 nov. à 14:32" in said


def received(page):
    return {row["id"].removeprefix("v-") for row in page.soup.select(".hub__visit")}


def test_who_answers_for_the_chain_sees_the_visits_of_every_shop(hub, engine, now):
    both = {receive(engine, now), receive(engine, now, store="RBX")}

    assert received(hub.get("/hub/visits")) == both


@pytest.mark.parametrize(("role", "is_at_home"), [("assistant", False), ("manager", True)])
def test_who_does_not_sees_those_of_the_shop_where_they_are(
    hub_app, engine, session, shop, now, role, is_at_home
):
    shop.ines.role, shop.ines.store = role, shop.lille if is_at_home else None
    session.commit()
    own = {receive(engine, now)}
    receive(engine, now, store="RBX")

    page = PageClient(hub_app).become(shop.tablet_secret, "tablet").seat(shop.ines.uid)
    shown = page.get("/hub/visits")

    assert received(shown) == own
    assert shown.soup.select_one("#total").text == "1"
    assert f"Visites de {shop.lille.name}" in shown.text


def test_a_stranger_sees_no_visit(hub_app, engine, shop, now):
    uid = receive(engine, now)

    answer = hub_app.test_client().get("/hub/visits")

    assert answer.status_code == 303
    assert uid not in answer.text


def test_the_page_has_a_way_out_and_both_languages(hub):
    page = hub.get("/hub/visits")
    english = hub.send(page, "/language", language="en")

    door = hub.send(english, "/tablet/lock")

    assert "Visits received" in english.text
    assert "Démonstration" not in page.text
    assert "Who is signing in? Head office" in door.text
    assert hub.client.get("/hub/visits").location.endswith("/tablet/sign-in")
