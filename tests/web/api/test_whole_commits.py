"""Whatever stands in the database after a commit is whole: act, fact, message and key at once."""

import uuid

import pytest
from sqlalchemy import select

from store import pickup_ends
from store.database import writing
from store.models import IdempotencyKey, Order, OrderEvent
from store.web import clock
from tests.whole import watched

KEY = "whole-"


@pytest.fixture
def commits(engine, program):
    """What every commit from now on left half done; one entry a commit."""
    with watched(engine, without_key) as found:
        yield found


def without_key(session):
    """Return whether there are more acts than keys, or fewer."""
    keys = session.scalars(select(IdempotencyKey.key).where(IdempotencyKey.key.startswith(KEY)))
    done = select(OrderEvent.id).where(OrderEvent.actor == "central")
    return [] if len(keys.all()) == len(session.scalars(done).all()) else ["key"]


def tell(program, order, *kinds):
    for number, kind in enumerate(kinds):
        body = {"id": str(uuid.uuid4()), "type": kind, "occurred_at": clock.now().isoformat()}
        answer = program.post(f"/orders/{order}/events", body, key=f"{KEY}{order}{number}")
        assert answer.status_code == 200, answer.json


def place(program):
    body = {
        "number": "700700",
        "store": "LIL",
        "customer": {"name": "Nadia Benali", "email": "nadia@example.org"},
        "placed_at": clock.now().isoformat(),
        "paid": True,
        "lines": [{"sku": "22699", "quantity": 1}, {"sku": "22423", "quantity": 1}],
    }
    return program.put("/orders/web/W-700700", body).json["id"]


@pytest.mark.parametrize(
    "kinds",
    [
        ("accepted", "picked", "ready", "arrived", "gone", "arrived", "collected"),
        ("accepted", "short", "cancelled"),
        ("ready", "put_back", "ready", "extended", "refused"),
        ("ready", "collected", "handover_reversed", "collected"),
    ],
)
def test_each_commit_of_a_pickup_is_whole(program, commits, kinds):
    tell(program, place(program), *kinds)

    assert len(commits) > len(kinds)
    assert [one for one in commits if one] == []


def test_what_ends_by_itself_is_whole_too(program, commits, engine):
    order = place(program)
    tell(program, order, "ready")

    with writing(engine) as session:
        keeps_nothing = pickup_ends.Terms(keep_days=-1)
        session.scalars(select(Order).where(Order.uid == order)).one().pickup_by = None
        assert pickup_ends.end_no_show(session, order, terms=keeps_nothing, now=clock.now())

    assert [one for one in commits if one] == []
