"""What slips say: enough to find and hand over, no more of the person than an initial."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select

from config import places
from store import handovers, pickups, printers, printing
from store.models import StockLevel
from store.records import OrderEventRecord
from store.web.tickets import drawing, words

FONTS = places.STATIC / "vendor" / "fonts" / "labels"


@pytest.fixture
def texts(app, session, shop, now):
    facts = {"name": "Comptoir", "address": "10.0.0.4", "dots": 576, "store": shop.lille}
    printers.pair(session, **facts, now=now)
    level = select(StockLevel).where(StockLevel.variant_id == shop.cup.id)
    session.scalar(level.where(StockLevel.store_id == shop.lille.id)).aisle = "A3-B"

    def write(kind, language="fr"):
        settings = app.config["COMPTOIR"]
        spoken = replace(settings.store, language=language)
        app.config["COMPTOIR"] = replace(settings, store=spoken)
        given = {"store": shop.lille, "order": shop.order, "now": now}
        job = printing.add(session, kind, **given, occasion=kind)
        with app.app_context():
            return words.texts(session, job, store=shop.lille, now=now)

    return write


def test_a_slip_says_what_finds_and_hands_over_the_parcel(texts):
    slip = texts("slip")

    assert (slip.number, slip.name, slip.place) == ("482\u00a0915", "Camille R.", "Casier B-04")
    assert ("Articles", "2, payés") in slip.facts
    assert dict(slip.facts)["Gardé jusqu’au"].startswith("28")
    assert [(row.quantity, row.aisle) for row in slip.rows] == [(1, "A3-B"), (1, "")]
    assert slip.shop == "Lille · 21/11/2026 14:32"


def test_a_slip_tells_two_articles_of_one_name_apart(texts, session, shop):
    shop.cup.size, shop.cup.colour = "Grande", "Bleu ciel"

    row = texts("slip").rows[0]

    assert row.choice == "Grande, Bleu ciel"
    shop.order.lines[0].label = "Tasse grande, bleu ciel"
    assert texts("slip").rows[0].choice == ""


def test_one_article_is_said_to_be_paid_as_one(texts, shop):
    shop.order.lines[1].state = "short"

    assert ("Articles", "1, payé") in texts("slip").facts


@pytest.mark.parametrize("dots", sorted(printers.WIDTHS))
@pytest.mark.parametrize("city", ["Pau", "Paris", "Villeneuve-d'Ascq-sur-la-Deûle"])
def test_the_time_of_a_slip_is_never_cut(texts, monkeypatch, dots, city):
    written = []
    write = drawing._Slip._write_right

    def keep(slip, text, *place):
        written.append(text)
        write(slip, text, *place)

    monkeypatch.setattr(drawing._Slip, "_write_right", keep)

    drawing.draw(replace(texts("slip"), shop=f"{city} · 23/11/2026 08:05"), fonts=FONTS, dots=dots)

    assert "23/11/2026 08:05" in " ".join(written)


@pytest.mark.parametrize("kind", ["slip", "unaccepted", "receipt"])
def test_no_paper_holds_the_family_name_the_phone_or_the_six_digits(
    texts, session, shop, now, kind
):
    shop.order.pickup_code = "736451"
    if kind == "receipt":
        give(session, shop, shop.order.lines, now=now)
    if kind == "unaccepted":
        shop.order.state = "new"

    said = repr(texts(kind))

    assert "Camille R." in said
    for secret in ("Roussel", "roussel", "600000042", "736451"):
        assert secret not in said


def test_a_receipt_names_what_was_given_and_when(texts, session, shop, now):
    give(session, shop, shop.order.lines[:1], now=now - timedelta(minutes=2))

    receipt = texts("receipt")

    assert len(receipt.rows) == 1
    assert "samedi 21 novembre à 14" in receipt.more


def give(session, shop, lines, *, now):
    given = {"line_uids": [line.uid for line in lines], "staff": shop.ines, "check": "qr"}
    pickups.hand_over(session, shop.order.uid, **given, now=now)


def undo(session, shop, *, now):
    why = {"reason": "wrong_order", "staff": shop.manager}
    handovers.reverse(session, shop.order.uid, **why, now=now)


def test_a_receipt_tells_of_the_handover_that_stands(texts, session, shop, now):
    give(session, shop, shop.order.lines[:1], now=now - timedelta(days=1))
    give(session, shop, shop.order.lines[1:], now=now)
    undo(session, shop, now=now)

    receipt = texts("receipt")

    assert len(receipt.rows) == 1
    assert "vendredi 20 novembre" in receipt.more


@pytest.mark.parametrize("over", ["collected", "cancelled"])
def test_a_slip_that_waited_for_paper_says_nothing_of_what_is_over(texts, session, shop, now, over):
    event = OrderEventRecord(type=over, occurred_at=now)
    pickups.record_event(session, event, shop.order.uid, now=now)

    assert texts("slip") is None


def test_who_has_taken_an_order_on_needs_no_paper_that_says_nobody_has(texts, session, shop, now):
    shop.order.state = "new"
    assert texts("unaccepted") is not None

    pickups.accept(session, shop.order.uid, staff=shop.ines, now=now)

    assert texts("unaccepted") is None


def test_a_receipt_that_waited_for_paper_through_an_undo_says_nothing(texts, session, shop, now):
    give(session, shop, shop.order.lines, now=now)
    undo(session, shop, now=now)

    assert texts("receipt") is None


def test_a_shop_that_speaks_english_prints_english(texts):
    slip = texts("slip", "en")

    assert slip.place == "Locker B-04"
    assert ("Kept until", "28 Nov") in slip.facts


@pytest.mark.parametrize("dots", sorted(printers.WIDTHS))
def test_the_qr_of_a_slip_is_read_on_every_width_of_paper(texts, shop, dots):
    png = drawing.draw(texts("slip"), fonts=FONTS, dots=dots)

    image = Image.open(BytesIO(png))
    assert (image.width, image.mode) == (dots, "1")
    (code,) = zxingcpp.read_barcodes(image.convert("L"))
    assert code.text == shop.order.code


def test_more_articles_than_a_slip_holds_are_counted(texts):
    rows = [drawing.Row(quantity=1, name=f"Article {n}", reference="réf. 1") for n in range(90)]
    long = drawing.Texts(shop="Lille", number="1", name="Camille R.", place="", rows=rows)

    image = Image.open(BytesIO(drawing.draw(long, fonts=FONTS)))

    assert image.height <= drawing.MOST_HIGH


def test_what_was_given_has_no_box_to_tick(texts, session, shop, now):
    given = {"line_uids": [shop.order.lines[0].uid], "staff": shop.ines, "check": "qr"}
    pickups.hand_over(session, shop.order.uid, **given, now=now)

    assert [row.is_to_tick for row in texts("receipt").rows] == [False]
    assert all(row.is_to_tick for row in texts("slip").rows)


@pytest.mark.parametrize("dots", sorted(printers.WIDTHS))
def test_small_words_stay_large_enough_on_narrow_paper(texts, dots):
    slip = drawing._Slip(texts("slip"), FONTS, dots)

    assert slip.font("text", 23).size >= drawing.LEAST
