"""The catalogue and the stock, as other programs write and read them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from store import inbox
from store.connectors.base import Page, Pulled
from store.json_catalogue import read_movement
from store.models import OutboxMessage
from store.records import StockChange

MUG = {
    "name": "Grande tasse",
    "reference": "MUG",
    "size": "40 cl",
    "price": {"amount_minor": 850, "currency": "EUR"},
}


def movement(number, *, kind="delta", quantity=1, at="2026-11-21T13:00:00Z", sku="22699"):
    return {
        "source": "till",
        "source_id": f"m-{number}",
        "store": "LIL",
        "sku": sku,
        "kind": kind,
        "quantity": quantity,
        "occurred_at": at,
    }


def on_hand(program, sku="22699", store="LIL"):
    (item,) = program.get("/stock", sku=sku, store=store).json["items"]
    return item["on_hand"]


def test_put_makes_a_product_and_get_tells_it(program):
    made = program.put("/products/mug-40", MUG)

    assert made.status_code == 201
    assert made.json["sku"] == "MUG-40"
    assert program.get("/products/MUG-40").json == made.json


def test_put_twice_changes_nothing(program):
    program.put("/products/MUG-40", MUG)

    again = program.put("/products/MUG-40", MUG)

    assert (again.status_code, again.json["size"]) == (200, "40 cl")


def test_put_of_one_sku_keeps_the_others_of_its_product(program):
    program.put("/products/MUG-40", MUG)
    program.put("/products/MUG-20", {**MUG, "size": "20 cl"})
    program.put("/products/MUG-40", {**MUG, "name": "Tasse", "size": "41 cl"})

    assert program.get("/products/MUG-20").json["size"] == "20 cl"
    assert program.get("/products/MUG-20").json["name"] == "Tasse"


def test_put_without_reference_stays_with_its_product(program):
    program.put("/products/MUG-40", MUG)

    again = program.put("/products/MUG-40", {"name": "Tasse", "price": MUG["price"]})

    assert again.json["reference"] == "MUG"


def test_put_refuses_a_wrong_gtin(program):
    answer = program.put("/products/MUG-40", {**MUG, "gtin": "4006381333932"})

    assert answer.status_code == 422
    assert answer.json["detail"] == "field: gtin, problem: check_digit"


def test_get_of_an_unknown_sku_is_a_problem(program):
    assert program.get("/products/NONE").status_code == 404


def test_stock_tells_what_a_store_holds(program):
    (item,) = program.get("/stock", sku="22699", store="LIL").json["items"]

    assert (item["on_hand"], item["available"], item["source"]) == (6, 6, "till")


def test_stock_of_an_unknown_store_is_empty(program):
    assert program.get("/stock", sku="22699", store="XXX").json == {"items": [], "next": None}


def test_stock_is_paged_without_missing_or_repeating(program):
    seen, cursor = [], None
    while True:
        page = program.get("/stock", limit=1, **({"cursor": cursor} if cursor else {})).json
        seen += [(item["sku"], item["store"]) for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert seen == [("22423", "LIL"), ("22699", "LIL"), ("22699", "RBX")]


def test_movements_count_once_whatever_is_sent_again(program):
    body = {"items": [movement(1, quantity=-2, at="2026-11-21T13:31:00Z")]}

    first = program.post("/stock/movements", body)
    again = program.post("/stock/movements", body)

    assert first.json == {"applied": 1, "repeated": 0, "refused": []}
    assert again.json == {"applied": 0, "repeated": 1, "refused": []}
    assert on_hand(program) == 4


def test_movements_end_the_same_in_any_order(program, now):
    count_at, sold_at = now + timedelta(minutes=1), now + timedelta(minutes=2)
    late_count = movement(1, kind="count", quantity=10, at=count_at.isoformat())
    early_sale = movement(2, quantity=-3, at=sold_at.isoformat())

    program.post("/stock/movements", {"items": [early_sale]})
    program.post("/stock/movements", {"items": [late_count]})

    assert on_hand(program) == 7


def test_a_movement_that_cannot_be_read_holds_nobody_back(program):
    items = [movement(1, sku="NONE"), movement(2, quantity=1, at="2026-11-21T13:31:00Z")]

    answer = program.post("/stock/movements", {"items": items})

    assert answer.json["refused"] == [{"index": 0, "reason": "unknown_sku"}]
    assert answer.json["applied"] == 1


@pytest.mark.parametrize("number", [0, 1001])
def test_movements_come_by_one_to_a_thousand(program, number):
    answer = program.post("/stock/movements", {"items": [movement(n) for n in range(number)]})

    assert answer.status_code == 422


def waiting(session):
    """What waits to be told to the hub, as the source ids of each fact."""
    facts = session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "stock_movements")
    ).all()
    return [[item["source_id"] for item in fact.payload["items"]] for fact in facts]


def test_a_store_passes_on_to_its_hub_what_it_learnt_and_nothing_twice(program, session):
    program.post("/stock/movements", {"items": [movement(1), movement(2, sku="NOTHING")]})
    program.post("/stock/movements", {"items": [movement(1), movement(3)]})

    assert waiting(session) == [["m-1"], ["m-3"]]


def test_a_store_does_not_tell_back_what_it_pulled(program, session, now):
    told = read_movement(movement(1))
    change = StockChange(sku="22699", movements=(told,))
    pulled = Pulled(kind="stock", key="22699", record=change)
    inbox.take_in(session, Page(items=(pulled,), cursor="1", has_more=False), now=now)
    session.commit()

    answer = program.post("/stock/movements", {"items": [movement(1)]})

    assert answer.json["repeated"] == 1
    assert waiting(session) == []


def test_a_hub_passes_nothing_on(program, session, app):
    settings = app.config["COMPTOIR"]
    role = replace(settings.server, role="hub")
    app.config["COMPTOIR"] = replace(settings, server=role)

    program.post("/stock/movements", {"items": [movement(1)]})

    assert waiting(session) == []
