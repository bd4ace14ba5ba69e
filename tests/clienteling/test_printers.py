"""Printers on the tablet: paired by a manager, in trouble told, slips asked for from the board."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from store import pickups, printers, printing
from store.models import PrintJob
from store.web import clock
from tests.page_client import PageClient


@pytest.fixture
def manager(app, shop):
    return PageClient(app).become(shop.tablet_secret, "tablet").seat(shop.manager.uid)


@pytest.fixture
def printer(session, shop):
    facts = {"name": "Comptoir", "address": "192.168.1.50", "dots": 576, "store": shop.lille}
    made = printers.pair(session, **facts, now=clock.now())
    session.commit()
    return made


def lacks_paper(session, printer):
    printers.note_state(session, printer, "paper_out", now=clock.now())
    session.commit()


def test_a_manager_adds_a_printer(manager, session, shop):
    page = manager.get("/tablet/printers")

    answer = manager.send(page, "/tablet/printers", name="Comptoir", address="192.168.1.50")

    assert "192.168.1.50:9100" in answer.text and "jamais interrogée" in answer.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "", "address": "10.0.0.4"}, "Donnez un nom à l’imprimante."),
        ({"name": "Comptoir", "address": "là-bas !"}, "Une adresse comme 192.168.1.50"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(manager, shop, fields, said):
    page = manager.send(manager.get("/tablet/printers"), "/tablet/printers", **fields)

    assert page.status == 422
    assert said in page.text
    assert page.form("/tablet/printers")["address"] == fields["address"]


def test_an_assistant_sees_printers_but_pairs_none(tablet, printer):
    page = tablet.get("/tablet/printers")

    assert "Comptoir" in page.text
    assert page.soup.find("form", action="/tablet/printers") is None


def test_a_printer_without_paper_is_told_where_pickups_are(tablet, session, printer):
    lacks_paper(session, printer)

    page = tablet.get("/tablet/pickups")

    assert "Comptoir : plus de papier" in page.text.replace("\u00a0", " ")
    assert tablet.block("/tablet/printers/trouble").soup.select_one(".banner")


def test_a_removed_printer_is_no_trouble_any_more(manager, session, printer):
    lacks_paper(session, printer)

    page = manager.send(
        manager.get("/tablet/printers"), f"/tablet/printers/{printer.device.uid}/remove"
    )

    assert "Aucune imprimante" in page.text
    assert "plus de papier" not in manager.get("/tablet/pickups").text


def test_slips_are_asked_for_from_the_board_once(tablet, session, shop, printer):
    page = tablet.get("/tablet/pickups/print")
    fields = page.form("/tablet/pickups/print") | {"uid": [shop.order.uid]}

    for _twice in range(2):
        answer = tablet.post("/tablet/pickups/print", fields, follow=True)

    assert "1 bon part à l’imprimante" in answer.text or answer.status == 200
    assert session.scalars(select(PrintJob.kind)).all() == ["slip"]


def test_choosing_is_not_disturbed_by_what_happens_meanwhile(tablet, shop, printer):
    page = tablet.get("/tablet/pickups/print")

    assert page.soup.find(id="board").get("hx-get") is None
    assert page.soup.find("input", {"name": "uid", "value": shop.order.uid})


def test_without_a_printer_the_board_says_so(tablet, shop):
    assert "Aucune imprimante n’est inscrite" in tablet.get("/tablet/pickups/print").text


@pytest.mark.parametrize(("act", "state"), [("again", "waiting"), ("drop", "dropped")])
def test_a_person_decides_about_what_is_unsure(tablet, session, shop, printer, act, state):
    now = clock.now()
    facts = {"store": shop.lille, "order": shop.order, "occasion": "a", "now": now}
    job = printing.add(session, "slip", **facts)
    printing.claim(session, job.uid, now=now, lease=timedelta(minutes=2))
    printing.note_unsure(session, job.uid, on=printer.device_id, reason="paper_out", now=now)
    session.commit()
    page = tablet.get("/tablet/printers")
    assert "envoyé à Comptoir, sans réponse" in page.text

    tablet.send(page, f"/tablet/prints/{job.uid}/{act}")

    session.expire_all()
    assert session.scalars(select(PrintJob.state)).all() == [state]


def test_a_trial_goes_to_its_own_printer(tablet, session, printer):
    page = tablet.get("/tablet/printers")

    tablet.send(page, f"/tablet/printers/{printer.device.uid}/test")

    job = session.scalars(select(PrintJob)).one()
    assert (job.kind, job.only_id) == ("test", printer.device_id)


@pytest.mark.parametrize(("state", "kind"), [("ready", "slip"), ("collected", "receipt")])
def test_the_sheet_prints_the_slip_or_the_receipt_of_its_order(
    tablet, session, shop, printer, state, kind
):
    sheet = f"/tablet/pickups/{shop.order.uid}"
    if state == "collected":
        uids = [line.uid for line in shop.order.lines]
        given = {"line_uids": uids, "staff": shop.ines, "check": "qr", "now": clock.now()}
        pickups.hand_over(session, shop.order.uid, **given)
        session.commit()
    page = tablet.get(sheet)
    assert page.soup.find("button", {"name": "kind", "value": kind})

    tablet.send(page, f"{sheet}/print", kind=kind)

    assert session.scalars(select(PrintJob.kind)).all() == [kind]
