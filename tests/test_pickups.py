"""Pickups: taken in, prepared, announced, and handed over once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from store import changes, codes, pickup_steps, pickups, restorations, shelf_returns, stock
from store.errors import (
    AlreadyCollected,
    AlreadyTaken,
    ForbiddenTransition,
    Invalid,
    NotAllowed,
    NotFound,
    NotReady,
    OrderCancelled,
    OrderExpired,
    UnknownCode,
    WrongStore,
)
from store.models import CustomerMessage, OrderEvent, OrderLine, OutboxMessage, StockMovement
from store.pickup_states import BESIDE, HAPPENINGS
from store.pickup_steps import Happened
from store.records import (
    CustomerRef,
    MovementRecord,
    OrderEventRecord,
    OrderLineRecord,
    OrderRecord,
)
from tests.conftest import NOW

TRUST = stock.Trust()


def record(**changed):
    facts = {
        "source": "web",
        "external_id": "W-500001",
        "number": "500001",
        "store": "LIL",
        "placed_at": NOW - timedelta(hours=3),
        "promised_at": NOW + timedelta(hours=1),
        "customer": CustomerRef(external_id="C-1001", source="crm", name="Ignored Name"),
        "lines": (
            OrderLineRecord(sku="22699", quantity=2, unit_price_minor=295),
            OrderLineRecord(sku="22423", quantity=1, unit_price_minor=1095),
        ),
    }
    return OrderRecord(**(facts | changed))


def event(kind, **changed):
    return OrderEventRecord(**({"type": kind, "occurred_at": NOW} | changed))


def figure(session, variant, shop):
    return stock.figure(session, variant.id, store_id=shop.lille.id, now=NOW, trust=TRUST)


def all_lines(order):
    return [line.uid for line in order.lines]


def hand_over(session, order, shop, *, lines=None, check="qr", now=NOW):
    uids = all_lines(order) if lines is None else lines
    return pickups.hand_over(
        session, order.uid, line_uids=uids, staff=shop.ines, check=check, now=now
    )


def states(order):
    return [line.state for line in order.lines]


# --- taking in --------------------------------------------------------------------------------


def test_upsert_makes_a_new_order_with_its_codes_and_holds(session, shop):
    order = pickups.upsert(session, record(), now=NOW)

    assert (order.state, states(order)) == ("new", ["to_pick", "to_pick"])
    assert codes.kind_of(order.code) is codes.Kind.ORDER
    assert len(order.pickup_code) == 6 and order.pickup_code.isdigit()
    assert (order.total_minor, order.customer_name) == (1685, "Camille Roussel")
    assert figure(session, shop.cup, shop).reserved == 2


def test_upsert_knows_a_customer_by_a_telephone_written_the_national_way(session, shop):
    national = "0" + shop.camille.phone.removeprefix("+33")

    order = pickups.upsert(session, record(customer=CustomerRef(phone=national)), now=NOW)

    assert order.customer_id == shop.camille.id


def test_upsert_twice_changes_nothing(session, shop):
    first = pickups.upsert(session, record(), now=NOW)
    known = (first.uid, first.code, first.pickup_code)
    seen = changes.last_number(session)

    again = pickups.upsert(session, record(), now=NOW)

    assert (again.uid, again.code, again.pickup_code) == known
    assert len(again.lines) == 2
    assert changes.last_number(session) == seen
    assert figure(session, shop.cup, shop).reserved == 2


def test_upsert_follows_lines_that_the_source_changed(session, shop):
    pickups.upsert(session, record(), now=NOW)
    fewer = (OrderLineRecord(sku="22699", quantity=5, unit_price_minor=295),)

    order = pickups.upsert(session, record(lines=fewer), now=NOW)

    assert sorted((line.sku, line.quantity) for line in order.lines if line.state == "to_pick") == [
        ("22699", 2),
        ("22699", 3),
    ]
    assert figure(session, shop.cup, shop).reserved == 5
    assert figure(session, shop.cake_stand, shop).reserved == 0


def test_upsert_gives_back_a_part_of_a_line(session, shop):
    pickups.upsert(session, record(), now=NOW)
    lines = (replace(record().lines[0], quantity=1), record().lines[1])

    pickups.upsert(session, record(lines=lines), now=NOW)
    order = pickups.upsert(session, record(lines=lines), now=NOW)

    assert figure(session, shop.cup, shop).reserved == 1
    assert sum(ln.quantity for ln in order.lines if ln.state == "to_pick") == 2


def test_goods_that_left_although_the_web_took_them_out_count_once(session, shop):
    order = pickups.upsert(session, record(), now=NOW)
    pickups.record_event(session, event("ready"), order.uid, now=NOW)
    one_cup = (OrderLineRecord(sku="22699", quantity=1, unit_price_minor=295), record().lines[1])
    pickups.upsert(session, record(lines=one_cup), now=NOW)
    before = figure(session, shop.cup, shop).on_hand

    both = event("collected", lines=(("22699", 2),), uid="both")
    pickups.record_event(session, both, order.uid, now=NOW)
    stock.apply(session, [left("both:22699", 2)], now=NOW)

    assert figure(session, shop.cup, shop).on_hand == before - 2


def left(name, quantity):
    """Let cups leave, as the shop tells that gave them."""
    return MovementRecord(
        source="pickup",
        source_id=name,
        store="LIL",
        sku="22699",
        kind="handover",
        quantity=quantity,
        occurred_at=NOW,
    )


def test_upsert_brings_back_what_the_source_had_taken_out(session, shop):
    pickups.upsert(session, record(), now=NOW)
    pickups.upsert(session, record(lines=record().lines[:1]), now=NOW)

    pickups.upsert(session, record(), now=NOW)

    assert figure(session, shop.cake_stand, shop).reserved == 1


def test_upsert_ends_an_order_whose_last_open_line_its_source_took_out(session, shop):
    order = pickups.upsert(session, record(state="ready"), now=NOW)
    pickups.record_event(session, event("collected", lines=(("22699", 2),)), order.uid, now=NOW)
    later = NOW + timedelta(hours=1)

    pickups.upsert(session, record(lines=record().lines[:1]), now=later)
    again = pickups.upsert(session, record(state="collected"), now=later)

    assert (again.state, again.closed_at) == ("collected", later)
    assert states(again) == ["collected", "cancelled"]
    assert figure(session, shop.cake_stand, shop).reserved == 0


def test_upsert_never_undoes_what_left_the_shop(session, shop):
    order = pickups.upsert(session, record(state="ready", staging_place="A-01"), now=NOW)
    hand_over(session, order, shop)

    again = pickups.upsert(session, record(state="cancelled", lines=record().lines[:1]), now=NOW)

    assert (again.state, states(again)) == ("collected", ["collected", "collected"])
    assert figure(session, shop.cup, shop).on_hand == 4


def test_upsert_does_not_bring_an_order_back_to_where_its_source_is(session, shop):
    order = pickups.upsert(session, record(), now=NOW)
    pickups.prepare(session, order.uid, staff=shop.ines, place="b-02", now=NOW)

    again = pickups.upsert(session, record(state="accepted"), now=NOW)

    assert (again.state, again.staging_place) == ("ready", "B-02")


@pytest.mark.parametrize("told", ["ready", "handover_reversed", "collected"])
def test_upsert_leaves_an_order_of_which_all_lacks_as_it_is(session, shop, told):
    order = pickups.upsert(session, record(), now=NOW)
    pickups.record_event(session, event("short"), order.uid, now=NOW)

    again = pickups.upsert(session, record(state=told), now=NOW)

    assert (again.state, states(again)) == ("problem", ["short", "short"])


def test_upsert_cancels_what_its_source_cancelled_and_frees_the_stock(session, shop):
    pickups.upsert(session, record(), now=NOW)

    order = pickups.upsert(session, record(state="cancelled"), now=NOW)

    assert order.state == "cancelled"
    assert figure(session, shop.cup, shop).reserved == 0


def test_upsert_frees_what_was_collected_elsewhere_and_leaves_its_stock_to_who_gave_it(
    session, shop
):
    theirs = {"store": "RBX", "lines": (OrderLineRecord(sku="22699", quantity=1),)}
    order = pickups.upsert(session, record(**theirs), now=NOW, own_store="LIL")
    there = {"store_id": shop.roubaix.id, "now": NOW, "trust": TRUST}
    before = stock.figure(session, shop.cup.id, **there)

    for _ in range(2):
        told = record(**theirs, state="collected")
        pickups.upsert(session, told, now=NOW, own_store="LIL")

    after = stock.figure(session, shop.cup.id, **there)
    assert (order.state, before.reserved) == ("collected", 1)
    assert (after.on_hand, after.reserved) == (before.on_hand, 0)
    assert stock.compare(session) == []


def test_upsert_takes_an_order_that_ended_before_we_knew_it_without_touching_the_stock(
    session, shop
):
    order = pickups.upsert(session, record(state="collected"), now=NOW)

    assert states(order) == ["collected", "collected"]
    cup = figure(session, shop.cup, shop)
    assert (cup.on_hand, cup.reserved) == (6, 0)


def test_upsert_moves_an_order_to_another_store(session, shop):
    pickups.upsert(session, record(), now=NOW)

    order = pickups.upsert(session, record(store="RBX"), now=NOW)

    assert order.store.code == "RBX"
    assert figure(session, shop.cup, shop).reserved == 0
    roubaix = stock.figure(session, shop.cup.id, store_id=shop.roubaix.id, now=NOW, trust=TRUST)
    assert roubaix.reserved == 2


def test_an_order_that_comes_from_another_store_is_new_in_this_one(session, shop):
    order = pickups.upsert(session, record(store="RBX"), now=NOW, own_store="LIL")
    pickups.upsert(session, record(store="RBX", state="ready"), now=NOW, own_store="LIL")
    assert (order.state, order.received_at) == ("ready", None)

    later = NOW + timedelta(days=2)
    pickups.upsert(session, record(), now=later, own_store="LIL")

    assert (order.state, states(order), order.staging_place) == ("new", ["to_pick", "to_pick"], "")
    assert (order.received_at, order.ready_at) == (later, None)
    kinds = select(CustomerMessage.kind).where(CustomerMessage.order_id == order.id)
    assert session.scalars(kinds).all() == ["placed"]
    assert figure(session, shop.cup, shop).reserved == 2


def test_an_order_that_goes_to_another_store_leaves_what_lies_here(session, shop):
    order = pickups.upsert(session, record(), now=NOW, own_store="LIL")
    pickups.prepare(session, order.uid, staff=shop.ines, place="C-03", now=NOW)

    pickups.upsert(session, record(store="RBX"), now=NOW, own_store="LIL")

    (task,) = shelf_returns.list_open(session, shop.lille.id)
    assert (task.place, task.reason) == ("C-03", "moved")
    assert (order.state, order.staging_place) == ("new", "")


@pytest.mark.parametrize(("placed", "restored", "confirmed"), [(3, 9, 1), (3, 1, 0), (30, 99, 0)])
def test_only_a_fresh_order_is_confirmed(session, shop, placed, restored, confirmed):
    restorations.note(session, now=NOW - timedelta(hours=restored))
    placed_at = NOW - timedelta(hours=placed)

    order = pickups.upsert(session, record(placed_at=placed_at), now=NOW, own_store="LIL")

    assert order.received_at == NOW
    told = select(func.count(CustomerMessage.id)).where(CustomerMessage.kind == "placed")
    assert session.scalar(told) == confirmed


def test_upsert_keeps_an_article_that_the_catalogue_does_not_have(session, shop):
    odd = (OrderLineRecord(sku="UNHEARD", quantity=1, label="Carte cadeau"),)

    order = pickups.upsert(session, record(lines=odd, customer=None), now=NOW)

    assert [(line.label, line.variant_id) for line in order.lines] == [("Carte cadeau", None)]


@pytest.mark.parametrize(
    ("changed", "field"), [({"store": "NOWHERE"}, "store"), ({"lines": ()}, "lines")]
)
def test_upsert_refuses_what_cannot_be_an_order(session, shop, changed, field):
    with pytest.raises(Invalid) as refused:
        pickups.upsert(session, record(**changed), now=NOW)

    assert refused.value.field == field


def test_pickup_codes_are_unique_among_the_open_orders_of_a_store(session, shop, monkeypatch):
    drawn = iter([482915, 482915, 7])  # the first is the code of an order that waits
    monkeypatch.setattr("store.pickup_codes.secrets.randbelow", lambda _most: next(drawn))

    order = pickups.upsert(session, record(), now=NOW)

    assert order.pickup_code == "000007"


# --- preparing --------------------------------------------------------------------------------


def test_prepare_notes_the_place_and_tells_the_central_system(session, shop):
    order = pickups.upsert(session, record(), now=NOW)
    pickups.accept(session, order.uid, staff=shop.ines, now=NOW)

    pickups.prepare(session, order.uid, staff=shop.ines, place=" c-03 ", now=NOW)

    assert (order.state, order.staging_place, order.ready_at) == ("ready", "C-03", NOW)
    told = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    assert [message.payload["type"] for message in told] == ["accepted", "ready"]
    assert told[1].subject == f"order:{order.uid}"


@pytest.mark.parametrize(("place", "problem"), [(" ", "empty"), ("x" * 21, "too_long")])
def test_prepare_wants_a_place(session, shop, place, problem):
    order = pickups.upsert(session, record(), now=NOW)

    with pytest.raises(Invalid) as refused:
        pickups.prepare(session, order.uid, staff=shop.ines, place=place, now=NOW)

    assert refused.value.problem == problem


def test_prepare_refuses_an_order_that_is_ready(session, shop):
    with pytest.raises(ForbiddenTransition):
        pickups.prepare(session, shop.order.uid, staff=shop.ines, place="A-01", now=NOW)


# --- found by a code --------------------------------------------------------------------------


def test_find_by_code_reads_the_qr_and_the_six_digits(session, shop):
    typed = codes.grouped(shop.order.code).lower()

    assert pickups.find_by_code(session, shop.order.code, store=shop.lille) is shop.order
    assert pickups.find_by_code(session, typed, store=shop.lille) is shop.order
    assert pickups.find_by_code(session, "482 915", store=shop.lille) is shop.order


@pytest.mark.parametrize("code", ["", "000000", "R" + "0" * 30, "x" * 10_000, "۱۲۳۴۵۶"])
def test_find_by_code_refuses_a_code_that_leads_nowhere(session, shop, code):
    with pytest.raises(UnknownCode):
        pickups.find_by_code(session, code, store=shop.lille)


def test_find_by_code_says_in_which_store_the_order_waits(session, shop):
    with pytest.raises(WrongStore) as refused:
        pickups.find_by_code(session, shop.order.code, store=shop.roubaix)

    assert (refused.value.store.code, refused.value.number) == ("LIL", "482915")
    assert refused.value.kilometres == pytest.approx(9.9, abs=0.1)


def test_find_by_code_does_not_look_for_six_digits_in_other_stores(session, shop):
    with pytest.raises(UnknownCode):
        pickups.find_by_code(session, "482915", store=shop.roubaix)


def test_find_by_code_prefers_the_open_order_when_digits_are_used_again(session, shop):
    old = record(external_id="old", pickup_code="482915", state="collected", placed_at=NOW)
    pickups.upsert(session, old, now=NOW)

    assert pickups.find_by_code(session, "482915", store=shop.lille) is shop.order


# --- arriving ---------------------------------------------------------------------------------


def test_check_in_gives_the_waiting_numbers_of_the_day(session, shop):
    other = pickups.upsert(session, record(state="ready"), now=NOW)

    first = pickups.check_in(session, shop.order, store=shop.lille, now=NOW)
    second = pickups.check_in(session, other, store=shop.lille, now=NOW)

    assert (first.waiting_number, second.waiting_number) == (1, 2)
    assert (first.state, first.arrived_at) == ("customer_waiting", NOW)


def test_check_in_begins_at_one_again_the_next_day(session, shop):
    other = pickups.upsert(session, record(state="ready"), now=NOW)
    pickups.check_in(session, shop.order, store=shop.lille, now=NOW)
    hand_over(session, shop.order, shop)

    tomorrow = NOW + timedelta(days=1)

    assert pickups.check_in(session, other, store=shop.lille, now=tomorrow).waiting_number == 1


def test_check_in_twice_is_one(session, shop):
    pickups.check_in(session, shop.order, store=shop.lille, now=NOW)

    again = pickups.check_in(session, shop.order, store=shop.lille, now=NOW + timedelta(minutes=1))

    assert (again.waiting_number, again.arrived_at) == (1, NOW)
    assert session.scalar(select(func.count(OrderEvent.id))) == 1


def test_check_in_refuses_an_order_that_is_not_ready_with_its_promise(session, shop):
    order = pickups.upsert(session, record(), now=NOW)

    with pytest.raises(NotReady) as refused:
        pickups.check_in(session, order, store=shop.lille, now=NOW)

    assert refused.value.promised_at == NOW + timedelta(hours=1)


def test_check_in_refuses_an_order_that_was_collected_and_says_when(session, shop):
    hand_over(session, shop.order, shop)

    with pytest.raises(AlreadyCollected) as refused:
        pickups.check_in(session, shop.order, store=shop.lille, now=NOW)

    assert (refused.value.closed_at, refused.value.closed_by) == (NOW, "Inès")


def test_check_in_refuses_an_order_that_was_cancelled(session, shop):
    pickups.record_event(session, event("cancelled", reason="web"), shop.order.uid, now=NOW)

    with pytest.raises(OrderCancelled) as refused:
        pickups.check_in(session, shop.order, store=shop.lille, now=NOW)

    assert (refused.value.closed_at, refused.value.reason) == (NOW, "web")


def test_check_in_refuses_an_order_past_its_date(session, shop):
    shop.order.pickup_by = NOW.date() - timedelta(days=1)
    session.flush()

    with pytest.raises(OrderExpired) as refused:
        pickups.check_in(session, shop.order, store=shop.lille, now=NOW)

    assert refused.value.pickup_by == NOW.date() - timedelta(days=1)
    assert shop.order.state == "ready"


def test_check_in_on_the_last_day_is_in_time(session, shop):
    shop.order.pickup_by = NOW.date()
    session.flush()

    assert pickups.check_in(session, shop.order, store=shop.lille, now=NOW).waiting_number == 1


def test_check_in_refuses_the_wrong_store(session, shop):
    with pytest.raises(WrongStore):
        pickups.check_in(session, shop.order, store=shop.roubaix, now=NOW)


# --- taken in hand ----------------------------------------------------------------------------


def test_take_is_for_the_first_one_who_says_so(session, shop):
    pickups.check_in(session, shop.order, store=shop.lille, now=NOW)

    pickups.take(session, shop.order.uid, staff=shop.ines, now=NOW)

    with pytest.raises(AlreadyTaken) as refused:
        pickups.take(session, shop.order.uid, staff=shop.manager, now=NOW)
    assert refused.value.by == "Inès Benali"


def test_take_twice_by_the_same_person_is_one(session, shop):
    pickups.check_in(session, shop.order, store=shop.lille, now=NOW)
    pickups.take(session, shop.order.uid, staff=shop.ines, now=NOW)

    order = pickups.take(session, shop.order.uid, staff=shop.ines, now=NOW + timedelta(minutes=1))

    assert order.taken_at == NOW


def test_take_needs_somebody_who_waits(session, shop):
    with pytest.raises(ForbiddenTransition):
        pickups.take(session, shop.order.uid, staff=shop.ines, now=NOW)


# --- handed over ------------------------------------------------------------------------------


def test_hand_over_writes_goods_event_and_what_is_told_together(session, shop):
    order = pickups.upsert(session, record(state="ready"), now=NOW)

    hand_over(session, order, shop, check="card")

    assert (order.state, order.closed_by, order.closed_at) == ("collected", "Inès", NOW)
    cup = figure(session, shop.cup, shop)
    assert (cup.on_hand, cup.reserved) == (4, 0)
    happened = session.scalars(select(OrderEvent)).one()
    assert (happened.type, happened.identity_check, happened.staff_id) == (
        "collected",
        "card",
        shop.ines.id,
    )
    kinds = session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)).all()
    assert kinds == ["order_event", "stock_movements"]


def test_hand_over_tells_the_stock_under_the_id_of_its_event(session, shop):
    order = pickups.upsert(session, record(state="ready"), now=NOW)
    hand_over(session, order, shop)

    told = session.scalars(
        select(OutboxMessage.payload).where(OutboxMessage.kind == "stock_movements")
    ).one()
    event_uid = session.scalars(select(OrderEvent.uid)).one()

    assert [(one["source_id"], one["kind"], one["quantity"]) for one in told["items"]] == [
        (f"{event_uid}:22699", "delta", -2),
        (f"{event_uid}:22423", "delta", -1),
    ]


def test_hand_over_of_some_lines_leaves_the_others_to_collect(session, shop):
    first, second = all_lines(shop.order)

    partly = hand_over(session, shop.order, shop, lines=[first])
    assert (partly.state, states(partly)) == ("partly_collected", ["collected", "picked"])
    whole = hand_over(session, shop.order, shop, lines=[second])

    assert whole.state == "collected"


def test_hand_over_of_the_same_line_twice_is_refused_with_who_did_it(session, shop):
    first, _second = all_lines(shop.order)
    hand_over(session, shop.order, shop, lines=[first])

    with pytest.raises(AlreadyCollected) as refused:
        hand_over(session, shop.order, shop, lines=[first])

    assert (refused.value.closed_at, refused.value.closed_by) == (NOW, "Inès")


def test_hand_over_of_everything_after_a_part_is_refused_and_changes_nothing(session, shop):
    hand_over(session, shop.order, shop, lines=all_lines(shop.order)[:1])
    session.commit()

    with pytest.raises(AlreadyCollected):
        hand_over(session, shop.order, shop)
    session.rollback()

    assert states(shop.order) == ["collected", "picked"]


@pytest.mark.parametrize(("lines", "problem"), [([], "empty"), (["not-a-line"], "unknown")])
def test_hand_over_needs_lines_of_this_order(session, shop, lines, problem):
    with pytest.raises(Invalid) as refused:
        hand_over(session, shop.order, shop, lines=lines)

    assert refused.value.problem == problem


def test_hand_over_needs_a_known_kind_of_check(session, shop):
    with pytest.raises(Invalid):
        hand_over(session, shop.order, shop, check="passport 123456")


def test_hand_over_needs_an_order(session, shop):
    with pytest.raises(NotFound):
        pickups.hand_over(
            session, "no-order", line_uids=["x"], staff=shop.ines, check="qr", now=NOW
        )


def test_hand_over_of_an_order_that_is_not_ready_is_refused(session, shop):
    order = pickups.upsert(session, record(), now=NOW)

    with pytest.raises(NotReady):
        hand_over(session, order, shop)


def test_a_line_that_somebody_else_moved_meanwhile_is_not_moved_again(session, shop):
    """What we read is not what stands there: the database says who was first."""
    order = pickup_steps.get_locked(session, shop.order.uid)
    assert states(order) == ["picked", "picked"]
    behind = update(OrderLine).where(OrderLine.id == order.lines[1].id).values(state="collected")
    session.execute(behind, execution_options={"synchronize_session": False})
    given = Happened(type="collected", occurred_at=NOW, staff=shop.ines)

    with pytest.raises(AlreadyCollected):
        pickup_steps.happen(session, order, given, now=NOW)

    assert figure(session, shop.cup, shop).on_hand == 6


def test_goods_on_the_counter_are_given_after_their_date_too(session, shop):
    shop.order.pickup_by = date(2026, 1, 1)
    session.flush()

    assert hand_over(session, shop.order, shop).state == "collected"


def test_a_customer_who_comes_back_for_the_rest_waits_again(session, shop):
    pickups.check_in(session, shop.order, store=shop.lille, now=NOW)
    pickups.take(session, shop.order.uid, staff=shop.ines, now=NOW)
    hand_over(session, shop.order, shop, lines=all_lines(shop.order)[:1])

    order = pickups.check_in(session, shop.order, store=shop.lille, now=NOW)

    assert (order.state, order.waiting_number, order.taken_by_id) == ("customer_waiting", 2, None)


# --- told by another program ------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        ("accepted", "picked", "ready", "arrived", "collected"),
        ("ready", "collected"),
        ("accepted", "short", "picked", "ready", "cancelled"),
        ("ready", "expired"),
    ],
)
def test_events_walk_the_state_table(session, shop, path):
    order = pickups.upsert(session, record(), now=NOW)

    for kind in path:
        pickups.record_event(session, event(kind), order.uid, now=NOW)

    assert order.state == path[-1]
    assert figure(session, shop.cup, shop).reserved == 0
    assert stock.compare(session) == []


@pytest.mark.parametrize("kind", ["arrived", "collected", "refused", "substituted"])
def test_a_new_order_refuses_what_comes_later(session, shop, kind):
    order = pickups.upsert(session, record(), now=NOW)
    session.commit()

    with pytest.raises(ForbiddenTransition):
        pickups.record_event(session, event(kind), order.uid, now=NOW)
    session.rollback()

    assert (order.state, states(order)) == ("new", ["to_pick", "to_pick"])
    assert session.scalar(select(func.count(OrderEvent.id))) == 0


@pytest.mark.parametrize("kind", sorted(HAPPENINGS.keys() - BESIDE - {"handover_reversed"}))
def test_a_collected_order_refuses_all_but_what_undoes_or_brings_back(session, shop, kind):
    hand_over(session, shop.order, shop)

    with pytest.raises(AlreadyCollected):
        pickups.record_event(session, event(kind), shop.order.uid, now=NOW)


def test_who_is_told_to_have_come_again_is_nobodys_yet(session, shop):
    order = pickups.upsert(session, record(state="ready"), now=NOW)
    pickups.record_event(session, event("arrived", uid="1"), order.uid, now=NOW)
    pickups.take(session, order.uid, staff=shop.ines, now=NOW)
    assert (order.waiting_number, order.taken_by_id) == (1, shop.ines.id)

    pickups.record_event(session, event("gone", uid="2"), order.uid, now=NOW)
    assert (order.arrived_at, order.waiting_number, order.taken_by_id) == (None, None, None)

    again = event("arrived", uid="3", details={"by": "car", "counter": "2"})
    pickups.record_event(session, again, order.uid, now=NOW)
    assert (order.waiting_number, order.taken_by_id) == (1, None)
    assert (order.arrival_by, order.counter) == ("car", "2")


def test_who_goes_while_something_is_missing_leaves_a_problem(session, shop):
    order = pickups.upsert(session, record(state="ready"), now=NOW)
    for number, kind in enumerate(("arrived", "short", "gone")):
        pickups.record_event(session, event(kind, uid=str(number)), order.uid, now=NOW)

    assert (order.state, states(order)) == ("problem", ["short", "short"])


def test_an_order_is_not_ready_while_a_line_of_it_is_to_be_picked(session, shop):
    order = pickups.upsert(session, record(), now=NOW)

    with pytest.raises(ForbiddenTransition):
        pickups.record_event(session, event("ready", lines=(("22699", 2),)), order.uid, now=NOW)

    assert (order.state, states(order)) == ("new", ["to_pick", "to_pick"])


def test_who_goes_before_the_substitute_was_fetched_leaves_it_to_be_picked(session, shop):
    order = pickups.upsert(session, record(state="ready"), now=NOW)
    cups = (("22699", 2),)
    for number, kind in enumerate(("arrived", "short", "substitute_proposed", "substituted")):
        lines = None if kind == "arrived" else cups
        told = event(kind, uid=str(number), lines=lines)
        pickups.record_event(session, told, order.uid, now=NOW)
    assert (order.state, states(order)) == ("customer_waiting", ["substituted", "picked"])

    pickups.record_event(session, event("gone", uid="9"), order.uid, now=NOW)

    assert order.state == "picking"


def test_another_shops_undone_handover_is_borne(session, shop):
    order = pickups.upsert(session, record(store="RBX"), now=NOW, own_store="LIL")

    told = record(store="RBX", state="handover_reversed")
    pickups.upsert(session, told, now=NOW, own_store="LIL")

    assert order.state == "ready"


def test_a_handover_that_was_undone_here_is_not_believed_again(session, shop):
    order = pickups.upsert(session, record(state="ready"), now=NOW)
    hand_over(session, order, shop)
    undone = Happened(type="handover_reversed", occurred_at=NOW, staff=shop.manager)
    pickup_steps.happen(session, order, undone, now=NOW)
    pickups.record_event(session, event("short", lines=(("22699", 2),)), order.uid, now=NOW)

    pickups.upsert(session, record(state="collected"), now=NOW, own_store="LIL")

    assert (order.state, states(order)) == ("problem", ["short", "picked"])


def test_the_same_event_twice_is_one(session, shop):
    told = event("collected", uid="5b0a1f6e-0000-4000-8000-000000000001")

    pickups.record_event(session, told, shop.order.uid, now=NOW)
    again = pickups.record_event(session, told, shop.order.uid, now=NOW)

    assert again.state == "collected"
    assert figure(session, shop.cup, shop).on_hand == 5
    assert session.scalar(select(func.count(OutboxMessage.id))) == 0


def test_an_event_for_a_part_of_a_line_splits_it(session, shop):
    order = pickups.upsert(session, record(state="ready"), now=NOW)

    pickups.record_event(session, event("collected", lines=(("22699", 1),)), order.uid, now=NOW)

    cups = [(line.quantity, line.state) for line in order.lines if line.sku == "22699"]
    assert sorted(cups) == [(1, "collected"), (1, "picked")]
    assert order.state == "partly_collected"
    cup = figure(session, shop.cup, shop)
    assert (cup.on_hand, cup.reserved) == (5, 1)


def test_an_event_that_tells_an_article_twice_moves_two_lines(session, shop):
    cup = replace(record().lines[0], quantity=1)
    order = pickups.upsert(session, record(state="ready", lines=(cup, cup)), now=NOW)
    twice = event("collected", lines=(("22699", 1), ("22699", 1)))

    pickups.record_event(session, twice, order.uid, now=NOW)

    assert (order.state, states(order)) == ("collected", ["collected", "collected"])


def test_an_event_for_more_than_there_is_changes_nothing(session, shop):
    order = pickups.upsert(session, record(state="ready"), now=NOW)
    session.commit()

    with pytest.raises(ForbiddenTransition):
        pickups.record_event(session, event("collected", lines=(("22699", 3),)), order.uid, now=NOW)
    session.rollback()

    assert states(order) == ["picked", "picked"]


@pytest.mark.parametrize(
    "told",
    [
        event("vanished"),
        event("collected", lines=(("OTHER", 1),)),
        event("collected", lines=(("22699", 2), ("22699", -1))),
    ],
)
def test_an_event_that_cannot_be_understood_is_refused(session, shop, told):
    with pytest.raises(Invalid):
        pickups.record_event(session, told, shop.order.uid, now=NOW)


def test_a_handover_here_and_its_echo_from_the_hub_count_once(session, shop):
    hand_over(session, shop.order, shop)
    movements = session.scalars(
        select(OutboxMessage.payload).where(OutboxMessage.kind == "stock_movements")
    ).one()["items"]
    from_hub = [
        MovementRecord(
            **{name: one[name] for name in ("source", "source_id", "store", "sku", "kind")},
            quantity=one["quantity"],
            occurred_at=NOW,
        )
        for one in movements
    ]

    result = stock.apply(session, from_hub, now=NOW)

    assert (result.applied, result.repeated) == (0, 2)
    assert figure(session, shop.cup, shop).on_hand == 5


# --- lists ------------------------------------------------------------------------------------


def test_list_open_gives_each_order_once_with_its_articles(session, shop):
    new = pickups.upsert(session, record(), now=NOW)
    pickups.upsert(session, record(external_id="other", store="RBX"), now=NOW)

    rows = pickups.list_open(session, shop.lille.id)

    assert [(row.number, row.articles, row.lines) for row in rows] == [
        ("482915", 2, 2),
        (new.number, 3, 2),
    ]


def test_a_row_stands_in_the_column_of_its_promise(session, shop):
    late = record(external_id="late", promised_at=NOW - timedelta(minutes=1))
    pickups.upsert(session, late, now=NOW)
    pickups.upsert(session, record(), now=NOW)
    pickups.upsert(
        session, record(external_id="old", state="ready", pickup_by=date(2026, 11, 20)), now=NOW
    )

    rows = pickups.list_open(session, shop.lille.id)

    columns = sorted(row.column(now=NOW, today=NOW.date()) for row in rows)
    assert columns == ["late", "late", "ready", "to_prepare"]


def test_the_day_counts_its_handovers_and_its_median_wait(session, shop):
    pickups.check_in(session, shop.order, store=shop.lille, now=NOW)
    later = NOW + timedelta(seconds=220)
    hand_over(session, shop.order, shop, now=later)
    since = pickups.day_start(shop.lille, NOW)

    assert pickups.list_waiting(session, shop.lille.id) == []
    assert [row.number for row in pickups.list_done(session, shop.lille.id, since=since)] == [
        "482915"
    ]
    day = pickups.day(session, shop.lille.id, since=since)
    assert (day.collected, day.median_wait_seconds) == (1, 220)


def test_the_day_begins_at_midnight_in_the_store(session, shop):
    assert pickups.day_start(shop.lille, NOW).isoformat() == "2026-11-21T00:00:00+01:00"


def test_every_movement_of_a_pickup_names_its_order(session, shop):
    order = pickups.upsert(session, record(state="ready"), now=NOW)
    hand_over(session, order, shop)

    reasons = session.scalars(
        select(StockMovement.reason).where(StockMovement.source == "pickup").distinct()
    )
    assert reasons.all() == ["500001"]


def test_a_handover_is_undone_by_managers_only(session, shop):
    hand_over(session, shop.order, shop)
    order = pickup_steps.get_locked(session, shop.order.uid)
    reversed_by = {"type": "handover_reversed", "occurred_at": NOW, "reason": "wrong parcel"}

    with pytest.raises(NotAllowed):
        pickup_steps.happen(session, order, Happened(**reversed_by, staff=shop.ines), now=NOW)


def test_what_the_source_took_out_and_left_all_the_same_is_known_to_have_left(session, shop):
    order = pickups.upsert(session, record(state="ready"), now=NOW)
    pickups.upsert(session, record(lines=record().lines[:1]), now=NOW)

    told = event("collected", lines=(("22699", 2), ("22423", 1)))
    pickups.record_event(session, told, order.uid, now=NOW)

    assert (order.state, states(order)) == ("collected", ["collected", "collected"])
    with pytest.raises(ForbiddenTransition):
        gone = event("handover_reversed", lines=(("22423", 2),))
        pickups.record_event(session, gone, order.uid, now=NOW)
