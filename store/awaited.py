"""What orders await from other shops, as staff look at it: from where, and how far it is there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import proposals
from store.models import Order, OrderLine, Proposal, Store
from store.pickup_goods import TRANSFER


@dataclass(frozen=True, kw_only=True)
class Awaited:
    """An article of an order that comes from another shop.

    `place` names that shop, empty when nobody said from where; `state` is that of the order by
    which it was asked for there, empty when it is not known.
    """

    order_uid: str
    line_id: int
    place: str
    state: str


def list_awaited(session: Session, order_uids: Collection[str]) -> Sequence[Awaited]:
    """Return what these orders await from other shops, by line; three queries, or none."""
    if not order_uids:
        return []
    from_shop = Proposal.choice.startswith(f"{TRANSFER}:")
    query = (
        select(OrderLine.id, Order.uid, Proposal.uid.label("question"), Proposal.choice)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .outerjoin(Proposal, (Proposal.line_id == OrderLine.id) & from_shop)
        .where(Order.uid.in_(list(order_uids)), OrderLine.state == "awaiting_transfer")
        .order_by(OrderLine.id, Proposal.id)
    )
    # the newest answer of each line
    chosen = {row.id: row for row in session.execute(query)}
    names = _names(session, {_shop(row.choice) for row in chosen.values()} - {""})
    asked = {
        row.question: proposals.transfer_uid(row.question)
        for row in chosen.values()
        if row.question
    }
    states = _states(session, asked.values())
    return [
        Awaited(
            order_uid=row.uid,
            line_id=row.id,
            place=names.get(_shop(row.choice), _shop(row.choice)),
            state=states.get(asked.get(row.question, ""), ""),
        )
        for row in chosen.values()
    ]


def _shop(choice: str | None) -> str:
    return (choice or "").partition(":")[2]


def _names(session: Session, codes: Collection[str]) -> dict[str, str]:
    shops = session.scalars(select(Store).where(Store.code.in_(codes)))
    return {shop.code: shop.name for shop in shops}


def _states(session: Session, uids: Collection[str]) -> dict[str, str]:
    rows = session.execute(select(Order.uid, Order.state).where(Order.uid.in_(list(uids))))
    return {row.uid: row.state for row in rows}
