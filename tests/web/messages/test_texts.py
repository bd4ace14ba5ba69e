"""What goes out as a text (SMS) is written in the letters that cost no second part."""

from datetime import UTC, date, datetime

import pytest
from flask import g
from flask_babel import force_locale

from store.contacts import Reach
from store.models import BackInStock, Order, Product, Store, Variant
from store.web.messages import notices, texts, words
from store.web.messages.told import Item, Told

# the basic table of 3GPP TS 23.038, without Greek, and what is written by an escape
GSM_7_BIT = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅå_ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)
IN_AUGUST = datetime(2026, 8, 3, 9, 0, tzinfo=UTC)
LILLE = Store(code="LIL", name="Lille", time_zone="Europe/Paris")


def told(kind, *, items=()):
    order = Order(
        number="482915", pickup_code="482915", state="ready", pickup_by=date(2026, 8, 12), paid=True
    )
    order.store = LILLE
    return Told(
        kind=kind,
        order=order,
        store=LILLE,
        reach=Reach(email="", phone="+33600000042", first_name="", language="fr"),
        items=items,
        missing=(),
        refused=(),
        address="https://retraits.example/p/r/R12345678901234567890123456789A",
        code_text="",
        occurred_at=IN_AUGUST,
        openings=(),
        now=IN_AUGUST,
    )


def back_in_stock():
    wish = BackInStock(variant=Variant(sku="1", product=Product(name="Tasse")))
    wish.store = LILLE
    return notices._words(wish, "https://retraits.example/p/1").text


def text_of(kind):
    if kind == notices.KIND:
        return back_in_stock()
    if kind == "reversed in part":
        part = [Item(name="Tasse", quantity=1, total_minor=1)]
        return words.words(told("reversed", items=part)).text
    return words.words(told(kind)).text


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", [*words.KINDS, "reversed in part", notices.KIND])
def test_the_words_of_a_text_are_in_its_alphabet(app, kind, language):
    with app.app_context(), force_locale(language):
        g.store = LILLE
        text = texts.plain(text_of(kind))

    assert sorted(set(text) - GSM_7_BIT) == [], text
