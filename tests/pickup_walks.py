"""What walks of a pickup rest on: full shelves, an order, steps that may be refused."""

import os
from datetime import timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy import select

from store import pickup_ends, pickup_facts, pickup_steps, stock, stores
from store.errors import ComptoirError
from store.models import StockLevel, Store, Variant
from store.pickup_states import OPEN
from store.records import MovementRecord, OrderLineRecord, OrderRecord
from tests.conftest import NOW

STEPS = int(os.environ.get("PICKUP_STEPS", "100"))
ON_HAND = 1000
SKUS = ("22699", "22423", "99999")
TERMS = pickup_ends.Terms()


def as_walks(*, examples, steps_each):
    """Return how a machine is walked: always the same way, so many times so many steps."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps_each,
        deadline=None,
        phases=(Phase.generate,),  # to shrink such a walk takes minutes
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )


class Walk(RuleBasedStateMachine):
    """The walk of one order, `uid`, through its shop and `elsewhere`; nothing of it remains."""

    def __init__(self, session, shop, walked, *elsewhere):
        super().__init__()
        self.session, self.shop, self.walked, self.now = session, shop, walked, NOW
        self.elsewhere = elsewhere
        self.points = [one.begin_nested() for one in (session, *elsewhere)]
        self.known = {id(one) for one in session}

    def teardown(self):
        for point in self.points:
            point.rollback()
        forget(self.session, self.known)
        for session in self.elsewhere:
            forget(session, set())

    def order(self):
        return pickup_steps.get_locked(self.session, self.uid)

    def refusable(self):
        return Refusable(self.session)

    def close_the_last_day(self):
        """Let the shop not open on the last day of the order, as an import says, and look at it."""
        last = self.order().pickup_by
        if last is None:
            return
        self.shop.lille.special_hours = dict(self.shop.lille.special_hours) | {str(last): []}
        self.session.flush()
        moment = self.later()
        if self.uid in pickup_ends.list_closed(self.session, self.shop.lille, now=moment):
            pickup_ends.reach_opening(self.session, self.uid, now=moment)
        order = self.order()
        if order.state in OPEN and not pickup_facts.has_passed(order, moment):
            assert stores.open_day(order.store, order.pickup_by) == order.pickup_by > last

    def later(self):
        self.now += timedelta(minutes=1)
        return self.now


class Refusable:
    """A step that may be refused in words, and then leaves no trace."""

    def __init__(self, session):
        self.session = session

    def __enter__(self):
        self.point = self.session.begin_nested()

    def __exit__(self, kind, error, _trace):
        if kind is None:
            self.point.commit()
            return False
        self.point.rollback()
        self.session.expire_all()
        return issubclass(kind, ComptoirError)


def forget(session, known):
    """Let go of rows that are gone: the traceback of a walk that failed may hold on to them."""
    for one in [one for one in session if id(one) not in known]:
        session.expunge(one)


def fill_shelves(session):
    """Let a thousand of each article stand in Lille."""
    counted = [
        MovementRecord(
            source="machine",
            source_id=f"count:{sku}",
            store="LIL",
            sku=sku,
            kind="count",
            quantity=ON_HAND,
            occurred_at=NOW,
        )
        for sku in SKUS
    ]
    stock.apply(session, counted, now=NOW)


def on_the_web(wanted, *, price_minor, **facts):
    """Return the order as the web tells it: so many units of each article, no line for none."""
    lines = tuple(
        OrderLineRecord(sku=sku, quantity=quantity, unit_price_minor=price_minor)
        for sku, quantity in wanted.items()
        if quantity
    )
    return OrderRecord(
        source="machine",
        external_id="M-1",
        number="M1",
        store="LIL",
        placed_at=NOW,
        lines=lines,
        **facts,
    )


def levels(session):
    """Return on_hand and reserved of each article in Lille."""
    query = (
        select(StockLevel.on_hand, StockLevel.reserved, Variant.sku)
        .join(Variant, Variant.id == StockLevel.variant_id)
        .join(Store, Store.id == StockLevel.store_id)
        .where(Store.code == "LIL", Variant.sku.in_(SKUS))
    )
    return {row.sku: row for row in session.execute(query)}
