"""Visitors of a kiosk: nobody known, and over for good once they have left."""

import threading
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from store import visitors
from store.database import writing
from store.models import EndedVisitor


def test_a_visitor_has_not_ended_until_the_end(session, shop, now):
    here, gone = visitors.new(), visitors.new()

    visitors.end(session, gone, device=shop.kiosk, now=now)

    assert visitors.has_ended(session, gone)
    assert not visitors.has_ended(session, here)


def test_ending_twice_is_ending_once(session, shop, now):
    uid = visitors.new()

    for _again in range(2):
        visitors.end(session, uid, device=shop.kiosk, now=now)

    assert session.scalar(select(func.count()).select_from(EndedVisitor)) == 1


def test_ends_that_come_together_are_one(engine, session, shop, now):
    session.commit()
    uid, start, failed = visitors.new(), threading.Barrier(4), []

    def end():
        start.wait()
        try:
            with writing(engine) as own:
                visitors.end(own, uid, device=shop.kiosk, now=now)
        except DBAPIError as error:
            failed.append(error)

    ends = [threading.Thread(target=end) for _ in range(4)]
    [one.start() for one in ends]
    [one.join() for one in ends]

    assert failed == []
    assert visitors.has_ended(session, uid)


def test_the_mark_tells_two_visitors_apart_and_not_who_they_are():
    one, other = visitors.new(), visitors.new()

    assert visitors.mark(one) == visitors.mark(one) != visitors.mark(other)
    assert visitors.mark(one) not in one


def test_those_who_left_long_ago_are_forgotten(session, shop, now):
    for uid, days in (("old", 3), ("recent", 1)):
        visitors.end(session, uid, device=shop.kiosk, now=now - timedelta(days=days))

    visitors.forget_ended(session, before=now - visitors.KEPT)

    assert not visitors.has_ended(session, "old")
    assert visitors.has_ended(session, "recent")
