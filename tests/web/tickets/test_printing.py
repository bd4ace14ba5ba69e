"""Papers on their way: the first printer that is fit, or the one that stands in; told when none."""

import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from store import pickups, printers, printing
from store.models import Printer, PrintJob
from store.records import CustomerRef, OrderLineRecord, OrderRecord
from store.web.extensions import db
from store.web.tickets.printing import Printing
from store.web.tickets.spool import Spool, Told
from tests.ticket_printer import TicketPrinter


class Door:
    """A printer as the worker sees it, without a program of its own."""

    def __init__(self, state="ok", answers=()):
        self.state, self.answers, self.papers = state, list(answers), []

    def put(self, uid, png):
        told = self.answers.pop(0) if self.answers else Told(state="ok", printed="yes")
        self.state = told.state
        if told.printed == "yes":
            self.papers.append(uid)
        return told


@pytest.fixture
def doors():
    return {"first": Door(), "second": Door()}


@pytest.fixture
def worker(app, engine, shop, session, doors, now):
    for name in doors:
        facts = {"dots": 576, "store": shop.lille, "now": now - timedelta(days=1)}
        printers.pair(session, name=name, address=name, **facts)
    session.commit()

    @contextmanager
    def open_door(host, port):
        yield doors[host]

    with app.app_context():
        yield Printing(app, db.engine, open_door, store_code="LIL")


def ask(session, shop, now, *occasions):
    jobs = [
        printing.add(session, "slip", store=shop.lille, order=shop.order, occasion=name, now=now)
        for name in occasions
    ]
    session.commit()
    return [job.uid for job in jobs]


def states(session):
    session.expire_all()
    found = session.scalars(select(PrintJob.state).order_by(PrintJob.id)).all()
    session.commit()
    return found


def printer_states(session):
    session.expire_all()
    found = session.scalars(select(Printer.state).order_by(Printer.rank)).all()
    session.commit()
    return found


def test_what_waits_is_printed_once_in_order(worker, session, shop, now, doors):
    uids = ask(session, shop, now, "a", "b")

    done = worker.run_once(now)
    worker.run_once(now + timedelta(minutes=1))

    assert (done.printed, doors["first"].papers, doors["second"].papers) == (2, uids, [])
    assert states(session) == ["printed", "printed"]


@pytest.mark.parametrize("state", ["paper_out", "cover_open", "offline", "not_reached"])
def test_the_second_printer_stands_in_for_one_that_cannot(worker, session, shop, now, doors, state):
    doors["first"].state = state
    uids = ask(session, shop, now, "a")

    worker.run_once(now)

    assert doors["second"].papers == uids
    assert printer_states(session) == [state, "ok"]
    trouble = printing.find_trouble(session, shop.lille)
    assert [one.state for one in trouble.printers] == [state]


def test_a_paper_that_cannot_be_drawn_holds_up_no_other(
    worker, session, shop, now, doors, monkeypatch
):
    bad, good = ask(session, shop, now, "a", "b")
    draw = worker._draw

    def fail(uid, machine, moment):
        if uid == bad:
            raise ValueError("no such letter")
        return draw(uid, machine, moment)

    monkeypatch.setattr(worker, "_draw", fail)

    worker.run_once(now)

    assert doors["first"].papers == [good]
    assert states(session) == ["waiting", "printed"]
    assert worker.run_once(now).waiting == 0  # it was put off


def test_a_printer_whose_door_breaks_is_stood_in_for(worker, session, shop, now, doors):
    uids = ask(session, shop, now, "a")
    del doors["first"]

    worker.run_once(now)

    assert doors["second"].papers == uids


def test_what_no_printer_takes_waits_and_comes_out_when_one_is_back(
    worker, session, shop, now, doors
):
    doors["first"].state = doors["second"].state = "paper_out"
    uids = ask(session, shop, now, "a")
    assert worker.run_once(now).waiting == 1
    assert states(session) == ["waiting"]

    doors["first"].state = "ok"
    worker.run_once(now + timedelta(seconds=31))

    assert doors["first"].papers == uids


def test_paper_that_ends_in_the_middle_leaves_one_unsure_and_the_rest_to_the_other(
    worker, session, shop, now, doors
):
    doors["first"].answers = [
        Told(state="ok", printed="yes"),
        Told(state="paper_out", printed="unsure"),
    ]
    uids = ask(session, shop, now, "a", "b", "c")

    worker.run_once(now)

    assert doors["first"].papers == uids[:1]
    assert doors["second"].papers == uids[2:]
    assert states(session) == ["printed", "unsure", "printed"]


def test_an_order_that_is_ready_gets_its_slip_and_one_that_nobody_takes_on_its_ticket(
    worker, session, shop, now, doors
):
    shop.order.ready_at = now - timedelta(minutes=1)
    record = OrderRecord(
        source="web",
        external_id="W-1",
        number="500001",
        store="LIL",
        placed_at=now,
        customer=CustomerRef(name="Nadia Benali"),
        lines=(OrderLineRecord(sku="22699", quantity=2, unit_price_minor=295),),
    )
    pickups.upsert(session, record, now=now - timedelta(minutes=11), own_store="LIL")
    session.commit()

    worker.run_once(now)
    worker.run_once(now + timedelta(seconds=20))

    session.expire_all()
    kinds = session.scalars(select(PrintJob.kind).order_by(PrintJob.kind)).all()
    assert (kinds, len(doors["first"].papers)) == (["slip", "unaccepted"], 2)


def test_a_printer_with_nothing_to_do_is_asked_now_and_then(worker, session, shop, now, doors):
    worker.run_once(now)
    doors["first"].state = "paper_low"

    worker.run_once(now + timedelta(seconds=299))
    assert printer_states(session)[0] == "ok"
    worker.run_once(now + timedelta(seconds=301))

    assert printer_states(session)[0] == "paper_low"


def test_the_program_of_its_own_prints_and_says_so(tmp_path):
    home = tmp_path / "home"
    with (
        TicketPrinter() as printer,
        Spool("127.0.0.1", printer.port, timeout_seconds=60, home=home) as door,
    ):
        assert door.state == "ok"
        told = door.put("a", png())

    assert told == Told(state="ok", printed="yes")
    assert printer.papers[0].size == (576, 40)


def test_the_program_of_its_own_says_when_nobody_is_there(tmp_path):
    with TicketPrinter() as printer:
        pass

    with Spool("127.0.0.1", printer.port, timeout_seconds=60, home=tmp_path / "home") as door:
        assert door.state == "not_reached"


def test_a_running_server_does_not_carry_what_only_printing_needs():
    question = "import sys, config.serving; sys.exit('escpos' in sys.modules)"

    subprocess.run([sys.executable, "-c", question], check=True)


def png():
    made = BytesIO()
    Image.new("1", (576, 40), 1).save(made, "PNG")
    return made.getvalue()
