"""Goods that another shop is asked for: its order there, and the line that waits for it here.

Either may end without the other: the customer's order is cancelled, or the other shop has nothing
after all. A look now and then brings them together, whatever happened and on which server. What was
sent comes all the same (see store/incoming.py).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import pickup_steps, placed_orders, proposals
from store.errors import ForbiddenTransition
from store.models import Order, OrderLine, Proposal, Store
from store.pickup_goods import TRANSFER
from store.pickup_states import AT_COUNTER, OPEN, TO_PREPARE
from store.pickup_steps import Happened

COME = ("arrived", "collected", "refused")  # lines whose goods have been here
NOT_SENT = "not_sent"  # why a line lacks that another shop was to send
NOT_WANTED = "not_wanted"  # why another shop need not send anything


@dataclass(frozen=True, kw_only=True)
class Adrift:
    """Lines (order uid, line uid) that wait in vain, and orders elsewhere for which none waits."""

    lines: Sequence[tuple[str, str]]
    orders: Sequence[str]


def find_adrift(session: Session, own: Store) -> Adrift:
    """Return what of the shop's transfers has lost its other half; three queries at most."""
    asked = Order.channel == TRANSFER, Order.source == placed_orders.source_of(own)
    open_ones = session.execute(
        select(Order.uid, Order.placed_at).where(*asked, Order.state.in_(OPEN))
    )
    placed = {row.uid: row.placed_at for row in open_ones}
    waiting = _waiting(session, own, since=min(placed.values(), default=None))
    awaited = {uid: line for uid, line in waiting.items() if line is not None}
    ended = _ended(session, awaited.keys() - placed.keys())
    return Adrift(
        lines=[awaited[uid] for uid in awaited if uid in ended],
        orders=[uid for uid in placed if uid not in waiting],
    )


def _waiting(
    session: Session, own: Store, *, since: datetime | None
) -> Mapping[str, tuple[str, str] | None]:
    """Return the lines that wait for another shop, by the uid of what it was asked for.

    With them, as None, what has come of what was asked for `since` then.
    """
    awaits = (OrderLine.state == "awaiting_transfer") & Order.state.in_(OPEN)
    of_interest = awaits
    if since is not None:
        of_interest = awaits | (OrderLine.state.in_(COME) & (Proposal.answered_at >= since))
    query = (
        select(Proposal.uid, Order.uid, OrderLine.uid, OrderLine.state)
        .join(Proposal.line)
        .join(OrderLine.order)
        .where(Order.store_id == own.id, Proposal.choice.startswith("transfer:"))
        .where(of_interest)
        .order_by(Proposal.id)
    )
    latest = {line: (uid, order, state) for uid, order, line, state in session.execute(query)}
    return {
        proposals.transfer_uid(uid): None if state in COME else (order, line)
        for line, (uid, order, state) in latest.items()
    }


def _ended(session: Session, uids: Collection[str]) -> set[str]:
    """Return which of some orders came to nothing."""
    if not uids:
        return set()
    query = select(Order.uid).where(Order.uid.in_(uids), Order.state.in_(("cancelled", "expired")))
    return set(session.scalars(query))


def give_up(session: Session, order_uid: str, line_uid: str, *, now: datetime) -> None:
    """Note that the other shop sends nothing: the line is missing, and the customer asked anew."""
    order = pickup_steps.get_locked(session, order_uid)
    line = next((line for line in order.lines if line.uid == line_uid), None)
    if line is None or line.state != "awaiting_transfer":
        return
    lacking = Happened(type="short", occurred_at=now, reason=NOT_SENT, by="system")
    pickup_steps.happen(session, order, lacking, lines=[line], now=now, tells=True)
    if order.state in TO_PREPARE | AT_COUNTER:
        proposals.propose(session, order_uid, line_uid, staff=None, now=now)


def call_off(session: Session, order_uid: str, *, now: datetime) -> None:
    """Tell the other shop that nobody waits for its goods any more."""
    order = pickup_steps.get_locked(session, order_uid)
    over = Happened(type="cancelled", occurred_at=now, reason=NOT_WANTED, by="system")
    try:
        pickup_steps.happen(session, order, over, now=now, tells=True)
    except ForbiddenTransition:
        return  # it was sent or ended meanwhile
