"""Questions about missing articles that a customer leaves unanswered: the shop has to decide.

The question stays open, and what the customer answers late, or elsewhere during an outage, counts.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from store import changes
from store.database import affected, take_turn
from store.message_states import UNANSWERED
from store.models import CustomerMessage, Order, OrderLine, Proposal, Store
from store.proposals import ASKED

HEARD = ("sent", "delivered")


def list_overdue(
    session: Session, own: Store, *, within: timedelta, now: datetime
) -> Sequence[str]:
    """Return the uids of the messages that ask, and whose answer did not come in time."""
    still_asked = (
        select(Proposal.id)
        .join(OrderLine, OrderLine.id == Proposal.line_id)
        .where(Proposal.order_id == CustomerMessage.order_id, Proposal.choice == "")
        .where(Proposal.settled_at.is_(None), OrderLine.state == ASKED)
        .where(Proposal.made_at <= CustomerMessage.created_at)
    )
    query = (
        select(CustomerMessage.uid)
        .join(Order, Order.id == CustomerMessage.order_id)
        .where(Order.store_id == own.id, Order.state == "problem")
        .where(CustomerMessage.kind == "substitution", CustomerMessage.state.in_(HEARD))
        .where(CustomerMessage.created_at < now - within, still_asked.exists())
    )
    return session.scalars(query.order_by(CustomerMessage.id)).all()


def ask_to_decide(session: Session, uid: str, *, now: datetime) -> bool:
    """Put a question among the messages that somebody has to look at; tell whether it was new."""
    take_turn(session, changes.TURN)
    heard = CustomerMessage.uid == uid, CustomerMessage.state.in_(HEARD)
    asks = update(CustomerMessage).where(*heard).values(state=UNANSWERED, handled_at=None)
    is_first = affected(session, asks) == 1
    about = session.scalar(
        select(Order.uid).join(CustomerMessage).where(CustomerMessage.uid == uid)
    )
    if is_first and about is not None:
        changes.record(session, "orders", about, now=now)
    return is_first
