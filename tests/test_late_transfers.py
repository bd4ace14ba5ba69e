"""Goods of another shop that come late, over the link: two shops and a hub count them once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from store import incoming, pickup_steps, pickups, preparing, proposals, stock, transfers
from store.database import reading, writing
from store.models import Order, OutboxMessage, Staff, StockLevel, Store, Variant
from store.pickup_steps import Happened
from tests.conftest import NOW
from tests.test_disputed_returns import chain
from tests.test_pickups import record

__all__ = ["chain"]

CUP = "22699"
TOLD = record(external_id="W-8", number="500008")
TRUST = stock.Trust(is_alone=True)


class Shops:
    """What happens in the shops, one minute after the other."""

    def __init__(self, chain):
        self.chain, self.now = chain, NOW
        with writing(chain.hub) as session:
            self.uid = pickups.upsert(session, TOLD, now=NOW).uid

    def at(self, code, act):
        """Let an act happen in a shop; return what it returns."""
        with writing(self.chain.shops[code]) as session:
            ines = session.scalar(select(Staff).where(Staff.code == "ines"))
            return act(session, {"staff": ines, "now": self.later()})

    def link(self, *codes):
        """Let shops tell what waits and hear what is new."""
        for code in codes:
            for _pass in range(2):
                self.chain.workers[code].run_once(self.later())

    def later(self):
        self.now += timedelta(minutes=1)
        return self.now

    def asked(self, session):
        return session.scalars(select(Order).where(Order.channel == "transfer")).one()


@pytest.fixture
def shops(chain):
    """Lille lacks the two cups of an order; Roubaix knows that it is asked for them."""
    shops = Shops(chain)
    shops.link("LIL")
    shops.at("LIL", lambda session, who: ask_roubaix(session, shops.uid, who))
    shops.link("LIL", "RBX")
    return shops


def ask_roubaix(session, uid, who):
    cup, _stand = pickup_steps.get_locked(session, uid).lines
    preparing.short(session, uid, cup.uid, missing=2, reason="damaged", **who)
    proposals.propose(session, uid, cup.uid, trust=TRUST, **who)
    (question,) = proposals.open_for(session, pickup_steps.get_locked(session, uid))
    proposals.answer(session, uid, question.uid, "transfer:RBX", now=who["now"])


def send(shops):
    """Let the cups leave Roubaix."""

    def act(session, who):
        uid = shops.asked(session).uid
        pickups.prepare(session, uid, place="A-1", **who)
        lines = [line.uid for line in shops.asked(session).lines]
        pickups.hand_over(session, uid, line_uids=lines, check="known", **who)

    shops.at("RBX", act)


def take_in(shops):
    def act(session, who):
        lille = session.scalar(select(Store).where(Store.code == "LIL"))
        return incoming.take_in(session, shops.asked(session).uid, store=lille, **who)

    shops.at("LIL", act)
    shops.at("LIL", act)  # somebody taps twice


def end(shops, how):
    """Let the customer's order end in Lille, and Lille call off what it was sent."""

    def act(session, who):
        over = Happened(type=how, occurred_at=who["now"], staff=who["staff"])
        order = pickup_steps.get_locked(session, shops.uid)
        pickup_steps.happen(session, order, over, now=who["now"], tells=True)
        lille = session.scalar(select(Store).where(Store.code == "LIL"))
        for uid in transfers.find_adrift(session, lille).orders:
            transfers.call_off(session, uid, now=who["now"])

    shops.at("LIL", act)


def seen(engine, shops):
    """Return what a server says of the order, of what was asked for it, and of the cups."""
    with reading(engine) as session:
        order = session.scalar(select(Order).where(Order.uid == shops.uid))
        lines = {line.sku: line.state for line in order.lines}
        asked = shops.asked(session).state
    return order.state, lines, asked, cups(engine)


def cups(engine):
    with reading(engine) as session:
        query = (
            select(Store.code, StockLevel.on_hand, StockLevel.reserved)
            .join(Store, Store.id == StockLevel.store_id)
            .join(Variant, Variant.id == StockLevel.variant_id)
            .where(Variant.sku == CUP)
        )
        return {row.code: (row.on_hand, row.reserved) for row in session.execute(query)}


def everywhere(shops):
    chain = shops.chain
    return [seen(engine, shops) for engine in (*chain.shops.values(), chain.hub)]


def set_aside(shops, code):
    with reading(shops.chain.shops[code]) as session:
        aside = select(OutboxMessage).where(OutboxMessage.state == "set_aside")
        return [row.kind for row in session.scalars(aside)]


@pytest.mark.parametrize("is_told", [True, False])
def test_what_comes_late_is_taken_in_once_whoever_is_heard_of_first(shops, is_told):
    before = cups(shops.chain.hub)
    send(shops)
    if is_told:
        shops.link("RBX", "LIL")

    take_in(shops)
    shops.link("LIL", "RBX", "LIL")

    here, other, hub = everywhere(shops)
    assert hub == here
    assert other[2:] == here[2:]
    assert here[1:3] == ({CUP: "arrived", "22423": "to_pick"}, "collected")
    assert before["RBX"][0] - here[3]["RBX"][0] == here[3]["LIL"][0] - before["LIL"][0] == 2
    assert set_aside(shops, "LIL") == set_aside(shops, "RBX") == []


@pytest.mark.parametrize(("how", "is_heard"), [("expired", True), ("cancelled", False)])
def test_what_comes_for_an_order_that_is_over_is_counted_once(shops, how, is_heard):
    """Roubaix is cut off, sends the cups all the same, and is heard before they come or after."""
    before = cups(shops.chain.hub)
    send(shops)
    end(shops, how)
    shops.link("LIL")
    if is_heard:
        shops.link("RBX", "LIL")

    take_in(shops)
    shops.link("LIL", "RBX", "LIL")

    states = everywhere(shops)
    assert {one[0] for one in states} == {how}
    assert [one[3] for one in states] == [states[0][3]] * 3
    after = states[0][3]
    assert before["RBX"][0] - after["RBX"][0] == after["LIL"][0] - before["LIL"][0] == 2
    assert [reserved for _on_hand, reserved in after.values()] == [0, 0]
