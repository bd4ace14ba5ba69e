"""The connector to a hub: what each answer means, against a real server on loopback."""

import socket
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import requests
from werkzeug import Response

from store.connectors import answers
from store.connectors.http import HttpConnector
from store.errors import ConnectorError, CredentialsRefused, LinkDown, NoAnswer
from store.records import Message

VISIT = {"id": "7c1b1a52-7a3e-4bb0-9b83-0d8ad3c9a001", "store": "LIL"}


def message(kind="visit", payload=VISIT):
    now = datetime(2026, 11, 21, tzinfo=UTC)
    return Message(
        uid=VISIT["id"],
        kind=kind,
        subject="customer:a",
        payload=payload,
        attempts=0,
        created_at=now,
    )


@pytest.fixture
def hub(httpserver):
    connector = HttpConnector(
        httpserver.url_for(""),
        "secret",
        store="LIL",
        connect_timeout_seconds=60,
        read_timeout_seconds=60,
    )
    yield connector
    connector.close()


def answer(httpserver, status, *, body=None, headers=None, path="/api/v1/visits"):
    httpserver.expect_request(path).respond_with_json(
        {} if body is None else body, status=status, headers=headers
    )


def push_error(hub, kind="visit", payload=VISIT):
    with pytest.raises(ConnectorError) as caught:
        hub.push(message(kind, payload))
    return caught.value


def test_push_sends_the_fact_with_token_and_key(hub, httpserver):
    httpserver.expect_oneshot_request(
        "/api/v1/visits",
        method="POST",
        json=VISIT,
        headers={"Authorization": "Bearer secret", "Idempotency-Key": VISIT["id"]},
    ).respond_with_json(VISIT, status=201)

    hub.push(message())

    httpserver.check_assertions()
    assert len(httpserver.log) == 1


def test_push_sends_an_event_to_its_order(hub, httpserver):
    httpserver.expect_oneshot_request(
        "/api/v1/orders/o-1/events", method="POST", json={"type": "arrived"}
    ).respond_with_json({"id": "o-1"})

    hub.push(message("order_event", {"order": "o-1", "type": "arrived"}))

    httpserver.check_assertions()


@pytest.mark.parametrize("status", [400, 404, 405, 409, 413, 422])
def test_what_is_refused_is_permanent_and_says_why(hub, httpserver, status):
    problem = {"title": "A value is not possible", "detail": "field: store"}
    answer(httpserver, status, body=problem)

    error = push_error(hub)

    assert error.permanent
    assert error.reason == f"{status} A value is not possible: field: store"


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(hub, httpserver, status):
    answer(httpserver, status)

    error = push_error(hub)

    assert not error.permanent
    assert error.retry_after_seconds is None


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_is_not_known_is_not_the_facts_fault(hub, httpserver, status):
    answer(httpserver, status)

    assert isinstance(push_error(hub), CredentialsRefused)


def test_retry_after_is_read_in_seconds(hub, httpserver):
    answer(httpserver, 429, headers={"Retry-After": "17"})

    assert push_error(hub).retry_after_seconds == 17


def test_retry_after_is_read_as_a_date(hub, httpserver):
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=42), usegmt=True)
    answer(httpserver, 503, headers={"Retry-After": later})

    assert push_error(hub).retry_after_seconds == pytest.approx(42, abs=2)


def test_a_date_is_compared_with_the_systems_own_clock():
    response = requests.Response()
    response.headers["Date"] = "Sat, 21 Nov 2020 13:00:00 GMT"
    response.headers["Retry-After"] = "Sat, 21 Nov 2020 13:00:42 GMT"

    assert answers.retry_after_seconds(response) == 42


@pytest.mark.parametrize("words", ["soon", "-5", "", "٣"])
def test_a_retry_after_that_says_nothing_is_left_out(hub, httpserver, words):
    answer(httpserver, 429, headers={"Retry-After": words.encode().decode("latin-1")})

    assert push_error(hub).retry_after_seconds is None


def test_a_redirect_is_not_followed_and_is_no_delivery(hub, httpserver):
    elsewhere = Response(status=302, headers={"Location": httpserver.url_for("/elsewhere")})
    httpserver.expect_request("/api/v1/visits").respond_with_response(elsewhere)

    assert isinstance(push_error(hub), LinkDown)
    assert len(httpserver.log) == 1


def test_the_login_page_of_a_wifi_is_no_delivery(hub, httpserver):
    page = Response("<h1>Bienvenue</h1>", content_type="text/html")
    httpserver.expect_request("/api/v1/visits").respond_with_response(page)

    assert isinstance(push_error(hub), LinkDown)


def test_an_answer_without_end_is_cut_off(hub, httpserver):
    endless = Response((b" " * 1024 * 1024 for _ in range(64)), content_type="application/json")
    httpserver.expect_request("/api/v1/visits").respond_with_response(endless)

    assert push_error(hub).reason == "answer too long"


def test_movements_that_are_refused_are_set_aside(hub, httpserver):
    refused = {"applied": 0, "repeated": 0, "refused": [{"index": 0, "reason": "unknown_sku"}]}
    answer(httpserver, 200, body=refused, path="/api/v1/stock/movements")

    error = push_error(hub, "stock_movements", {"items": []})

    assert (error.permanent, error.reason) == (True, "refused: unknown_sku")


def test_a_hub_that_is_not_there_is_a_link_that_is_down():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    hub = HttpConnector(f"http://127.0.0.1:{port}", "secret", store="LIL")

    assert isinstance(push_error(hub), LinkDown)


@pytest.fixture
def mute_port():
    """A server that takes the request and closes, or drips, or says nothing."""
    listener = socket.create_server(("127.0.0.1", 0))
    yield listener
    listener.close()


def test_a_hub_that_closes_before_it_answers_may_have_the_fact(mute_port):
    def serve():
        connection, _ = mute_port.accept()
        connection.recv(65536)
        connection.close()

    threading.Thread(target=serve, daemon=True).start()
    hub = HttpConnector(f"http://127.0.0.1:{mute_port.getsockname()[1]}", "secret", store="LIL")

    assert isinstance(push_error(hub), NoAnswer)


def test_a_hub_that_drips_its_answer_is_cut_off(mute_port):
    def serve():
        connection, _ = mute_port.accept()
        connection.recv(65536)
        head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
        try:
            connection.sendall(head.encode())
            while not gone.wait(0.2):
                connection.sendall(b" ")
        except OSError:
            pass
        connection.close()

    gone = threading.Event()
    threading.Thread(target=serve, daemon=True).start()
    hub = HttpConnector(
        f"http://127.0.0.1:{mute_port.getsockname()[1]}",
        "secret",
        store="LIL",
        read_timeout_seconds=1,
    )

    error = push_error(hub)

    gone.set()
    assert isinstance(error, NoAnswer)


def test_pull_reads_records_and_keeps_what_it_cannot_read_apart(hub, httpserver):
    good = {"source": "crm", "external_id": "C-1", "id": VISIT["id"], "first_name": "Camille"}
    items = [
        {"id": 1, "kind": "customers", "key": "c-1", "record": good},
        {"id": 2, "kind": "customers", "key": "c-2", "record": {"first_name": "?"}},
        {"id": 3, "kind": "weather", "key": "x", "record": {}},
    ]
    httpserver.expect_oneshot_request(
        "/api/v1/changes",
        query_string={
            "after": "c0",
            "kinds": "customers,orders,products,stock",
            "limit": "100",
            "store": "LIL",
        },
    ).respond_with_json({"items": items, "next": "c3"})

    page = hub.pull("c0")

    assert [item.record.first_name for item in page.items] == ["Camille"]
    assert [(kind, key) for kind, key, _why in page.unreadable] == [
        ("customers", "c-2"),
        ("weather", "x"),
    ]
    assert (page.cursor, page.has_more) == ("c3", False)


def test_pull_keeps_its_cursor_when_nothing_changed(hub, httpserver):
    answer(httpserver, 200, body={"items": [], "next": None}, path="/api/v1/changes")

    assert hub.pull("c3").cursor == "c3"
