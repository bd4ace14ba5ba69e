"""What another program says has happened to an order: let happen here too, once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import (
    disputed_returns,
    json_records,
    late_cancellations,
    moved_orders,
    pickup_facts,
    pickup_goods,
    pickup_steps,
    products,
    stores,
    told_answers,
    told_handovers,
)
from store.errors import Invalid
from store.models import Order, OrderEvent, OrderLine, Staff
from store.pickup_states import COLLECTED, HAPPENINGS, OVER_FOR_NOW, PROMISING, UNDONE
from store.pickup_steps import Happened, get_locked
from store.records import OrderEventRecord

BEFORE_HANDOVER = ("accepted", "picked", "put_back", "ready")
ASKING = ("short", "substitute_proposed", "substituted", "substitute_refused", "awaiting_transfer")
# what a shop says has no meaning once it is over, which one whose backup was put back, or that is
# cut off, may not know yet; what lies ready of an expired order still goes back to its shelf
OVERTAKEN = {
    COLLECTED: (*BEFORE_HANDOVER, "arrived", "gone", "extended"),
    **dict.fromkeys(OVER_FOR_NOW, (*BEFORE_HANDOVER, *ASKING, "gone", "expired")),
}
NAMING = ("substituted", COLLECTED, "refused")  # tell what is in the place of an article


def record_event(
    session: Session,
    record: OrderEventRecord,
    order_uid: str,
    *,
    now: datetime,
    tells: bool = False,
    pickup_by: date | None = None,
    from_afar: bool = False,
) -> Order:
    """Let happen what another program says has happened; the same event twice is one.

    A return of units that came back before is set aside, see `disputed_returns`.

    `tells` passes it on to the central system. `pickup_by` is the last day of an order that is
    ready and for which nobody has said one. `from_afar`: nobody of the shop says so, and an
    arrival counts only while it is open, as in `arrivals.check_in`. Raises NotFound; Invalid for an
    unknown type or an article that the order does not have; StoreClosed; a ForbiddenTransition (or
    one of its kinds) that changes nothing.
    """
    if record.type not in HAPPENINGS:
        raise Invalid(field="type", problem="unknown")
    order = get_locked(session, order_uid)
    if record.uid and session.scalar(select(OrderEvent.id).where(OrderEvent.uid == record.uid)):
        return order
    if _is_overtaken(order, record) or (not tells and _is_settled(session, order, record)):
        return order
    if not tells:
        _stand_as_there(session, order, record, now=now)
    revived = [] if tells else _revive(session, order, record)
    pickup_steps.require(order, record.type)
    if from_afar and record.type == "arrived":
        stores.require_open(order.store, now)
    if disputed_returns.settle(session, order, record, now=now):
        return order
    lines = _told_lines(session, order, record, may_lag=not tells and _is_of_shop(record))
    if lines is not None and record.type in NAMING:
        lines = told_answers.learn_substitutes(session, lines, record, now=now)
    if record.type in PROMISING and order.promised_at is None:
        order.promised_at = json_records.read_time(record.details.get("promised_at"))
    taken_out = [] if tells else _taken_out(order, record, lines)
    dated = pickup_facts.last_day_of(order, pickup_by, at=record.occurred_at)
    pickup_steps.happen(
        session,
        order,
        _happened(session, record, dated),
        lines=lines,
        now=now,
        tells=tells,
        is_hearsay=not tells and _has_fewer(lines, record),
    )
    late_cancellations.mark(session, revived)
    late_cancellations.cancel_again(session, order, taken_out, now=now)
    told_answers.learn(session, order, record)
    if not tells and record.type == "gone":
        told_handovers.end_again(session, order, now=now)
    return order


def _stand_as_there(
    session: Session, order: Order, record: OrderEventRecord, *, now: datetime
) -> None:
    """Let the order stand as it must stand in the shop that tells of it."""
    if _is_of_shop(record) and record.type in told_handovers.KEPT_FOR:
        told_handovers.keep_again(session, order, reason=record.type, now=now)
    moved_orders.bring_back(session, order, record, now=now)


def _happened(session: Session, record: OrderEventRecord, dated: Mapping[str, Any]) -> Happened:
    return Happened(
        type=record.type,
        occurred_at=record.occurred_at,
        reason=record.reason,
        identity_check=record.identity_check,
        details=dict(dated) | dict(record.details),
        staff=session.scalar(select(Staff).where(Staff.code == record.staff)),
        by="central",
        uid=record.uid,
    )


def _revive(session: Session, order: Order, record: OrderEventRecord) -> list[OrderLine]:
    if record.type != COLLECTED or not record.lines:
        return []
    units = _units_of(record.lines)
    return late_cancellations.revive(session, order, units, at=record.occurred_at)


def _taken_out(
    order: Order, record: OrderEventRecord, lines: Sequence[OrderLine] | None
) -> list[OrderLine]:
    """Return the lines that come back to the counter and that their source has taken out."""
    back = order.lines if lines is None else lines
    taken_out = [line for line in back if pickup_goods.is_given_though_taken_out(line)]
    return taken_out if record.type == UNDONE else []


def _has_fewer(lines: Sequence[OrderLine] | None, record: OrderEventRecord) -> bool:
    """Tell whether units were told of that are out of the order here: their shop tells of stock."""
    told = sum(quantity for _sku, quantity in record.lines or ())
    return lines is not None and sum(line.quantity for line in lines) < told


def _is_overtaken(order: Order, record: OrderEventRecord) -> bool:
    """Tell whether goods that one shop sends another were taken in before we heard of them."""
    if order.channel != pickup_goods.TRANSFER or order.state != COLLECTED:
        return False
    is_before = order.closed_at is not None and record.occurred_at <= order.closed_at
    return is_before and record.type in BEFORE_HANDOVER


def _is_settled(session: Session, order: Order, record: OrderEventRecord) -> bool:
    """Tell whether a shop says what has no meaning since its source decided otherwise."""
    if moved_orders.is_left_behind(session, order, record):
        return True
    is_overtaken = record.type in OVERTAKEN.get(order.state, ())
    is_overtaken |= told_handovers.has_ended_since(session, order, record)
    if is_overtaken and _is_of_shop(record) and not told_handovers.can_happen(order, record.type):
        return True
    units = _units_of(record.lines or ())
    return _is_of_shop(record) and late_cancellations.is_over(order, record.type, units)


def _is_of_shop(record: OrderEventRecord) -> bool:
    """Tell whether the shop with the goods says so, which may not know yet what was cancelled."""
    return bool(record.details.get("store"))


def _told_lines(
    session: Session, order: Order, record: OrderEventRecord, *, may_lag: bool
) -> Sequence[OrderLine] | None:
    """Return the lines that (sku, quantity) mean, a line in two where only a part is meant.

    Who `may_lag` behind also tells of units that were cancelled here.
    """
    if record.lines is None:
        return None
    concerned: list[OrderLine] = []
    wanted = _units_of(record.lines)
    if may_lag:
        moved_orders.catch_up(session, order, record, wanted)
    for sku, quantity in wanted.items():
        found, wanting = _units(session, order, sku, quantity, record)
        if wanting > _gone(order, sku, may_lag=may_lag) and HAPPENINGS[record.type].lines:
            raise pickup_steps.refusal(order, record.type)
        concerned += found
    return concerned


def _gone(order: Order, sku: str, *, may_lag: bool) -> int:
    """Count the units whose cancellation does not hold back what is told of the rest."""
    if may_lag:
        return late_cancellations.count_cancelled(order, sku)
    gone = [line for line in order.lines if pickup_goods.is_taken_out(line)]
    return sum(line.quantity for line in gone if line.sku == sku)


def _units_of(lines: Sequence[tuple[str, int]]) -> Counter[str]:
    """Count the units by article, which may be told twice: its lines move together."""
    wanted: Counter[str] = Counter()
    for sku, quantity in lines:
        if quantity <= 0:
            raise Invalid(field="lines", problem="unknown")
        wanted[products.normalise(sku)] += quantity
    return wanted


def _units(
    session: Session, order: Order, sku: str, quantity: int, record: OrderEventRecord
) -> tuple[list[OrderLine], int]:
    """Return the lines of so many units to which the event can happen, and how many it lacks."""
    event = record.type
    of_article = [line for line in order.lines if line.sku == sku]
    if not of_article:
        raise Invalid(field="lines", problem="unknown")
    of_article.sort(key=lambda line: line.id, reverse=event == UNDONE)  # what left last is undone
    concerned = [line for line in of_article if line.state in HAPPENINGS[event].lines]
    was = record.details.get("was")
    concerned.sort(key=lambda line: (line.state != was, line.substitute_sku != ""))
    told = [one for one in record.details.get("substitutes", ()) if one.get("for") == sku]
    return pickup_goods.part_goods(session, concerned, quantity, told)
