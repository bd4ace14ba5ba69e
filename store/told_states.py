"""How far an order has come elsewhere, as its source tells it: begun there, caught up with here."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import pickup_facts, pickup_steps, restorations, told_handovers
from store.models import Order, OrderEvent, Store
from store.pickup_states import CLOSED, COLLECTABLE, COLLECTED, PROGRESS, TO_PREPARE
from store.records import OrderRecord

# what our order must go through to be as far as another system says it is
_CATCH_UP: Mapping[str, Sequence[str]] = {
    "accepted": ("accepted",),
    "picking": ("accepted",),
    "problem": ("accepted",),
    "ready": ("ready",),
    "customer_waiting": ("ready",),
    "partly_collected": ("ready", "collected"),
    "handover_reversed": ("ready",),
    "collected": ("ready", "collected"),
    "cancelled": ("cancelled",),
    "expired": ("expired",),
}
# where our own shop prepares it: what is done here is known best here
_OURS = {state: _CATCH_UP[state] for state in ("collected", "cancelled", "expired")}


def begin(session: Session, order: Order, record: OrderRecord, *, now: datetime) -> None:
    """Let a new order begin as far as its source says it is."""
    if record.state in _CATCH_UP:
        _take_state(order, record, now=now)
    told_handovers.begin(session, order, record)


def learn(
    session: Session,
    order: Order,
    record: OrderRecord,
    *,
    place: Store,
    own_store: str,
    now: datetime,
) -> None:
    """Let happen here what the source says has happened elsewhere; its stock comes by itself.

    `place` is where it waits by now. A shop that only hears of the order follows its lines, back
    too; what was done in `own_store` is known best there.
    """
    is_theirs = is_heard_of(order, place, own_store)
    if is_theirs:
        told_handovers.follow(session, order, record, now=now)
    is_ours = place.code == own_store
    is_best = is_ours and not restorations.was_restored(session, since=order.state_at)
    events = _OURS.get(record.state, ()) if is_best else _events(order, record)
    if not events or not (_is_further(order, record) or record.state in ("cancelled", "expired")):
        return
    if record.state == "expired" and pickup_facts.was_put_off(session, order):
        return  # opened again or put off here since, which the source has not heard yet
    if record.staging_place and order.state in TO_PREPARE:
        order.staging_place = record.staging_place
    if COLLECTED in events and not is_theirs and was_undone(session, order):
        return
    _catch_up(session, order, record, events, now=now)
    if is_theirs and told_handovers.has_more(order, record):
        told_handovers.believe(session, order, record, now=now)


def is_heard_of(order: Order, place: Store, own_store: str) -> bool:
    """Tell whether an order is another shop's, of which we know what we are told."""
    return bool(own_store) and own_store not in (place.code, order.store.code)


def was_undone(session: Session, order: Order) -> bool:
    """Tell whether the handover that the source knows of was taken back since."""
    undone = OrderEvent.order_id == order.id, OrderEvent.type == "handover_reversed"
    return session.scalar(select(OrderEvent.id).where(*undone).limit(1)) is not None


def _take_state(order: Order, record: OrderRecord, *, now: datetime) -> None:
    at = told_handovers.happened_at(record, now=now)
    order.state = "ready" if record.state == "customer_waiting" else record.state
    order.state_at = at if record.state_at else order.state_at
    order.staging_place = record.staging_place
    becomes = _line_state(order.state)
    for line in order.lines:
        line.state = becomes
    if order.state not in TO_PREPARE:
        order.ready_at = at
    if order.state in CLOSED:
        order.closed_at = at
        pickup_facts.end_arrival(order, at=record.state_at)


def _line_state(state: str) -> str:
    if state in (COLLECTED, "cancelled"):
        return state
    return "picked" if state in COLLECTABLE else "to_pick"


def _events(order: Order, record: OrderRecord) -> Sequence[str]:
    """Return what happens to be as far as the record; goods that have left are so in any state."""
    events = _CATCH_UP.get(record.state, ())
    if not events or COLLECTED in events or not told_handovers.has_more(order, record):
        return events
    return ("ready", COLLECTED, *(event for event in events if event != "ready"))


def _is_further(order: Order, record: OrderRecord) -> bool:
    if order.state == "handover_reversed" and record.state == COLLECTED:
        return True
    is_further = PROGRESS.get(record.state, -1) > PROGRESS.get(order.state, 99)
    return is_further or told_handovers.has_more(order, record)


def _catch_up(
    session: Session,
    order: Order,
    record: OrderRecord,
    events: Sequence[str],
    *,
    now: datetime,
) -> None:
    for event in events:
        can_happen = told_handovers.can_happen(order, event)
        if event == COLLECTED and (can_happen or told_handovers.can_end(order, record)):
            told_handovers.learn(session, order, record, now=now)
        elif event != COLLECTED and can_happen:
            at = told_handovers.happened_at(record, now=now)
            happened = pickup_steps.Happened(type=event, occurred_at=at)
            pickup_steps.happen(session, order, happened, now=now, is_hearsay=True)
    if record.state == "problem" and order.state == "accepted":
        order.state = "problem"  # what is missing is known where the goods are
