"""What ends by itself in a shop, each order by itself."""

from datetime import timedelta

import pytest

from store import pickups, reservations, workers
from store.database import reading, writing
from store.models import Order
from store.placed_orders import Wish
from store.web.endings import Endings
from store.web.steady_clock import SteadyClock
from tests.conftest import NOW
from tests.test_pickups import record
from tests.web.test_steady_clock import DAY, Fake


@pytest.fixture
def over(engine, shop):
    """Two reservations whose time is over an hour later."""
    with writing(engine) as session:
        asked = {"own": shop.lille, "store": shop.lille, "channel": "kiosk", "now": NOW}
        wish, until = [Wish(variant=shop.cup)], NOW + timedelta(hours=1)
        made = [
            reservations.reserve(session, wish, name=name, hold_until=until, **asked)
            for name in ("Camille", "Zoé")
        ]
        return [one.uid for one in made]


def test_an_order_that_cannot_be_ended_holds_no_other_back(engine, over, monkeypatch, caplog):
    clocks, end = Fake(), reservations.end
    endings = Endings(engine, SteadyClock(clocks), store="LIL")
    clocks.pass_by(5 * DAY)

    def fail_once(session, uid, **moment):
        if uid == over[0]:
            raise RuntimeError
        return end(session, uid, **moment)

    monkeypatch.setattr(reservations, "end", fail_once)
    monkeypatch.setattr(workers, "FAULT_SECONDS", 0)
    endings.look()

    with reading(engine) as session:
        states = {order.uid: order.state for order in session.query(Order)}
    assert [states[uid] for uid in over] == ["new", "expired"]
    assert "endings: not done this time" in caplog.text


def test_last_days_follow_imported_closings_by_themselves(engine, shop):
    """Tuesday the 24th, until which a web order is kept, is closed by an import."""
    with writing(engine) as session:
        order = pickups.upsert(session, record(pickup_by=(NOW + 3 * DAY).date()), now=NOW)
        store = session.merge(shop.lille)
        store.special_hours = {"2026-11-24": []}
        uid = order.uid

    Endings(engine, SteadyClock(Fake()), store="LIL").look()

    with reading(engine) as session:
        found = session.query(Order).filter_by(uid=uid).one()
        assert (found.state, found.pickup_by.isoformat()) == ("new", "2026-11-25")
