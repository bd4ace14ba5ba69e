"""Orders that their source lets wait in another shop, and what the first one did meanwhile.

Whoever prepares an order may be cut off when it is moved. What it did before the goods left has no
meaning any more; goods that it gave have left, and the order is its own again.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from store import (
    late_cancellations,
    pickup_codes,
    pickup_facts,
    pickup_goods,
    pickup_steps,
    shelf_returns,
    stock,
    stores,
    waves,
)
from store.errors import Invalid
from store.models import Order, OrderLine, Proposal, Store, new_uid
from store.pickup_states import (
    CANCELLED,
    COLLECTED,
    HAPPENINGS,
    OPEN,
    OPEN_LINES,
    PREPARED,
    SHOP_CLOSED,
    TO_PREPARE,
    UNDONE,
)
from store.records import OrderEventRecord

TAKEN_OR_REFUSED = (COLLECTED, "refused")  # what only happens to an order that is ready
# what counts wherever it happened: the goods, or their customer, decided
ANYWHERE = frozenset({COLLECTED, "refused", CANCELLED, UNDONE, "returned"})


def move(
    session: Session, order: Order, place: Store, *, now: datetime, own_store: str = ""
) -> bool:
    """Let the order wait in another store, to be prepared there, unless goods left or were refused.

    What lies prepared in the own one goes back to its shelf.
    """
    if order.store_id == place.id or _was_at_counter(order):
        return False
    open_lines = [line for line in order.lines if line.state in OPEN_LINES]
    if order.store.code == own_store:
        waves.leave(session, order, now=now)
        laid = [line for line in open_lines if line.state in PREPARED]
        shelf_returns.ask(session, order, laid, reason="moved", now=now)
    stock.apply(session, pickup_goods.release(order, open_lines, at=now), now=now)
    _ask_no_more(session, order, now=now)
    order.store = place
    order.pickup_code = pickup_codes.draw(session, place.id)
    _begin_anew(order, open_lines, now=now)
    session.flush()
    pickup_goods.hold(session, order, open_lines, now=now)
    return True


def _was_at_counter(order: Order) -> bool:
    return any(line.state in TAKEN_OR_REFUSED for line in order.lines)


def _ask_no_more(session: Session, order: Order, *, now: datetime) -> None:
    """End what the customer was asked: whether it is missing is another shop's to find out."""
    asked = Proposal.order_id == order.id, Proposal.settled_at.is_(None)
    session.execute(update(Proposal).where(*asked).values(settled_at=now))


def _begin_anew(order: Order, lines: Iterable[OrderLine], *, now: datetime) -> None:
    order.state, order.state_at, order.staging_place = "new", now, ""
    order.accepted_at = order.ready_at = order.received_at = None
    pickup_facts.forget_arrival(order)
    for line in lines:
        line.state, line.checked, line.reason = "to_pick", 0, ""
        line.uid = new_uid()  # a hold is known by its line: this one is new


# --- heard of from the shop where it waited ---------------------------------------------------


def is_left_behind(session: Session, order: Order, record: OrderEventRecord) -> bool:
    """Tell whether a shop prepared an order that waits elsewhere by now.

    Raises Invalid for a shop that nobody knows.
    """
    place = _told_place(session, record)
    is_elsewhere = place is not None and place.id != order.store_id
    return is_elsewhere and record.type not in ANYWHERE


def _told_place(session: Session, record: OrderEventRecord) -> Store | None:
    """Return the shop that an event says it happened in, None when it says nothing of it."""
    code = str(record.details.get("store") or "")
    place = stores.find_by_code(session, code) if code else None
    if code and place is None:
        raise Invalid(field="store", problem="unknown")
    return place


def bring_back(session: Session, order: Order, record: OrderEventRecord, *, now: datetime) -> None:
    """Let an order wait again in the shop where its customer took goods of it, or refused them.

    In its own shop it is ready, whether that was heard or not, when its customer may come for it.

    Raises a ForbiddenTransition when goods left the shop to which it was moved: people find out.
    """
    place = _told_place(session, record)
    if place is None:
        return
    if place.id == order.store_id:
        if order.state in TO_PREPARE and _is_ready_there(record):
            _lay_ready(order)  # it was over, or moved away and back, and its shop was not heard
        return
    if record.type not in TAKEN_OR_REFUSED:
        return
    if _was_at_counter(order):
        raise pickup_steps.refusal(order, record.type)
    if order.state not in OPEN:
        order.store = place  # its lines may stand again, see late_cancellations
    else:
        move(session, order, place, now=now)
        _lay_ready(order)
    session.flush()


def _is_ready_there(record: OrderEventRecord) -> bool:
    """Tell whether what a shop tells only happens to an order that is ready."""
    is_put_off = record.type == "extended" and record.reason != SHOP_CLOSED
    return is_put_off or record.type in (*TAKEN_OR_REFUSED, "arrived")


def _lay_ready(order: Order) -> None:
    """Let an order be ready with all that is left of it, as it was where it was asked for."""
    for line in order.lines:
        if line.state in OPEN_LINES:
            line.state = "picked"
    order.state = "ready"


def catch_up(
    session: Session, order: Order, record: OrderEventRecord, units: Mapping[str, int]
) -> None:
    """Let lines stand as their shop says they did, which was not heard while they were moved.

    `units` are those of each article to which its event happened. Only of what nobody was given,
    or has taken out: what is missing, asked and answered is known best where the goods are.
    """
    becomes = HAPPENINGS[record.type].lines
    if not becomes or not OPEN_LINES.issuperset(becomes):
        return
    was = str(record.details.get("was") or "")
    for sku, quantity in units.items():
        of_article = [line for line in order.lines if line.sku == sku]
        known = sum(line.quantity for line in of_article if line.state in becomes)
        wanting = quantity - known - late_cancellations.count_cancelled(order, sku)
        others = [line for line in of_article if line.state in OPEN_LINES - set(becomes)]
        for line in pickup_goods.part_units(session, others, max(0, wanting))[0]:
            line.state, line.checked = was if was in becomes else _first_by_name(becomes), 0
    session.flush()


def _first_by_name(becomes: Iterable[str]) -> str:
    """Return one of the states from which an event takes lines on, where it does not say which.

    Whichever it is, the event follows at once and only `ready` leaves it so: all servers must
    choose the same one.
    """
    return min(becomes)
