"""Customers who ask for an assistant."""

from datetime import timedelta

from sqlalchemy import func, select

from store import calls
from store.models import Change


def test_ring_is_heard_in_its_own_shop(session, shop, now):
    calls.ring(session, shop.kiosk, now=now)

    heard = calls.list_recent(session, shop.lille.id, now=now)
    assert [(call.device_uid, call.at) for call in heard] == [(shop.kiosk.uid, now)]
    assert calls.list_recent(session, shop.roubaix.id, now=now) == []


def test_ring_twice_is_one_call(session, shop, now):
    calls.ring(session, shop.kiosk, now=now)
    session.flush()
    calls.ring(session, shop.kiosk, now=now + timedelta(seconds=20))

    assert session.scalar(select(func.count(Change.id)).where(Change.kind == "staff")) == 1


def test_a_call_is_over_after_three_minutes(session, shop, now):
    calls.ring(session, shop.kiosk, now=now)
    session.flush()

    later = now + timedelta(minutes=4)
    assert calls.list_recent(session, shop.lille.id, now=later) == []
    calls.ring(session, shop.kiosk, now=later)
    assert len(calls.list_recent(session, shop.lille.id, now=later)) == 1


def test_the_kiosk_says_that_somebody_comes(kiosk, session, shop):
    page = kiosk.get("/kiosk/")

    answer = kiosk.send(page, "/kiosk/help")

    assert "Un conseiller est prévenu" in answer.text
    assert session.scalars(select(Change.key)).all() == [f"call:{shop.kiosk.uid}"]
