"""Stock: movements in any order and any number of times end in the same, believable figures."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from store import changes, outbox, stock
from store.models import Change, StockLevel, StockMovement
from store.records import MovementRecord, StockRecord
from tests.conftest import NOW

TRUST = stock.Trust(live_seconds=10, recent_seconds=900, low_level=3)


def movement(number, kind, quantity, *, minutes=0, sku="22423", store="LIL"):
    return MovementRecord(
        source="erp",
        source_id=str(number),
        store=store,
        sku=sku,
        kind=kind,
        quantity=quantity,
        occurred_at=NOW + timedelta(minutes=minutes),
    )


def stand_in_lille(session, shop, *, now=NOW, trust=TRUST):
    return stock.figure(session, shop.cake_stand.id, store_id=shop.lille.id, now=now, trust=trust)


# --- applying ---------------------------------------------------------------------------------


def test_apply_adds_what_came_after_the_count(session, shop):
    stock.apply(session, [movement(1, "count", 10), movement(2, "delta", -3, minutes=1)], now=NOW)

    assert stand_in_lille(session, shop).on_hand == 7


def test_apply_leaves_out_what_came_before_or_at_the_instant_of_the_count(session, shop):
    early, same = movement(1, "delta", -4, minutes=-1), movement(2, "delta", -1)
    stock.apply(session, [early, same, movement(3, "count", 10)], now=NOW)

    assert stand_in_lille(session, shop).on_hand == 10


def test_apply_counts_the_same_movement_once(session, shop):
    sale = movement(1, "delta", -2, minutes=1)

    first = stock.apply(session, [movement(2, "count", 9), sale, sale], now=NOW)
    again = stock.apply(session, [sale], now=NOW)

    assert (first.applied, first.repeated) == (2, 1)
    assert (again.applied, again.repeated) == (0, 1)
    assert stand_in_lille(session, shop).on_hand == 7


def test_apply_takes_an_old_count_that_arrives_late_without_believing_it(session, shop):
    stock.apply(session, [movement(1, "count", 10)], now=NOW)

    stock.apply(session, [movement(2, "count", 99, minutes=-60)], now=NOW)

    assert stand_in_lille(session, shop).on_hand == 10


def test_apply_believes_a_shelf_check_like_a_count(session, shop):
    checked = movement(2, "shelf_check", 4, minutes=2)
    stock.apply(session, [movement(1, "count", 10), checked], now=NOW)

    assert stand_in_lille(session, shop).counted == 4


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"store": "NOWHERE"}, "unknown_store"),
        ({"sku": "NOTHING"}, "unknown_sku"),
        ({"kind": "wish"}, "unknown_kind"),
        ({"quantity": -1}, "bad_quantity"),
        ({"quantity": 10**10}, "bad_quantity"),
    ],
)
def test_apply_refuses_what_it_cannot_read_and_takes_the_rest(session, shop, changed, reason):
    bad = replace(movement(1, "count", 5), **changed)

    result = stock.apply(session, [bad, movement(2, "count", 5)], now=NOW)

    assert result.refused == ((0, reason),)
    assert result.applied == 1


def test_apply_reads_codes_as_people_write_them(session, shop):
    stock.apply(session, [movement(1, "count", 5, sku=" 22423 ", store="lil")], now=NOW)

    assert stand_in_lille(session, shop).on_hand == 5


def test_apply_records_one_change_for_each_article_that_moved(session, shop):
    before = changes.last_number(session)
    batch = [movement(1, "count", 5), movement(2, "delta", 1), movement(3, "count", 1, sku="22699")]

    stock.apply(session, batch, now=NOW)
    stock.apply(session, batch, now=NOW)

    keys = session.scalars(select(Change.key).where(Change.id > before, Change.kind == "stock"))
    assert sorted(keys) == ["22423", "22699"]


def test_apply_touches_no_other_store_and_no_other_article(session, shop):
    def others():
        rows = session.execute(
            select(StockLevel.store_id, StockLevel.variant_id, StockLevel.on_hand)
        ).all()
        return {row for row in rows if (row[0], row[1]) != (shop.lille.id, shop.cake_stand.id)}

    before = others()

    stock.apply(session, [movement(1, "count", 77)], now=NOW)

    assert others() == before


movements = st.builds(
    movement,
    st.integers(0, 12),
    st.sampled_from(("count", "delta", "hold", "release", "handover", "return", "shelf_check")),
    st.integers(0, 9),
    minutes=st.integers(0, 6),
    sku=st.sampled_from(("22423", "22699")),
    store=st.sampled_from(("LIL", "RBX")),
)


def kept(session):
    columns = (StockLevel.store_id, StockLevel.variant_id, StockLevel.on_hand, StockLevel.reserved)
    return sorted(tuple(row) for row in session.execute(select(*columns)))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(told=st.lists(movements, max_size=20, unique_by=lambda one: one.source_id), data=st.data())
def test_any_order_of_arrival_and_any_repetition_ends_the_same(session, shop, told, data):
    shuffled = data.draw(st.permutations(told)) + data.draw(
        st.lists(st.sampled_from(told or [movement(0, "count", 0)]), max_size=8 if told else 0)
    )
    size = data.draw(st.integers(1, 7))
    point = session.begin_nested()
    stock.apply(session, told, now=NOW)
    expected = kept(session)
    point.rollback()

    point = session.begin_nested()
    for start in range(0, len(shuffled), size):
        stock.apply(session, shuffled[start : start + size], now=NOW)
    found, drift = kept(session), stock.compare(session)
    point.rollback()

    assert found == expected
    assert drift == []


# --- rebuilding -------------------------------------------------------------------------------


def test_rebuild_finds_and_mends_a_level_that_is_wrong(session, shop):
    stock.apply(session, [movement(1, "count", 10)], now=NOW)
    session.execute(update(StockLevel).values(on_hand=StockLevel.on_hand + 1))

    drifts = stock.rebuild(session, now=NOW)

    assert len(drifts) == 3
    assert stock.compare(session) == []
    assert stand_in_lille(session, shop).on_hand == 10


def test_rebuild_keeps_what_no_movement_tells(session, shop):
    session.execute(update(StockLevel).values(safety_stock=2))

    later = NOW + timedelta(hours=3)

    assert stock.rebuild(session, now=later) == []
    figure = stand_in_lille(session, shop, now=later)
    assert (figure.safety_stock, figure.age) == (2, "stale")


def test_compare_names_a_level_that_is_missing(session, shop):
    session.execute(delete(StockLevel).where(StockLevel.variant_id == shop.cake_stand.id))

    (drift,) = stock.compare(session)

    assert (drift.store_id, drift.variant_id) == (shop.lille.id, shop.cake_stand.id)
    assert drift.kept is None


# --- learnt from another system ---------------------------------------------------------------


def told(**changed):
    facts = {
        "store": "RBX",
        "sku": "22423",
        "on_hand": 12,
        "reserved": 5,
        "as_of": NOW,
        "source": "hub",
        "safety_stock": 1,
        "incoming": 24,
    }
    return StockRecord(**(facts | changed))


def roubaix(session, shop):
    (near,) = stock.list_elsewhere(
        session, shop.cake_stand.id, store=shop.lille, now=NOW, trust=TRUST
    )
    return near


def test_learn_takes_the_figures_of_another_store(session, shop):
    stock.learn(session, told(), with_reserved=True, now=NOW)

    figure = roubaix(session, shop).figure

    assert (figure.on_hand, figure.reserved, figure.available) == (12, 5, 6)
    assert figure.incoming == 24
    assert stock.compare(session) == []


def test_learn_replaces_what_it_was_told_before(session, shop):
    stock.learn(session, told(), with_reserved=True, now=NOW)
    later = told(as_of=NOW + timedelta(minutes=1), on_hand=9, reserved=0)

    stock.learn(session, later, with_reserved=True, now=NOW)

    figure = roubaix(session, shop).figure
    assert (figure.on_hand, figure.reserved) == (9, 0)


def test_learn_leaves_our_own_holds_alone(session, shop):
    stock.apply(session, [movement(1, "hold", 2)], now=NOW)
    own = told(store="LIL", as_of=NOW + timedelta(minutes=1))

    stock.learn(session, own, with_reserved=False, now=NOW)

    assert stand_in_lille(session, shop).reserved == 2


# --- figures ----------------------------------------------------------------------------------


def test_available_is_what_is_neither_held_nor_kept_back(session, shop):
    session.execute(update(StockLevel).values(safety_stock=1))
    stock.apply(session, [movement(1, "count", 10), movement(2, "hold", 4)], now=NOW)

    assert stand_in_lille(session, shop).available == 5


def test_available_is_never_below_zero(session, shop):
    stock.apply(session, [movement(1, "count", 1), movement(2, "hold", 4)], now=NOW)

    figure = stand_in_lille(session, shop)

    assert (figure.available, figure.level) == (0, "out")


@pytest.mark.parametrize(("on_hand", "level"), [(0, "out"), (3, "low"), (4, "in")])
def test_level_is_low_up_to_the_low_level(session, shop, on_hand, level):
    stock.apply(session, [movement(1, "count", on_hand)], now=NOW)

    assert stand_in_lille(session, shop).level == level


@pytest.mark.parametrize(
    ("seconds", "age"), [(0, "live"), (10, "live"), (11, "recent"), (900, "recent"), (901, "stale")]
)
def test_age_follows_the_settings(session, shop, seconds, age):
    stock.apply(session, [movement(1, "count", 5)], now=NOW)

    assert stand_in_lille(session, shop, now=NOW + timedelta(seconds=seconds)).age == age


def test_a_figure_older_than_is_trusted_is_to_be_checked(session, shop):
    stock.apply(session, [movement(1, "count", 5)], now=NOW)

    figure = stand_in_lille(session, shop, now=NOW + timedelta(minutes=16))

    assert (figure.level, figure.on_hand) == ("unknown", 5)


def test_what_has_not_changed_is_as_fresh_as_the_last_word_of_the_central_system(session, shop):
    stock.apply(session, [movement(1, "count", 5)], now=NOW)
    later = NOW + timedelta(hours=2)

    figure = stand_in_lille(
        session, shop, now=later, trust=replace(TRUST, heard_at=later - timedelta(seconds=4))
    )

    assert (figure.age, figure.level) == ("live", "in")


def test_a_shop_that_is_alone_believes_its_own_figures_only(session, shop):
    stock.apply(session, [movement(1, "count", 5)], now=NOW)
    stock.learn(session, told(), with_reserved=True, now=NOW)
    later, alone = NOW + timedelta(hours=2), replace(TRUST, is_alone=True)

    (elsewhere,) = stock.list_elsewhere(
        session, shop.cake_stand.id, store=shop.lille, now=later, trust=alone
    )

    assert stand_in_lille(session, shop, now=later, trust=alone).level == "in"
    assert (elsewhere.figure.age, elsewhere.figure.level) == ("stale", "unknown")


def test_what_nobody_counted_is_to_be_checked(session, shop):
    session.execute(delete(StockMovement))
    stock.apply(session, [movement(1, "delta", 5)], now=NOW)

    assert stand_in_lille(session, shop).level == "unknown"


def test_more_sold_than_there_was_is_to_be_checked(session, shop):
    stock.apply(session, [movement(1, "count", 1), movement(2, "delta", -3, minutes=1)], now=NOW)

    figure = stand_in_lille(session, shop)

    assert (figure.level, figure.available, figure.moved_since) == ("unknown", 0, -3)


def test_an_article_that_the_store_never_had_is_unknown(session, shop):
    figure = stock.figure(
        session, shop.cake_stand.id, store_id=shop.roubaix.id, now=NOW, trust=TRUST
    )

    assert (figure.level, figure.age, figure.available) == ("unknown", "unknown", 0)


# --- elsewhere --------------------------------------------------------------------------------


def test_list_elsewhere_tells_how_far_the_other_stores_are(session, shop):
    near = roubaix(session, shop)

    assert near.store.code == "RBX"
    assert near.kilometres == pytest.approx(9.9, abs=0.1)
    assert near.figure.level == "unknown"


def test_list_elsewhere_can_leave_out_stores_without_stock(session, shop):
    of_the_cup = {"store": shop.lille, "now": NOW, "trust": TRUST, "only_in_stock": True}

    assert stock.list_elsewhere(session, shop.cake_stand.id, **of_the_cup) == []
    assert len(stock.list_elsewhere(session, shop.cup.id, **of_the_cup)) == 1


def test_best_trusts_a_small_known_figure_more_than_a_large_unknown_one():
    unknown = stock.Figure(available=9, level="unknown")
    low, more = stock.Figure(available=1, level="low"), stock.Figure(available=6, level="in")
    known = {1: unknown, 2: low, 3: more, 4: more}

    assert stock.best(known, [1, 2]) == 2
    assert stock.best(known, [2, 3, 4, 1]) == 3


# --- trust ------------------------------------------------------------------------------------

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("sold", "days", "level"),
    [
        (0, 90, "in"),  # nothing moved: the whole time
        (0, 91, "unknown"),
        (5, 67, "in"),  # half was sold: a quarter less
        (5, 68, "unknown"),
        (9, 49, "low"),
        (9, 50, "unknown"),
    ],
)
def test_a_count_is_believed_for_days_and_less_the_more_has_moved(session, shop, sold, days, level):
    told = [movement(1, "count", 10), movement(2, "delta", -sold, minutes=1)]
    stock.apply(session, told, now=NOW)
    later = NOW + days * DAY

    found = stand_in_lille(session, shop, now=later, trust=replace(TRUST, heard_at=later))

    assert found.level == level


# --- passing on -------------------------------------------------------------------------------


def test_what_was_learnt_here_is_told_once_to_the_hub(session, shop):
    batch = [movement(1, "count", 5), movement(2, "delta", -1, minutes=1)]
    first = stock.apply(session, [batch[0]], now=NOW)
    both = stock.apply(session, batch, now=NOW)

    assert stock.tell(session, first.fresh, now=NOW) == 1
    assert stock.tell(session, both.fresh, now=NOW) == 1
    told = [
        item["source_id"]
        for fact in outbox.list_by_state(session)
        for item in fact.payload["items"]
    ]
    assert told == ["1", "2"]


def test_what_the_hub_says_by_its_own_name_is_not_told_back(session, shop):
    said = replace(movement(1, "count", 5), source="hub")

    assert stock.tell(session, stock.apply(session, [said], now=NOW).fresh, now=NOW) == 0
    assert outbox.list_by_state(session) == []
