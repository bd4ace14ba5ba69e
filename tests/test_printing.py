"""The queue of the printers: each paper once, and a person decides about what is unsure."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from store import printers, printing
from store.errors import Invalid, NotFound
from store.models import OrderEvent, PrintJob


@pytest.fixture
def printer(session, shop, now):
    return pair(session, shop, now=now - timedelta(days=1))


def pair(session, shop, name="Comptoir", address="192.168.1.50", *, now, **changed):
    facts = {"name": name, "address": address, "dots": 576, "store": shop.lille, "now": now}
    return printers.pair(session, **(facts | changed))


def add(session, shop, now, *, occasion="asked", **changed):
    facts = {"store": shop.lille, "order": shop.order, "occasion": occasion, "now": now}
    return printing.add(session, "slip", **(facts | changed))


# --- printers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [
        ("192.168.1.50", "192.168.1.50", 9100),
        (" ticket.lan:9101 ", "ticket.lan", 9101),
        ("tcp://10.0.0.4:9100", "10.0.0.4", 9100),
    ],
)
def test_a_printer_is_paired_by_its_address(session, shop, now, address, host, port):
    printer = pair(session, shop, address=address, now=now)

    assert (printer.host, printer.port, printer.device.kind) == (host, port, "printer")


@pytest.mark.parametrize(
    ("changed", "field", "problem"),
    [
        ({"address": "nowhere at all"}, "address", "malformed"),
        ({"address": "10.0.0.4:99999"}, "address", "malformed"),
        ({"address": "192.168.1.50"}, "address", "taken"),
        ({"name": " "}, "name", "empty"),
        ({"name": "x" * 41}, "name", "too_long"),
        ({"dots": 100}, "dots", "unknown"),
    ],
)
def test_a_printer_that_cannot_be_is_refused(session, shop, now, printer, changed, field, problem):
    with pytest.raises(Invalid) as refused:
        pair(session, shop, **({"address": "10.0.0.9"} | changed), now=now)

    assert (refused.value.field, refused.value.data["problem"]) == (field, problem)


def test_the_preferred_printer_is_tried_first_and_a_removed_one_never(session, shop, now, printer):
    second = pair(session, shop, "Réserve", "10.0.0.9", now=now)
    printers.prefer(session, second.device.uid, store=shop.lille, now=now)
    assert printers.list_all(session, shop.lille) == [second, printer]

    printers.remove(session, second.device.uid, store=shop.lille, now=now)

    assert printers.list_all(session, shop.lille) == [printer]


def test_a_printer_of_another_shop_is_unknown(session, shop, now, printer):
    with pytest.raises(NotFound):
        printers.get(session, printer.device.uid, store=shop.roubaix)


# --- the queue --------------------------------------------------------------------------------


def test_nothing_waits_for_a_printer_that_is_not_there(session, shop, now):
    assert add(session, shop, now) is None


def test_one_occasion_is_one_paper(session, shop, now, printer):
    first = add(session, shop, now)

    assert add(session, shop, now) is first
    assert add(session, shop, now, occasion="again") is not first


def test_what_was_sent_and_not_confirmed_is_not_printed_again_by_itself(
    session, shop, now, printer
):
    job = add(session, shop, now)
    assert printing.claim(session, job.uid, now=now, lease=timedelta(minutes=2))
    assert not printing.claim(session, job.uid, now=now, lease=timedelta(minutes=2))

    printing.note_unsure(session, job.uid, on=printer.device_id, reason="paper_out", now=now)

    assert printing.list_due(session, None, now=now + timedelta(days=1)) == []
    assert printing.find_trouble(session, shop.lille).unsure == 1


def test_a_server_that_died_while_it_sent_leaves_it_unsure(session, shop, now, printer):
    job = add(session, shop, now)
    printing.claim(session, job.uid, now=now, lease=timedelta(minutes=2))
    later = now + timedelta(minutes=3)
    assert printing.has_dead(session, now=later)

    printing.recover(session, now=later)

    assert printing.get(session, job.uid, store=shop.lille).state == "unsure"
    assert not printing.has_dead(session, now=later)


def test_a_person_prints_it_again_or_lets_it_go(session, shop, now, printer):
    jobs = [add(session, shop, now, occasion=name) for name in ("a", "b")]
    for job in jobs:
        printing.claim(session, job.uid, now=now, lease=timedelta(minutes=2))
        printing.note_unsure(session, job.uid, on=printer.device_id, reason="paper_out", now=now)

    printing.print_again(session, jobs[0].uid, store=shop.lille, now=now)
    printing.drop(session, jobs[1].uid, store=shop.lille, now=now)

    assert printing.list_due(session, None, now=now) == [jobs[0].uid]
    assert printing.get(session, jobs[1].uid, store=shop.lille).state == "dropped"


def test_what_no_printer_took_waits_longer_each_time_and_is_tried_at_once_when_one_is_back(
    session, shop, now, printer
):
    job = add(session, shop, now)

    printing.put_off(session, job.uid, reason="paper_out", pause=lambda tries: 60 * tries, now=now)
    assert printing.list_due(session, None, now=now + timedelta(seconds=59)) == []
    printing.press(session, now=now)

    assert printing.list_due(session, None, now=now) == [job.uid]


def test_what_a_person_dropped_meanwhile_stays_dropped(session, shop, now, printer):
    job = add(session, shop, now)
    printing.drop(session, job.uid, store=shop.lille, now=now)

    printing.note_not_sent(session, job.uid, reason="offline", again=now, now=now)
    printing.put_off(session, job.uid, reason="offline", pause=float, now=now)

    assert printing.get(session, job.uid, store=shop.lille).state == "dropped"


def test_what_came_out_after_all_is_not_unsure(session, shop, now, printer):
    job = add(session, shop, now)
    printing.claim(session, job.uid, now=now, lease=timedelta(minutes=2))
    printing.recover(session, now=now + timedelta(minutes=3))

    printing.note_printed(session, job.uid, on=printer.device_id, now=now)

    assert printing.get(session, job.uid, store=shop.lille).state == "printed"


def laid(session, shop, now, kind="ready", minutes=1):
    """Let the shop's order, which is ready, have become so by an event."""
    at = now - timedelta(minutes=minutes)
    told = OrderEvent(
        uid=f"{kind}-{minutes}",
        order_id=shop.order.id,
        type=kind,
        occurred_at=at,
        recorded_at=at,
    )
    session.add(told)
    shop.order.ready_at = shop.order.state_at = at
    session.flush()


def make_slips(session, shop, now):
    """Let the slips that are due be made, as the worker does; return how many were."""
    due = printing.list_without_slip(session, shop.lille, now=now)
    wanted = printing.without_job(session, due)
    printing.add_for_orders(session, wanted, now=now)
    return len(wanted)


@pytest.mark.parametrize("is_told", [True, False])
def test_an_order_laid_down_gets_its_slip_once(session, shop, now, printer, is_told):
    shop.order.ready_at = now - timedelta(minutes=1)
    if is_told:
        laid(session, shop, now)

    assert [make_slips(session, shop, now) for _look in range(3)] == [1, 0, 0]
    (due,) = [printing.Wanted(kind="slip", order=shop.order.uid)]
    assert len(printing.without_job(session, [due])) == is_told


def test_each_time_that_an_order_becomes_ready_has_its_slip(session, shop, now, printer):
    laid(session, shop, now, minutes=30)
    assert make_slips(session, shop, now - timedelta(minutes=29)) == 1
    first = session.scalars(select(PrintJob)).one()
    printing.claim(session, first.uid, now=now, lease=timedelta(minutes=2))
    printing.note_printed(session, first.uid, on=printer.device_id, now=now)

    laid(session, shop, now, minutes=2)
    laid(session, shop, now, kind="reopened", minutes=1)

    assert [make_slips(session, shop, now) for _look in range(2)] == [1, 0]
    states = session.scalars(select(PrintJob.state).order_by(PrintJob.id)).all()
    assert states == ["printed", "waiting"]


def test_a_slip_that_no_printer_has_taken_is_overtaken_by_the_next(session, shop, now, printer):
    laid(session, shop, now, minutes=30)
    make_slips(session, shop, now - timedelta(minutes=29))
    laid(session, shop, now)

    make_slips(session, shop, now)

    states = session.scalars(select(PrintJob.state).order_by(PrintJob.id)).all()
    assert states == ["dropped", "waiting"]


def test_what_somebody_has_printed_since_needs_no_slip_by_itself(session, shop, now, printer):
    laid(session, shop, now)
    printing.add_slips(session, [shop.order.uid], store=shop.lille, occasion="form", now=now)

    assert make_slips(session, shop, now) == 0


def test_who_comes_and_goes_gets_no_new_slip(session, shop, now, printer):
    laid(session, shop, now, minutes=90)
    shop.order.state_at = now
    session.flush()

    assert make_slips(session, shop, now) == 0


def test_what_was_ready_before_there_was_a_printer_is_left(session, shop, now):
    laid(session, shop, now)
    pair(session, shop, now=now)

    assert list(printing.list_without_slip(session, shop.lille, now=now)) == []


def test_slips_are_for_the_orders_of_the_shop_only(session, shop, now, printer):
    uids = [shop.order.uid, "somebody-else's"]

    made = printing.add_slips(session, uids, store=shop.lille, occasion="form", now=now)

    assert made == 1
    assert session.scalars(select(PrintJob.order_id)).all() == [shop.order.id]
    assert printing.add_slips(session, uids, store=shop.roubaix, occasion="form", now=now) == 0


def test_what_is_done_is_forgotten_and_what_waits_is_not(session, shop, now, printer):
    done, waiting = (add(session, shop, now, occasion=name) for name in ("a", "b"))
    printing.claim(session, done.uid, now=now, lease=timedelta(minutes=2))
    printing.note_printed(session, done.uid, on=printer.device_id, now=now)
    session.expire_all()

    printing.forget(session, before=now + timedelta(days=1))
    session.flush()

    assert session.scalars(select(PrintJob.uid)).all() == [waiting.uid]
