"""How a pickup ends without its customer: put off, not fetched, opened again, back on the shelf."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from store import (
    handovers,
    pickup_ends,
    pickup_orders,
    pickup_steps,
    pickups,
    preparing,
    reminders,
    restorations,
    shelf_returns,
    stock,
    stores,
    web_returns,
)
from store.errors import (
    ExtensionsUsed,
    ForbiddenTransition,
    Invalid,
    NotEnoughStock,
    NotFound,
    OrderExpired,
)
from store.models import CustomerMessage, Order, OrderEvent, OutboxMessage, StockMovement
from store.pickup_ends import Terms
from store.pickup_steps import Happened
from store.records import OrderEventRecord, StoreRecord
from store.stores import DAYS
from tests.conftest import NOW
from tests.test_pickups import record

TERMS = Terms()
DAY = timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def ready(session, shop):
    """An order of two cups and a cake stand, held, ready at C-03 and kept until tomorrow."""
    order = pickups.upsert(session, record(pickup_by=TODAY + DAY), now=NOW)
    return pickups.prepare(session, order.uid, staff=shop.ines, place="C-03", now=NOW)


def extend(session, order, now=NOW, **who):
    return pickup_ends.extend(session, order.uid, terms=TERMS, now=now, **who)


def end(session, order, now):
    return pickup_ends.end_no_show(session, order.uid, terms=TERMS, now=now)


def reopen(session, order, shop, now):
    return pickup_ends.reopen(session, order.uid, terms=TERMS, staff=shop.ines, now=now)


def due(session, shop, now):
    return pickup_ends.list_no_shows(session, shop.lille, terms=TERMS, now=now)


def reserved(session, shop, variant):
    trust = stock.Trust()
    return stock.figure(session, variant.id, store_id=shop.lille.id, now=NOW, trust=trust).reserved


def events(session, order, kind):
    of_order = OrderEvent.order_id == order.id, OrderEvent.type == kind
    return session.scalars(select(OrderEvent).where(*of_order)).all()


# --- the last day -----------------------------------------------------------------------------


def test_a_ready_order_is_kept_as_long_as_the_shop_keeps_them(session, shop):
    order = pickups.upsert(session, record(), now=NOW)
    last_day = pickup_ends.last_day(shop.lille, terms=TERMS, now=NOW)

    pickups.prepare(session, order.uid, staff=None, place="C-03", pickup_by=last_day, now=NOW)

    assert order.pickup_by == TODAY + 7 * DAY
    assert events(session, order, "ready")[0].details == {"pickup_by": "2026-11-28"}


def test_what_is_laid_down_again_after_its_last_day_gets_a_new_one(session, ready, shop):
    cups = ready.lines[0].uid
    preparing.put_back(session, ready.uid, cups, staff=shop.ines, now=NOW)
    found_at = NOW + 5 * DAY
    preparing.pick(session, ready.uid, cups, staff=shop.ines, now=found_at)
    kept = pickup_ends.last_day(shop.lille, terms=TERMS, now=found_at)

    again = {"staff": shop.ines, "place": "C-04", "pickup_by": kept}
    preparing.lay_down(session, ready.uid, **again, now=found_at)
    pickups.upsert(session, record(pickup_by=TODAY + DAY), now=found_at)

    assert (ready.state, ready.pickup_by, ready.ready_at) == ("ready", kept, found_at)
    assert due(session, shop, found_at) == []


def test_what_is_told_to_be_ready_after_its_last_day_is_kept_as_the_shop_keeps(session, shop):
    order = pickups.upsert(session, record(pickup_by=TODAY - DAY), now=NOW)

    pickups.record_event(
        session, OrderEventRecord(type="ready", occurred_at=NOW, uid="told"), order.uid, now=NOW
    )
    pickups.upsert(session, record(pickup_by=TODAY - DAY), now=NOW)

    assert (order.state, order.pickup_by) == ("ready", None)
    assert order.uid not in due(session, shop, NOW + 7 * DAY)
    assert order.uid in due(session, shop, NOW + 8 * DAY)


def test_the_customer_puts_the_last_day_off_by_one_tap(session, ready):
    assert pickup_ends.may_extend(ready, terms=TERMS, now=NOW)

    extend(session, ready, by="customer")

    assert ready.pickup_by == TODAY + 4 * DAY
    assert (ready.state, ready.extensions) == ("ready", 1)
    event = events(session, ready, "extended")[0]
    assert (event.actor, event.details) == ("customer", {"pickup_by": "2026-11-25"})
    told = session.scalars(select(OutboxMessage).where(OutboxMessage.uid == event.uid)).one()
    assert told.payload["details"] == {"pickup_by": "2026-11-25", "store": "LIL"}


def test_a_last_day_is_one_on_which_the_shop_opens(session, ready, shop):
    """Wednesday the 25th is a holiday, Thursday the 26th is taken off, Sunday is as usual."""
    shop.lille.special_hours = {"2026-11-25": [], "2026-11-26": []}
    session.flush()

    extend(session, ready, by="customer")

    assert ready.pickup_by.isoformat() == "2026-11-27"
    sunday = pickup_ends.last_day(shop.lille, terms=Terms(keep_days=8), now=NOW)
    assert sunday.isoformat() == "2026-11-30"


def test_who_had_until_a_day_that_is_closed_since_has_until_the_next_open_one(session, ready, shop):
    later = pickups.upsert(
        session, record(external_id="W-2", number="2", pickup_by=TODAY + 3 * DAY), now=NOW
    )
    pickups.prepare(session, later.uid, staff=shop.ines, place="C-04", now=NOW)
    shop.lille.opening_hours = {key: [["10:00", "19:00"]] for key in DAYS}
    shop.lille.special_hours = {"2026-11-22": [], "2026-11-23": []}

    for _time in range(2):
        pickup_ends.keep_past(session, shop.lille, TODAY + DAY, staff=shop.manager, now=NOW)

    assert (ready.state, ready.pickup_by, later.pickup_by) == (
        "ready",
        TODAY + 3 * DAY,
        TODAY + 3 * DAY,
    )
    (event,) = events(session, ready, "extended")
    told = session.scalars(select(OutboxMessage).where(OutboxMessage.uid == event.uid)).one()
    assert told.payload["details"] == {"pickup_by": "2026-11-24", "store": "LIL"}
    assert events(session, later, "extended") == []
    assert ready.uid not in due(session, shop, NOW + 3 * DAY)


def close(session, shop, *days):
    """Let an import say that the shop, open every day, does not open on these."""
    hours = {key: [["10:00", "19:00"]] for key in DAYS}
    closed = {(TODAY + day * DAY).isoformat(): [] for day in days}
    told = StoreRecord(code="LIL", name="Lille", opening_hours=hours, special_hours=closed)
    stores.upsert(session, told)


def follow_the_days(session, shop, now=NOW):
    """Look as the shop does every few seconds; return what was put off."""
    uids = pickup_ends.list_closed(session, shop.lille, now=now)
    return [uid for uid in uids if pickup_ends.reach_opening(session, uid, now=now)]


def test_a_last_day_follows_the_days_of_the_shop_whoever_changes_them(session, ready, shop):
    close(session, shop)
    assert follow_the_days(session, shop) == []

    close(session, shop, 1, 2)
    assert follow_the_days(session, shop) == [ready.uid]
    assert follow_the_days(session, shop) == []
    close(session, shop, 1, 2, 3)
    assert follow_the_days(session, shop) == [ready.uid]

    assert (ready.state, ready.pickup_by) == ("ready", TODAY + 4 * DAY)
    told = select(OutboxMessage.payload).where(OutboxMessage.subject == f"order:{ready.uid}")
    moved = [one for one in session.scalars(told) if one["type"] == "extended"]
    assert [one["details"]["pickup_by"] for one in moved] == ["2026-11-24", "2026-11-25"]
    assert {one["reason"] for one in moved} == {"shop_closed"}
    assert {one.actor for one in events(session, ready, "extended")} == {"system"}


def test_a_last_day_follows_the_usual_hours_too(session, ready, shop):
    """Sunday was as usual an opening day and is one no more."""
    assert follow_the_days(session, shop) == [ready.uid]

    assert ready.pickup_by == TODAY + 2 * DAY


def test_what_is_still_prepared_is_kept_until_the_shop_opens_too(session, shop):
    order = pickups.upsert(session, record(pickup_by=TODAY + DAY), now=NOW)
    preparing.pick(session, order.uid, order.lines[0].uid, staff=shop.ines, now=NOW)
    was = order.state, order.state_at
    close(session, shop, 1)

    assert follow_the_days(session, shop, NOW + timedelta(hours=1)) == [order.uid]

    assert (order.state, order.state_at) == was
    assert order.pickup_by == TODAY + 2 * DAY
    pickups.upsert(session, record(pickup_by=TODAY + DAY), now=NOW)
    assert order.pickup_by == TODAY + 2 * DAY
    with pytest.raises(ForbiddenTransition):
        extend(session, order, staff=shop.ines)


@pytest.mark.parametrize(("later", "until"), [(2, 2), (3, 1)])
def test_a_day_that_is_over_is_put_off_to_one_that_is_not(session, ready, shop, later, until):
    """The shop's server was off on Sunday: on Monday it is kept, on Tuesday that is over too."""
    follow_the_days(session, shop, NOW + later * DAY)

    assert ready.pickup_by == TODAY + until * DAY
    assert (due(session, shop, NOW + later * DAY) == []) == (later == until)


def test_what_the_shop_puts_off_leaves_the_customer_their_own_day(session, ready, shop):
    follow_the_days(session, shop)

    extend(session, ready, by="customer")

    assert (ready.extensions, ready.pickup_by) == (1, TODAY + 5 * DAY)
    with pytest.raises(ExtensionsUsed):
        extend(session, ready, by="customer")


def test_what_the_shop_put_off_is_not_ended_by_what_its_source_said_before(session, ready, shop):
    ready.hold_until = NOW + DAY
    follow_the_days(session, shop)

    old = record(state="expired", pickup_by=TODAY + DAY, hold_until=NOW + DAY)
    pickup_orders.upsert(session, old, now=NOW)

    assert (ready.state, ready.pickup_by, ready.extensions) == ("ready", TODAY + 2 * DAY, 0)
    assert ready.hold_until == NOW + 2 * DAY


def test_who_is_given_a_day_more_is_reminded_once_of_each(session, ready, shop):
    terms = reminders.Terms(days_before=1)
    at = datetime(2026, 11, 22, 10, tzinfo=UTC)  # Sunday, which is closed since
    ready.ready_at = NOW - DAY
    kinds = []
    for moment in (at, at, at + DAY, at + DAY):
        follow_the_days(session, shop, moment)
        for one in reminders.list_due(session, shop.lille, terms, now=moment):
            reminders.write(session, one, now=moment)
            kinds.append(one.kind)

    assert kinds == ["reminder", "last_day"]


def test_a_day_on_which_the_shop_still_opens_moves_nothing(session, ready, shop):
    shop.lille.opening_hours = {key: [["10:00", "19:00"]] for key in DAYS}
    shop.lille.special_hours = {"2026-11-22": [["15:00", "17:00"]]}

    pickup_ends.keep_past(session, shop.lille, TODAY + DAY, staff=shop.manager, now=NOW)

    assert (ready.pickup_by, events(session, ready, "extended")) == (TODAY + DAY, [])


def test_a_shop_whose_hours_nobody_knows_keeps_its_days(session, ready, shop):
    shop.lille.opening_hours = {}
    session.flush()

    extend(session, ready, by="customer")

    assert ready.pickup_by == TODAY + 4 * DAY


def test_the_customer_does_so_once_and_staff_again(session, ready, shop):
    extend(session, ready, by="customer")

    with pytest.raises(ExtensionsUsed):
        extend(session, ready, by="customer")
    extend(session, ready, staff=shop.ines)

    assert ready.pickup_by == TODAY + 7 * DAY


def test_staff_choose_the_day_within_a_year(session, ready, shop):
    extend(session, ready, staff=shop.ines, until=TODAY + 20 * DAY)
    assert ready.pickup_by == TODAY + 20 * DAY

    for wrong in (TODAY - DAY, TODAY + 366 * DAY):
        with pytest.raises(Invalid):
            extend(session, ready, staff=shop.ines, until=wrong)


def test_a_last_day_that_has_passed_is_not_put_off_by_the_customer(session, ready):
    with pytest.raises(OrderExpired):
        extend(session, ready, by="customer", now=NOW + 2 * DAY)


def test_a_reservation_is_held_until_the_same_hour_of_the_new_day(session, ready, shop):
    ready.hold_until = NOW + DAY

    extend(session, ready, staff=shop.ines)

    assert ready.hold_until == NOW + 4 * DAY


def test_the_same_hour_is_that_of_the_shop_when_its_clock_changes(session, ready, shop):
    ready.hold_until, ready.pickup_by = NOW + DAY, (NOW + DAY).date()  # 14:32 in Lille

    extend(session, ready, staff=shop.ines, until=date(2027, 4, 1))

    assert ready.hold_until == datetime(2027, 4, 1, 12, 32, tzinfo=UTC)


def test_a_reservation_is_not_put_forward_to_an_hour_that_is_over(session, ready, shop):
    ready.hold_until, ready.pickup_by = NOW + DAY - timedelta(hours=2), (NOW + DAY).date()

    with pytest.raises(Invalid):
        extend(session, ready, staff=shop.ines, until=NOW.date())

    assert ready.pickup_by == (NOW + DAY).date()


def test_what_was_put_off_here_is_not_put_forward_by_an_older_record(session, ready, shop):
    extend(session, ready, staff=shop.ines)

    pickups.upsert(session, record(pickup_by=TODAY + DAY), now=NOW)
    assert ready.pickup_by == TODAY + 4 * DAY

    pickups.upsert(session, record(pickup_by=TODAY + 9 * DAY), now=NOW)
    assert ready.pickup_by == TODAY + 9 * DAY


@pytest.mark.parametrize(("reason", "used"), [("shop_closed", 0), ("", 1)])
def test_the_hub_tells_the_shops_days_from_the_customers(session, ready, reason, used):
    """A shop of an older version does not say why: that counts as the customer's."""
    told = OrderEventRecord(
        type="extended",
        occurred_at=NOW,
        reason=reason,
        details={"pickup_by": "2026-11-30", "store": "LIL"},
        uid="told",
    )

    for _time in range(2):
        pickups.record_event(session, told, ready.uid, now=NOW)
    pickup_orders.upsert(session, record(state="expired", pickup_by=TODAY + DAY), now=NOW)

    assert (ready.extensions, ready.pickup_by, ready.state) == (used, TODAY + 9 * DAY, "ready")


def test_the_hub_learns_the_new_day(session, ready):
    told = OrderEventRecord(
        type="extended", occurred_at=NOW, details={"pickup_by": "2026-11-30"}, uid="told"
    )

    pickups.record_event(session, told, ready.uid, now=NOW)

    assert ready.pickup_by == TODAY + 9 * DAY


# --- not fetched ------------------------------------------------------------------------------


def test_an_order_ends_on_the_day_after_its_last_one(session, ready, shop):
    assert due(session, shop, NOW + DAY) == []
    assert not end(session, ready, NOW + DAY)

    assert due(session, shop, NOW + 2 * DAY) == [ready.uid]
    assert end(session, ready, NOW + 2 * DAY)
    assert not end(session, ready, NOW + 2 * DAY)

    assert (ready.state, ready.reason) == ("expired", "no_show")
    assert len(events(session, ready, "expired")) == 1
    kinds = select(CustomerMessage.kind).where(CustomerMessage.order_id == ready.id)
    assert "expired" in session.scalars(kinds).all()
    assert due(session, shop, NOW + 2 * DAY) == []


def test_stock_is_released_exactly_once(session, ready, shop):
    before = reserved(session, shop, shop.cup)
    assert before == 2

    end(session, ready, NOW + 2 * DAY)
    end(session, ready, NOW + 3 * DAY)

    assert reserved(session, shop, shop.cup) == 0
    released = select(StockMovement).where(StockMovement.kind == "release")
    assert len(session.scalars(released).all()) == 2
    assert stock.compare(session) == []


def test_an_order_without_a_last_day_ends_after_the_days_of_the_shop(session, ready, shop):
    ready.pickup_by = None
    session.flush()

    assert ready.uid not in due(session, shop, NOW + 7 * DAY)
    assert ready.uid in due(session, shop, NOW + 8 * DAY)
    assert end(session, ready, NOW + 8 * DAY)


def test_nobody_is_sent_away_but_who_left_yesterday_waits_no_more(session, ready, shop):
    pickups.check_in(session, ready, store=shop.lille, now=NOW)
    assert due(session, shop, NOW) == []

    assert due(session, shop, NOW + 2 * DAY) == [ready.uid]
    end(session, ready, NOW + 2 * DAY)

    assert ready.state == "expired"
    assert events(session, ready, "gone")[0].actor == "system"


def test_an_order_that_the_shop_did_not_prepare_is_no_no_show(session, shop):
    order = pickups.upsert(session, record(pickup_by=TODAY - DAY), now=NOW)

    assert due(session, shop, NOW) == []
    assert not end(session, order, NOW)


def test_no_shows_are_counted_apart_from_cancellations(session, ready, shop):
    cancelled = pickups.upsert(
        session, record(external_id="W-2", number="500002", customer=None), now=NOW
    )
    gone = Happened(type="cancelled", occurred_at=NOW, by="customer")
    pickup_steps.happen(session, cancelled, gone, now=NOW)

    end(session, ready, NOW + 2 * DAY)

    assert pickup_ends.count_no_shows(session, shop.lille.id, since=NOW) == 1


# --- opened again -----------------------------------------------------------------------------


def test_an_order_that_still_lies_there_is_opened_again(session, ready, shop):
    end(session, ready, NOW + 2 * DAY)

    reopen(session, ready, shop, NOW + 2 * DAY)

    assert (ready.state, ready.staging_place) == ("ready", "C-03")
    assert ready.pickup_by == TODAY + 9 * DAY
    assert reserved(session, shop, shop.cup) == 2
    assert shelf_returns.list_open(session, shop.lille.id) == []
    assert stock.compare(session) == []


@pytest.mark.parametrize("lies_there", [True, False])
def test_who_was_told_that_it_is_not_kept_hears_that_it_waits(session, ready, shop, lies_there):
    end(session, ready, NOW + 2 * DAY)
    if not lies_there:
        put_away(session, shop)

    reopen(session, ready, shop, NOW + 3 * DAY)

    assert written(session, ready)[2:] == ["ready"] * lies_there
    if not lies_there:
        pickups.prepare(session, ready.uid, staff=shop.ines, place="C-04", now=NOW + 3 * DAY)
        assert written(session, ready)[2:] == ["ready"]


def written(session, order):
    of_order = select(CustomerMessage.kind).where(CustomerMessage.order_id == order.id)
    return session.scalars(of_order.order_by(CustomerMessage.id)).all()


def test_an_order_that_is_back_on_the_shelf_is_picked_again(session, ready, shop):
    end(session, ready, NOW + 2 * DAY)
    put_away(session, shop)

    reopen(session, ready, shop, NOW + 3 * DAY)

    assert ready.state == "accepted"
    assert {(line.state, line.checked) for line in ready.lines} == {("to_pick", 0)}
    assert reserved(session, shop, shop.cup) == 2
    told = session.scalars(select(OutboxMessage.payload).order_by(OutboxMessage.id)).all()
    assert [one["type"] for one in told[-2:]] == ["put_back", "reopened"]


def test_what_the_centre_still_takes_for_ready_is_picked_again_all_the_same(session, ready, shop):
    end(session, ready, NOW + 2 * DAY)
    put_away(session, shop)
    reopen(session, ready, shop, NOW + 3 * DAY)

    late = record(state="ready", staging_place="C-03")
    pickups.upsert(session, late, now=NOW + 3 * DAY, own_store="LIL")

    assert (ready.state, ready.staging_place) == ("accepted", "")
    assert preparing.left_of(ready) == 3


def test_a_shop_put_back_from_a_backup_believes_what_it_had_done(session, shop):
    order = pickups.upsert(session, record(), now=NOW)
    restorations.note(session, now=NOW + DAY)

    told = record(state="ready", staging_place="C-03")
    pickups.upsert(session, told, now=NOW + DAY, own_store="LIL")

    assert (order.state, order.staging_place) == ("ready", "C-03")


def test_what_is_left_of_an_order_is_picked_again_too(session, ready, shop):
    cups, stand = ready.lines
    given = {"line_uids": [stand.uid], "staff": shop.ines, "check": "qr"}
    pickups.hand_over(session, ready.uid, **given, now=NOW)
    stand_is_given = ready.state
    end(session, ready, NOW + 2 * DAY)
    put_away(session, shop)

    reopen(session, ready, shop, NOW + 3 * DAY)
    reopened = ready.state
    preparing.pick(session, ready.uid, cups.uid, staff=shop.ines, now=NOW + 3 * DAY)
    picked = ready.state
    pickups.prepare(session, ready.uid, staff=shop.ines, place="C-04", now=NOW + 3 * DAY)

    assert [stand_is_given, reopened, picked] == ["partly_collected", "accepted", "picking"]
    assert ready.state == "partly_collected"
    assert [line.state for line in ready.lines] == ["picked", "collected"]


def test_what_was_collected_of_an_expired_order_comes_back(session, ready, shop):
    given = {"line_uids": [ready.lines[0].uid], "staff": shop.ines, "check": "qr"}
    pickups.hand_over(session, ready.uid, **given, now=NOW)
    end(session, ready, NOW + 2 * DAY)
    ended = (ready.state, ready.closed_at, ready.closed_by, ready.reason)
    cup = web_returns.Returned(sku="22699", quantity=1, reason="changed_mind")
    who = {"store": shop.lille, "staff": shop.ines, "now": NOW + 3 * DAY}

    web_returns.take_back(session, ready.uid, [cup], **who)

    assert (ready.state, ready.closed_at, ready.closed_by, ready.reason) == ended
    with pytest.raises(OrderExpired):
        other = pickups.upsert(session, record(external_id="W-2", number="500002"), now=NOW)
        pickups.prepare(session, other.uid, staff=shop.ines, place="C-05", now=NOW)
        other.pickup_by = TODAY
        end(session, other, NOW + 2 * DAY)
        web_returns.take_back(session, other.uid, [cup], **who)


def test_an_undone_handover_that_nobody_fetches_ends_as_well(session, ready, shop):
    given = {"line_uids": [line.uid for line in ready.lines], "staff": shop.ines, "check": "qr"}
    pickups.hand_over(session, ready.uid, **given, now=NOW)
    undone = {"reason": "wrong_customer", "staff": shop.manager}
    handovers.reverse(session, ready.uid, **undone, now=NOW)

    assert due(session, shop, NOW + 2 * DAY) == [ready.uid]
    assert end(session, ready, NOW + 2 * DAY)

    assert ready.state == "expired"


def test_goods_that_somebody_else_was_promised_are_not_promised_again(session, ready, shop):
    end(session, ready, NOW + 2 * DAY)
    other = replace(record(), external_id="W-9", number="500009")
    lines = (replace(other.lines[0], quantity=5),)
    pickups.upsert(session, replace(other, lines=lines), now=NOW + 2 * DAY)

    with pytest.raises(NotEnoughStock):
        reopen(session, ready, shop, NOW + 2 * DAY)


def test_only_what_expired_is_opened_again(session, ready, shop):
    with pytest.raises(ForbiddenTransition):
        reopen(session, ready, shop, NOW)


def test_a_record_from_before_does_not_end_an_order_that_was_opened_again(session, ready, shop):
    end(session, ready, NOW + 2 * DAY)
    reopen(session, ready, shop, NOW + 2 * DAY)

    pickup_orders.upsert(session, record(state="expired"), now=NOW + 2 * DAY)

    assert ready.state == "ready"


# --- back on the shelf ------------------------------------------------------------------------


def put_away(session, shop):
    task = shelf_returns.list_open(session, shop.lille.id)[0]
    return shelf_returns.finish(
        session, task.uid, store=shop.lille, staff=shop.ines, now=NOW + 2 * DAY
    )


def test_what_was_not_fetched_is_to_be_brought_back(session, ready, shop):
    end(session, ready, NOW + 2 * DAY)

    task = shelf_returns.list_open(session, shop.lille.id)[0]

    assert (task.place, task.reason, task.order.number) == ("C-03", "expired", "500001")
    assert task.lines == [{"sku": "22699", "quantity": 2}, {"sku": "22423", "quantity": 1}]
    assert shelf_returns.count_open(session, shop.lille.id) == 1
    assert shelf_returns.count_open(session, shop.roubaix.id) == 0


def test_a_task_is_done_once_and_frees_the_place(session, ready, shop):
    end(session, ready, NOW + 2 * DAY)

    task = put_away(session, shop)
    again = shelf_returns.finish(
        session, task.uid, store=shop.lille, staff=shop.manager, now=NOW + 3 * DAY
    )

    assert (again.outcome, again.done_by_id) == ("done", shop.ines.id)
    assert ready.staging_place == ""
    with pytest.raises(NotFound):
        shelf_returns.finish(session, task.uid, store=shop.roubaix, staff=shop.ines, now=NOW)


def test_a_cancelled_order_that_lay_ready_is_brought_back(session, ready, shop):
    pickups.upsert(session, record(state="cancelled"), now=NOW)

    task = shelf_returns.list_open(session, shop.lille.id)[0]

    assert (task.reason, len(task.lines)) == ("cancelled", 2)


def test_a_line_that_the_web_takes_out_is_brought_back(session, ready, shop):
    pickups.upsert(session, record(lines=record().lines[1:]), now=NOW)

    task = shelf_returns.list_open(session, shop.lille.id)[0]

    assert task.lines == [{"sku": "22699", "quantity": 2}]


def test_what_goes_back_in_part_leaves_the_rest_at_its_place(session, ready, shop):
    pickups.upsert(session, record(lines=record().lines[1:]), now=NOW)

    put_away(session, shop)

    assert (ready.state, ready.staging_place) == ("ready", "C-03")


def test_an_order_that_nobody_prepared_leaves_nothing_to_bring_back(session, shop):
    order = pickups.upsert(session, record(), now=NOW)
    gone = Happened(type="cancelled", occurred_at=NOW, by="customer")
    pickup_steps.happen(session, session.get_one(Order, order.id), gone, now=NOW)

    assert shelf_returns.list_open(session, shop.lille.id) == []
