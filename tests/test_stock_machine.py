"""Stock under everything that happens in a shop, in any order: it always adds up.

A machine of rules reserves, cancels, lets expire, sells, counts, pulls, hands over, takes back and
looks at shelves, late and more than once, beside a model of three lines. `make faults` walks the
10,000 steps; here are fewer of the same.
"""

import os
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from store import shelf_checks, stock
from store.errors import NotEnoughStock
from store.models import StockLevel
from store.records import MovementRecord, StockRecord
from tests.conftest import NOW

STEPS = int(os.environ.get("STOCK_STEPS", "400"))
STEPS_EACH = 50
TRUST = stock.Trust()
GOES = {"delta": 1, "return": 1, "handover": -1}
units = st.integers(1, 4)
minutes = st.integers(-40, 0)


class Till(RuleBasedStateMachine):
    """One article in one store; `told` is every movement, `held` the units of each open hold."""

    holds = Bundle("holds")

    def __init__(self, session, shop, walked):
        super().__init__()
        self.walked = walked
        self.session, self.shop = session, shop
        self.point = session.begin_nested()
        self.now = NOW
        self.told = {}
        self.held = {}
        self.names = 0

    @initialize(quantity=st.integers(0, 8), safety=st.integers(0, 2))
    def open(self, quantity, safety):
        self.arrive("count", quantity)
        self.level().safety_stock = safety
        self.session.flush()

    def teardown(self):
        self.point.rollback()

    # --- what happens -------------------------------------------------------------------------

    @rule(target=holds, quantity=units)
    def reserve(self, quantity):
        free, name = self.free(), self.name()
        try:
            self.hold(name, quantity)
        except NotEnoughStock as refused:
            assert refused.available == free < quantity
            return multiple()
        assert quantity <= free, "promised twice"
        self.held[name] = quantity
        return name

    @rule(target=holds, quantity=units)
    def order_from_the_web(self, quantity):
        """The web has promised it already: never refused, the difference is told."""
        free, name = self.free(), self.name()
        assert self.hold(name, quantity, is_promised=True).missing == max(0, quantity - free)
        self.held[name] = quantity
        return name

    @rule(name=holds)
    def reserve_again(self, name):
        """The same form twice."""
        if name in self.held:
            self.hold(name, self.held[name])

    @rule(name=holds)
    def cancel_or_expire(self, name):
        assert self.release(name) == self.held.pop(name, 0)

    @rule(name=holds)
    def hand_over(self, name):
        quantity = self.held.pop(name, 0)
        self.release(name)
        if quantity:
            self.arrive("handover", quantity)

    @rule(quantity=units, ago=minutes)
    def sell(self, quantity, ago):
        """The customer has it in hand: never refused, told late or not."""
        self.arrive("delta", -quantity, ago=ago)

    @rule(quantity=units, ago=minutes)
    def take_back(self, quantity, ago):
        self.arrive("return", quantity, ago=ago)

    @rule(quantity=st.integers(0, 8), ago=minutes)
    def count(self, quantity, ago):
        self.arrive("count", quantity, ago=ago)

    @rule(seen=st.integers(0, 8))
    def look_at_the_shelf(self, seen):
        store, variant = self.shop.lille, self.shop.cup
        ask = {"store_id": store.id, "reason": "doubt", "now": self.now}
        task = shelf_checks.ask(self.session, variant.id, **ask)
        self.now += timedelta(minutes=1)
        who = {"store": store, "staff": self.shop.ines, "now": self.now}
        done = shelf_checks.answer(self.session, task.uid, seen=seen, **who)
        found = seen + done.aside
        self.told["shelf_check", task.uid] = ("shelf_check", found, self.now)

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def pull(self, data):
        """The hub tells again what it knows, in an order of its own, and of another store."""
        known = sorted(one for one in self.told if one[0] == "test")
        again = data.draw(st.lists(st.sampled_from(known), max_size=4))
        batch = [self.record(name, *self.told[name]) for name in again]
        assert stock.apply(self.session, batch, now=self.now).applied == 0
        record = StockRecord(
            store="RBX", sku=self.shop.cup.sku, on_hand=3, as_of=self.now, source="hub"
        )
        stock.learn(self.session, record, with_reserved=True, now=self.now)

    @rule()
    def rebuild(self):
        assert stock.rebuild(self.session, now=self.now) == []

    # --- what always holds --------------------------------------------------------------------

    @invariant()
    def it_adds_up(self):
        if not self.told:
            return
        self.walked.append(len(self.told))
        level = self.level()
        assert level.on_hand == self.on_hand()
        assert level.reserved == sum(self.held.values())
        assert stock.compare(self.session) == []

    @invariant()
    def nothing_is_promised_that_is_not_free(self):
        if self.told:
            here = stock.figure_of(self.level(), now=self.now, trust=TRUST)
            assert 0 <= here.available == self.free()

    # --- the model ----------------------------------------------------------------------------

    def on_hand(self):
        counts = [
            (at, *name, quantity)
            for name, (kind, quantity, at) in self.told.items()
            if kind in ("count", "shelf_check")
        ]
        at, _source, _source_id, counted = max(counts)
        moved = [one for one in self.told.values() if one[0] in GOES and one[2] > at]
        return counted + sum(GOES[kind] * quantity for kind, quantity, _at in moved)

    def free(self):
        safety = self.level().safety_stock
        return max(0, self.on_hand() - sum(self.held.values()) - safety)

    # --- steps --------------------------------------------------------------------------------

    def name(self):
        self.names += 1
        return f"{self.names:04}"

    def level(self):
        pair = (self.shop.lille.id, self.shop.cup.id)
        return self.session.get_one(StockLevel, pair, populate_existing=True)

    def arrive(self, kind, quantity, *, ago=0):
        self.now += timedelta(minutes=1)
        name = ("test", self.name())
        self.told[name] = (kind, quantity, self.now + timedelta(minutes=ago))
        movement = self.record(name, *self.told[name])
        assert stock.apply(self.session, [movement, movement], now=self.now).applied == 1

    def record(self, name, kind, quantity, at):
        return MovementRecord(
            source=name[0],
            source_id=name[1],
            store="LIL",
            sku=self.shop.cup.sku,
            kind=kind,
            quantity=quantity,
            occurred_at=at,
        )

    def hold(self, name, quantity, **also):
        where = {"store_id": self.shop.lille.id, "source": "test", "source_id": name}
        made = {"quantity": quantity, "now": self.now, **where, **also}
        return stock.hold(self.session, self.shop.cup.id, **made)

    def release(self, name):
        return stock.release(self.session, source="test", source_id=name, now=self.now)


def test_stock_adds_up_whatever_happens_in_whatever_order(session, shop):
    walks = settings(
        max_examples=STEPS // 30,  # some walks end early
        stateful_step_count=STEPS_EACH,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )

    walked = []
    run_state_machine_as_test(lambda: Till(session, shop, walked), settings=walks)

    print(f"{len(walked)} steps, up to {max(walked)} movements of one article")
    assert len(walked) >= STEPS
