"""The journal of unmet demand: each wish once, and nobody in it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from store import unmet
from store.models import UnmetDemand


def record(session, shop, now, text, **options):
    options = {"kind": "search_without_result", "visitor": "v1", **options}
    return unmet.record(session, store_id=shop.lille.id, text=text, now=now, **options)


def texts(session):
    return sorted(session.scalars(select(UnmetDemand.text)))


def test_a_wish_counts_once_in_a_session_and_again_in_the_next(session, shop, now):
    assert record(session, shop, now, "Lampe à huile")
    assert record(session, shop, now, "lampe a  HUILE ") is None
    assert record(session, shop, now, "lampe à huile", visitor="v2")

    assert len(texts(session)) == 2


def test_a_text_takes_the_place_of_its_own_beginnings(session, shop, now):
    record(session, shop, now, "lampe", visitor="v2")
    for text in ("lam", "lampe", "lampe à h", "lampe à huile"):
        record(session, shop, now, text)

    assert texts(session) == ["lampe", "lampe à huile"]


def test_a_wish_says_nothing_of_who_had_it(session, shop, now):
    wish = record(session, shop, now, "lampe à huile", visitor="visitor-uid")

    assert "visitor-uid" not in str(vars(wish))


@pytest.mark.parametrize(
    "text",
    [
        "camille.roussel@example.org",
        "écrire à camille @ example.org merci",
        "06 12 34 56 78",
        "+33 6.12.34.56.78",
        "０６１２３４５６７８",
        "carte 4970 1012 3456 7890",
        "FR76 3000 6000 0112 3456 7890 189",
        "482915",  # the six digits of an order
        "https://boutique.example/produit?id=3",
        "www.boutique.example",
        "🙂🙂",
        "%",
        "a",
        "   ",
        "",
    ],
)
def test_what_is_a_person_or_no_word_is_not_kept(session, shop, now, text):
    assert record(session, shop, now, text) is None
    assert texts(session) == []


def test_one_of_our_codes_is_not_kept(session, shop, now):
    assert record(session, shop, now, shop.camille_card) is None


def test_a_long_text_is_cut(session, shop, now):
    assert len(record(session, shop, now, "lampe " * 100).text) <= 100


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("مصباح زيت", "مصباح زيت"),
        ("\u202eמנורה\u202c \u200fאדומה", "מנורה אדומה"),  # marks of direction
        ("lampe \u2067مصباح\u2069", "lampe مصباح"),
        ("bougie 🕯", "bougie 🕯"),
        ("ballon 👩\u200d🚒", "ballon 👩🚒"),  # what joins signs is none itself
        ("vase\u00a0bleu\tciel", "vase bleu ciel"),
        ("مصباح ٤٠", "مصباح 40"),
    ],
)
def test_emoji_and_right_to_left_texts_are_kept_as_they_read(session, shop, now, typed, kept):
    assert record(session, shop, now, typed).text == kept
    assert texts(session) == [kept]


@pytest.mark.parametrize(
    "text",
    [
        "٠٦١٢٣٤٥٦٧٨",  # a telephone in Arabic digits
        "0\u200f6 12\u200b 34 56\u202e 78",  # with signs that nobody sees
        "דנה@example.org",
        "\u202egro.elpmaxe@ellimac",  # an address that reads backwards
        "📞 06 12 34 56 78",
        "0️⃣6️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣",
        "👩\u200d👩\u200d👧",
        "\u202e\u200f",
    ],
)
def test_nobody_is_kept_in_emoji_or_from_right_to_left(session, shop, now, text):
    assert record(session, shop, now, text) is None
    assert texts(session) == []


def test_an_absent_size_is_a_wish_by_its_article(session, shop, now):
    assert record(session, shop, now, "42", kind="size_absent", sku="22699")
    assert record(session, shop, now, "42", kind="size_absent", sku="22699") is None


def test_another_kind_is_refused(session, shop, now):
    assert record(session, shop, now, "lampe", kind="gossip") is None


def test_the_most_frequent_wishes_come_first(session, shop, now):
    for number, text in enumerate(("Bougie verte", "tapis", "bougies vertes")):
        record(session, shop, now, text, visitor=f"v{number}")
    record(session, shop, now - timedelta(days=9), "ancienne", visitor="v9")

    since = now - timedelta(days=7)
    ranked = unmet.list_ranked(session, store_id=shop.lille.id, since=since)

    assert [(wish.text, wish.times) for wish in ranked] == [("bougies vertes", 2), ("tapis", 1)]
    assert unmet.count(session, store_id=shop.lille.id, since=since) == 3
    assert unmet.list_ranked(session, store_id=shop.roubaix.id, since=since) == []


def test_the_kinds_are_counted_and_old_wishes_dropped(session, shop, now):
    record(session, shop, now, "tapis")
    record(session, shop, now, "", kind="out_of_stock", sku="22699")
    record(session, shop, now - timedelta(days=9), "ancienne")
    since = now - timedelta(days=30)

    assert unmet.forget(session, before=now - timedelta(days=7)) == 1

    kinds = unmet.count_kinds(session, store_id=shop.lille.id, since=since)
    assert kinds == {"search_without_result": 1, "out_of_stock": 1}


def test_a_wish_told_by_two_requests_at_once_counts_once(engine, session, shop, now):
    record(session, shop, now, "tapis", visitor="v")
    session.commit()

    with Session(engine) as other:  # it has not seen the first one's row
        again = record(other, shop, now, "tapis", visitor="v")
        other.commit()

    assert again is None
    assert unmet.count(session, store_id=shop.lille.id, since=now) == 1
