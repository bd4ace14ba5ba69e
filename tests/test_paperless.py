"""Electronic labels: which stands where, and how far its picture has come."""

from datetime import timedelta

import pytest

from store import paperless
from store.errors import Invalid, NotFound
from store.label_faces import Terms
from store.records import LabelTold

MAC = "00000197E5CB3B38"
TERMS = Terms(base_url="https://cptr.fr")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def label(session, shop, now):
    return pair(session, shop, now)


def pair(session, shop, now, mac=MAC, variant=None, model="296x128", store=None):
    variant, store = variant or shop.cup, store or shop.lille
    return paperless.pair(session, mac, variant, model=model, store=store, now=now)


def state(session, label, now):
    faces = paperless.faces(session, [label], TERMS, now=now)
    return paperless.state(label, faces.get(label.id))


def hand(session, label, now):
    face = paperless.faces(session, [label], TERMS, now=now)[label.id]
    paperless.note_handed(
        session, label, face_digest=face.digest, picture_digest="picture", now=now
    )


def tell(session, now, **told):
    usual = {"mac": MAC, "seen_at": now, "battery_mv": 2900, "is_pending": False, "kind": 1}
    return paperless.take_in(session, [LabelTold(**{**usual, **told})], now=now)


@pytest.mark.parametrize(
    "typed",
    [
        "00000197E5CB3B38",
        "0197e5cb3b38",
        "01:97:E5:CB:3B:38",
        "00 00 01 97 E5 CB 3B 38",
        " 0000-0197-E5CB-3B38 ",
    ],
)
def test_a_mac_is_written_one_way(typed):
    assert paperless.normalise_mac(typed) == MAC


def test_a_mac_that_a_us_scanner_typed_on_a_french_keyboard_is_read():
    assert paperless.normalise_mac('à&çèE(CB"B"_') == MAC


@pytest.mark.parametrize("typed", ["", "0197E5CB3B3", "0197E5CB3B3G", "4006381333931", "0" * 16])
def test_what_is_no_mac_is_refused(typed):
    with pytest.raises(Invalid):
        paperless.normalise_mac(typed)


def test_a_label_is_to_be_sent_then_sent_then_shown(session, shop, label, now):
    assert state(session, label, now) == "to_send"

    hand(session, label, now)
    assert state(session, label, now) == "sent"

    tell(session, now + MINUTE)
    assert state(session, label, now) == "shown"
    assert label.shown_at == now + MINUTE


def test_a_label_that_has_not_woken_up_shows_nothing_yet(session, label, now):
    hand(session, label, now)

    tell(session, now - MINUTE)
    assert state(session, label, now) == "sent"

    tell(session, now + MINUTE, is_pending=True)
    assert state(session, label, now) == "sent"


def test_a_changed_price_is_to_be_sent_again(session, shop, label, now):
    hand(session, label, now)
    tell(session, now + MINUTE)

    shop.cup.price_minor = 999

    assert state(session, label, now) == "to_send"


def test_a_failure_waits_and_says_why(session, label, now):
    paperless.note_failed(session, [label], reason="busy", again=now + MINUTE, now=now)
    session.flush()

    assert state(session, label, now) == "failed"
    assert paperless.list_ready(session, now=now) == []
    assert paperless.list_ready(session, now=now + MINUTE) == [label]


def test_a_retry_sends_even_what_has_not_changed(session, shop, label, now):
    hand(session, label, now)

    paperless.retry(session, label.uid, store=shop.lille, now=now)

    assert state(session, label, now) == "to_send"


def test_the_same_mac_again_moves_the_label(session, shop, label, now):
    moved = pair(session, shop, now, mac="0197e5cb3b38", variant=shop.cake_stand)

    assert moved is label
    assert label.variant is shop.cake_stand
    assert len(paperless.list_all(session, shop.lille)) == 1


def test_a_label_of_another_store_is_refused(session, shop, label, now):
    with pytest.raises(Invalid) as refused:
        pair(session, shop, now, store=shop.roubaix)

    assert refused.value.problem == "other_store"


def test_an_article_may_have_several_labels(session, shop, label, now):
    pair(session, shop, now, mac="00000197E5CB3B39")

    assert len(paperless.list_all(session, shop.lille)) == 2


def test_a_freed_label_is_to_say_so(session, shop, label, now):
    hand(session, label, now)

    paperless.unpair(session, label.uid, store=shop.lille, now=now)

    assert paperless.state(label, None) == "to_send"


def test_a_removed_label_is_gone(session, shop, label, now):
    paperless.remove(session, label.uid, store=shop.lille, now=now)

    with pytest.raises(NotFound):
        paperless.get(session, label.uid, store=shop.lille)


def test_the_access_point_knows_the_size_better(session, label, now):
    hand(session, label, now)

    tell(session, now, kind=2)

    assert label.model == "400x300"
    assert state(session, label, now) == "to_send"


def test_an_unknown_size_or_model_changes_nothing(session, shop, label, now):
    tell(session, now, kind=77)

    assert label.model == "296x128"
    with pytest.raises(Invalid):
        pair(session, shop, now, model="1x1")


def test_labels_of_others_are_not_taken_in(session, label, now):
    assert tell(session, now, mac="00000000000000AA") == 0
