"""Where prepared orders wait: suggested by size and room, known by name."""

import pytest

from store import pickups, shelf_returns, staging
from store.errors import Invalid, NotFound
from store.records import OrderEventRecord
from tests.conftest import NOW


def names(session, shop):
    return [place.name for place in staging.list_places(session, shop.lille)]


def test_a_small_order_gets_the_smallest_free_place(session, shop):
    shop.order.staging_place = ""
    staging.add(session, shop.lille, "c-01", size="large", capacity=4)
    staging.add(session, shop.lille, "a-02", size="small")
    staging.add(session, shop.lille, "a-01", size="small")
    staging.add(session, shop.roubaix, "a-00", size="small")

    assert staging.suggest(session, shop.order).name == "A-01"


def test_a_full_place_is_not_suggested(session, shop):
    staging.add(session, shop.lille, "B-04", size="small")  # where Camille's order lies
    staging.add(session, shop.lille, "B-05", size="medium")

    places = {place.name: place.free for place in staging.list_places(session, shop.lille)}
    shop.order.staging_place = ""

    assert places == {"B-04": 0, "B-05": 1}
    session.flush()
    assert staging.suggest(session, shop.order).name == "B-04"  # free again


def test_a_place_is_full_until_the_goods_of_an_ended_order_are_away(session, shop):
    staging.add(session, shop.lille, "B-04", size="small")
    expired = OrderEventRecord(type="expired", occurred_at=NOW, uid="expired")
    pickups.record_event(session, expired, shop.order.uid, now=NOW)
    (task,) = shelf_returns.list_open(session, shop.lille.id)

    assert staging.list_places(session, shop.lille)[0].free == 0

    shelf_returns.finish(session, task.uid, store=shop.lille, staff=shop.ines, now=NOW)
    assert staging.list_places(session, shop.lille)[0].free == 1


def test_an_order_stays_where_it_lies(session, shop):
    staging.add(session, shop.lille, "A-01", size="small")
    staging.add(session, shop.lille, "B-04", size="large")

    assert staging.suggest(session, shop.order).name == "B-04"


def test_a_large_order_gets_a_large_place_or_the_largest_that_is_free(session, shop):
    shop.order.staging_place, shop.order.lines[0].quantity = "", 20
    staging.add(session, shop.lille, "A-01", size="small")
    staging.add(session, shop.lille, "B-01", size="medium")

    assert staging.size_of(shop.order) == "large"
    assert staging.suggest(session, shop.order).name == "B-01"


def test_nothing_is_suggested_where_no_places_are_listed(session, shop):
    assert staging.suggest(session, shop.order) is None
    assert staging.name_for(session, shop.lille, " étagère 3 ") == "ÉTAGÈRE 3"


def test_a_place_is_found_however_it_is_written(session, shop):
    staging.add(session, shop.lille, "B-04")

    assert staging.name_for(session, shop.lille, "b04") == "B-04"
    with pytest.raises(Invalid) as refused:
        staging.name_for(session, shop.lille, "Z-99")
    assert refused.value.problem == "unknown"


def test_a_place_that_is_given_up_can_be_taken_up_again(session, shop):
    place = staging.add(session, shop.lille, "B-04")
    staging.close(session, shop.lille, place.uid, now=NOW)

    assert names(session, shop) == []
    staging.add(session, shop.lille, "B-04", capacity=3)
    assert names(session, shop) == ["B-04"]


@pytest.mark.parametrize("is_closed", [True, False])
def test_what_one_scan_means_is_one_place(session, shop, is_closed):
    place = staging.add(session, shop.lille, "B-04")
    if is_closed:
        staging.close(session, shop.lille, place.uid, now=NOW)

    again = staging.add(session, shop.lille, "b04", capacity=3)

    assert (again.uid, again.name, again.capacity) == (place.uid, "B-04", 3)
    assert [one.name for one in staging.list_places(session, shop.lille)] == ["B-04"]


def test_places_that_make_no_sense_are_refused(session, shop):
    for name, size, capacity in (("--", "small", 1), ("A", "huge", 1), ("A", "small", 0)):
        with pytest.raises(Invalid):
            staging.add(session, shop.lille, name, size=size, capacity=capacity)
    with pytest.raises(NotFound):
        staging.close(session, shop.lille, "nothing", now=NOW)
