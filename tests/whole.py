"""What must stand in the database together: looked at from another connection at each commit.

A kill that falls between two commits is too rare to be met by chance; whatever a commit leaves is
what a server that died there finds again.
"""

from contextlib import contextmanager

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from store import pickup_goods, printers, printing, receipts, stock, stores
from store.database import reading
from store.message_states import VOID, occasion_of
from store.models import CustomerMessage, Order, OrderEvent, OutboxMessage, PrintJob, StockMovement
from store.pickup_states import CLOSED, HAPPENINGS, OPEN_LINES, STATES, UNPREPARED
from store.web import clock

MOVED = {"collected": "handover", "handover_reversed": "return"}


@contextmanager
def watched(engine, *looks):
    """Yield a list that gets, for each commit from now on, what it left half done."""
    found = []

    def look(_session):
        with reading(engine) as other:
            found.append([one for look in (halves, *looks) for one in look(other)])

    event.listen(Session, "after_commit", look)
    yield found
    event.remove(Session, "after_commit", look)


def halves(session):
    """Return what is there of an act without the rest of it."""
    events = session.scalars(select(OrderEvent).order_by(OrderEvent.id)).all()
    told = [*_untold(session, events), *_unwritten(session, events), *_void(session)]
    goods = [*_unmoved(session, events), *map(str, stock.compare(session))]
    return [*told, *goods, *_out_of_step(session), *_without_slip(session, events)]


def _untold(session, events):
    """Events without the fact for the central system."""
    facts = set(session.scalars(select(OutboxMessage.uid)))
    told = [one for one in events if HAPPENINGS[one.type].tells]
    return [(one.type, "fact") for one in told if one.uid not in facts]


def _unwritten(session, events):
    """Events without the message for the customer, where it depends on nothing else."""
    rows = session.execute(select(CustomerMessage.kind, CustomerMessage.occasion))
    told = {(row.kind, row.occasion) for row in rows}
    rules = [(one, HAPPENINGS[one.type]) for one in events]
    return [
        (one.type, "message")
        for one, rule in rules
        if rule.message and not (rule.told_by_web or rule.voids) and rule.message_in == STATES
        if (rule.message, one.uid) not in told
    ]


def _void(session):
    """Receipts of handovers that were undone and that could still leave as if they stood."""
    query = select(CustomerMessage).where(CustomerMessage.kind == receipts.RECEIPT)
    found = []
    for one in session.scalars(query):
        standing = {handover.event.uid for handover in receipts.list_standing(session, one.order)}
        if occasion_of(one) not in standing and not one.facts.get(VOID):
            found.append(("handover_reversed", "receipt"))
    return found


def _unmoved(session, events):
    """Handovers, undone ones too, without the stock that went or came, here or in a fact."""
    query = select(StockMovement.source_id).where(StockMovement.source == pickup_goods.SOURCE)
    moved = {name.partition(":")[0] for name in session.scalars(query)}
    facts = select(OutboxMessage.payload).where(OutboxMessage.kind == "stock_movements")
    items = [item for body in session.scalars(facts) for item in body["items"]]
    told = {item["source_id"].partition(":")[0] for item in items}
    acts = [one for one in events if one.type in MOVED]
    lacking = [(one.type, "stock") for one in acts if one.uid not in moved]
    return lacking + [(one.type, "told stock") for one in acts if one.uid not in told]


def _out_of_step(session):
    """Orders whose state and lines, or whose state and end, say different things."""
    found = []
    for order in session.scalars(select(Order)):
        lines = {line.state for line in order.lines}
        is_left = bool(lines & OPEN_LINES)
        if is_left == (order.state in ("collected", "cancelled")):
            found.append((order.state, sorted(lines)))
        if order.state == "ready" and lines & UNPREPARED:
            found.append((order.state, sorted(lines)))
        if (order.closed_at is not None) != (order.state in CLOSED):
            found.append((order.state, order.closed_at))
    return found


def _without_slip(session, events):
    """Orders laid down ready whose slip is neither made nor known to be due."""
    shop = stores.find_by_code(session, "LIL")
    if not printers.list_all(session, shop):
        return []
    due = {one.order for one in printing.list_without_slip(session, shop, now=clock.now())}
    slips = select(PrintJob.order_id).where(PrintJob.kind == "slip")
    made = set(session.scalars(slips))
    laid = {one.order_id for one in events if one.type == "ready"}
    query = select(Order).where(Order.id.in_(laid), Order.state == "ready")
    orders = session.scalars(query).all()
    return [("ready", "slip") for one in orders if one.id not in made and one.uid not in due]
