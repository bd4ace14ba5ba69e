"""What a customer can choose when an article is missing, and what comes of the answer.

The shop that has the goods acts on an answer. A server elsewhere, such as the hub that a customer's
phone reaches while the shop's link is cut, keeps the answer until the shop has heard of it.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from store import (
    alternatives,
    changes,
    flows,
    json_records,
    pickup_goods,
    pickup_steps,
    placed_orders,
    stock,
    stores,
)
from store.errors import AlreadyAnswered, Invalid, NotFound
from store.models import Order, OrderLine, Proposal, Staff, Store, Variant, new_uid
from store.pickup_states import OPEN_LINES
from store.pickup_steps import Happened
from store.placed_orders import Placing, Wish

SUBSTITUTES, STORES = 3, 3
_TRANSFERS = uuid.UUID("1aaa4378-09f4-42f6-83cd-2bbc7287a068")
CUSTOMER = "customer"
ASKED = "substitute_proposed"
# the reason of what is cancelled because it was missing
NOT_AVAILABLE = "not_available"
# what comes of each kind of choice
EVENTS = {
    "substitute": "substituted",
    "transfer": "awaiting_transfer",
    "rest": "cancelled",
    "refund": "cancelled",
}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One thing that the customer can choose; `key` is what `answer` takes."""

    key: str  # substitute:SKU | transfer:STORE | rest | refund
    kind: str  # substitute | transfer | rest | refund
    sku: str = ""
    label: str = ""
    price_minor: int = 0  # each; never more than what was ordered costs
    variant: Variant | None = None
    store: Store | None = None


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked about one missing line; `choices` in the order in which they are shown."""

    uid: str
    line: OrderLine
    made_at: datetime
    choices: tuple[Choice, ...]
    answer: str = ""  # given already, and not acted on by the shop yet


# --- asked ------------------------------------------------------------------------------------


def propose(
    session: Session,
    order_uid: str,
    line_uid: str,
    *,
    staff: Staff | None,
    now: datetime,
    trust: stock.Trust | None = None,
) -> Proposal:
    """Ask the customer about a missing line: up to three substitutes and three other shops.

    Substitutes have enough free units here and never cost more than what was ordered. `trust`
    says which figures of other shops are believed; by default those that the central system has
    told, or could have changed, lately.
    Raises NotFound, or a ForbiddenTransition when the line is not missing (any more).
    """
    order = pickup_steps.get_locked(session, order_uid)
    line = pickup_steps.get_line(order, line_uid)
    trust = trust or stock.Trust(heard_at=flows.heard_at(session))
    offered: dict[str, Any] = {
        "substitutes": [_offer(line, one) for one in _substitutes(session, order, line)],
        "stores": _other_stores(session, order, line, now=now, trust=trust),
    }
    proposal = Proposal(
        uid=new_uid(), order_id=order.id, line_id=line.id, made_at=now, offered=offered
    )
    session.add(proposal)
    happened = Happened(
        type=ASKED,
        occurred_at=now,
        staff=staff,
        by="" if staff else "system",
        details={"proposal": proposal.uid, **offered},
    )
    pickup_steps.happen(session, order, happened, lines=[line], now=now, tells=True)
    return proposal


def _substitutes(session: Session, order: Order, line: OrderLine) -> Sequence[Variant]:
    if line.variant is None:
        return []
    return alternatives.substitutes(
        session,
        line.variant,
        store_id=order.store_id,
        units=line.quantity,
        at_most_minor=line.unit_price_minor or line.variant.price_minor,
        limit=SUBSTITUTES,
    )


def _offer(line: OrderLine, variant: Variant) -> dict[str, Any]:
    return {
        "for": line.sku,
        "sku": variant.sku,
        "label": variant.product.name,
        "price_minor": variant.price_minor,
    }


def _other_stores(
    session: Session, order: Order, line: OrderLine, *, now: datetime, trust: stock.Trust
) -> list[str]:
    """Return the codes of the nearest shops that have enough."""
    if line.goods_id is None:
        return []
    near = stock.list_elsewhere(
        session, line.goods_id, store=order.store, now=now, trust=trust, only_in_stock=True
    )
    enough = [one.store.code for one in near if one.figure.available >= line.quantity]
    return enough[:STORES]


def open_for(session: Session, order: Order) -> Sequence[Question]:
    """Return what the customer of an order is asked and has not answered, the oldest first."""
    return [_question(session, order, one) for one in _asked(session, order) if not one.choice]


def answered_for(session: Session, order: Order) -> Sequence[Question]:
    """Return what was answered here and waits for the shop to act on it, the oldest first."""
    return [_question(session, order, one) for one in _asked(session, order) if one.choice]


def _asked(session: Session, order: Order) -> Sequence[Proposal]:
    query = (
        select(Proposal)
        .join(Proposal.line)
        .where(Proposal.order_id == order.id, Proposal.settled_at.is_(None))
        .where(OrderLine.state == ASKED)
        .options(joinedload(Proposal.line))
    )
    return session.scalars(query.order_by(Proposal.id)).all()


def _question(session: Session, order: Order, proposal: Proposal) -> Question:
    line = proposal.line
    choices = [*_substitute_choices(session, proposal), *_store_choices(session, proposal)]
    if any(other is not line and other.state in OPEN_LINES for other in order.lines):
        choices.append(Choice(key="rest", kind="rest"))
    choices.append(Choice(key="refund", kind="refund"))
    return Question(
        uid=proposal.uid,
        line=line,
        made_at=proposal.made_at,
        choices=tuple(choices),
        answer=proposal.choice,
    )


def _substitute_choices(session: Session, proposal: Proposal) -> list[Choice]:
    offers = proposal.offered.get("substitutes", ())
    skus = [one["sku"] for one in offers]
    query = select(Variant).where(Variant.sku.in_(skus)).options(joinedload(Variant.product))
    known = {one.sku: one for one in session.scalars(query)} if skus else {}
    return [
        Choice(
            key=f"substitute:{one['sku']}",
            kind="substitute",
            sku=one["sku"],
            label=one.get("label", ""),
            price_minor=int(one["price_minor"]),
            variant=known.get(one["sku"]),
        )
        for one in offers
    ]


def _store_choices(session: Session, proposal: Proposal) -> list[Choice]:
    found = [stores.find_by_code(session, code) for code in proposal.offered.get("stores", ())]
    return [
        Choice(key=f"transfer:{place.code}", kind="transfer", label=place.name, store=place)
        for place in found
        if place is not None
    ]


# --- answered ---------------------------------------------------------------------------------


def answer(
    session: Session,
    order_uid: str,
    line_uid: str,
    choice: str,
    *,
    by: str = CUSTOMER,
    staff: Staff | None = None,
    is_ours: bool = True,
    now: datetime,
) -> Order:
    """Do what the customer chose: "substitute:SKU", "transfer:STORE", "rest" or "refund".

    `line_uid` is the line's, or better the uid of the question: a line that is substituted gets
    another uid. `staff` is given when somebody answers on their behalf. Where another server has
    the goods (`is_ours` is False) the answer is kept for it. The same answer again changes nothing.

    Raises NotFound; Invalid for what was not offered; NotEnoughStock when the substitute has gone
    meanwhile; AlreadyAnswered; a ForbiddenTransition.
    """
    order = pickup_steps.get_locked(session, order_uid)
    proposal = _latest(session, order, line_uid)
    if choice and proposal.choice == choice:
        return order
    if proposal.choice or proposal.settled_at or proposal.line.state != ASKED:
        raise AlreadyAnswered(choice=proposal.choice, at=proposal.answered_at)
    if choice not in {one.key for one in _question(session, order, proposal).choices}:
        raise Invalid(field="choice", problem="unknown")
    proposal.choice, proposal.answered_at = choice, now
    proposal.answered_by = staff.code if staff else by
    if is_ours:
        _settle(session, order, proposal, _told(proposal, staff=staff, now=now), now=now)
    else:
        kept = {"proposal": proposal.uid, "choice": choice, "at": json_records.write_time(now)}
        order.answers = [*order.answers, kept]
    session.flush()
    changes.record(session, "orders", order.uid, now=now)
    return order


def _told(proposal: Proposal, *, staff: Staff | None, now: datetime) -> Happened:
    return Happened(
        type="",
        occurred_at=now,
        staff=staff,
        by="" if staff else CUSTOMER,
        details={"proposal": proposal.uid, "choice": proposal.choice},
    )


def _settle(
    session: Session, order: Order, proposal: Proposal, told: Happened, *, now: datetime
) -> None:
    """Let happen what was chosen; the line and its hold follow."""
    kind, _, key = proposal.choice.partition(":")
    line, proposal.settled_at = proposal.line, now
    details = dict(told.details)
    if kind == "substitute":
        offer = next(one for one in proposal.offered["substitutes"] if one["sku"] == key)
        substitute(session, line, offer, now=now)
        details["substitutes"] = [offer]
    elif kind == "transfer":
        details["from"] = key
    happened = replace(told, type=EVENTS[kind], details=details)
    if happened.type == "cancelled":
        happened = replace(happened, reason=NOT_AVAILABLE)
    lines = None if kind == "refund" else [line]
    pickup_steps.happen(session, order, happened, lines=lines, now=now, tells=True)
    if kind == "transfer":
        _ask_for(session, order, proposal, stores.get_by_code(session, key), now=now)


def substitute(
    session: Session,
    line: OrderLine,
    offer: Mapping[str, Any],
    *,
    now: datetime,
    is_promised: bool = False,
) -> None:
    """Let a line mean the article of an offer ({"sku", "price_minor"}), and hold that instead.

    Raises NotFound for an unknown article, NotEnoughStock unless another server has promised it.
    """
    variant = session.scalar(select(Variant).where(Variant.sku == offer["sku"]))
    if variant is None:
        raise NotFound(kind="product", key=offer["sku"])
    price_minor = int(offer["price_minor"])
    pickup_goods.substitute(
        session, line, variant, price_minor=price_minor, now=now, is_promised=is_promised
    )


def transfer_uid(proposal_uid: str) -> str:
    """Return the uid of the order by which the answer to a question asks another shop."""
    return str(uuid.uuid5(_TRANSFERS, proposal_uid))


def _ask_for(
    session: Session, order: Order, proposal: Proposal, elsewhere: Store, *, now: datetime
) -> None:
    """Let the other shop prepare what is missing here, as an order of ours."""
    line = proposal.line
    goods = line.goods
    if goods is None:
        return
    placing = Placing(
        wishes=[Wish(variant=goods, quantity=line.quantity)],
        own=order.store,
        store=elsewhere,
        channel=pickup_goods.TRANSFER,
        uid=transfer_uid(proposal.uid),
        name=order.store.name,
        paid=True,
    )
    placed_orders.place(session, placing, now=now)


# --- taken back -------------------------------------------------------------------------------


def ask_again(
    session: Session,
    order_uid: str,
    line_uid: str,
    *,
    now: datetime,
    trust: stock.Trust | None = None,
) -> Proposal:
    """Take a question back and ask anew, with what is there by now; `trust` as in `propose`."""
    withdraw(session, order_uid, line_uid, now=now)
    return propose(session, order_uid, line_uid, staff=None, now=now, trust=trust)


def withdraw(
    session: Session, order_uid: str, line_uid: str, *, staff: Staff | None = None, now: datetime
) -> Order:
    """Take a question back: the line is missing, and nobody is asked about it.

    Raises NotFound; a ForbiddenTransition when it is not asked (any more).
    """
    order = pickup_steps.get_locked(session, order_uid)
    proposal = _latest(session, order, line_uid)
    happened = Happened(
        type="substitute_refused",
        occurred_at=now,
        staff=staff,
        by="" if staff else CUSTOMER,
        details={"proposal": proposal.uid},
    )
    pickup_steps.happen(session, order, happened, lines=[proposal.line], now=now, tells=True)
    proposal.settled_at = now
    session.flush()
    return order


def _latest(session: Session, order: Order, uid: str) -> Proposal:
    """Return the newest question by its own uid or by that of its line."""
    query = (
        select(Proposal)
        .join(Proposal.line)
        .where(Proposal.order_id == order.id, (Proposal.uid == uid) | (OrderLine.uid == uid))
        .options(contains_eager(Proposal.line))
    )
    found = session.scalar(query.order_by(Proposal.id.desc()).limit(1))
    if found is None:
        raise NotFound(kind="proposal", key=uid)
    return found
