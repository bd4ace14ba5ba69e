"""The feed of changes: everything once, in one order, as it is now."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from store import changes, customers, order_tickets, stock
from store.json_catalogue import read_stock_change
from store.records import CustomerRecord, StockPlan
from store.web import housekeeping
from store.web.extensions import db
from tests.counting import counted
from tests.web.api.program import Program

CUP = {"name": "Tasse", "price": {"amount_minor": 295, "currency": "EUR"}}


def follow(program, after="", **query):
    """Return every change after a cursor, and the cursor that follows."""
    items = []
    while True:
        page = program.get("/changes", **({"after": after} if after else {}), **query).json
        items += page["items"]
        if page["next"] is None:
            return items, after
        after = page["next"]


def keys(items):
    return [(item["kind"], item["key"]) for item in items]


def test_a_change_is_told_once_with_the_thing_as_it_is(program):
    _items, cursor = follow(program)
    program.put("/products/A", CUP)
    program.put("/customers/crm/A-1", {"first_name": "Ana"})

    items, after = follow(program, cursor)

    assert [item["kind"] for item in items] == ["products", "customers"]
    assert items[0]["record"]["variants"][0]["sku"] == "A"
    assert items[1]["record"]["first_name"] == "Ana"
    assert follow(program, after) == ([], after)
    assert follow(program, cursor)[0] == items


def test_a_new_card_alone_is_a_change(program):
    program.put("/customers/crm/A-1", {"first_name": "Ana"})
    _items, cursor = follow(program)

    program.put("/customers/crm/A-1", {"first_name": "Ana", "cards": ["12345670"]})

    assert [item["record"]["cards"] for item in follow(program, cursor)[0]] == [["12345670"]]


def test_a_cursor_older_than_what_is_kept_misses_nothing(program, engine):
    program.put("/products/A", CUP)
    _items, cursor = follow(program)
    for price in (300, 310, 320):
        program.put("/products/A", CUP | {"price": {"amount_minor": price, "currency": "EUR"}})
    far = datetime.now(UTC) + timedelta(days=365)

    done = housekeeping.tidy(engine, now=far)

    assert done is not None
    assert done.changes >= 2
    for items in (follow(program, cursor)[0], follow(program)[0]):
        assert items[-1]["record"]["variants"][0]["price"]["amount_minor"] == 320


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
def test_pages_of_any_size_miss_and_repeat_nothing(program, limit):
    for name in "ABCDE":
        program.put(f"/products/{name}", CUP)

    items, _after = follow(program, limit=limit, kinds="products")

    assert keys(items) == [("products", name) for name in "ABCDE"]


def test_only_the_kinds_asked_for_are_told(program):
    program.put("/products/A", CUP)
    program.put("/customers/crm/A-1", {"first_name": "Ana"})

    assert {item["kind"] for item in follow(program, kinds="customers,orders")[0]} == {"customers"}
    assert program.get("/changes", kinds="weather").status_code == 422


def sale(quantity, number):
    return {
        "source": "till",
        "source_id": f"s-{number}",
        "store": "LIL",
        "sku": "22699",
        "kind": "delta",
        "quantity": quantity,
        "occurred_at": "2026-11-21T13:31:00Z",
    }


def test_stock_tells_a_store_its_own_movements_and_the_levels_of_the_others(program):
    _items, cursor = follow(program)
    program.post("/stock/movements", {"items": [sale(-2, 1)]})

    (item,) = follow(program, cursor, store="LIL")[0]

    told = item["record"]
    assert [(m["kind"], m["quantity"]) for m in told["movements"]] == [("count", 6), ("delta", -2)]
    assert [(level["store"], level["on_hand"]) for level in told["levels"]] == [("RBX", 2)]


def test_stock_tells_a_store_what_is_planned_for_it(program, session, shop, now):
    _items, cursor = follow(program)
    plan = StockPlan(store="LIL", sku="22699", safety_stock=0, incoming=24, incoming_on=now.date())
    stock.plan(session, plan, now=now)
    session.commit()

    (item,) = follow(program, cursor, store="LIL")[0]

    assert read_stock_change(item["record"]).plan == plan


def test_stock_tells_a_stranger_every_level(program):
    _items, cursor = follow(program)
    program.post("/stock/movements", {"items": [sale(-2, 1)]})

    (item,) = follow(program, cursor)[0]

    assert item["record"]["movements"] == []
    levels = {level["store"]: level["on_hand"] for level in item["record"]["levels"]}
    assert levels == {"LIL": 4, "RBX": 2}


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJhIl0", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTldXQ"])
def test_a_cursor_that_we_never_gave_is_a_problem(program, cursor):
    assert program.get("/changes", after=cursor).status_code in (400, 422)


def test_a_follower_misses_nothing_that_many_writers_commit_at_once(app, engine, secret, now):
    program = Program(app.test_client(), secret)
    writers, rounds = 6, 15

    def write(number):
        for turn in range(rounds):
            with Session(engine) as session:
                record = CustomerRecord(source="crm", external_id=f"{number}-{turn}")
                customers.upsert(session, record, now=now)
                session.commit()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    seen, cursor = [], ""
    while any(thread.is_alive() for thread in threads):
        items, cursor = follow(program, cursor, kinds="customers")
        seen += items
    seen += follow(program, cursor, kinds="customers")[0]

    names = [item["record"]["external_id"] for item in seen]
    assert len(names) == len(set(names)) == writers * rounds
    with Session(engine) as session:
        assert [item["id"] for item in seen] == [
            change.id for change in changes.list_after(session, 0, kinds=["customers"], limit=1000)
        ]


def test_the_feed_says_whose_signed_codes_to_believe(program, shop):
    page = program.get("/changes", kinds="orders").json
    (order,) = program.get("/orders").json["items"]

    ticket = order_tickets.read(order["ticket"], trusted=page["ticket_keys"])

    assert ticket.order == shop.order.uid


def test_how_a_guest_is_reached_is_told_to_the_shop_that_has_the_order(program):
    _items, cursor = follow(program)
    guest = {"name": "Dominique Leroy", "email": "dominique@example.org", "phone": "+33600000007"}
    body = {
        "number": "7",
        "store": "LIL",
        "customer": guest,
        "placed_at": "2026-07-04T09:00:00Z",
        "lines": [{"sku": "22699", "quantity": 1}],
    }
    program.put("/orders/web/G-7", body)

    told = {
        store: follow(program, cursor, kinds="orders", store=store)[0][0]["record"]["customer"]
        for store in ("LIL", "RBX")
    }

    assert told["LIL"]["email"] == "dominique@example.org"
    assert told["RBX"] == {"name": "Dominique Leroy"}


def fill(program, start, count):
    """Change so many customers, products, figures and orders."""
    for number in range(start, start + count):
        customer = {"first_name": "Ana", "cards": [f"9{number:07}"]}
        program.put(f"/customers/crm/N-{number}", customer)
        statement = {"customer": {"source": "crm", "external_id": f"N-{number}"}, "source": "crm"}
        statement |= {"source_id": f"s-{number}", "purpose": "marketing", "channel": "email"}
        moment = "2026-11-20T10:00:00Z"
        program.post("/consents", statement | {"state": "granted", "stated_at": moment})
        program.put(f"/products/N-{number}", CUP)
        moved = {"source": "erp", "kind": "count", "quantity": 3, "occurred_at": moment}
        moved |= {"store": "LIL", "sku": f"N-{number}", "source_id": f"m-{number}"}
        program.post("/stock/movements", {"items": [moved]})
        line = {"sku": f"N-{number}", "quantity": 1, "unit_price": CUP["price"]}
        order = {"number": f"9{number:05}", "store": "LIL", "placed_at": moment, "lines": [line]}
        order |= {"customer": {"source": "crm", "external_id": f"N-{number}"}, "paid": True}
        program.put(f"/orders/web/N-{number}", order)


def test_a_page_costs_as_many_queries_for_one_change_as_for_many(program, app, shop):
    _items, start = follow(program)
    fill(program, 1, 5)

    for kind in ("customers", "orders", "products", "stock"):
        few, many = (asked(app, program, start, kind, limit=limit) for limit in (1, 200))
        assert (few[1], many[1]) == (1, 5), kind
        assert many[0] == few[0] <= 12, kind


def asked(app, program, after, kind, *, limit):
    """Return the queries of a page, and of how many things it told."""
    with app.app_context():
        engine = db.engine
    with counted(engine) as seen:
        page = program.get("/changes", after=after, kinds=kind, store="LIL", limit=limit).json
    return len(seen), len({item["key"] for item in page["items"]})
