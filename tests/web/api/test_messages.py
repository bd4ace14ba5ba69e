"""What carriers tell of messages: by a call with a token, or by a signed webhook."""

import json
from dataclasses import replace

import pytest

from store import messages, signatures
from store.database import writing
from store.models import Order
from store.web.clock import now as present

SECRET = "whsec_c2VjcmV0IG9mIHRoZSBzaG9w"


@pytest.fixture
def uid(engine, shop, now):
    with writing(engine) as session:
        order = session.get_one(Order, shop.order.id)
        return messages.write(session, order, "ready", occasion="1", now=now).uid


def test_a_call_tells_what_became_of_a_message(program, uid):
    told = {"state": "bounced", "reason": "550 5.1.1"}

    answer = program.ask("POST", f"/messages/{uid}/reports", json=told)

    assert answer.status_code == 200
    assert answer.json == {"id": uid, "kind": "ready", "state": "bounced"}


def test_an_unknown_message_or_state_is_a_problem(program, uid):
    path = "/messages/{}/reports"

    assert program.ask("POST", path.format("x"), json={"state": "bounced"}).status_code == 404
    assert program.ask("POST", path.format(uid), json={"state": "opened"}).status_code == 422


@pytest.fixture
def hook(app):
    """Send a webhook signed with a secret, as a carrier does."""
    app.config["COMPTOIR"] = _with_secret(app.config["COMPTOIR"])

    def hook(told, secret=SECRET):
        body = json.dumps(told).encode()
        headers = signatures.sign(secret, body, uid="evt-1", now=present())
        return app.test_client().post("/hooks/messages", data=body, headers=headers)

    return hook


def _with_secret(settings):
    return replace(settings, messages=replace(settings.messages, report_secret=SECRET))


def test_a_signed_webhook_tells_the_same(hook, uid, engine):
    told = {"type": "message.delivered", "data": {"id": f"<{uid}@shop.example>"}}

    assert hook(told).status_code == 204
    assert hook(told).status_code == 204

    with writing(engine) as session:
        assert messages.get(session, uid).state == "delivered"


def test_a_webhook_with_a_wrong_signature_changes_nothing(hook, uid, engine):
    told = {"type": "message.bounced", "data": {"id": uid}}

    answer = hook(told, secret="whsec_b3RoZXI=")

    assert answer.status_code == 403
    with writing(engine) as session:
        assert messages.get(session, uid).state == "waiting"


def test_without_a_secret_nobody_may_tell(app, uid):
    body = b'{"type": "message.bounced", "data": {"id": "x"}}'

    assert app.test_client().post("/hooks/messages", data=body).status_code == 403


def test_an_order_that_a_program_brings_is_confirmed_to_its_customer(program, engine, shop):
    told = {
        "number": "100200",
        "store": "LIL",
        "customer": {"name": "Dominique", "email": "d@example.org"},
        "placed_at": present().isoformat(),
        "paid": True,
        "lines": [
            {"sku": "22699", "quantity": 1, "unit_price": {"amount_minor": 295, "currency": "EUR"}}
        ],
    }

    for _twice in (1, 2):
        answer = program.ask("PUT", "/orders/web/W-9", json=told)

    with writing(engine) as session:
        order = session.query(Order).filter_by(uid=answer.json["id"]).one()
        assert [one.kind for one in messages.list_of(session, order)] == ["placed"]
