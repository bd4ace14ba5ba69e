"""An order in its shop and at the hub, over a link that comes and goes: both end the same.

The shop acts by its own rules; the hub hears what the shop tells, late and in parts, some of it
twice; the web takes units out or cancels there, or moves it to another shop, of which the first one
hears at the end only; the shop pulls what the hub has made of it all.
Once everything was told both must say the same of the order, its lines and the stock. Another shop
only hears of it, now and then: in the end what left may come back there too, and nothing else.
"""

import shutil
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store import (
    arrivals,
    as_records,
    handovers,
    inbox,
    pickup_ends,
    pickup_goods,
    pickup_steps,
    pickups,
    preparing,
    proposals,
    shelf_returns,
    stock,
    web_returns,
)
from store.connectors.base import Page, Pulled
from store.database import make_engine
from store.errors import ComptoirError
from store.json_catalogue import read_movement
from store.json_orders import read_event, read_order, write_order
from store.models import CustomerMessage, OutboxMessage
from store.pickup_states import PREPARED
from store.pickup_steps import Happened
from store.records import OrderEventRecord
from tests.conftest import NOW
from tests.pickup_walks import (
    SKUS,
    STEPS,
    TERMS,
    Refusable,
    Walk,
    as_walks,
    fill_shelves,
    levels,
    on_the_web,
)
from tests.shop import open_shop

STEPS_EACH = 20
TRUST = stock.Trust(is_alone=True)
LINES = st.integers(0, 3)
OUTCOMES = (
    handovers.Outcome(),
    handovers.Outcome(given=1),
    handovers.Outcome(given=0, rest="missing"),
    handovers.Outcome(given=0, rest="changed_mind"),
    handovers.Outcome(given=0, rest="damaged"),
    handovers.Outcome(given=0),
)


class Link(Walk):
    """One order on three servers; `heard` is how far the hub is in what the shop has written."""

    def __init__(self, session, shop, hub, other, walked):
        super().__init__(session, shop, walked, hub, other)
        self.hub, self.other = hub, other
        self.heard, self.last, self.steps = 0, None, 0
        self.is_changed_there = False

    @initialize(
        quantities=st.lists(st.integers(1, 3), min_size=1, max_size=3),
        web=st.sampled_from(("", "", "refunds", "cancels", "moves")),
    )
    def order_on_the_web(self, quantities, web):
        """Both shelves are full; the web tells the hub, and the shop pulls."""
        for session in (self.session, self.hub):
            fill_shelves(session)
        self.before, self.web = self.number_of_facts(), web
        self.place, self.is_cut_off = "LIL", False
        self.wanted = dict(zip(SKUS, quantities, strict=False))
        self.uid = self.tell_the_hub().uid
        self.pull()

    # --- the shop works -----------------------------------------------------------------------

    @rule(place=LINES, by_hand=st.booleans())
    def prepare(self, place, by_hand):
        line = self.line(place)
        act = preparing.pick if by_hand else preparing.put_back
        with self.refusable():
            act(self.session, self.uid, line.uid, **self.who())

    @rule(place=LINES, missing=st.integers(1, 2), asks=st.booleans())
    def find_it_missing(self, place, missing, asks):
        line = self.line(place)
        with self.refusable():
            facts = {"missing": missing, "reason": "damaged", **self.who()}
            lack = preparing.short(self.session, self.uid, line.uid, **facts)
            if asks:
                proposals.propose(self.session, self.uid, lack.uid, trust=TRUST, **self.who())

    @rule(choice=LINES, by_staff=st.booleans())
    def answer(self, choice, by_staff):
        """Somebody answers in the shop."""
        for question in proposals.open_for(self.session, self.order()):
            key = question.choices[choice % len(question.choices)].key
            if key.startswith("transfer:"):
                continue
            staff = self.shop.ines if by_staff else None
            with self.refusable():
                facts = {"staff": staff, "now": self.later()}
                proposals.answer(self.session, self.uid, question.uid, key, **facts)

    @rule(choice=LINES)
    def answer_at_the_hub(self, choice):
        """The customer answers on the hub's page; it keeps the answer for the shop."""
        for question in proposals.open_for(self.hub, self.there()):
            key = question.choices[choice % len(question.choices)].key
            if key.startswith("transfer:"):
                continue
            with Refusable(self.hub):
                facts = {"is_ours": False, "now": self.later()}
                proposals.answer(self.hub, self.uid, question.uid, key, **facts)

    @rule()
    def lay_down(self):
        for line in self.order().lines:
            with self.refusable():
                preparing.pick(self.session, self.uid, line.uid, **self.who())
        kept = pickup_ends.last_day(self.shop.lille, terms=TERMS, now=self.now)
        with self.refusable():
            facts = {"place": "C-03", "pickup_by": kept, **self.who()}
            preparing.lay_down(self.session, self.uid, **facts)

    @rule(rests=st.lists(st.sampled_from(OUTCOMES), min_size=4, max_size=4), leaves=st.booleans())
    def come_to_the_counter(self, rests, leaves):
        self.lay_down()
        order = self.order()
        ready = [line.uid for line in order.lines if line.state in PREPARED]
        handing = handovers.Handing(
            lines=dict(zip(ready, rests, strict=False)), check="qr", till_ticket="T1"
        )
        with self.refusable():
            arrivals.check_in(self.session, order, store=self.shop.lille, now=self.later())
        with self.refusable():
            handovers.give(self.session, self.uid, handing, trust=TRUST, **self.who())
        if leaves:
            with self.refusable():
                arrivals.leave(self.session, self.uid, by="customer", now=self.later())

    @rule()
    def undo(self):
        with self.refusable():
            facts = {"reason": "other", "staff": self.shop.manager, "now": self.later()}
            handovers.reverse(self.session, self.uid, **facts)

    @rule(place=LINES, is_fit=st.booleans())
    def bring_back(self, place, is_fit):
        left = [one for one in web_returns.list_returnable(self.session, self.order()) if one.left]
        if left:
            sku = left[place % len(left)].sku
            condition = "resell" if is_fit else "damaged"
            back = web_returns.Returned(sku=sku, quantity=1, reason="other", condition=condition)
            who = {"store": self.shop.lille, **self.who()}
            web_returns.take_back(self.session, self.uid, [back], **who)

    @rule(is_put_away=st.booleans(), is_opened=st.booleans(), puts_off=st.booleans())
    def nobody_comes(self, is_put_away, is_opened, puts_off):
        """The last day is put off, or passes; goods go back; the order is opened again."""
        if puts_off:
            with self.refusable():
                facts = {"terms": TERMS, "by": "customer", "now": self.later()}
                pickup_ends.extend(self.session, self.uid, **facts)
        self.now += timedelta(days=9)
        with self.refusable():
            pickup_ends.end_no_show(self.session, self.uid, terms=TERMS, now=self.later())
        for task in shelf_returns.list_open(self.session, self.shop.lille.id):
            if is_put_away:
                facts = {"store": self.shop.lille, **self.who()}
                shelf_returns.finish(self.session, task.uid, **facts)
        if is_opened:
            with self.refusable():
                pickup_ends.reopen(self.session, self.uid, terms=TERMS, **self.who())

    @rule()
    def close(self):
        """The shop does not open on the last day any more."""
        self.close_the_last_day()

    @rule()
    def cancel_in_the_shop(self):
        over = Happened(type="cancelled", occurred_at=self.later(), staff=self.shop.ines)
        with self.refusable():
            pickup_steps.happen(self.session, self.order(), over, now=self.now, tells=True)

    # --- the web and the link -----------------------------------------------------------------

    @rule(place=st.integers(0, 2), left=st.integers(0, 2))
    def refund_on_the_web(self, place, left):
        """The web takes units of an article out."""
        if self.web != "refunds":
            return
        sku = list(self.wanted)[place % len(self.wanted)]
        changed = self.wanted | {sku: min(left, self.wanted[sku])}
        if any(changed.values()):
            self.is_changed_there |= changed != self.wanted
            self.wanted = changed
            self.tell_the_hub()

    @rule()
    def cancel_on_the_web(self):
        if self.web != "cancels":
            return
        told = OrderEventRecord(type="cancelled", occurred_at=self.later(), uid=f"w-{self.now}")
        with Refusable(self.hub):
            pickups.record_event(self.hub, told, self.uid, now=self.now)
            self.is_changed_there = True

    @rule()
    def move_on_the_web(self):
        """The web lets the order wait in the other shop; this one is cut off from then on."""
        if self.web != "moves":
            return
        self.is_changed_there = self.is_cut_off = True
        self.place = "RBX"
        self.tell_the_hub()

    @rule(most=st.integers(1, 9))
    def hub_hears(self, most):
        """Some of what the shop wrote arrives, in order."""
        for fact in self.facts()[:most]:
            self.heard, self.last = fact.id, fact
            self.take(fact)

    @rule()
    def hub_hears_again(self):
        """The answer was lost: what came last comes once more."""
        if self.last is not None:
            before = picture(self.hub, self.there())
            self.take(self.last)
            assert picture(self.hub, self.there()) == before

    @rule()
    def pull(self):
        """The shop learns what the hub makes of the order by now."""
        if self.is_cut_off:
            return
        before = self.order_here()
        body = told_by(self.there())
        page = self.page(body)
        refused = inbox.take_in(self.session, page, now=self.later(), own_store="LIL")
        assert refused == []
        if before is not None and not self.is_changed_there and not body["answers"]:
            assert self.order_here() == before, body["state"]

    @rule()
    def other_shop_hears(self):
        """Another shop learns how the order stands by now, line by line."""
        page = self.page(told_by(self.there()))
        assert inbox.take_in(self.other, page, now=self.later(), own_store="RBX") == []

    # --- both agree ---------------------------------------------------------------------------

    @invariant()
    def settle(self):
        """After the last step let everything be told both ways: nothing is left to be told."""
        self.steps += 1
        if self.steps < STEPS_EACH:
            return
        self.walked.append(self.steps)
        self.is_cut_off = False
        for _ in range(4):
            self.hub_hears(1000)
            self.pull()
        assert not self.facts()
        here, there = self.order(), self.there()
        for _again in range(2):
            self.other_shop_hears()
            elsewhere = pickup_steps.get_locked(self.other, self.uid)
            assert given(self.other, elsewhere) == given(self.hub, there)
        assert given(self.session, here) == given(self.hub, there)
        if not self.is_changed_there:
            assert picture(self.session, here) == picture(self.hub, there)
        else:
            assert here.state == there.state
            assert levels(self.session) == levels(self.hub)

    # --- steps --------------------------------------------------------------------------------

    def tell_the_hub(self):
        record = on_the_web(self.wanted, price_minor=2000, paid=False)
        placed = replace(record, store=self.place)
        return pickups.upsert(self.hub, placed, now=self.later())

    def take(self, fact):
        """Do what the hub's machine API does with a fact."""
        body = dict(fact.payload)
        if fact.kind == "stock_movements":
            told = [read_movement(one) for one in body["items"]]
            assert stock.apply(self.hub, told, now=self.now).refused == ()
        elif fact.kind == "order_event":
            event = read_event(body)
            pickups.record_event(self.hub, event, body["order"], now=self.now)

    def page(self, body):
        """Return what the hub tells of the order as a shop pulls it."""
        names = {"source": body["source"], "external_id": body["external_id"]}
        told = Pulled(kind="orders", key=self.uid, record=read_order(body, **names))
        return Page(items=(told,), cursor="")

    def facts(self):
        """Return what the hub has not heard yet, the first first."""
        since = max(self.heard, self.before)
        told = select(OutboxMessage.id, OutboxMessage.kind, OutboxMessage.payload)
        query = told.where(OutboxMessage.id > since).order_by(OutboxMessage.id)
        return self.session.execute(query).all()

    def number_of_facts(self):
        return self.session.scalar(select(func.max(OutboxMessage.id))) or 0

    def order_here(self):
        """Return everything of the order and its messages here, None while nobody knows it."""
        try:
            order = self.order()
        except ComptoirError:
            return None
        written = self.session.scalar(select(func.count(CustomerMessage.id)))
        return picture(self.session, order), order.staging_place, order.pickup_by, written

    def there(self):
        return pickup_steps.get_locked(self.hub, self.uid)

    def line(self, place):
        lines = self.order().lines
        return lines[place % len(lines)]

    def who(self):
        return {"staff": self.shop.ines, "now": self.later()}


def told_by(order):
    """Return the order as the hub tells it to shops, its lines with their states."""
    body = write_order(as_records.of_order(order))
    standing = [line for line in order.lines if not pickup_goods.is_taken_out(line)]
    lines = zip(body["lines"], standing, strict=True)
    return body | {"lines": [with_state(*one) for one in lines]}


def with_state(body, line):
    """Return the line as the hub tells it to shops."""
    substitute = line.substitute_sku and {
        "sku": line.substitute_sku,
        "label": line.substitute_label,
        "unit_price": {"amount_minor": line.substitute_price_minor, "currency": "EUR"},
    }
    return body | {"state": line.state, "substitute": substitute or None}


def given(session, order):
    """Return what left the shop, as it may come back anywhere."""
    found = web_returns.list_returnable(session, order)
    return sorted((one.sku, one.collected) for one in found)


def picture(session, order):
    """Return what both servers must say of an order: state, units by state, payment, stock."""
    units = Counter()
    for line in order.lines:
        units[line.goods_sku, line.state] += line.quantity
    facts = order.state, order.paid, order.till_ticket, order.pickup_by, order.extensions
    return facts, units, levels(session)


@pytest.fixture
def others(sqlite_template, tmp_path):
    """The databases of the hub and of another shop, with the same articles."""
    engines = []
    for name in ("hub", "other"):
        path = tmp_path / f"{name}.sqlite3"
        shutil.copy(sqlite_template, path)
        engines.append(make_engine(f"sqlite:///{path}"))
    with (
        Session(engines[0], expire_on_commit=False) as hub,
        Session(engines[1], expire_on_commit=False) as other,
    ):
        for session in (hub, other):
            open_shop(session, now=NOW)
        yield hub, other
    for engine in engines:
        engine.dispose()


def test_shop_and_hub_end_the_same_whatever_the_link_does(session, shop, others):
    walks = as_walks(examples=max(6, STEPS // STEPS_EACH), steps_each=STEPS_EACH)
    walked = []
    run_state_machine_as_test(lambda: Link(session, shop, *others, walked), settings=walks)

    print(f"{len(walked)} walks")
    assert walked
