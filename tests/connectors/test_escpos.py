"""ESC/POS: what a printer says of itself is understood, and a paper is sent once or not at all."""

import base64
import json
from io import BytesIO

import pytest
from escpos.printer import Dummy
from PIL import Image, ImageOps

from store.connectors import escpos
from tests.ticket_printer import TicketPrinter


@pytest.fixture
def picture() -> Image.Image:
    made = Image.new("1", (576, 300), 1)
    made.paste(0, (24, 10, 400, 200))
    return made


def lines(printer, picture, uids=("a",)):
    made = BytesIO()
    picture.save(made, "PNG")
    png = base64.b64encode(made.getvalue()).decode()
    door = {"host": "127.0.0.1", "port": printer.port, "timeout_seconds": 3}
    return [json.dumps(one) for one in (door, *({"uid": uid, "png": png} for uid in uids))]


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ({}, "ok"),
        ({"paper": "low"}, "paper_low"),
        ({"paper": "out"}, "paper_out"),
        ({"is_cover_open": True}, "cover_open"),
        ({"is_cover_open": True, "paper": "out"}, "cover_open"),
        ({"is_offline": True}, "offline"),
    ],
)
def test_what_a_printer_lacks_is_seen(picture, fault, state):
    with TicketPrinter(**fault) as printer:
        (told,) = escpos.run(lines(printer, picture, uids=()))

    assert told == {"state": state}


def test_a_picture_comes_out_dot_by_dot(picture):
    with TicketPrinter() as printer:
        _state, told = escpos.run(lines(printer, picture))

    assert told == {"uid": "a", "printed": "yes", "state": "ok"}
    (paper,) = printer.papers
    assert paper.size == picture.size
    assert ImageOps.invert(paper.convert("L")).tobytes() == picture.convert("L").tobytes()


def test_nothing_is_sent_to_a_printer_without_paper(picture):
    with TicketPrinter(paper="out") as printer:
        _state, told = escpos.run(lines(printer, picture))

    assert told == {"uid": "a", "printed": "no", "state": "paper_out"}
    assert printer.papers == []


def test_paper_that_ends_in_the_middle_leaves_it_unsure_and_the_next_unsent(picture):
    with TicketPrinter(runs_out_after=1) as printer:
        asked = lines(printer, picture, uids=("a", "b", "c"))
        asked[0] = asked[0].replace('"timeout_seconds": 3', '"timeout_seconds": 1')
        _state, *told = escpos.run(asked)

    assert [(one["uid"], one["printed"], one["state"]) for one in told] == [
        ("a", "yes", "ok"),
        ("b", "unsure", "paper_out"),
        ("c", "no", "paper_out"),
    ]


def test_what_answers_nothing_is_no_printer(picture):
    with TicketPrinter(is_silent=True) as printer:
        asked = lines(printer, picture)
        asked[0] = asked[0].replace('"timeout_seconds": 3', '"timeout_seconds": 0.2')

        assert list(escpos.run(asked)) == [{"state": "not_reached"}]


def test_the_bytes_are_what_any_printer_understands(picture):
    dummy = Dummy()

    escpos.put(dummy, picture)

    assert dummy.output.startswith(b"\x1b@\x1dv0\x00\x48\x00\x00\x01")
    assert b"\x1dV" in dummy.output[-6:]
