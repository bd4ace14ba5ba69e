"""Texts leave by a signed webhook; what it answers is understood."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from werkzeug import Response

from store import signatures
from store.connectors.letters import Letter
from store.connectors.sms import SmsWebhook
from store.errors import ConnectorError, CredentialsRefused, LinkDown, SignatureRefused
from tests.servers import free_port

NOW = datetime(2026, 11, 21, 13, 32, tzinfo=UTC)
SECRET = "whsec_" + "c2VjcmV0IG9mIHRoZSBzaG9w"
TEXT = Letter(
    uid="0d4f", channel="sms", to="+33600000042", text="Votre commande est prête.",
    language="fr", at=NOW,
)  # fmt: skip


def carrier(url, **told):
    return SmsWebhook(url, clock=lambda: NOW, read_timeout_seconds=20, **told)


def test_a_text_is_posted_signed_under_a_name_that_stays(httpserver):
    httpserver.expect_request("/send").respond_with_json({"id": "SM-77"}, status=202)
    link = carrier(httpserver.url_for("/send"), secret=SECRET, token="token", sender="Lille")

    assert link.send(TEXT) == "SM-77"
    link.close()

    request, _answer = httpserver.log[0]
    body = request.get_data()
    told = json.loads(body)
    assert (told["type"], told["data"]["to"], told["data"]["from"]) == (
        "sms.send",
        "+33600000042",
        "Lille",
    )
    assert request.headers["Idempotency-Key"] == request.headers["webhook-id"] == "0d4f"
    assert request.headers["Authorization"] == "Bearer token"
    assert signatures.check(SECRET, request.headers, body, now=NOW) == "0d4f"


def test_a_carrier_may_answer_nothing(httpserver):
    httpserver.expect_request("/send").respond_with_data("", status=204)

    assert carrier(httpserver.url_for("/send")).send(TEXT) == ""


@pytest.mark.parametrize(
    ("status", "permanent", "kind"),
    [
        (422, True, ConnectorError),
        (429, False, ConnectorError),
        (500, False, ConnectorError),
        (401, False, CredentialsRefused),
        (302, False, LinkDown),
    ],
)
def test_refusals_say_whether_to_try_again(status, permanent, kind, httpserver):
    answer = Response("{}", status, content_type="application/json")
    httpserver.expect_request("/send").respond_with_response(answer)

    with pytest.raises(kind) as raised:
        carrier(httpserver.url_for("/send")).send(TEXT)

    assert raised.value.permanent == permanent


@pytest.mark.parametrize(
    "told",
    [
        {"error": "unknown number"},
        {"errors": [{"message": "no credit"}]},
        {"success": False},
        {"success": "false"},
        {"success": 0},
        {"ok": "no"},
        {"status": "rejected", "id": "SM-78"},
    ],
)
def test_a_good_answer_that_says_no_is_no(told, httpserver):
    httpserver.expect_request("/send").respond_with_json(told, status=200)

    with pytest.raises(ConnectorError) as refused:
        carrier(httpserver.url_for("/send")).send(TEXT)

    assert not refused.value.permanent


@pytest.mark.parametrize(
    "told",
    [
        {"error": None, "id": 7},
        {"errors": [], "success": True},
        {"status": "queued"},
        {"error": "0", "id": 7},
        {"error": False, "id": 7},
        {"errors": "[]", "success": "true"},
        {"error": "None"},
    ],
)
def test_a_good_answer_that_says_yes_is_yes(told, httpserver):
    httpserver.expect_request("/send").respond_with_json(told, status=200)

    assert carrier(httpserver.url_for("/send")).send(TEXT) == str(told.get("id", ""))


def test_nobody_there_is_nobody_told():
    with pytest.raises(LinkDown):
        carrier(f"http://127.0.0.1:{free_port()}/send").send(TEXT)


def test_a_signature_holds_for_its_body_its_time_and_its_secret():
    headers = signatures.sign(SECRET, b"{}", uid="1", now=NOW)
    assert signatures.check(SECRET, headers, b"{}", now=NOW + timedelta(minutes=4)) == "1"

    for secret, body, now in (
        (SECRET, b"{ }", NOW),
        (SECRET, b"{}", NOW + timedelta(minutes=6)),
        ("whsec_b3RoZXI=", b"{}", NOW),
        ("", b"{}", NOW),
    ):
        with pytest.raises(SignatureRefused):
            signatures.check(secret, headers, body, now=now)


def test_the_specification_s_own_example_is_right():
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    moment = datetime.fromtimestamp(1614265330, UTC)

    assert signatures.check(secret, headers, b'{"test": 2432232314}', now=moment)
