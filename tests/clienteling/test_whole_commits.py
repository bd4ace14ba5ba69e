"""Each commit of the tablet is whole: states, stock, facts, messages, and the form's key at once.

A slip is not written with the order that is ready: whoever prints looks for orders without one.
So each commit must leave it made or due, and a server that died in between makes it once.
"""

import uuid
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from store import pickups, printers, waves
from store.database import reading, writing
from store.models import IdempotencyKey, OrderEvent, PrintJob
from store.records import CustomerRef
from store.web import clock
from store.web.tickets.printing import Printing
from tests.shop import PIN
from tests.test_pickups import event, record
from tests.web.tickets.test_printing import Door
from tests.whole import watched

DRAWN = "M10 20L30 40L50 60"


@pytest.fixture
def order(session, shop):
    """Two cups and a cake stand of somebody who is written to, in a shop with a printer."""
    facts = {"name": "Comptoir", "address": "192.168.1.50", "dots": 576, "store": shop.lille}
    printers.pair(session, **facts, now=clock.now())
    told = replace(
        record(placed_at=clock.now()),
        customer=CustomerRef(name="Nadia Benali", email="nadia@example.org"),
    )
    made = pickups.upsert(session, told, now=clock.now(), own_store="LIL")
    lines = [line.uid for line in made.lines]
    session.commit()
    return f"/tablet/pickups/{made.uid}", made.uid, lines


@pytest.fixture
def commits(engine, tablet, order):
    """What every commit from now on left half done; one entry a commit."""
    seen = [(0, 0)]

    def without_key(session):
        """Acts and the key of their form rise together."""
        events = session.scalar(select(func.count(OrderEvent.id)))
        keys = session.scalar(select(func.count(IdempotencyKey.id)))
        before, seen[:] = seen[-1], [(events, keys)]
        return ["key"] if events > before[0] and keys == before[1] else []

    with watched(engine, without_key) as found:
        yield found


def send(client, path, **fields):
    token = client.get("/tablet/preparing").soup.find("input", {"name": "csrf_token"})["value"]
    key = {"key": str(uuid.uuid4()), "csrf_token": token}
    answer = client.post(path, key | fields)
    assert answer.status == 303, answer.text
    return answer


def hand_over(tablet, order, given, kept=(), rest="later", **how):
    path, _uid, _lines = order
    rests = {f"rest-{line}": rest for line in kept}
    partial = {"partial": "yes"} if kept else {}
    send(tablet, f"{path}/hand-over", line=given, check="qr", **partial, **rests, **how)


def number_of_slips(app, engine):
    """Let a server that has just started look for papers twice; return how many slips it knows."""

    @contextmanager
    def open_door(_host, _port):
        yield Door(state="paper_out")

    started = Printing(app, engine, open_door, store_code="LIL")
    for _pass in range(2):
        started.run_once(clock.now())
    with reading(engine) as session:
        return session.scalar(select(func.count(PrintJob.id)).where(PrintJob.kind == "slip"))


def test_taken_on_laid_down_given_undone_and_brought_back(tablet, order, shop, commits):
    path, uid, lines = order
    send(tablet, "/tablet/pickups/accept", uid=[uid])
    send(tablet, f"{path}/prepare", place="c-03")
    hand_over(tablet, order, lines, signature=DRAWN)
    undone = {"who": shop.manager.uid, "pin": PIN, "reason": "wrong_customer"}
    send(tablet, f"{path}/reverse", **undone)
    boxes = tablet.get(path).soup.find_all("input", {"name": "line"})
    hand_over(tablet, order, [one["value"] for one in boxes])
    back = {"units-22699": "1", "reason-22699": "other", "condition-22699": "resell"}
    send(tablet, f"/tablet/returns/{uid}", **back)

    assert len(commits) >= 6
    assert [one for one in commits if one] == []


@pytest.mark.parametrize("rest", ["damaged", "missing"])
def test_what_is_not_given_is_settled_with_what_is(tablet, order, commits, rest):
    path, _uid, (first, second) = order
    send(tablet, f"{path}/prepare", place="C-03")

    hand_over(tablet, order, [first], kept=[second], rest=rest)

    assert len(commits) >= 2
    assert [one for one in commits if one] == []


def test_a_basket_that_is_laid_down_is_ready_told_and_due_on_paper(
    app, engine, tablet, session, order, shop, commits
):
    _path, uid, _lines = order
    wave = waves.start(session, shop.lille, order_uids=[uid], staff=shop.ines, now=clock.now()).uid
    session.commit()
    commits.clear()
    for gtin in (shop.cup.gtin, shop.cup.gtin, shop.cake_stand.gtin):
        send(tablet, f"/tablet/preparing/{wave}/scan", code=gtin)
    send(tablet, f"/tablet/preparing/{wave}/baskets/{uid}", place="C-03")

    assert [one for one in commits if one] == []
    assert [number_of_slips(app, engine) for _start in range(2)] == [1, 1]


def test_a_server_that_died_before_the_slip_makes_it_once_each_time_it_is_ready(
    app, engine, tablet, order, shop, commits
):
    path, uid, _lines = order
    send(tablet, f"{path}/prepare", place="C-03")
    assert number_of_slips(app, engine) == 1

    with writing(engine) as session:
        pickups.record_event(session, event("put_back"), uid, now=clock.now(), tells=True)
    send(tablet, f"{path}/prepare", place="C-04")

    assert number_of_slips(app, engine) == 2
    assert [one for one in commits if one and one != ["key"]] == []
