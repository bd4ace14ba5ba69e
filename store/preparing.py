"""Preparing: each unit scanned into its basket, what lacks told with its reason, parcels laid down.

A scan counts one unit by a conditional UPDATE: two devices never count the same one twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from store import (
    changes,
    movements,
    pickup_goods,
    pickup_steps,
    pickups,
    proposals,
    shelf_checks,
    staging,
    stock,
    waves,
)
from store.database import affected
from store.errors import EnoughScanned, Invalid, NotAllScanned, WrongArticle
from store.models import Order, OrderLine, Staff, Wave
from store.pickup_states import TO_PREPARE
from store.pickup_steps import Happened
from store.records import MovementRecord
from store.waves import Basket

# why something lacks: not on the shelf, or there but not fit to be sold
REASONS = ("not_found", "damaged", "incomplete")
UNFIT = ("damaged", "incomplete")
COUNTED = ("to_pick", "substituted")  # lines whose units are still scanned
OPEN_QUESTIONS = ("short", "substitute_proposed")


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """A unit that went into a basket; `checked` of `quantity` units of its line by now."""

    order_uid: str
    number: str
    basket: int
    label: str
    checked: int
    quantity: int
    is_order_done: bool


# --- taken from the shelf ---------------------------------------------------------------------


def scan(
    session: Session, wave: Wave, variant_id: int, *, sku: str, staff: Staff, now: datetime
) -> Scanned:
    """Count one unit of an article into the first basket that needs it.

    Something that was missing and turns up counts as well. Raises WrongArticle for what no basket
    needs, EnoughScanned for one too many.
    """
    found = waves.baskets(session, wave)
    for basket, line in _needing(found, variant_id):
        pickup_steps.get_locked(session, basket.order.uid)
        if _count_one(session, line):
            return _counted(session, basket, line, staff=staff, now=now)
    taken = [line for _basket, line in _lines(found) if line.goods_id == variant_id]
    if not taken:
        raise WrongArticle(sku=sku)
    raise EnoughScanned(sku=sku, quantity=sum(line.quantity for line in taken))


def _lines(found: Iterable[Basket]) -> Iterable[tuple[Basket, OrderLine]]:
    for basket in found:
        for line in basket.order.lines if basket.is_open else ():
            if line.state in (*COUNTED, *OPEN_QUESTIONS, "picked"):
                yield basket, line


def _needing(found: Sequence[Basket], variant_id: int) -> Iterable[tuple[Basket, OrderLine]]:
    """Yield the lines that need a unit: those to be picked, then those that were given up."""
    of_this = [(b, line) for b, line in _lines(found) if line.goods_id == variant_id]
    of_this.sort(key=lambda each: (each[1].state not in COUNTED, each[0].number))
    for basket, line in of_this:
        is_short = line.state in OPEN_QUESTIONS
        if line.state != "picked" and (is_short or line.checked < line.quantity):
            yield basket, line


def _count_one(session: Session, line: OrderLine) -> bool:
    statement = (
        update(OrderLine)
        .where(OrderLine.id == line.id, OrderLine.checked < OrderLine.quantity)
        .where(OrderLine.state.in_((*COUNTED, *OPEN_QUESTIONS)))
        .values(checked=OrderLine.checked + 1)
    )
    won = affected(session, statement) == 1
    session.refresh(line, ["checked", "state", "quantity"])
    return won


def _counted(
    session: Session, basket: Basket, line: OrderLine, *, staff: Staff, now: datetime
) -> Scanned:
    order = basket.order
    if line.checked >= line.quantity:
        _finish(session, order, line, staff=staff, now=now)
    changes.record(session, "orders", order.uid, now=now)
    return Scanned(
        order_uid=order.uid,
        number=order.number,
        basket=basket.number,
        label=line.goods_label,
        checked=line.checked,
        quantity=line.quantity,
        is_order_done=left_of(order) == 0,
    )


def _finish(
    session: Session, order: Order, line: OrderLine, *, staff: Staff, now: datetime
) -> None:
    """Note that all units of a line are in the basket; of a substitute that is known already."""
    if line.state == "substitute_proposed":
        proposals.withdraw(session, order.uid, line.uid, staff=staff, now=now)
    if line.state in ("to_pick", "short"):
        picked = Happened(type="picked", occurred_at=now, staff=staff)
        pickup_steps.happen(session, order, picked, lines=[line], now=now, tells=True)


def pick(session: Session, order_uid: str, line_uid: str, *, staff: Staff, now: datetime) -> Order:
    """Note that a whole line is in its basket, without a scan: the article has no barcode.

    Raises NotFound; a ForbiddenTransition.
    """
    order = pickup_steps.get_locked(session, order_uid)
    line = pickup_steps.get_line(order, line_uid)
    if line.state not in (*COUNTED, *OPEN_QUESTIONS):
        raise pickup_steps.refusal(order, "picked")
    pickup_steps.require(order, "picked")
    line.checked = line.quantity
    session.flush()
    _finish(session, order, line, staff=staff, now=now)
    changes.record(session, "orders", order.uid, now=now)
    return order


def put_back(
    session: Session, order_uid: str, line_uid: str, *, staff: Staff, now: datetime
) -> Order:
    """Undo what was scanned of a line: its goods are back on the shelf.

    Raises NotFound; a ForbiddenTransition for what is not in a basket.
    """
    order = pickup_steps.get_locked(session, order_uid)
    line = pickup_steps.get_line(order, line_uid)
    if line.state in COUNTED and order.state in TO_PREPARE:
        line.checked = 0  # it waits to be scanned already
        session.flush()
    else:
        happened = Happened(type="put_back", occurred_at=now, staff=staff)
        pickup_steps.happen(session, order, happened, lines=[line], now=now, tells=True)
    changes.record(session, "orders", order.uid, now=now)
    return order


# --- what lacks -------------------------------------------------------------------------------


def short(
    session: Session,
    order_uid: str,
    line_uid: str,
    *,
    missing: int,
    reason: str,
    staff: Staff,
    now: datetime,
) -> OrderLine:
    """Note that units of a line lack, for a reason of REASONS; return the line that lacks.

    What is there of it stays to be picked, as a line of its own. The stock is corrected and the
    central system told: nothing is left on the shelf, or so many units are unfit.

    Raises NotFound; Invalid for the number or the reason; a ForbiddenTransition.
    """
    if reason not in REASONS:
        raise Invalid(field="reason", problem="unknown")
    order = pickup_steps.get_locked(session, order_uid)
    line = pickup_steps.get_line(order, line_uid)
    if not 1 <= missing <= line.quantity:
        raise Invalid(field="missing", problem="out_of_range")
    pickup_steps.require(order, "short")
    rest = _part_what_is_there(session, line, missing)
    happened = Happened(
        type="short",
        occurred_at=now,
        reason=reason,
        staff=staff,
        details={"missing": missing},
    )
    event = pickup_steps.happen(session, order, happened, lines=[line], now=now, tells=True)
    if rest is not None and rest.checked >= rest.quantity:
        _finish(session, order, rest, staff=staff, now=now)
    if line.goods_id is not None:
        left = rest.quantity - rest.checked if rest is not None else 0
        _correct(session, order, line, event.uid, left=left, reason=reason, staff=staff, now=now)
    return line


def _part_what_is_there(session: Session, line: OrderLine, missing: int) -> OrderLine | None:
    """Leave the missing units alone in their line; return the line of the others, if any."""
    rest = None
    if missing < line.quantity:
        rest = pickup_goods.split(session, line, line.quantity - missing)
    line.checked = 0
    session.flush()
    return rest


def _correct(
    session: Session,
    order: Order,
    line: OrderLine,
    event_uid: str,
    *,
    left: int,
    reason: str,
    staff: Staff,
    now: datetime,
) -> None:
    """Write off what is unfit; else count the shelf, where what is `left` of the line stands."""
    if reason in UNFIT:
        _write_off(session, order, line, event_uid, reason=reason, now=now)
        return
    task = shelf_checks.ask(
        session,
        line.goods_id or 0,
        store_id=order.store_id,
        reason="promised",
        staff=staff,
        now=now,
    )
    shelf_checks.answer(session, task.uid, store=order.store, seen=left, staff=staff, now=now)


def _write_off(
    session: Session,
    order: Order,
    line: OrderLine,
    event_uid: str,
    *,
    reason: str,
    now: datetime,
) -> None:
    gone = MovementRecord(
        source=pickup_goods.SOURCE,
        source_id=f"{event_uid}:{reason}",
        store=order.store.code,
        sku=line.goods_sku,
        kind="delta",
        quantity=-line.quantity,
        occurred_at=now,
        reason=reason,
    )
    stock.apply(session, [gone], now=now)
    movements.write_fact(session, [gone], subject=f"stock:{gone.store}:{gone.sku}", now=now)


# --- laid down --------------------------------------------------------------------------------


def left_of(order: Order) -> int:
    """Return how many units of an order are not in its basket yet, whatever the reason."""
    left = 0
    for line in order.lines:
        if line.state in COUNTED:
            left += max(0, line.quantity - line.checked)
        elif line.state in (*OPEN_QUESTIONS, "awaiting_transfer"):
            left += line.quantity
    return left


def lay_down(
    session: Session,
    order_uid: str,
    *,
    place: str,
    staff: Staff,
    pickup_by: date | None = None,
    now: datetime,
) -> Order:
    """Lay a whole order down at a staging place: it is ready, and its customer is told.

    Raises NotAllScanned while something is not in the basket; Invalid for the place; NotFound; a
    ForbiddenTransition.
    """
    order = pickup_steps.get_locked(session, order_uid)
    pickup_steps.require(order, "ready")
    if left := left_of(order):
        raise NotAllScanned(number=order.number, left=left)
    name = staging.name_for(session, order.store, place)
    waves.leave(session, order, now=now)
    return pickups.prepare(
        session, order_uid, staff=staff, place=name, pickup_by=pickup_by, now=now
    )


def lay_aside(session: Session, order_uid: str, *, place: str, now: datetime) -> Order:
    """Lay down what there is of an order that waits for an answer; it is not ready.

    Raises Invalid for the place; NotFound; a ForbiddenTransition.
    """
    order = pickup_steps.get_locked(session, order_uid)
    pickup_steps.require(order, "ready")
    order.staging_place = staging.name_for(session, order.store, place)
    session.flush()
    waves.leave(session, order, now=now)
    changes.record(session, "orders", order.uid, now=now)
    return order
