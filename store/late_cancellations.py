"""Goods that left their shop before it heard that the source had cancelled them: they have left.

Who has the goods tells it; whoever hears of it, the hub, lets the lines stand again as given. Their
reason says from then on that the source took them out, whatever it was when they were cancelled, so
that they are cancelled after all when the goods come back to the counter.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from store import pickup_goods, pickup_steps
from store.models import Order, OrderLine
from store.pickup_states import (
    BESIDE,
    CANCELLED,
    COLLECTED,
    HAPPENINGS,
    OPEN,
    OPEN_LINES,
    PREPARED,
    UNDONE,
    WITHDRAWN,
)
from store.pickup_steps import Happened

# what is so, whatever was cancelled; what is not kept any more is kept no longer either
STANDS = (BESIDE - {"extended"}) | {COLLECTED, UNDONE}


def is_over(order: Order, event: str, units: Mapping[str, int]) -> bool:
    """Tell whether all that a shop tells of has been cancelled here: it ends so there too.

    `units` are those that it tells of, by article; none where it tells of the whole order.
    """
    if event in STANDS:
        return False
    concerned = HAPPENINGS[event].lines
    if not units or not concerned:
        states = {line.state for line in order.lines}
        return CANCELLED in states and not states & OPEN_LINES
    for line in order.lines:
        if line.sku in units and line.state in concerned:
            return False
    return all(count_cancelled(order, sku) >= wanted for sku, wanted in units.items())


def count_cancelled(order: Order, sku: str) -> int:
    """Return how many units of an article were cancelled in an order."""
    gone = [line for line in order.lines if (line.sku, line.state) == (sku, CANCELLED)]
    return sum(line.quantity for line in gone)


def revive(
    session: Session, order: Order, units: Mapping[str, int], *, at: datetime
) -> list[OrderLine]:
    """Let lines that were cancelled here be ready to be given, where their shop gave more units.

    `units` are those that were given `at` a time, by article. They are held again, since the
    handover ends a hold. Returns the lines; `mark` follows once they are given.
    """
    left: Counter[str] = Counter(units)
    for line in order.lines:
        if line.state in PREPARED:
            left[line.sku] -= line.quantity
    revived: list[OrderLine] = []
    for sku, quantity in left.items():
        gone = [line for line in order.lines if (line.sku, line.state) == (sku, CANCELLED)]
        revived += pickup_goods.part_units(session, gone, max(0, quantity))[0]
    for line in revived:
        line.state, line.reason = "picked", ""
    if revived and order.state in (CANCELLED, COLLECTED):
        has_left = any(line.state == COLLECTED for line in order.lines)
        order.state = "partly_collected" if has_left else "ready"
    pickup_goods.hold_again(session, order, revived, now=at)
    return revived


def mark(session: Session, given: Collection[OrderLine]) -> None:
    """Note on lines that were given that the source has taken them out."""
    for line in given:
        line.reason = WITHDRAWN
    session.flush()


def cancel_again(
    session: Session, order: Order, returned: Collection[OrderLine], *, now: datetime
) -> None:
    """Cancel lines whose goods are back at the counter, and which the source has taken out."""
    if not returned:
        return
    before = order.state
    over = Happened(type=CANCELLED, occurred_at=now, reason=WITHDRAWN)
    pickup_steps.happen(session, order, over, lines=returned, now=now)
    if order.state in OPEN:
        order.state = before  # as in its shop, which hears of it as of any line taken out
        session.flush()
