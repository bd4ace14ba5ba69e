"""Paper labels: what they say, what was printed, and what is no longer right."""

import hashlib
import json
from datetime import timedelta

import pytest

from store import aisles, label_faces, labels
from store.errors import Invalid
from store.label_faces import Terms

TERMS = Terms(base_url="https://cptr.fr")
BARE = "https://boutique.example"


def face(session, shop, variant, now, terms=TERMS):
    return label_faces.of(session, [variant], terms, store_id=shop.lille.id, now=now)[0]


def printed(session, shop, now, *variants):
    made = labels.print_labels(session, variants, TERMS, store=shop.lille, now=now)
    session.flush()
    return made


def stale(session, shop, now, terms=TERMS):
    session.flush()
    return [
        (one.variant.sku, one.why) for one in labels.list_stale(session, shop.lille, terms, now=now)
    ]


def test_an_address_is_upper_case_and_short(session, shop, now):
    found = face(session, shop, shop.cup, now)

    assert found.address == "HTTPS://CPTR.FR/P/22699"
    assert len(found.address) <= 25


@pytest.mark.parametrize("sku", ["A/B", "É 12", "X_1"])
def test_an_sku_that_no_address_takes_is_told_by_its_gtin(sku):
    assert label_faces.address(BARE, sku, "04006381333931") == (
        "HTTPS://BOUTIQUE.EXAMPLE/P/4006381333931"
    )


def test_an_sku_without_gtin_is_quoted():
    assert label_faces.address(BARE, "A/B", None).endswith("/P/A%2FB")


def test_a_unit_price_follows_from_the_content(session, shop, now):
    shop.cup.content = "250 g"

    found = face(session, shop, shop.cup, now)

    assert (found.unit_minor, found.unit_per) == (1180, "kg")


def test_no_label_without_a_price(session, shop, now):
    shop.cup.price_minor = 0

    made = printed(session, shop, now, shop.cup, shop.cake_stand)

    assert [one.sku for one in made.refused] == ["22699"]
    assert [one.sku for one in labels.faces_of(made.sheets)] == ["22423"]


@pytest.mark.parametrize("problem", ["no_price", "empty"])
def test_nothing_to_print_is_refused(session, shop, now, problem):
    shop.cup.price_minor = 0
    chosen = [shop.cup] if problem == "no_price" else []

    with pytest.raises(Invalid) as refused:
        printed(session, shop, now, *chosen)

    assert refused.value.problem == problem


def test_an_address_that_no_small_qr_holds_is_refused(session, shop, now):
    terms = Terms(base_url="https://" + "boutique" * 9 + ".example")

    assert face(session, shop, shop.cup, now, terms).problem == "long_address"


def test_what_was_printed_is_right_until_something_changes(session, shop, now):
    printed(session, shop, now, shop.cup, shop.cake_stand)

    assert stale(session, shop, now) == []


def test_a_changed_price_name_or_withdrawal_is_told(session, shop, now):
    printed(session, shop, now, shop.cup, shop.cake_stand)
    shop.cup.price_minor = 350
    shop.cake_stand.product.name = "Présentoir, 3 étages"

    assert stale(session, shop, now) == [("22423", "name"), ("22699", "price")]

    shop.cup.product.withdrawn_at = now

    assert ("22699", "withdrawn") in stale(session, shop, now)


def test_another_address_makes_every_label_stale(session, shop, now):
    printed(session, shop, now, shop.cup)

    assert stale(session, shop, now, Terms(base_url=BARE)) == [("22699", "other")]


def test_a_label_says_where_the_article_stands_in_its_own_store(session, shop, now):
    aisles.place(session, shop.roubaix, {shop.cup.id: "9"})
    assert face(session, shop, shop.cup, now).aisle == ""

    aisles.place(session, shop.lille, {shop.cup.id: "3 B"})

    assert face(session, shop, shop.cup, now).aisle == "3 B"


def test_an_article_that_moved_has_its_label_printed_again(session, shop, now):
    printed(session, shop, now, shop.cup, shop.cake_stand)

    aisles.place(session, shop.lille, {shop.cup.id: "3 B"})

    assert stale(session, shop, now) == [("22699", "other")]


def test_a_label_printed_before_aisles_were_known_is_still_right(session, shop, now):
    found = face(session, shop, shop.cup, now)
    before = {name: value for name, value in vars(found).items() if name != "aisle"}

    told = json.dumps(before, sort_keys=True).encode()

    assert found.digest == hashlib.sha256(told).hexdigest()[:32]


def test_printing_again_makes_it_right(session, shop, now):
    printed(session, shop, now, shop.cup)
    shop.cup.price_minor = 350
    printed(session, shop, now + timedelta(minutes=1), shop.cup)

    assert stale(session, shop, now) == []


def test_a_label_taken_off_the_shelf_is_asked_for_no_more(session, shop, now):
    printed(session, shop, now, shop.cup)
    shop.cup.product.withdrawn_at = now

    labels.take_down(session, "22699", store=shop.lille)

    assert stale(session, shop, now) == []


def test_the_labels_of_another_store_are_not_ours(session, shop, now):
    labels.print_labels(session, [shop.cup], TERMS, store=shop.roubaix, now=now)
    shop.cup.price_minor = 350

    assert stale(session, shop, now) == []


def test_what_was_printed_stays_as_it_was(session, shop, now):
    made = printed(session, shop, now, shop.cup)
    shop.cup.price_minor = 999

    again = labels.get_print(session, made.sheets.uid, store=shop.lille)

    assert labels.faces_of(again)[0].price_minor == 295


def test_old_sheets_are_forgotten_and_what_hangs_stays_known(session, shop, now):
    printed(session, shop, now, shop.cup)
    shop.cup.price_minor = 350

    labels.forget_prints(session, before=now + timedelta(days=1))

    assert labels.list_prints(session, shop.lille) == []
    assert stale(session, shop, now) == [("22699", "price")]
