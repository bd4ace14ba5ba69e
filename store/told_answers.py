"""Questions and answers that came from another server: learnt once, honoured once."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import pickup_goods, pickup_telling, products, proposals, stock
from store.errors import AlreadyAnswered, ForbiddenTransition, Invalid, NotEnoughStock, NotFound
from store.models import Order, OrderEvent, OrderLine, Proposal
from store.proposals import ASKED
from store.records import AnswerRecord, OrderEventRecord, OrderRecord


def learn(session: Session, order: Order, record: OrderEventRecord) -> None:
    """Note what the shop that has the goods tells: a question, or that one is settled."""
    uid = str(record.details.get("proposal") or "")
    proposal = session.scalar(select(Proposal).where(Proposal.uid == uid)) if uid else None
    if uid and proposal is None and record.type == ASKED:
        _learn_question(session, order, record, uid)
    elif proposal is not None and record.type != ASKED:
        proposal.settled_at = record.occurred_at
        proposal.choice = str(record.details.get("choice") or proposal.choice)
        proposal.answered_at = proposal.answered_at or record.occurred_at
        order.answers = [one for one in order.answers if one["proposal"] != uid]
    session.flush()


def _learn_question(session: Session, order: Order, record: OrderEventRecord, uid: str) -> None:
    skus = {products.normalise(sku) for sku, _quantity in record.lines or ()}
    missing = [line for line in order.lines if line.state == ASKED and line.sku in skus]
    for line in missing[:1]:
        offered = {name: record.details.get(name, []) for name in ("substitutes", "stores")}
        asked = Proposal(uid=uid, order_id=order.id, line_id=line.id, offered=offered)
        asked.made_at = record.occurred_at
        session.add(asked)


def learn_substitutes(
    session: Session, lines: Sequence[OrderLine], record: OrderEventRecord, *, now: datetime
) -> list[OrderLine]:
    """Let the lines that were substituted elsewhere mean what is given there.

    Returns the lines, one in two where only some of its units were substituted.
    """
    found = list(lines)
    offers = [one for one in record.details.get("substitutes", ()) if one.get("for")]
    for offer in offers:
        names = {one["sku"] for one in offers if one["for"] == offer["for"]}
        of_article = [line for line in found if line.sku == offer["for"]]
        known = [line for line in of_article if line.substitute_sku == offer["sku"]]
        free = [line for line in of_article if line.substitute_sku not in names]
        units = sum(line.quantity for line in of_article)
        left = offer.get("quantity", units) - sum(line.quantity for line in known)
        parts, _wanting = pickup_goods.part_units(session, free, max(0, left))
        for line in parts:
            _substitute(session, line, offer, now=now)
        found += [line for line in parts if line not in found]
    return found


def _substitute(
    session: Session, line: OrderLine, offer: Mapping[str, Any], *, now: datetime
) -> None:
    try:
        proposals.substitute(session, line, offer, now=now, is_promised=True)
    except NotFound:
        _name(session, line, offer, now=now)


def _name(session: Session, line: OrderLine, offer: Mapping[str, Any], *, now: datetime) -> None:
    """Keep what is given by its name, where the catalogue does not have it; it holds nothing."""
    stock.apply(session, pickup_goods.release(line.order, [line], at=now), now=now)
    line.substitute_id, line.substitute_sku = None, offer["sku"]
    line.substitute_label = offer.get("label", offer["sku"])
    line.substitute_price_minor = int(offer["price_minor"])


def honour(
    session: Session, order: Order, answers: Iterable[AnswerRecord], *, now: datetime
) -> None:
    """Act on answers that were given elsewhere, each once; what was settled here meanwhile stays.

    When the chosen substitute or shop has gone by now, the customer is asked anew.
    """
    for told in answers:
        proposal = session.scalar(select(Proposal).where(Proposal.uid == told.proposal))
        if proposal is None or proposal.choice or proposal.order_id != order.id:
            continue
        try:
            with session.begin_nested():
                proposals.answer(session, order.uid, told.proposal, told.choice, now=now)
        except (NotEnoughStock, NotFound):
            proposals.ask_again(session, order.uid, proposal.line.uid, now=now)
        except (AlreadyAnswered, ForbiddenTransition, Invalid):
            continue


# --- heard by the central system --------------------------------------------------------------


def tell_unheard(session: Session, order: Order, record: OrderRecord, *, now: datetime) -> None:
    """Tell again what the customer is asked here, where the central system asks nothing.

    It takes what is asked of an order for another shop's while it lets the order wait there; once
    that is moved back, its own page has to ask too.
    """
    here = _asked_units((line.sku, line.quantity, line.state) for line in order.lines)
    there = _asked_units((line.sku, line.quantity, line.state) for line in record.lines)
    unheard = (here - there).keys()
    if not unheard or not any(line.state for line in record.lines):
        return  # or a system that knows nothing of lines
    open_here = proposals.open_for(session, order)
    asked = {question.uid for question in open_here if question.line.sku in unheard}
    pickup_telling.tell_again(session, order, _asking(session, order, asked), now=now)


def _asked_units(lines: Iterable[tuple[str, int, str]]) -> Counter[str]:
    units: Counter[str] = Counter()
    for sku, quantity, state in lines:
        if state == ASKED:
            units[sku] += quantity
    return units


def _asking(session: Session, order: Order, asked: Collection[str]) -> list[OrderEvent]:
    """Return the events by which questions were asked, the oldest first."""
    of_order = OrderEvent.order_id == order.id, OrderEvent.type == ASKED
    events = session.scalars(select(OrderEvent).where(*of_order).order_by(OrderEvent.id))
    return [event for event in events if event.details.get("proposal") in asked]
