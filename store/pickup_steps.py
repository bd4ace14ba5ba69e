"""The steps that every act on a pickup is made of: move lines, mind the stock, settle, tell."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from store import (
    changes,
    json_records,
    pickup_facts,
    pickup_goods,
    pickup_telling,
    shelf_returns,
    stock,
)
from store.database import affected, take_turn
from store.errors import (
    AlreadyCollected,
    ForbiddenTransition,
    NotAllowed,
    NotFound,
    NotReady,
    OrderCancelled,
    OrderExpired,
)
from store.models import Order, OrderEvent, OrderLine, Staff, new_uid
from store.pickup_states import (
    BESIDE,
    CLOSED,
    HAPPENINGS,
    LACKING,
    OPEN_LINES,
    PREPARED,
    PROMISING,
    TO_PREPARE,
    UNPREPARED,
    may,
    state_after,
)


@dataclass(frozen=True, kw_only=True)
class Happened:
    """What happens to an order: the event, and who does it how.

    `by` is customer, system or central where it is nobody of the staff here; `details` travels
    with the event (see OrderEventRecord).
    """

    type: str
    occurred_at: datetime
    reason: str = ""
    identity_check: str = ""
    staff: Staff | None = None
    by: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    uid: str | None = None  # given when another system tells it

    @property
    def actor(self) -> str:
        """Who does it, as the table of states names them: administrators are managers there."""
        if self.by or self.staff is None:
            return self.by or "central"
        return "assistant" if self.staff.role == "assistant" else "manager"


def get_locked(session: Session, order_uid: str) -> Order:
    """Return the order as it is now, unchanged by others until the commit; raises NotFound."""
    take_turn(session, changes.TURN)
    order = session.scalar(
        select(Order)
        .where(Order.uid == order_uid)
        .options(selectinload(Order.lines), joinedload(Order.store), joinedload(Order.customer))
        .execution_options(populate_existing=True)
    )
    if order is None:
        raise NotFound(kind="order", key=order_uid)
    return order


def get_line(order: Order, uid: str) -> OrderLine:
    """Return a line of the order; raises NotFound."""
    if (line := find_line(order, uid)) is None:
        raise NotFound(kind="order_line", key=uid)
    return line


def find_line(order: Order, uid: str) -> OrderLine | None:
    """Return a line of the order, None for one that is gone: a substitute has a uid of its own."""
    return next((line for line in order.lines if line.uid == uid), None)


def require(order: Order, event: str) -> None:
    """Check that the event may happen to the order as it is.

    Raises AlreadyCollected, OrderCancelled, OrderExpired, NotReady, or else ForbiddenTransition.
    """
    rule = HAPPENINGS[event]
    is_lacking = rule.needs and all(line.state != rule.needs for line in order.lines)
    if order.state not in rule.orders or is_lacking:
        raise refusal(order, event)


def refusal(order: Order, event: str) -> ForbiddenTransition:
    """Return the error that says why the event cannot happen to the order."""
    facts = facts_of(order, event)
    closed = {"closed_at": order.closed_at, "closed_by": order.closed_by}
    if order.state == "collected":
        return AlreadyCollected(**facts, **closed)
    if order.state == "cancelled":
        return OrderCancelled(**facts, closed_at=order.closed_at, reason=order.reason)
    if order.state == "expired":
        return OrderExpired(**facts, pickup_by=pickup_facts.kept_until(order))
    if order.state in TO_PREPARE and event in ("arrived", "collected", "refused"):
        return NotReady(**facts, promised_at=order.promised_at)
    return ForbiddenTransition(**facts)


def facts_of(order: Order, event: str) -> dict[str, Any]:
    """Return what every error says of an order to which an event cannot happen."""
    about = {"order": order.uid, "number": order.number}
    return about | {"state": order.state, "wanted": event}


def happen(
    session: Session,
    order: Order,
    happened: Happened,
    *,
    lines: Collection[OrderLine] | None = None,
    now: datetime,
    tells: bool = False,
    is_hearsay: bool = False,
) -> OrderEvent:
    """Let an event happen to some lines (None: all that it can concern) and to their order.

    `tells`: the central system and the customer must learn of it from us. `is_hearsay`: it
    happened elsewhere, and whoever handed the goods over tells of the stock.

    Raises NotAllowed when this kind of person may not; AlreadyCollected or ForbiddenTransition
    when a line is no longer as the event needs it; the caller then rolls back.
    """
    require(order, happened.type)
    _require_allowed(happened)
    if happened.type == "ready":
        _lay_down(order, lines, is_hearsay=is_hearsay)
    lay_ready = [line for line in order.lines if line.state in PREPARED]
    has_come = pickup_facts.has_come(order)
    before = {line.id: line.state for line in order.lines}
    moved = _move(session, order, happened, lines)
    was = _was(order, happened.type, before, moved) if lines is not None else {}
    happened_event = _note(session, order, happened, moved, told_of=lines, was=was, now=now)
    movements = pickup_goods.movements(order, happened_event, moved)
    if is_hearsay:
        # what is held was held when we heard of it: so it is freed
        freed = [movement for movement in movements if movement.kind == "release"]
        movements = [replace(movement, occurred_at=now) for movement in freed]
    stock.apply(session, movements, now=now)
    _hold_again(session, order, happened, moved, now=now)
    pickup_facts.learn(session, order, happened_event)
    _bring_back(session, order, happened, moved, lay_ready, now=now)
    settle(session, order, happened, now=now)
    if tells:
        pickup_telling.let_know(session, order, happened_event, movements, moved, now=now)
    if has_come and HAPPENINGS[happened.type].if_awaited:
        _serve(session, order, happened, now=now)
    return happened_event


def _serve(session: Session, order: Order, happened: Happened, *, now: datetime) -> None:
    """Let who came before it could be given wait for it; on another day they have left since."""
    if pickup_facts.came_in_time(order, now):
        let_wait(session, order, HAPPENINGS[happened.type].if_awaited, now=now)
        pickup_facts.ask_anew(order, happened.staff, at=now)
    else:
        pickup_facts.forget_arrival(order)
    session.flush()


def let_wait(session: Session, order: Order, event: str, *, now: datetime) -> None:
    """Tell that the customer waits, since when, who was welcomed by a signed code before."""
    told = {"by": order.arrival_by, "counter": order.counter}
    happened = Happened(
        type=event,
        occurred_at=order.arrived_at or now,
        identity_check="qr",
        by="customer",
        details={name: value for name, value in told.items() if value},
    )
    happen(session, order, happened, now=now, tells=True)


def _lay_down(order: Order, lines: Collection[OrderLine] | None, *, is_hearsay: bool) -> None:
    """Refuse what lacks something, or would be laid down without a line still to be picked."""
    waits = LACKING if lines is None else UNPREPARED
    if not is_hearsay and any(
        line.state in waits for line in order.lines if lines is None or line not in lines
    ):
        raise refusal(order, "ready")


def _require_allowed(happened: Happened) -> None:
    if not may(happened.type, happened.actor):
        raise NotAllowed(needs="manager" if happened.staff else happened.type)


def _hold_again(
    session: Session,
    order: Order,
    happened: Happened,
    moved: Sequence[OrderLine],
    *,
    now: datetime,
) -> None:
    """Promise again what comes back under the order's name, at the counter or before it."""
    if happened.type == "handover_reversed":
        pickup_goods.hold_again(session, order, moved, now=now)
    if happened.type == "reopened":
        waiting = [line for line in order.lines if line.state in OPEN_LINES]
        pickup_goods.hold_again(session, order, waiting, now=now)


def _bring_back(
    session: Session,
    order: Order,
    happened: Happened,
    moved: Sequence[OrderLine],
    lay_ready: Sequence[OrderLine],
    *,
    now: datetime,
) -> None:
    """Ask for goods that lay prepared, and that nobody will fetch now, to go to their shelf."""
    if happened.type not in ("expired", "cancelled", "refused"):
        return
    left = [line for line in lay_ready if happened.type == "expired" or line in moved]
    if happened.details.get("condition") != pickup_goods.DAMAGED:
        shelf_returns.ask(session, order, left, reason=happened.type, now=now)


def settle(session: Session, order: Order, happened: Happened, *, now: datetime) -> None:
    """Bring the order's state in line with its lines, and let the screens know."""
    before, states = order.state, [_goods_state(line, happened.type) for line in order.lines]
    order.state = state_after(happened.type, before=before, lines=states)
    is_still_over = before in CLOSED and order.state == before
    if happened.type not in BESIDE and not is_still_over:
        _date(order, happened)
    session.flush()
    changes.record(session, "orders", order.uid, now=now)


def _goods_state(line: OrderLine, event: str) -> str:
    """Return the state of a line; a substitute that nobody has fetched yet is to be picked."""
    return "to_pick" if event == "gone" and line.is_to_fetch else line.state


def _date(order: Order, happened: Happened) -> None:
    """Write since when the order is in its state, and who ended it."""
    order.state_at = happened.occurred_at
    if happened.type == "accepted" or (order.state != "new" and order.accepted_at is None):
        order.accepted_at = happened.occurred_at
    if happened.type == "ready" or (order.state == "ready" and order.ready_at is None):
        order.ready_at = happened.occurred_at
    if order.state not in CLOSED:
        order.closed_at, order.closed_by, order.reason = None, "", ""
        return
    order.closed_at = happened.occurred_at
    order.closed_by = happened.staff.name.partition(" ")[0] if happened.staff else ""
    order.reason = happened.reason


def _move(
    session: Session, order: Order, happened: Happened, lines: Collection[OrderLine] | None
) -> list[OrderLine]:
    rules = HAPPENINGS[happened.type].lines
    wanted = [line for line in order.lines if line.state in rules]
    if lines is not None and rules:
        wanted = list(lines)
    if any(line.state not in rules for line in wanted):
        raise _lost(session, order, happened.type, wanted)
    if rules and not wanted:
        raise refusal(order, happened.type)
    for state in sorted({line.state for line in wanted}):
        _move_conditionally(session, wanted, state, rules[state], happened)
    return wanted


def _move_conditionally(
    session: Session, lines: Sequence[OrderLine], state: str, becomes: str, happened: Happened
) -> None:
    """Move the lines that still are in `state`: the database, not what we read, says which."""
    moving = [line for line in lines if line.state == state]
    values = {"state": becomes, "reason": happened.reason}
    statement = (
        update(OrderLine)
        .where(OrderLine.id.in_([line.id for line in moving]), OrderLine.state == state)
        .values(**values, **_checked(happened.type, state, becomes))
    )
    won = affected(session, statement) == len(moving)
    for line in moving:
        session.expire(line, ["state", "reason", "checked"])
    if not won:
        raise _lost(session, moving[0].order, becomes, moving)


def _checked(event: str, state: str, becomes: str) -> dict[str, Any]:
    """Return how many units lie in the basket, where the event says so.

    What is asked about keeps the units that turned up meanwhile.
    """
    if becomes in ("picked", "arrived") or event == "ready":
        return {"checked": OrderLine.quantity}
    is_out = becomes == "to_pick" or (becomes == "short" and state in PREPARED | {"to_pick"})
    return {"checked": 0} if is_out else {}


def _lost(
    session: Session, order: Order, event: str, lines: Sequence[OrderLine]
) -> ForbiddenTransition:
    """Return the error for lines that somebody else was quicker to move."""
    gone = any(line.state == "collected" for line in lines)
    if not gone:
        return refusal(order, event)
    last = session.execute(
        select(OrderEvent.occurred_at, Staff.name)
        .outerjoin(Staff, Staff.id == OrderEvent.staff_id)
        .where(OrderEvent.order_id == order.id, OrderEvent.type == "collected")
        .order_by(OrderEvent.id.desc())
    ).first()
    when, name = (last[0], last[1] or "") if last else (order.closed_at, order.closed_by)
    return AlreadyCollected(
        **facts_of(order, event), closed_at=when, closed_by=name.partition(" ")[0]
    )


def _note(
    session: Session,
    order: Order,
    happened: Happened,
    moved: Sequence[OrderLine],
    *,
    told_of: Collection[OrderLine] | None,
    was: Mapping[str, str],
    now: datetime,
) -> OrderEvent:
    # what a handover gave cannot be told later from the lines, which may be undone and ended since
    is_whole = told_of is None and happened.type != "collected"
    event = OrderEvent(
        uid=happened.uid or _uid(session, order, happened),
        order_id=order.id,
        type=happened.type,
        lines=None if is_whole else pickup_goods.by_sku(moved),
        reason=happened.reason,
        identity_check=happened.identity_check,
        actor=happened.actor,
        details=_promised(order, happened) | dict(was) | dict(happened.details),
        staff_id=happened.staff.id if happened.staff else None,
        occurred_at=happened.occurred_at,
        recorded_at=now,
    )
    session.add(event)
    session.flush()
    return event


def _was(
    order: Order, event: str, before: Mapping[int, str], moved: Sequence[OrderLine]
) -> dict[str, str]:
    """Return in which state the lines were, where others of the same article could be meant.

    Who is told of units of an article then knows of which: ids of lines differ between servers.
    """
    numbers, articles = {line.id for line in moved}, {line.sku for line in moved}
    others = {before[line.id] for line in order.lines if line.sku in articles}
    came = {before[number] for number in numbers}
    is_open = (others - came).intersection(HAPPENINGS[event].lines)
    return {"was": came.pop()} if is_open and len(came) == 1 else {}


def _uid(session: Session, order: Order, happened: Happened) -> str:
    """Return the id of a new event; that goods leave for another shop has one name in both."""
    if order.channel != pickup_goods.TRANSFER or happened.type != "collected":
        return new_uid()
    handed = OrderEvent.order_id == order.id, OrderEvent.type == "collected"
    before = session.scalar(select(func.count(OrderEvent.id)).where(*handed)) or 0
    return pickup_goods.handover_uid(order, before)


def _promised(order: Order, happened: Happened) -> dict[str, Any]:
    """Return by when the shop promises what comes to it, or what it takes on: it knows best."""
    if happened.type not in PROMISING or order.promised_at is None:
        return {}
    return {"promised_at": json_records.write_time(order.promised_at)}
