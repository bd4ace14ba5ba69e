"""Customers, orders, visits and consents, as other programs write and read them."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from store import codes
from store.models import Consent, Customer, OrderEvent, Visit
from tests.conftest import NOW

ANA = {
    "first_name": "Ana",
    "last_name": "Lopez",
    "email": "Ana@Example.org",
    "phone": "06 11 22 33 44",
    "city": "Lille",
    "country": "FR",
    "language": "fr",
    "joined_on": "2024-02-29",
    "tier": "silver",
    "points": 120,
    "cards": ["4006381333931"],
}
ORDER = {
    "number": "700100",
    "store": "LIL",
    "customer": {"email": "camille.roussel@example.org"},
    "placed_at": "2026-11-20T10:00:00+01:00",
    "promised_at": "2026-11-22T17:00:00Z",
    "paid": True,
    "lines": [
        {"sku": "22699", "quantity": 2, "unit_price": {"amount_minor": 295, "currency": "EUR"}}
    ],
}


def visit(**more):
    return {
        "id": str(uuid.uuid4()),
        "store": "LIL",
        "staff": "ines",
        "customer": {"source": "crm", "external_id": "C-1001"},
        "started_at": "2026-11-21T13:00:00Z",
        "ended_at": "2026-11-21T13:12:00Z",
        "reason": "gift",
        "outcome": "bought",
        "note": "Cherche un cadeau",
        "products": [{"sku": "22699", "kind": "tried"}],
        "next_step": "none",
        **more,
    }


def uid_of(session, row):
    """Return the id, and end the transaction that reading it began."""
    uid = row.uid
    session.commit()
    return uid


# --- customers --------------------------------------------------------------------------------


def test_put_makes_a_customer_who_is_found_by_every_identity(program):
    made = program.put("/customers/crm/A-1", ANA)

    assert made.status_code == 201
    for query in (
        {"email": "ana@example.org"},
        {"phone": "+33611223344"},
        {"phone": "06 11 22 33 44"},
        {"code": "4006381333931"},
        {"external_id": "A-1"},
        {"external_id": "A-1", "source": "crm"},
    ):
        (found,) = program.get("/customers", **query).json["items"]
        assert found["id"] == made.json["id"], query
    assert program.get(f"/customers/{made.json['id']}").json == made.json
    assert (made.json["points"], made.json["joined_on"]) == (120, "2024-02-29")


def test_put_twice_is_one_customer(program, session):
    first = program.put("/customers/crm/A-1", ANA)
    again = program.put("/customers/crm/A-1", {**ANA, "city": "Roubaix"})

    assert (again.status_code, again.json["id"]) == (200, first.json["id"])
    assert session.scalar(select(func.count()).where(Customer.external_id == "A-1")) == 1


@pytest.mark.parametrize(
    "query", [{"email": "nobody@example.org"}, {"code": "ZZZ"}, {"phone": "1"}]
)
def test_nobody_is_found_by_what_nobody_has(program, query):
    assert program.get("/customers", **query).json == {"items": [], "next": None}


def test_customers_are_not_listed_without_an_identity(program):
    assert program.get("/customers").status_code == 422


def test_an_unknown_customer_is_a_problem(program):
    assert program.get("/customers/nobody").status_code == 404
    assert program.get("/customers/nobody/timeline").status_code == 404


def test_the_timeline_tells_every_channel_newest_first_by_pages(program, shop):
    program.post("/visits", visit())
    path = f"/customers/{shop.camille.uid}/timeline"

    first = program.get(path, limit=1).json
    second = program.get(path, limit=1, cursor=first["next"]).json

    assert [page["items"][0]["kind"] for page in (first, second)] == ["visit", "order"]
    assert second["next"] is None
    assert first["items"][0]["minutes"] == 12


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJhfmJ-YyJd", "WyIyMDI2LTExLTIxfjB-MSJd"])
def test_a_cursor_that_we_never_gave_is_a_problem(program, shop, cursor):
    answer = program.get(f"/customers/{shop.camille.uid}/timeline", cursor=cursor)

    assert answer.status_code in (400, 422)


# --- orders -----------------------------------------------------------------------------------


def test_put_makes_an_order_for_a_known_customer(program, shop):
    made = program.put("/orders/web/W-1", ORDER)

    assert made.status_code == 201
    assert made.json["state"] == "new"
    assert made.json["customer"]["id"] == shop.camille.uid
    assert [line["state"] for line in made.json["lines"]] == ["to_pick"]
    assert program.get("/orders/web/W-1").json == made.json


def test_put_twice_is_one_order_and_keeps_what_happened(program):
    made = program.put("/orders/web/W-1", ORDER)
    event = {"type": "accepted", "occurred_at": "2026-11-21T09:00:00Z"}
    program.post(f"/orders/{made.json['id']}/events", event)

    again = program.put("/orders/web/W-1", ORDER)

    assert (again.status_code, again.json["state"]) == (200, "accepted")


def test_an_order_without_customer_keeps_the_name(program):
    made = program.put("/orders/web/W-2", {**ORDER, "customer": {"name": "Marie Curie"}})

    assert made.json["customer"] == {"name": "Marie Curie"}
    assert program.put("/orders/web/W-3", {**ORDER, "customer": None}).json["customer"] is None


def test_an_order_of_an_unknown_store_is_refused(program):
    assert program.put("/orders/web/W-1", {**ORDER, "store": "XXX"}).status_code == 422


def test_orders_are_listed_by_store_and_state_and_paged(program, shop):
    for number in range(3):
        program.put(f"/orders/web/W-{number}", ORDER)

    first = program.get("/orders", store="LIL", state="new", limit=2).json
    rest = program.get("/orders", store="LIL", state="new", limit=2, cursor=first["next"]).json

    assert [o["external_id"] for o in first["items"] + rest["items"]] == ["W-0", "W-1", "W-2"]
    assert rest["next"] is None
    assert program.get("/orders", store="RBX").json["items"] == []


def events(*types):
    return [
        {"type": name, "occurred_at": f"2026-11-21T1{n}:00:00Z"} for n, name in enumerate(types)
    ]


def test_events_bring_an_order_to_its_end(program):
    made = program.put("/orders/web/W-1", ORDER).json
    states = [
        program.post(f"/orders/{made['id']}/events", event).json["state"]
        for event in events("accepted", "picked", "ready", "arrived", "collected")
    ]

    assert states == ["accepted", "picking", "ready", "customer_waiting", "collected"]


def test_an_order_made_ready_by_a_program_is_kept_as_long_as_others(program):
    made = program.put("/orders/web/W-1", ORDER).json
    dated = program.put("/orders/web/W-2", {**ORDER, "pickup_by": "2030-01-02"}).json
    soonest = NOW.date() + timedelta(days=6)

    answers = [
        program.post(f"/orders/{one['id']}/events", events("ready")[0]).json
        for one in (made, dated)
    ]

    assert answers[0]["pickup_by"] >= soonest.isoformat()
    assert answers[1]["pickup_by"] == "2030-01-02"


def test_a_forbidden_transition_is_a_conflict_and_changes_nothing(program):
    made = program.put("/orders/web/W-1", ORDER).json

    answer = program.post(f"/orders/{made['id']}/events", events("collected")[0])

    assert answer.status_code == 409
    assert program.get("/orders/web/W-1").json == made


def test_the_same_event_twice_is_one(program, session, shop):
    event = {**events("arrived")[0], "id": str(uuid.uuid4())}
    path = f"/orders/{uid_of(session, shop.order)}/events"
    for _ in range(2):
        assert program.post(path, event).status_code == 200

    assert session.scalar(select(func.count()).where(OrderEvent.uid == event["id"])) == 1


def test_an_arrival_told_while_the_shop_is_closed_is_a_conflict_and_rings_nobody(
    program, session, shop
):
    shop.lille.opening_hours = {"mo": [["10:00", "19:00"]]}
    session.commit()

    answer = program.post(f"/orders/{shop.order.uid}/events", events("arrived")[0])

    assert (answer.status_code, answer.json["type"]) == (409, "urn:comptoir:problem:store-closed")
    assert answer.json["detail"] == "opens_at: 2026-11-23T09:00:00Z"
    session.refresh(shop.order)
    assert shop.order.state == "ready"


def test_an_arrival_told_again_once_the_shop_has_closed_is_the_same_one(program, session, shop):
    event = {**events("arrived")[0], "id": str(uuid.uuid4())}
    path = f"/orders/{uid_of(session, shop.order)}/events"
    program.post(path, event)
    shop.lille.opening_hours = {"mo": []}
    session.commit()

    assert program.post(path, event).status_code == 200


def test_what_staff_did_is_told_of_a_closed_shop(program, session, shop):
    shop.lille.opening_hours = {"mo": []}
    session.commit()

    answer = program.post(f"/orders/{shop.order.uid}/events", events("collected")[0])

    assert answer.json["state"] == "collected"


def test_an_event_of_an_unknown_order_is_a_problem(program):
    assert program.post("/orders/none/events", events("ready")[0]).status_code == 404


# --- visits -----------------------------------------------------------------------------------


def test_a_visit_told_is_listed(program, shop):
    body = visit()

    made = program.post("/visits", body)

    assert made.status_code == 201
    assert made.json["customer"]["id"] == shop.camille.uid
    assert program.get("/visits", store="LIL").json["items"] == [made.json]


def test_the_same_visit_twice_is_one(program, session):
    body = visit()
    answers = [program.post("/visits", body), program.post("/visits", body)]

    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json == answers[1].json
    assert session.scalar(select(func.count()).where(Visit.uid == body["id"])) == 1


def test_a_visit_of_nobody_known_is_kept(program):
    told = program.post("/visits", visit(customer={"email": "nobody@example.org"}))
    silent = program.post("/visits", visit(customer=None))

    assert (told.status_code, silent.status_code) == (201, 201)
    assert told.json["customer"] is silent.json["customer"] is None


@pytest.mark.parametrize("shown", [{"sku": "X", "wanted": True}, {"sku": "X", "kind": "wanted"}])
def test_a_product_is_told_by_kind_or_by_word(program, shown):
    made = program.post("/visits", visit(products=[shown]))

    assert made.json["products"] == [{"sku": "X", "kind": "wanted"}]


def test_visits_are_listed_since_a_time_and_paged(program, now):
    for hours in range(4):
        end = now - timedelta(hours=hours)
        program.post("/visits", visit(ended_at=end.isoformat()))
    since = (now - timedelta(hours=2)).isoformat()

    first = program.get("/visits", since=since, limit=2).json
    rest = program.get("/visits", since=since, limit=2, cursor=first["next"]).json

    ends = [item["ended_at"] for item in first["items"] + rest["items"]]
    assert len(ends) == 3
    assert ends == sorted(ends)
    assert rest["next"] is None


# --- consents ---------------------------------------------------------------------------------


def test_a_statement_told_twice_is_one(program, session, shop):
    body = {
        "source": "web",
        "source_id": "s-1",
        "customer": {"id": uid_of(session, shop.camille)},
        "purpose": "marketing",
        "channel": "email",
        "state": "granted",
        "stated_at": "2026-11-20T10:00:00Z",
    }
    answers = [program.post("/consents", body), program.post("/consents", body)]

    assert [answer.status_code for answer in answers] == [201, 200]
    assert session.scalar(select(func.count()).select_from(Consent)) == 1


def test_a_statement_of_nobody_is_refused(program):
    body = {
        "source": "web",
        "source_id": "s-1",
        "customer": {"email": "nobody@example.org"},
        "purpose": "marketing",
        "state": "granted",
        "stated_at": "2026-11-20T10:00:00Z",
    }

    assert program.post("/consents", body).status_code in (404, 422)


def test_an_order_of_a_store_keeps_its_id_its_code_and_its_address(program, shop):
    body = ORDER | {
        "id": str(uuid.uuid4()),
        "code": codes.generate(codes.Kind.ORDER),
        "pickup_code": "135790",
        "channel": "kiosk",
        "fulfilment": "delivery",
        "delivery": {"name": "Camille", "address": "3 rue Basse", "postcode": "59800", "city": "L"},
    }

    made = program.put("/orders/store-LIL/D-1", body)
    told = program.get("/orders/store-LIL/D-1").json

    assert made.status_code == 201
    assert {
        name: told[name] for name in ("id", "code", "pickup_code", "channel", "fulfilment")
    } == {name: body[name] for name in ("id", "code", "pickup_code", "channel", "fulfilment")}
    assert told["delivery"]["city"] == "L"
    changed = program.get("/changes", kinds="orders").json["items"]
    assert all(item["record"]["delivery"] is None for item in changed)


def test_an_order_cannot_take_the_id_or_the_code_of_another(program, session, shop):
    for taken in ({"id": uid_of(session, shop.order)}, {"code": "R"}):
        answer = program.put("/orders/store-LIL/D-2", ORDER | taken)

        assert answer.status_code == 422


@pytest.mark.parametrize(
    "details",
    [
        {"pickup_by": "tomorrow"},
        {"returned": [{"sku": "22699", "quantity": 9999, "reason": "other"}]},
        {"returned": [{"sku": "22699"}]},
        {"substitutes": [{"sku": "22698"}]},
        {"till_ticket": 7},
    ],
)
def test_an_event_says_what_its_kind_has_or_is_refused(program, session, shop, details):
    path = f"/orders/{uid_of(session, shop.order)}/events"

    assert program.post(path, events("arrived")[0] | {"details": details}).status_code == 422


def test_a_substitute_of_unknown_price_has_that_of_what_was_ordered(program, session, shop):
    line = shop.order.lines[0]
    line.substitute_sku, line.substitute_label = "ROSE", "Tasse rose"
    price_minor, order = line.unit_price_minor, (shop.order.source, shop.order.external_id)
    session.commit()

    told = program.get("/orders/{}/{}".format(*order)).json["lines"][0]

    assert told["substitute"]["unit_price"]["amount_minor"] == price_minor > 0
