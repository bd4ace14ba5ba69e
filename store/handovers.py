"""Goods in a customer's hands: what was given to whom, what was not, and how it is undone.

One act, one transaction: all that becomes of the lines at the counter is written together, or
nothing is. The lines move by a conditional UPDATE, so that of two tablets one is first.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from store import (
    audit,
    delegates,
    pickup_goods,
    pickup_steps,
    proposals,
    receipts,
    shelf_checks,
    stock,
    web_returns,
)
from store.errors import Invalid, NotReversible
from store.models import Delegate, Device, Order, OrderEvent, OrderLine, Signature, Staff
from store.pickup_goods import DAMAGED
from store.pickup_states import PREPARED
from store.pickup_steps import Happened
from store.receipts import Standing

CHECKS = ("qr", "code", "card", "known", "document")
# what becomes of units that are not given, and the event that says so
LATER, MISSING = "later", "missing"
RESTS: Mapping[str, str] = {
    LATER: "",
    "changed_mind": "refused",
    "not_suitable": "refused",
    DAMAGED: "refused",
    MISSING: "short",
}
REVERSALS = ("wrong_order", "wrong_customer", "not_given", "other")
LONGEST_TICKET = 40
MOST_SUBSTITUTES = 20  # that one event tells, see store/web/api/event_schemas.py
LONGEST_SIGNATURE = 20_000
SIGNATURE = re.compile(r"M\d{1,3} \d{1,3}(?:[ML]\d{1,3} \d{1,3})+", re.ASCII)
SIGNATURES_KEPT = timedelta(days=365)
_TICKET = re.compile(r"[0-9A-Za-z][0-9A-Za-z /.\-]*", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What becomes of a line: so many units are given (None: all), the `rest` is one of RESTS."""

    given: int | None = None
    rest: str = LATER


@dataclass(frozen=True, kw_only=True)
class Handing:
    """How goods are handed over: the lines by their uid, and what was checked and written down.

    `check` is one of CHECKS, never what was read on a document. `delegate_code` is what somebody
    else showed who collects. `till_ticket` closes an order that is paid in the shop. `signature`
    is the path of an SVG of 600 by 200, or empty.
    """

    lines: Mapping[str, Outcome]
    check: str
    delegate_code: str = ""
    till_ticket: str = ""
    signature: str = ""


@dataclass
class _Parts:
    """The units of an order by what becomes of them."""

    given: list[OrderLine] = field(default_factory=list)
    others: dict[str, list[OrderLine]] = field(default_factory=dict)


def give(
    session: Session,
    order_uid: str,
    handing: Handing,
    *,
    staff: Staff | None,
    now: datetime,
    trust: stock.Trust | None = None,
) -> Order:
    """Give goods to the customer, once; what is left for later stays to be collected.

    The customer is asked about what is nowhere to be found, as when it is missed while preparing;
    `trust` says which figures of other shops are believed then.

    Raises NotFound; Invalid for no line, a line of another order, a number of units, an unknown
    check, delegate or rest, a missing till ticket or a drawing that is none; DelegateGone;
    AlreadyCollected when somebody was quicker; OrderCancelled, OrderExpired, NotReady or
    ForbiddenTransition.
    """
    if handing.check not in CHECKS:
        raise Invalid(field="check", problem="unknown")
    order = pickup_steps.get_locked(session, order_uid)
    pickup_steps.require(order, "collected")
    parts = _part(session, order, handing)
    if parts.given:
        _collect(session, order, handing, parts.given, staff=staff, now=now)
    for rest, lines in parts.others.items():
        _keep_back(session, order, rest, lines, staff=staff, now=now)
    for line in parts.others.get(MISSING, ()):
        proposals.propose(session, order.uid, line.uid, staff=staff, now=now, trust=trust)
    return order


def needs_ticket(order: Order) -> bool:
    """Tell whether what is left of the goods is still to be paid in the shop."""
    return not order.paid


def reverse(
    session: Session,
    order_uid: str,
    *,
    reason: str,
    staff: Staff,
    handover: str = "",
    device: Device | None = None,
    now: datetime,
) -> Order:
    """Undo the last handover of an order whose goods are back at the counter; it waits again.

    What was given before it stays with the customer. `staff` is a manager; `reason` one of
    REVERSALS; `handover` the uid of the event that is meant, empty for the last one whichever it
    is. The audit keeps it.

    Raises NotFound; Invalid for the reason; NotAllowed for another role; NotReversible when goods
    of it were taken back as a return, or `handover` is not the last by now; ForbiddenTransition.
    """
    if reason not in REVERSALS:
        raise Invalid(field="reason", problem="unknown")
    order = pickup_steps.get_locked(session, order_uid)
    if web_returns.list_returned(session, order):
        raise _not_reversible(order, "returned")
    standing = receipts.list_standing(session, order)
    if handover and handover not in [one.event.uid for one in standing[-1:]]:
        raise _not_reversible(order, "not_last")
    tickets = [one.event.details.get("till_ticket", "") for one in standing[:-1]]
    paid_by = [ticket for ticket in tickets if ticket]
    given = _lines_of(session, order, standing[-1]) if standing else None
    paid = {"till_ticket": paid_by[-1]} if paid_by else {}
    happened = Happened(
        type="handover_reversed",
        occurred_at=now,
        reason=reason,
        staff=staff,
        details=paid | _in_place(given or ()),
    )
    pickup_steps.happen(session, order, happened, lines=given, now=now, tells=True)
    audit.write(
        session,
        "pickup.reversed",
        now=now,
        staff=staff,
        device=device,
        subject_kind="order",
        subject_uid=order.uid,
        reason=reason,
    )
    return order


def _not_reversible(order: Order, why: str) -> NotReversible:
    return NotReversible(**pickup_steps.facts_of(order, "handover_reversed"), why=why)


def _lines_of(session: Session, order: Order, handover: Standing) -> list[OrderLine]:
    """Return the lines that a handover gave and that were not undone since."""
    collected = [line for line in reversed(order.lines) if line.state == "collected"]
    collected.sort(key=lambda line: line.substitute_sku != "")  # what was given so is told
    in_place = handover.event.details.get("substitutes", ())
    given: list[OrderLine] = []
    for sku, units in handover.units.items():
        of_article = [line for line in collected if line.sku == sku]
        told = [one for one in in_place if one.get("for") == sku]
        given += pickup_goods.part_goods(session, of_article, units, told)[0]
    return given


@dataclass(frozen=True, kw_only=True)
class Handover:
    """The last handover of an order: the event, who signed, and the delegate who came."""

    event: OrderEvent
    by: str  # the first name of the assistant
    strokes: str
    delegate: Delegate | None


def find_last(session: Session, order: Order) -> Handover | None:
    """Return the last handover of an order that was not undone, None when there is none."""
    standing = receipts.list_standing(session, order)
    if not standing:
        return None
    event = standing[-1].event
    by = session.get(Staff, event.staff_id) if event.staff_id else None
    signature = session.get(Signature, event.uid)
    came = event.details.get("collected_by") == "delegate"
    return Handover(
        event=event,
        by=by.name.partition(" ")[0] if by else "",
        strokes=signature.strokes if signature else "",
        delegate=delegates.find_user(session, order) if came else None,
    )


@dataclass(frozen=True, kw_only=True)
class Given:
    """When goods of an order were last given, and the first name of who did, or empty."""

    at: datetime
    by: str


def list_given(session: Session, orders: Collection[Order]) -> dict[int, Given]:
    """Return when and by whom the last handover of each order was that stands; two queries.

    By the number of the order, without those of which nothing is with the customer.
    """
    standing = receipts.list_all_standing(session, orders)
    last = {number: found[-1].event for number, found in standing.items() if found}
    numbers = {event.staff_id for event in last.values()}
    known = session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(numbers)))
    names: dict[int | None, str] = {number: name.partition(" ")[0] for number, name in known}
    return {
        number: Given(at=event.occurred_at, by=names.get(event.staff_id, ""))
        for number, event in last.items()
    }


def forget_signatures(session: Session, *, before: datetime) -> None:
    """Drop what was signed before that moment."""
    session.execute(delete(Signature).where(Signature.signed_at < before))


# --- the parts --------------------------------------------------------------------------------


def _part(session: Session, order: Order, handing: Handing) -> _Parts:
    """Divide the lines by what becomes of their units, a line in two where it must be."""
    lines = {line.uid: line for line in order.lines}
    if set(handing.lines) - set(lines):
        raise Invalid(field="lines", problem="unknown")
    parts = _Parts()
    for uid, outcome in handing.lines.items():
        given, rest = _units(session, lines[uid], outcome)
        parts.given += given
        if outcome.rest != LATER and rest:
            parts.others.setdefault(outcome.rest, []).extend(rest)
    if not parts.given and not parts.others:
        raise Invalid(field="lines", problem="empty")
    return parts


def _units(
    session: Session, line: OrderLine, outcome: Outcome
) -> tuple[list[OrderLine], list[OrderLine]]:
    given = line.quantity if outcome.given is None else outcome.given
    if outcome.rest not in RESTS:
        raise Invalid(field="rest", problem="unknown")
    if not 0 <= given <= line.quantity:
        raise Invalid(field="quantity", problem="out_of_range")
    if given == line.quantity:
        return [line], []
    if given == 0:
        return [], [line]
    if line.state not in PREPARED:
        return [line], []  # let the event say who was quicker
    rest = pickup_goods.split(session, line, line.quantity - given)
    return [line], [rest]


def _collect(
    session: Session,
    order: Order,
    handing: Handing,
    lines: Collection[OrderLine],
    *,
    staff: Staff | None,
    now: datetime,
) -> None:
    event = pickup_steps.happen(
        session,
        order,
        Happened(
            type="collected",
            occurred_at=now,
            identity_check=handing.check,
            staff=staff,
            details=_details(session, order, handing, now) | _in_place(lines),
        ),
        lines=lines,
        now=now,
        tells=True,
    )
    if handing.signature:
        session.add(
            Signature(
                event_uid=event.uid, order_id=order.id, strokes=handing.signature, signed_at=now
            )
        )
        session.flush()


def _details(session: Session, order: Order, handing: Handing, now: datetime) -> dict[str, Any]:
    """Return what the event says beside its type; nothing of a person but how they came."""
    details: dict[str, Any] = {}
    if needs_ticket(order):
        details["till_ticket"] = _ticket(handing.till_ticket)
    if handing.signature:
        _require_drawing(handing.signature)
        details["signed"] = True
    if handing.delegate_code:
        delegates.use(session, handing.delegate_code, order=order, now=now)
        details["collected_by"] = "delegate"
    return details


def _in_place(lines: Collection[OrderLine]) -> dict[str, Any]:
    """Return what is in place of what was ordered, for who has not heard of it."""
    found = pickup_goods.substitutes_of(lines)[:MOST_SUBSTITUTES]
    return {"substitutes": found} if found else {}


def _keep_back(
    session: Session,
    order: Order,
    rest: str,
    lines: list[OrderLine],
    *,
    staff: Staff | None,
    now: datetime,
) -> None:
    """Note that units were refused, were damaged or are nowhere to be found."""
    condition = {"condition": DAMAGED} if rest == DAMAGED else {}
    happened = Happened(
        type=RESTS[rest],
        occurred_at=now,
        reason=rest,
        staff=staff,
        details=condition | (_in_place(lines) if RESTS[rest] == "refused" else {}),
    )
    pickup_steps.happen(session, order, happened, lines=lines, now=now, tells=True)
    for line in lines if rest == MISSING else ():
        if line.goods_id is not None:
            shelf_checks.ask(
                session,
                line.goods_id,
                store_id=order.store_id,
                reason="doubt",
                staff=staff,
                now=now,
            )


def _ticket(typed: str) -> str:
    ticket = " ".join(typed.split()).upper()
    if not ticket:
        raise Invalid(field="till_ticket", problem="empty")
    if len(ticket) > LONGEST_TICKET or not _TICKET.fullmatch(ticket):
        raise Invalid(field="till_ticket", problem="malformed")
    return ticket


def _require_drawing(strokes: str) -> None:
    if len(strokes) > LONGEST_SIGNATURE or not SIGNATURE.fullmatch(strokes):
        raise Invalid(field="signature", problem="malformed")
