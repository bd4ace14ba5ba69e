"""What programs tell a store goes on to its hub, once; a hub keeps it."""

import uuid
from dataclasses import replace

import pytest

from store import outbox

STATEMENT = {
    "source": "web",
    "source_id": "s-1",
    "customer": {"email": "camille.roussel@example.org"},
    "purpose": "marketing",
    "channel": "email",
    "state": "granted",
    "stated_at": "2026-11-20T10:00:00Z",
}


def waiting(session):
    session.rollback()
    return outbox.list_by_state(session)


@pytest.fixture
def arrival(shop):
    event = {"id": str(uuid.uuid4()), "type": "arrived", "occurred_at": "2026-11-22T13:00:00Z"}
    return f"/orders/{shop.order.uid}/events", event


@pytest.fixture
def visit():
    times = {"started_at": "2026-11-22T13:00:00Z", "ended_at": "2026-11-22T13:10:00Z"}
    return {"id": str(uuid.uuid4()), "store": "LIL", "outcome": "bought", **times}


def test_an_order_event_told_twice_leaves_once_under_its_own_id(program, session, arrival):
    path, event = arrival
    for _ in range(2):
        assert program.post(path, event).status_code == 200

    (message,) = waiting(session)

    assert (message.kind, message.uid) == ("order_event", event["id"])
    assert message.payload["type"] == "arrived"


def test_a_statement_told_twice_leaves_once_as_it_was_made(program, session, shop):
    for _ in range(2):
        program.post("/consents", STATEMENT)

    (message,) = waiting(session)

    assert (message.kind, message.subject) == ("consent", f"customer:{shop.camille.uid}")
    assert message.payload["source_id"] == "s-1"
    assert message.payload["customer"]["external_id"] == "C-1001"


def test_a_visit_told_twice_leaves_once_under_its_own_id(program, session, visit):
    for _ in range(2):
        program.post("/visits", visit)

    (message,) = waiting(session)

    assert (message.kind, message.uid) == ("visit", visit["id"])


def test_what_is_refused_leaves_nothing_to_be_told(program, session, arrival):
    path, event = arrival
    program.post(path, event | {"type": "accepted"})
    program.post("/consents", STATEMENT | {"customer": {"email": "nobody@example.org"}})

    assert waiting(session) == []


def test_a_hub_passes_nothing_on(app, program, session, arrival, visit):
    settings = app.config["COMPTOIR"]
    app.config["COMPTOIR"] = replace(settings, server=replace(settings.server, role="hub"))
    path, event = arrival

    told = [
        program.post(path, event),
        program.post("/consents", STATEMENT),
        program.post("/visits", visit),
    ]

    assert [answer.status_code for answer in told] == [200, 201, 201]
    assert waiting(session) == []
