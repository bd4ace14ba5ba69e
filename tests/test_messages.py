"""What customers are written: once an occasion, only what is true, again only when asked."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, update

from store import contacts, message_queue, message_states, messages, pickups, reminders
from store.errors import Invalid, MessageOutdated, NotFound, TooSoon
from store.message_queue import Carried
from store.models import CustomerMessage
from store.pickup_steps import Happened, get_locked, happen
from store.records import CustomerRef, OrderLineRecord, OrderRecord
from store.reminders import Terms
from tests.conftest import NOW

COOLDOWN = timedelta(minutes=10)
DAY = timedelta(days=1)
TERMS = Terms(days_before=2, from_hour=10)
BY_MAIL = Carried(channel="email", sent_to="c••@example.org")


def record(*, store="LIL"):
    return OrderRecord(
        source="web",
        external_id="W-1",
        number="100200",
        store=store,
        placed_at=NOW,
        customer=CustomerRef(name="Dominique Leroy", email="dominique@example.org"),
        lines=(OrderLineRecord(sku="22699", quantity=2, unit_price_minor=295),),
    )


@pytest.fixture
def order(session, shop):
    """An order of somebody whom nobody knows otherwise, beside the shop's own."""
    return pickups.upsert(session, record(), now=NOW, own_store="LIL")


def prepare(session, order, shop, *, now=NOW):
    pickups.prepare(session, order.uid, staff=shop.ines, place="A-01", now=now)


def kinds(session, order):
    return [message.kind for message in reversed(messages.list_of(session, order))]


def send(session, *, now=NOW):
    """Send everything that waits, as the worker does; return what was sent."""
    sent = []
    while uid := message_queue.QUEUE.claim(session, worker="w", now=now, lease_seconds=60):
        message_queue.note_sent(session, uid, BY_MAIL, now=now)
        sent.append(uid)
    return sent


def ready(session, order, shop, *, now=NOW):
    """Prepare the order and return the message of it, sent."""
    prepare(session, order, shop, now=now)
    send(session, now=now)
    return messages.list_of(session, order)[0]


def fail(session, message, state="bounced"):
    message_queue.report(session, message.uid, state, reason="550 5.1.1", now=NOW)


# --- written ----------------------------------------------------------------------------------


def test_a_new_order_is_confirmed_and_each_transition_tells_once(session, shop, order):
    prepare(session, order, shop)
    lines = [line.uid for line in order.lines]
    pickups.hand_over(session, order.uid, line_uids=lines, staff=shop.ines, check="qr", now=NOW)

    assert kinds(session, order) == ["placed", "ready", "receipt"]


def test_the_same_record_again_confirms_nothing(session, shop, order):
    messages.write(session, order, "placed", occasion=order.uid, now=NOW + DAY)

    assert kinds(session, order) == ["placed"]


def test_an_order_of_another_store_is_confirmed_there(session, shop):
    order = pickups.upsert(session, record(store="RBX"), now=NOW, own_store="LIL")

    assert kinds(session, order) == []


@pytest.mark.parametrize(
    ("channel", "who", "told"),
    [
        ("web", "staff", ["placed", "cancelled"]),
        ("web", "customer", ["placed", "cancelled"]),
        ("web", "central", ["placed"]),  # the web shop has told its customer
        ("kiosk", "central", ["placed", "cancelled"]),  # nobody else would
    ],
)
def test_a_cancellation_is_told_unless_the_web_shop_says_so(session, shop, channel, who, told):
    told_order = replace(record(), external_id="W-7", number="500007", channel=channel)
    order = pickups.upsert(session, told_order, now=NOW, own_store="LIL")
    staff = shop.ines if who == "staff" else None
    over = Happened(type="cancelled", occurred_at=NOW, staff=staff, by="" if staff else who)

    happen(session, get_locked(session, order.uid), over, now=NOW, tells=True)

    assert kinds(session, order) == told


def test_what_the_feed_says_was_cancelled_is_told_by_who_did_it(session, shop, order):
    pickups.upsert(session, replace(record(), state="cancelled"), now=NOW, own_store="LIL")

    assert (order.state, kinds(session, order)) == ("cancelled", ["placed"])


def test_a_transition_that_is_rolled_back_leaves_no_message(session, shop, order):
    session.commit()
    prepare(session, order, shop)
    session.rollback()

    assert kinds(session, order) == ["placed"]


def test_who_is_laid_ready_again_gets_one_message_after_a_silence(session, shop, order):
    prepare(session, order, shop)
    back = Happened(type="put_back", occurred_at=NOW, staff=shop.ines)
    happen(session, get_locked(session, order.uid), back, now=NOW, tells=True)
    prepare(session, order, shop, now=NOW + DAY)

    told = [one.state for one in messages.list_of(session, order) if one.kind == "ready"]
    assert told == ["waiting", "withdrawn"]


# --- sent -------------------------------------------------------------------------------------


def test_a_claimed_message_is_nobody_elses(session, order):
    first = message_queue.QUEUE.claim(session, worker="one", now=NOW, lease_seconds=60)

    assert first is not None
    assert message_queue.QUEUE.claim(session, worker="two", now=NOW, lease_seconds=60) is None
    assert not message_queue.QUEUE.has_ready(session, now=NOW)


def test_what_a_dead_worker_held_is_free_after_its_lease(session, order):
    uid = message_queue.QUEUE.claim(session, worker="dead", now=NOW, lease_seconds=60)
    later = NOW + timedelta(seconds=61)

    assert message_queue.QUEUE.has_ready(session, now=later)
    message_queue.QUEUE.release_expired(session, now=later)

    assert message_queue.QUEUE.claim(session, worker="w", now=later, lease_seconds=60) == uid


def test_a_worker_that_comes_back_frees_its_own(session, order):
    message_queue.QUEUE.claim(session, worker="w", now=NOW, lease_seconds=60)
    message_queue.QUEUE.claim(session, worker="other", now=NOW, lease_seconds=60)

    assert message_queue.QUEUE.release_claims(session, worker="w") == 1


def test_a_failed_try_waits_for_its_time(session, order):
    uid = message_queue.QUEUE.claim(session, worker="w", now=NOW, lease_seconds=60)
    again = NOW + timedelta(minutes=5)

    message_queue.try_later(session, uid, worker="w", moment=again, reason="451 busy", now=NOW)

    assert message_queue.QUEUE.claim(session, worker="w", now=NOW, lease_seconds=60) is None
    assert message_queue.QUEUE.claim(session, worker="w", now=again, lease_seconds=60) == uid
    message = messages.get(session, uid)
    assert (message.attempts, message.last_error) == (1, "451 busy")


def test_reports_find_a_message_by_any_of_its_names(session, shop, order):
    uid = message_queue.QUEUE.claim(session, worker="w", now=NOW, lease_seconds=60)
    by_text = Carried(channel="sms", sent_to="06", provider_id="SM-77")
    message_queue.note_sent(session, uid, by_text, now=NOW)

    for name in (uid, f"<{uid}@shop.example>", "SM-77"):
        assert message_queue.report(session, name, "delivered", now=NOW).uid == uid
    with pytest.raises(NotFound):
        message_queue.report(session, "SM-78", "delivered", now=NOW)
    with pytest.raises(Invalid):
        message_queue.report(session, uid, "opened", now=NOW)


def test_a_bounce_counts_after_a_delivery_and_not_the_other_way_round(session, shop, order):
    message = ready(session, order, shop)

    fail(session, message)
    message_queue.report(session, message.uid, "delivered", now=NOW)

    assert messages.get(session, message.uid).state == "bounced"


def test_a_report_that_comes_before_the_answer_stays(session, order):
    uid = message_queue.QUEUE.claim(session, worker="w", now=NOW, lease_seconds=60)
    message_queue.report(session, uid, "delivered", now=NOW)

    message_queue.note_sent(session, uid, BY_MAIL, now=NOW)

    message = messages.get(session, uid)
    assert (message.state, message.channel, message.sent_at) == ("delivered", "email", NOW)


@contextmanager
def taken_before_the_write(session, **values):
    """Let the worker come between what an act reads and its first write, as it may elsewhere."""
    connection, came = session.connection(), []

    def come_between(_connection, _cursor, statement, *_rest):
        if statement.startswith("UPDATE customer_message") and not came:
            came.append(statement)
            connection.execute(update(CustomerMessage).values(**values))

    event.listen(connection, "before_cursor_execute", come_between)
    yield
    event.remove(connection, "before_cursor_execute", come_between)
    assert came


def test_what_a_worker_has_just_taken_is_not_withdrawn_by_the_next(session, shop, order):
    prepare(session, order, shop)
    first = messages.list_of(session, order)[0]

    with taken_before_the_write(session, state="claimed", claimed_by="w"):
        messages.write(session, order, "ready", occasion="again", now=NOW)
    message_queue.note_sent(session, first.uid, BY_MAIL, now=NOW)

    session.expire_all()
    assert [one.state for one in messages.list_of(session, order)][:2] == ["waiting", "sent"]


def test_what_left_while_somebody_called_is_not_said_to_be_told_only(session, shop, order):
    message = ready(session, order, shop)
    message.state, message.sent_at = "claimed", None
    session.flush()

    with taken_before_the_write(session, state="sent", sent_at=NOW):
        messages.tell_by_hand(session, message.uid, staff=shop.ines, now=NOW)

    session.refresh(message)
    assert (message.state, message.staff_id) == ("sent", None)


def test_what_leaves_after_somebody_called_is_known_to_have_left(session, shop, order):
    prepare(session, order, shop)
    (pressing,) = [one for one in messages.list_of(session, order) if one.kind == "ready"]
    while message_queue.QUEUE.claim(session, worker="w", now=NOW, lease_seconds=60):
        pass

    messages.tell_by_hand(session, pressing.uid, staff=shop.ines, now=NOW)
    message_queue.note_sent(session, pressing.uid, BY_MAIL, now=NOW)

    session.refresh(pressing)
    assert (pressing.state, pressing.sent_at, pressing.channel) == ("told", NOW, "email")


# --- true -------------------------------------------------------------------------------------


def test_a_message_that_was_overtaken_says_nothing_true(session, shop, order):
    placed = messages.list_of(session, order)[0]
    assert message_states.is_true(placed, order, now=NOW)

    prepare(session, order, shop)

    assert not message_states.is_true(placed, order, now=NOW)
    assert message_states.is_true(messages.list_of(session, order)[0], order, now=NOW + 5 * DAY)


def test_nobody_is_told_of_an_end_that_is_days_old(session, shop, order):
    over = Happened(type="cancelled", occurred_at=NOW, staff=shop.ines)
    happen(session, get_locked(session, order.uid), over, now=NOW, tells=True)
    cancelled = messages.list_of(session, order)[0]

    assert message_states.is_true(cancelled, order, now=NOW + DAY)
    assert not message_states.is_true(cancelled, order, now=NOW + 3 * DAY)


# --- again ------------------------------------------------------------------------------------


def test_a_message_is_sent_again_after_the_cooldown_under_a_new_name(session, shop, order):
    message = ready(session, order, shop)
    with pytest.raises(TooSoon) as refused:
        messages.resend(session, message.uid, staff=shop.ines, cooldown=COOLDOWN, now=NOW)
    later = NOW + COOLDOWN

    again = messages.resend(session, message.uid, staff=shop.ines, cooldown=COOLDOWN, now=later)

    assert refused.value.until == later
    assert again.uid != message.uid
    assert (again.kind, again.state, again.staff_id) == ("ready", "waiting", shop.ines.id)
    with pytest.raises(TooSoon):
        messages.resend(session, message.uid, staff=shop.ines, cooldown=COOLDOWN, now=later)


def test_what_bounced_may_be_sent_again_at_once(session, shop, order):
    message = ready(session, order, shop)
    fail(session, message)

    messages.resend(session, message.uid, staff=shop.ines, cooldown=COOLDOWN, now=NOW)

    assert messages.count_troubled(session, shop.lille) == 0


def test_what_is_not_so_any_more_is_not_sent_again(session, shop, order):
    placed = messages.list_of(session, order)[0]
    prepare(session, order, shop)

    with pytest.raises(MessageOutdated):
        messages.resend(session, placed.uid, staff=shop.ines, cooldown=COOLDOWN, now=NOW + DAY)


def test_a_third_time_is_a_third_message(session, shop, order):
    message = ready(session, order, shop)
    for times in (1, 2):
        moment = NOW + times * COOLDOWN
        messages.resend(session, message.uid, staff=shop.ines, cooldown=COOLDOWN, now=moment)
        send(session, now=moment)

    assert kinds(session, order).count("ready") == 3


# --- troubled ---------------------------------------------------------------------------------


def test_what_did_not_arrive_is_listed_until_somebody_tells_the_customer(session, shop, order):
    message = ready(session, order, shop)
    fail(session, message)
    assert [one.uid for one in messages.list_troubled(session, shop.lille, limit=9)] == [
        message.uid
    ]
    assert messages.list_troubled(session, shop.roubaix, limit=9) == []

    messages.tell_by_hand(session, message.uid, staff=shop.ines, now=NOW)

    assert messages.count_troubled(session, shop.lille) == 0
    assert messages.get(session, message.uid).state == "told"


def test_an_address_that_was_corrected_since_bounces_for_nobody(session, shop, order):
    first = ready(session, order, shop)
    later = NOW + COOLDOWN
    messages.resend(session, first.uid, staff=shop.ines, cooldown=COOLDOWN, now=later)
    send(session, now=later)

    fail(session, first)

    assert messages.get(session, first.uid).state == "bounced"
    assert messages.count_troubled(session, shop.lille) == 0


def test_the_last_of_two_that_bounces_is_told(session, shop, order):
    first = ready(session, order, shop)
    later = NOW + COOLDOWN
    again = messages.resend(session, first.uid, staff=shop.ines, cooldown=COOLDOWN, now=later)
    send(session, now=later)

    fail(session, again)
    fail(session, first)

    assert [one.uid for one in messages.list_troubled(session, shop.lille, limit=9)] == [again.uid]


def test_nobody_minds_a_receipt_without_an_address(session, shop, order):
    message = ready(session, order, shop)
    row = messages.get(session, message.uid)
    row.state, row.kind = "unreachable", "placed"

    assert messages.summary(session).troubled == 0

    row.kind = "ready"
    session.flush()
    assert messages.summary(session, shop.lille).troubled == 1


def test_what_nobody_takes_is_not_delivered_after_its_time(session, shop, order):
    prepare(session, order, shop)
    (pressing,) = [one for one in messages.list_of(session, order) if one.kind == "ready"]
    before, after = ({"silent_since": NOW + step} for step in (timedelta(0), timedelta(minutes=1)))

    assert messages.count_troubled(session, shop.lille, **before) == 0
    assert messages.list_troubled(session, shop.lille, limit=9, **after) == [pressing]
    assert messages.count_troubled(session, shop.lille) == 0

    messages.tell_by_hand(session, pressing.uid, staff=shop.ines, now=NOW)
    assert messages.count_troubled(session, shop.lille, **after) == 0
    assert send(session) and pressing.state == "told"


def test_the_summary_counts_what_waits(session, shop, order):
    found = messages.summary(session)

    assert (found.waiting, found.oldest_at, found.troubled) == (1, NOW, 0)


# --- reminders --------------------------------------------------------------------------------


@pytest.fixture
def waiting(session, shop):
    """The shop's own order, ready since before, to be fetched within a week."""
    shop.order.pickup_by = (NOW + 7 * DAY).date()
    shop.order.ready_at = NOW - DAY
    session.flush()
    return shop.order


def due(session, shop, now):
    return [one.kind for one in reminders.list_due(session, shop.lille, TERMS, now=now)]


def test_reminders_come_some_days_before_and_on_the_last_day(session, shop, waiting):
    assert [due(session, shop, NOW + n * DAY) for n in (4, 5, 6, 7, 8)] == [
        [],
        ["reminder"],
        ["reminder"],
        ["last_day"],
        [],
    ]
    assert due(session, shop, NOW + 5 * DAY - timedelta(hours=6)) == []


def test_a_reminder_is_written_once_and_anew_for_a_new_date(session, shop, waiting):
    moment = NOW + 5 * DAY
    (one,) = reminders.list_due(session, shop.lille, TERMS, now=moment)

    assert reminders.write(session, one, now=moment)
    assert due(session, shop, moment) == []
    waiting.pickup_by += DAY
    session.flush()

    assert not reminders.write(session, one, now=moment)
    assert due(session, shop, moment + DAY) == ["reminder"]


def test_a_reminder_of_a_date_that_was_moved_is_not_true(session, shop, waiting):
    moment = NOW + 5 * DAY
    (one,) = reminders.list_due(session, shop.lille, TERMS, now=moment)
    reminders.write(session, one, now=moment)
    message = messages.list_of(session, waiting)[0]
    assert message_states.is_true(message, waiting, now=moment)

    waiting.pickup_by += 7 * DAY

    assert not message_states.is_true(message, waiting, now=moment)


def test_who_heard_today_that_it_is_ready_is_not_reminded_today(session, shop, waiting):
    waiting.ready_at = NOW + 6 * DAY
    session.flush()

    assert due(session, shop, NOW + 6 * DAY) == []
    assert due(session, shop, NOW + 7 * DAY) == ["last_day"]


def test_a_shop_may_remind_of_nothing(session, shop, waiting):
    none = Terms(days_before=0, from_hour=10)

    assert reminders.list_due(session, shop.lille, none, now=NOW + 7 * DAY) == []


# --- contacts ---------------------------------------------------------------------------------


def test_the_order_says_how_to_reach_whoever_has_no_file(session, shop, order):
    assert contacts.of_order(order).email == "dominique@example.org"
    assert contacts.of_order(order).first_name == "Dominique"
    assert contacts.of_order(shop.order).phone == "+33600000042"
    assert contacts.of_order(order, email="a@example.org").email == "a@example.org"


@pytest.mark.parametrize(("told", "said"), [("fr-CH", "fr"), ("EN", "en"), ("de", "en"), ("", "")])
def test_a_language_is_the_nearest_of_ours(told, said):
    assert contacts.language_of(told) == said


def test_a_wrong_address_is_corrected_at_the_counter(session, order):
    contacts.correct(session, order.uid, email=" Dom@Example.org ", phone="06 00 00 00 07", now=NOW)

    assert (order.email, order.phone) == ("dom@example.org", "+33600000007")
    for email, phone in (("dom@", None), (None, "12"), ("a b@example.org", None)):
        with pytest.raises(Invalid):
            contacts.correct(session, order.uid, email=email, phone=phone, now=NOW)


def test_a_typed_address_and_a_guest_are_forgotten_with_the_order(session, shop, order):
    message = ready(session, order, shop)
    message.sent_to, message.facts = "", {"email": "typed@example.org"}
    order.arrival_place = "Clio rouge"
    lines = [line.uid for line in order.lines]
    pickups.hand_over(session, order.uid, line_uids=lines, staff=shop.ines, check="qr", now=NOW)

    contacts.forget(session, before=NOW + DAY)

    session.expire_all()
    assert session.get_one(CustomerMessage, message.id).facts == {}
    assert (order.customer_name, order.arrival_place) == ("", "")


def test_contacts_are_forgotten_after_the_end_and_do_not_come_back(session, shop, order):
    message = ready(session, order, shop)
    lines = [line.uid for line in order.lines]
    pickups.hand_over(session, order.uid, line_uids=lines, staff=shop.ines, check="qr", now=NOW)
    session.flush()

    assert contacts.forget(session, before=NOW) == 0
    assert contacts.forget(session, before=NOW + DAY) == 1
    session.expire_all()
    pickups.upsert(session, record(), now=NOW + DAY, own_store="LIL")

    assert order.email == ""
    assert session.get_one(CustomerMessage, message.id).sent_to == ""
