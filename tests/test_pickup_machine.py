"""A pickup under everything that staff, customers, the clock and the web do, in any order.

A machine of rules lets every kind of event happen, by everybody, to an order of three lines, with
cancellations on the web, lines that are refunded there, pulls that come late and events that are
told again. Days pass, goods go back to their shelf, orders are opened again, articles come back.
What the table forbids must be refused and change nothing. `make faults` walks the 10,000 steps on
both databases; here are fewer of the same.
"""

from collections import Counter
from datetime import timedelta
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from store import (
    arrivals,
    handovers,
    order_tickets,
    pickup_board,
    pickup_ends,
    pickup_steps,
    pickups,
    preparing,
    proposals,
    provisional,
    shelf_returns,
    waves,
    web_returns,
)
from store.errors import ForbiddenTransition, NotAllowed
from store.models import CustomerMessage, OrderEvent, OutboxMessage, Variant
from store.order_tickets import Ticket
from store.pickup_states import (
    CLOSED,
    COLLECTABLE,
    HAPPENINGS,
    LACKING,
    LINE_STATES,
    OPEN,
    OPEN_LINES,
    PREPARED,
    STATES,
    UNPREPARED,
    may,
)
from store.pickup_steps import Happened
from store.records import OrderEventRecord
from tests.conftest import NOW
from tests.pickup_walks import (
    ON_HAND,
    SKUS,
    STEPS,
    TERMS,
    Walk,
    as_walks,
    fill_shelves,
    levels,
    on_the_web,
)

STEPS_EACH = 15
# a substitute is proposed and taken by its own rules, further down
PLAIN = sorted(set(HAPPENINGS) - {"substitute_proposed", "substituted"})
ACTORS = ("customer", "system", "central", "assistant", "manager")
REPEATED = ("arrived", "gone", "short", "put_back", "collected", "ready", "picked", "cancelled")
# the hub's states of an order that this shop prepares: it has them from us, and late
ECHOES = ("accepted", "picking", "problem", "ready", "customer_waiting", "handover_reversed")
PULLED = ("", *ECHOES, "cancelled", "expired")
OPENINGS = ("new", "came early", "ready", "all missing", "part expired", "opened again", "put back")
EARLY = Ticket(
    order="6a0f3c52-6f7e-4d0e-9d0e-3b8c0f1f7a11",
    store_mark=order_tickets.mark_of("LIL"),
    expires_on=NOW.date() + timedelta(days=30),
    number="M1",
)
OUTCOMES = (
    handovers.Outcome(),
    handovers.Outcome(given=0, rest="missing"),
    handovers.Outcome(given=0, rest="changed_mind"),
    handovers.Outcome(given=0),
)
places = st.sets(st.integers(0, 5), max_size=3)


class Pickup(Walk):
    """One order, its goods, and what was written of it; `gone` are the lines that have left."""

    def __init__(self, session, shop, walked, opening):
        super().__init__(session, shop, walked)
        self.opening = opening
        self.told = []
        self.gone = set()
        self.back = Counter()
        self.last_day = None
        self.is_told_ready = False

    @initialize(
        quantities=st.lists(st.integers(1, 3), min_size=2, max_size=3),
        paid=st.booleans(),
        is_ours=st.sampled_from((True, True, False)),
    )
    def order_on_the_web(self, quantities, paid, is_ours):
        """An order that waits in this shop, or one that a server elsewhere knows of."""
        fill_shelves(self.session)
        self.reserved_before = {sku: one.reserved for sku, one in levels(self.session).items()}
        self.own_store = "LIL" if is_ours else ""
        self.wanted = dict(zip(SKUS, quantities, strict=False))
        self.paid = paid
        if self.opening == "came early":
            provisional.welcome(self.session, EARLY, store=self.shop.lille, now=self.later())
        self.uid = self.pull().uid
        self.ordered = dict(self.wanted)
        if self.opening not in ("new", "came early"):
            self.open(self.opening)

    def open(self, opening):
        """Begin where walks seldom come to by themselves."""
        self.lay_down(is_whole=True)
        if opening == "all missing":
            self.anything(kind="arrived", actor="customer", some=None)
            self.anything(kind="short", actor="assistant", some=None)
        elif opening == "part expired":
            self.come_to_the_counter(rests=[OUTCOMES[0], OUTCOMES[3], OUTCOMES[3]], leaves=False)
            self.days_pass(days=20, is_put_away=True, is_found=False)
        elif opening == "opened again":
            self.days_pass(days=20, is_put_away=True, is_found=False)
            self.anything(kind="reopened", actor="assistant", some=None)
            self.pull_late(state="ready", days=None)
        elif opening == "put back":
            self.anything(kind="put_back", actor="assistant", some=None)
            self.now += timedelta(days=20)

    # --- what happens -------------------------------------------------------------------------

    @rule(kind=st.sampled_from(PLAIN), actor=st.sampled_from(ACTORS), some=st.none() | places)
    def anything(self, kind, actor, some):
        """Whatever the table allows happens; all else is refused and changes nothing."""
        order = self.order()
        self.is_told_ready |= actor == "central" and kind in ("ready", "reopened")
        lines = self.lines_of(order, kind, some)
        before, allowed = self.picture(), self.is_allowed(order, kind, actor, lines)
        happened = self.happened(kind, actor)
        try:
            with self.session.begin_nested():
                self.let(order, happened, lines)
        except (ForbiddenTransition, NotAllowed):
            assert not allowed, (kind, actor, order.state, [line.state for line in order.lines])
            self.session.expire_all()
            assert self.picture() == before
        else:
            assert allowed, (kind, actor, before)
            self.note_gone(kind)

    @rule(kind=st.sampled_from(REPEATED), part=st.booleans())
    def tell_from_elsewhere(self, kind, part):
        """Another program tells an event by an id of its own."""
        self.now += timedelta(minutes=1)
        self.is_told_ready |= kind == "ready"
        lines = ((SKUS[0], 1),) if part else None
        record = OrderEventRecord(
            type=kind, occurred_at=self.now, lines=lines, uid=f"told-{len(self.told)}"
        )
        self.told.append(record)
        self.receive(record)
        self.note_gone(kind)

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def tell_again(self, data):
        """What was told once and taken changes nothing the second time."""
        record = data.draw(st.sampled_from(self.told))
        known = select(OrderEvent.id).where(OrderEvent.uid == record.uid)
        if self.session.scalar(known) is None:
            return
        before = self.picture()
        self.receive(record)
        assert self.picture() == before

    @rule(state=st.sampled_from(PULLED), days=st.none() | st.integers(-1, 9))
    def pull_late(self, state, days):
        """The web tells the order as it was, or as it has become there."""
        was_open, before = self.order().state in OPEN, self.picture()
        self.last_day = None if days is None else (NOW + timedelta(days=days)).date()
        self.pull(state=state)
        if was_open and state == "cancelled":
            assert not self.open_lines()
        if self.own_store and state in ("", *ECHOES):
            assert self.picture() == before

    @rule(place=st.integers(0, 2), left=st.integers(0, 2))
    def refund_on_the_web(self, place, left):
        """The web takes units of an article out, or puts them in again."""
        skus = list(self.ordered)
        sku = skus[place % len(skus)]
        changed = self.wanted | {sku: min(left, self.ordered[sku])}
        if any(changed.values()):
            self.wanted = changed
            self.pull()

    @rule(choice=st.integers(0, 6), by_staff=st.booleans())
    def settle_what_lacks(self, choice, by_staff):
        """Staff ask about a missing line; somebody answers."""
        order = self.order()
        missing = [line for line in order.lines if line.state == "short"]
        if not missing or order.state in CLOSED:
            return
        who = self.shop.ines if by_staff else None
        with self.refusable():
            proposals.propose(
                self.session, self.uid, missing[0].uid, staff=self.shop.ines, now=self.later()
            )
        for question in proposals.open_for(self.session, order):
            key = question.choices[choice % len(question.choices)].key
            with self.refusable():
                proposals.answer(
                    self.session, self.uid, question.uid, key, staff=who, now=self.later()
                )

    @rule(place=st.integers(0, 3), by_hand=st.booleans())
    def prepare(self, place, by_hand):
        """Staff pick a line by hand, or put it back."""
        lines = self.order().lines
        act = preparing.pick if by_hand else preparing.put_back
        line = lines[place % len(lines)]
        with self.refusable():
            act(self.session, self.uid, line.uid, staff=self.shop.ines, now=self.later())

    @rule(place=st.integers(0, 2))
    def scan(self, place):
        """Staff scan one unit in a round."""
        order, sku = self.order(), SKUS[place]
        variant = self.session.scalar(select(Variant).where(Variant.sku == sku))
        who = {"staff": self.shop.ines, "now": self.later()}
        with self.refusable():
            wave = waves.find_of(self.session, order)
            if wave is None:
                started = {"order_uids": [self.uid], **who}
                wave = waves.start(self.session, self.shop.lille, **started)
            preparing.scan(self.session, wave, variant.id, sku=sku, **who)

    @rule(is_whole=st.booleans())
    def lay_down(self, is_whole):
        """Staff lay the order down, and say until when it is kept."""
        kept = pickup_ends.last_day(self.shop.lille, terms=TERMS, now=self.later())
        who = {"staff": self.shop.ines, "now": self.now}
        for line in self.order().lines if is_whole else ():
            with self.refusable():
                preparing.pick(self.session, self.uid, line.uid, **who)
        with self.refusable():
            preparing.lay_down(self.session, self.uid, place="C-03", pickup_by=kept, **who)

    @rule(rests=st.lists(st.sampled_from(OUTCOMES), min_size=3, max_size=3), leaves=st.booleans())
    def come_to_the_counter(self, rests, leaves):
        """The customer comes; each line is given, kept for later, refused or missing."""
        self.lay_down(is_whole=True)
        order = self.order()
        ready = [line.uid for line in order.lines if line.state in PREPARED]
        outcomes = dict(zip(ready, rests, strict=False))
        handing = handovers.Handing(lines=outcomes, check="qr", till_ticket="T1")
        with self.refusable():
            arrivals.check_in(self.session, order, store=self.shop.lille, now=self.later())
        with self.refusable():
            who = {"staff": self.shop.ines, "now": self.later()}
            handovers.give(self.session, self.uid, handing, **who)
        if leaves:
            with self.refusable():
                arrivals.leave(self.session, self.uid, by="customer", now=self.later())
        self.note_gone("collected")

    @rule(days=st.integers(1, 9), is_put_away=st.booleans(), is_found=st.booleans())
    def days_pass(self, days, is_put_away, is_found):
        """Time goes by; what nobody fetched ends, and its goods go back to their shelf."""
        self.now += timedelta(days=days)
        with self.refusable():
            pickup_ends.end_no_show(self.session, self.uid, terms=TERMS, now=self.later())
        for task in shelf_returns.list_open(self.session, self.shop.lille.id):
            if is_put_away:
                who = {"store": self.shop.lille, "staff": self.shop.ines}
                shelf_returns.finish(self.session, task.uid, **who, now=self.later())
        if is_found:
            self.anything(kind="ready", actor="assistant", some=None)

    @rule()
    def close(self):
        """The shop does not open on the last day: that is put off, and nothing else changes."""
        before, counted = self.picture(), self.order().extensions
        self.close_the_last_day()
        assert self.picture()[:3] == before[:3]
        assert self.order().extensions == counted

    @rule(place=st.integers(0, 2), is_fit=st.booleans(), is_over=st.booleans())
    def bring_back(self, place, is_fit, is_over):
        """A customer brings a unit back, whatever has become of the rest of the order."""
        if is_over:
            self.days_pass(days=20, is_put_away=True, is_found=False)
        order = self.order()
        left = [one for one in web_returns.list_returnable(self.session, order) if one.left]
        if not left:
            return
        sku = left[place % len(left)].sku
        condition = "resell" if is_fit else "damaged"
        one = web_returns.Returned(sku=sku, quantity=1, reason="other", condition=condition)
        who = {"store": self.shop.lille, "staff": self.shop.ines, "now": self.later()}
        web_returns.take_back(self.session, self.uid, [one], **who)
        self.back[sku] += is_fit

    # --- what always holds --------------------------------------------------------------------

    @invariant()
    def states_agree(self):
        if not hasattr(self, "uid"):
            return
        self.walked.append(1)
        order = self.order()
        states = [line.state for line in order.lines]
        assert order.state in STATES and set(states) <= LINE_STATES
        still_open = any(state in OPEN_LINES for state in states)
        if order.state == "collected":
            assert not still_open and "collected" in states
        elif order.state == "cancelled":
            assert not still_open and "collected" not in states
        elif order.state != "expired":
            assert still_open

    @invariant()
    def what_is_ready_lies_there(self):
        if not hasattr(self, "uid"):
            return
        order = self.order()
        for line in order.lines:
            assert line.state != "to_pick" or line.checked < line.quantity
            if order.state == "ready" and self.own_store and line.state in OPEN_LINES:
                assert line.state in PREPARED and line.checked == line.quantity
        if order.state == "ready" and self.own_store and not self.is_told_ready:
            assert order.staging_place

    @invariant()
    def nothing_is_ready_too_late(self):
        if not hasattr(self, "uid"):
            return
        order = self.order()
        if order.state in COLLECTABLE and order.pickup_by is not None:
            assert order.pickup_by >= pickup_board.today_in(order.store, order.ready_at)

    @invariant()
    def who_waits_has_a_number(self):
        if not hasattr(self, "uid"):
            return
        order = self.order()
        if order.state == "customer_waiting":
            assert order.arrived_at and order.waiting_number

    @invariant()
    def nobody_waits_unseen(self):
        """Who came before the order was ready waits for it from then on."""
        if not hasattr(self, "uid"):
            return
        order = self.order()
        assert order.state != "ready" or order.arrived_at is None

    @invariant()
    def holds_are_what_is_open(self):
        if not hasattr(self, "uid"):
            return
        order, held = self.order(), Counter()
        for line in order.lines:
            if line.state in OPEN_LINES and order.state != "expired":
                held[line.goods_sku] += line.quantity
        for sku, level in levels(self.session).items():
            assert level.reserved - self.reserved_before[sku] == held[sku], (sku, order.state)

    @invariant()
    def goods_leave_once(self):
        if not hasattr(self, "uid"):
            return
        left = Counter()
        for line in self.order().lines:
            if line.state == "collected":
                left[line.goods_sku] += line.quantity
        for sku, level in levels(self.session).items():
            assert ON_HAND - level.on_hand == left[sku] - self.back[sku], sku

    @invariant()
    def what_left_is_never_undone_by_itself(self):
        if not hasattr(self, "uid"):
            return
        states = {line.id: line.state for line in self.order().lines}
        assert all(states[number] == "collected" for number in self.gone)

    @invariant()
    def each_event_is_written_and_told_once(self):
        if not hasattr(self, "uid"):
            return
        for column in (OrderEvent.uid, OutboxMessage.uid, CustomerMessage.uid):
            twice = select(column).group_by(column).having(func.count() > 1)
            assert self.session.scalars(twice).all() == []
        ready = self.count(CustomerMessage.occasion, CustomerMessage.kind == "ready")
        told = self.count(OrderEvent.id, OrderEvent.type == "ready", OrderEvent.actor != "central")
        assert ready == told

    # --- the model ----------------------------------------------------------------------------

    def is_allowed(self, order, kind, actor, lines):
        table = HAPPENINGS[kind]
        if order.state not in table.orders or not may(kind, actor):
            return False
        waits = LACKING if lines is None else UNPREPARED
        left = [line.state for line in order.lines if line not in (lines or ())]
        if kind == "ready" and waits.intersection(left):
            return False
        if table.needs and all(line.state != table.needs for line in order.lines):
            return False
        if not table.lines:
            return True
        concerned = lines
        if lines is None:
            concerned = [line for line in order.lines if line.state in table.lines]
        return bool(concerned) and all(line.state in table.lines for line in concerned)

    def lines_of(self, order, kind, some):
        if some is None or not HAPPENINGS[kind].lines:
            return None
        return [order.lines[place] for place in sorted(some) if place < len(order.lines)]

    def happened(self, kind, actor):
        staff = {"assistant": self.shop.ines, "manager": self.shop.manager}.get(actor)
        by = "" if staff else actor
        return Happened(type=kind, occurred_at=self.later(), staff=staff, by=by)

    # --- steps --------------------------------------------------------------------------------

    def let(self, order, happened, lines):
        is_ours = happened.actor != "central"
        if happened.type == "reopened" and happened.staff:
            who = {"staff": happened.staff, "now": self.now}
            pickup_ends.reopen(self.session, self.uid, terms=TERMS, **who)
            return
        if happened.type == "ready" and is_ours:
            order.staging_place = "C-04"
        facts = {"lines": lines, "now": self.now, "tells": is_ours}
        pickup_steps.happen(self.session, order, happened, **facts)

    def receive(self, record):
        with self.refusable():
            pickups.record_event(self.session, record, self.uid, now=self.now)

    def pull(self, *, state=""):
        facts = {"paid": self.paid, "state": state, "pickup_by": self.last_day}
        if self.opening == "came early":
            facts["uid"] = EARLY.order
        record = on_the_web(self.wanted, price_minor=500, **facts)
        return pickups.upsert(self.session, record, now=self.later(), own_store=self.own_store)

    def note_gone(self, kind):
        states = {line.id: line.state for line in self.order().lines}
        if kind == "handover_reversed":
            self.gone = {number for number in self.gone if states[number] == "collected"}
        self.gone |= {number for number, state in states.items() if state == "collected"}

    def open_lines(self):
        return [line for line in self.order().lines if line.state in OPEN_LINES]

    def count(self, column, *where):
        return self.session.scalar(select(func.count(column)).where(*where))

    def picture(self):
        order = self.order()
        lines = [(line.id, line.state, line.quantity, line.goods_sku) for line in order.lines]
        stock = {sku: (one.on_hand, one.reserved) for sku, one in levels(self.session).items()}
        written = [self.count(table.id) for table in (OrderEvent, OutboxMessage, CustomerMessage)]
        return order.state, sorted(lines), stock, written


def test_a_pickup_keeps_its_table_whatever_happens(session, shop):
    walks = as_walks(examples=max(2, STEPS // 60), steps_each=STEPS_EACH)  # some end early
    walked = []
    for opening in OPENINGS:
        begun = partial(Pickup, session, shop, walked, opening)
        run_state_machine_as_test(begun, settings=walks)

    print(f"{len(walked)} steps")
    assert len(walked) >= STEPS
