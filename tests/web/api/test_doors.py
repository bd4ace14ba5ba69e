"""The doors of the machine API: tokens, keys, and everything that is not a good request."""

import json
from dataclasses import replace
from errno import ENOSPC

from store import products, tokens
from store.web.api.calls import CALLS
from tests.web.api.program import Program

BODY = {"name": "Tasse", "price": {"amount_minor": 850, "currency": "EUR"}}
JSON = {"Content-Type": "application/json"}


def paths():
    return [(call.method, call.path.replace("{", "").replace("}", "")) for call in CALLS]


def test_nothing_is_open_without_a_token(app, shop):
    for method, path in paths():
        answer = Program(app.test_client()).ask(method, path, json={})

        assert answer.status_code == 401, path
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_nothing_is_open_without_its_scope(app, session, shop, now):
    secret = tokens.create(session, name="other", scopes=["metrics"], now=now)[1]
    session.commit()

    for method, path in paths():
        answer = Program(app.test_client(), secret).ask(method, path, json={})

        assert answer.status_code == 403, path


def test_a_revoked_token_is_none(app, session, secret, now):
    tokens.revoke(session, "tests", now=now)
    session.commit()

    assert Program(app.test_client(), secret).get("/stock").status_code == 401


ODD_HEADERS = ["Basic abc", "Bearer", "Bearer ", "bearer x y", "\x00"]


def test_an_odd_header_is_no_token(app, shop):
    for header in ODD_HEADERS:
        program = Program(app.test_client())

        assert program.ask("GET", "/stock", headers={"Authorization": header}).status_code == 401, (
            header
        )


def test_an_unknown_path_is_a_problem(program):
    assert program.get("/weather").status_code == 404


def test_a_wrong_method_is_a_problem_that_names_the_right_ones(program):
    answer = program.ask("DELETE", "/stock")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


NOT_JSON = [
    b"",
    b"{",
    b"nope",
    b"[1,]",
    b'{"name": NaN}',
    b'{"name": Infinity}',
    b"\xff\xfe{",
    b'{"name": "\\ud800"}',
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"9" * 5000,
]


def test_a_body_that_is_not_json_is_a_problem(program):
    for data in NOT_JSON:
        answer = program.ask("PUT", "/products/A", data=data, headers=JSON)

        assert answer.status_code in (400, 422)


OTHER_SHAPES = [
    [],
    "text",
    12,
    True,
    {},
    {"name": "x"},
    {**BODY, "name": ""},
    {**BODY, "name": 12},
    {**BODY, "name": "a\0b"},
    {**BODY, "name": "x" * 201},
    {**BODY, "price": 850},
    {**BODY, "price": {"amount_minor": 8.5, "currency": "EUR"}},
    {**BODY, "price": {"amount_minor": -1, "currency": "EUR"}},
    {**BODY, "price": {"amount_minor": 10**30, "currency": "EUR"}},
    {**BODY, "price": {"amount_minor": True, "currency": "EUR"}},
    {**BODY, "price": {"amount_minor": 1, "currency": "euros"}},
    {**BODY, "description": ["deep", ["er"]]},
]


def test_a_body_of_another_shape_names_what_is_wrong(program):
    for body in OTHER_SHAPES:
        answer = program.put("/products/A", body)

        assert answer.status_code == 422, body
        assert answer.json["errors"]
        assert program.get("/products/A").status_code == 404


NO_TIMES = [
    "yesterday",
    "2026-11-21",
    "2026-11-21T13:00:00",
    "2026-13-41T13:00:00Z",
    "0001-01-01T00:00:00+23:00",
    "9999-12-31T23:59:59-23:00",
    "2026-11-21T13:00:00+99:99",
]


def test_a_time_that_is_none_is_refused(program):
    for time in NO_TIMES:
        item = {
            "source": "till",
            "source_id": "1",
            "store": "LIL",
            "sku": "22699",
            "kind": "delta",
            "quantity": 1,
            "occurred_at": time,
        }

        assert program.post("/stock/movements", {"items": [item]}).status_code == 422, time


BAD_QUERIES = [
    {"limit": "0"},
    {"limit": "201"},
    {"limit": "many"},
    {"limit": "9" * 30},
    {"limit": "-1"},
    {"cursor": "not ours"},
    {"cursor": "WzEsMl0"},
    {"cursor": "é"},
    {"sku": "a\0b"},
    {"sku": "x" * 65},
    {"cursor": "[" * 400},
]


def test_a_query_that_is_not_possible_is_a_problem(program):
    for query in BAD_QUERIES:
        assert program.get("/stock", **query).status_code in (400, 422)


BAD_PATHS = ["/products/a%00b", "/products/" + "x" * 600]


def test_a_path_that_no_key_has_is_a_problem(program):
    for path in BAD_PATHS:
        assert program.ask("GET", path).status_code in (400, 404)


def test_a_body_of_fifty_megabytes_is_a_problem(program):
    answer = program.ask("PUT", "/products/A", data=b"x" * 50_000_000, headers=JSON)

    assert answer.status_code == 413


def test_the_same_key_and_body_answers_again_what_it_answered_first(program):
    first = program.put("/products/A", BODY, key="k-1")
    program.put("/products/A", {**BODY, "name": "Autre"})

    again = program.put("/products/A", BODY, key="k-1")

    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert program.get("/products/A").json["name"] == "Autre"


def test_the_same_key_with_another_body_is_a_conflict(program):
    program.put("/products/A", BODY, key="k-1")

    assert program.put("/products/A", {**BODY, "name": "Autre"}, key="k-1").status_code == 409


def test_a_key_is_its_programs_own(app, session, program, now):
    other = tokens.create(session, name="other", scopes=["catalogue:write"], now=now)[1]
    session.commit()
    program.put("/products/A", BODY, key="k-1")

    answer = Program(app.test_client(), other).put("/products/A", {**BODY, "name": "B"}, key="k-1")

    assert answer.status_code == 200


def test_a_refused_request_leaves_its_key_free(program):
    program.put("/products/A", {**BODY, "gtin": "123"}, key="k-1")

    assert program.put("/products/A", BODY, key="k-1").status_code == 201


ODD_KEYS = ["", "k" * 256, "a\tb"]


def test_an_odd_key_is_a_problem(program):
    for key in ODD_KEYS:
        answer = program.ask("PUT", "/products/A", json=BODY, headers={"Idempotency-Key": key})

        assert answer.status_code == 400, key


def test_too_many_requests_are_told_when_to_come_back(app, program):
    app.config["COMPTOIR"] = limited(app.config["COMPTOIR"])

    answers = [program.get("/stock", sku="none") for _ in range(12)]

    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1


def limited(settings):
    return replace(settings, limits=replace(settings.limits, requests_per_minute=10))


def test_a_fault_of_the_server_is_a_problem_without_its_inside(app, program, monkeypatch):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False
    monkeypatch.setattr("store.products.get_by_sku", lambda *_: 1 / 0)

    answer = program.client.get("/api/v1/products/A", headers=program.headers)

    assert answer.status_code == 500
    assert answer.content_type == "application/problem+json"
    assert "division" not in json.dumps(answer.json)


def test_a_page_of_the_shop_keeps_its_own_errors(app, shop):
    answer = app.test_client().get("/no-such-page")

    assert answer.status_code == 404
    assert answer.mimetype == "text/html"


def test_a_disk_that_fills_while_a_file_is_written_is_a_problem(program, monkeypatch):
    def fill(*_given, **_named):
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(products, "upsert", fill)

    answer = program.put("/products/22699", BODY)

    assert (answer.status_code, answer.json["type"]) == (503, "urn:comptoir:problem:disk-full")
