"""What was given of an order elsewhere, line by line, as the feed tells it."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import pickup_facts, pickup_goods, pickup_steps, stock
from store.models import Order, OrderEvent, OrderLine, Variant
from store.pickup_states import (
    CANCELLED,
    COLLECTABLE,
    COLLECTED,
    HAPPENINGS,
    OPEN_LINES,
    OVER_FOR_NOW,
    PREPARED,
    UNDONE,
    UNPREPARED,
)
from store.pickup_steps import Happened
from store.records import OrderEventRecord, OrderLineRecord, OrderRecord

# what its shop tells of an order only while that is kept there: of goods, or before they leave
DECIDED = (COLLECTED, "refused")
EXPECTED = ("arrived", "extended")
KEPT_FOR = DECIDED + EXPECTED
OVER = (COLLECTED, "refused", CANCELLED)
Given = tuple[OrderLine, Mapping[str, Any]]  # a line, and the article in its place
Goods = tuple[str, str]  # an article, and the one given in its place or nothing
Key = TypeVar("Key")


def begin(session: Session, order: Order, record: OrderRecord) -> None:
    """Let the lines of a new order be as far as its source says; its state is taken already."""
    for line, told in zip(order.lines, record.lines, strict=True):
        if told.state in OVER:
            line.state = told.state
        _name(session, line, told.substitute)


def learn(session: Session, order: Order, record: OrderRecord, *, now: datetime) -> None:
    """Let what the source says was collected be so here; what was not given is over with it.

    A source that says nothing of lines means all of them, once the order is collected.
    """
    at = happened_at(record, now=now)
    if not any(line.state for line in record.lines):
        lines: list[OrderLine] | None = None if record.state == COLLECTED else []
        _happen(session, order, COLLECTED, lines, at=at, now=now)
    else:
        given = _lines(session, order, record)
        _happen(session, order, COLLECTED, [line for line, _substitute in given], at=at, now=now)
        for line, substitute in given:
            _name(session, line, substitute)
        if record.state == COLLECTED:
            _close(session, order, record, at=at, now=now)
    if order.state == COLLECTED:
        pickup_facts.end_arrival(order, at=record.state_at)


def happened_at(record: OrderRecord, *, now: datetime) -> datetime:
    """Return since when an order is as its source tells, as far as that says so."""
    return min(record.state_at or now, now)


def can_happen(order: Order, event: str) -> bool:
    """Tell whether an event of the source can be so here: it concerns nothing when all lacks."""
    rules = HAPPENINGS[event]
    concerned = [line for line in order.lines if line.state in rules.lines]
    return order.state in rules.orders and bool(concerned or not rules.lines)


def can_end(order: Order, record: OrderRecord) -> bool:
    """Tell whether an order can be over here, of which nothing is left that could be given.

    Its source says so line by line, and what lacks is not wanted any more.
    """
    is_told = any(line.state for line in record.lines)
    return is_told and record.state == COLLECTED and order.state in COLLECTABLE


def has_more(order: Order, record: OrderRecord) -> bool:
    """Tell whether more units have left the shop than is known here."""
    return bool(_told(record) - _known(order))


def follow(session: Session, order: Order, record: OrderRecord, *, now: datetime) -> None:
    """Keep again here what another shop keeps again, undo what was undone, believe what left.

    What a shop is sent by another one has left, whatever that one has said so far.
    """
    if not any(line.state for line in record.lines):
        return
    is_kept = record.state not in ("expired", CANCELLED) or has_more(order, record)
    if is_kept:
        keep_again(session, order, now=now)
    if order.state in (CANCELLED, COLLECTED):
        believe(session, order, record, now=now)
    undone = _known(order) - _told(record)
    if undone and order.channel != pickup_goods.TRANSFER and can_happen(order, UNDONE):
        lines = _last_given(session, order, undone, told=_goods_told(record))
        _happen(session, order, UNDONE, lines, at=happened_at(record, now=now), now=now)


def keep_again(session: Session, order: Order, *, now: datetime, reason: str = "") -> None:
    """Let an order that has expired here be kept again, as where it waits.

    `reason` is what its shop tells of it.
    """
    if order.state in OVER_FOR_NOW:
        extensions = order.extensions
        _happen(session, order, "reopened", None, at=now, now=now, reason=reason)
        order.extensions = extensions  # they are counted where it waits


def has_ended_since(session: Session, order: Order, record: OrderEventRecord) -> bool:
    """Tell whether a shop that expected a customer has let the order expire by itself since."""
    if order.state not in OVER_FOR_NOW or record.type not in EXPECTED:
        return False
    later = OrderEvent.type == "expired", OrderEvent.occurred_at >= record.occurred_at
    query = select(OrderEvent.details).where(OrderEvent.order_id == order.id, *later)
    place = record.details.get("store")
    return any(told.get("store") == place for told in session.scalars(query))


def end_again(session: Session, order: Order, *, now: datetime) -> None:
    """Let an order expire after all that was only kept again while its customer stood there.

    Their shop puts it off, or opens it again, if it means to keep it.
    """
    steps = OrderEvent.type.in_(("reopened", "extended", *DECIDED))
    of_order = select(OrderEvent.reason).where(OrderEvent.order_id == order.id, steps)
    query = of_order.order_by(OrderEvent.id.desc()).limit(1)
    if session.scalar(query) == "arrived" and can_happen(order, "expired"):
        _happen(session, order, "expired", None, at=now, now=now)


def believe(session: Session, order: Order, record: OrderRecord, *, now: datetime) -> None:
    """Let goods have left that were cancelled here meanwhile, or not prepared: who gave them knows.

    What lies prepared leaves by its event, see `learn`.
    """
    given: list[Given] = []
    for told, units in _unknown(order, record.lines):
        others = [line for line in order.lines if _may_have_left(line, told.sku)]
        for line in pickup_goods.part_units(session, others, units)[0]:
            if line.state in UNPREPARED:
                stock.apply(session, pickup_goods.release(order, [line], at=now), now=now)
            line.state, line.reason = COLLECTED, ""
            given.append((line, told.substitute))
    for line, substitute in given:
        _name(session, line, substitute)
    if given:
        happened = Happened(type=COLLECTED, occurred_at=happened_at(record, now=now))
        pickup_steps.settle(session, order, happened, now=now)


def _may_have_left(line: OrderLine, sku: str) -> bool:
    return line.sku == sku and line.state in UNPREPARED | {CANCELLED}


def _told(record: OrderRecord) -> Counter[str]:
    units: Counter[str] = Counter()
    for line in record.lines:
        if line.state == COLLECTED:
            units[line.sku] += line.quantity
    return units


def _known(order: Order) -> Counter[str]:
    units: Counter[str] = Counter()
    for line in order.lines:
        if line.state == COLLECTED:
            units[line.sku] += line.quantity
    return units


def _last_given(
    session: Session, order: Order, units: Mapping[str, int], *, told: Counter[Goods]
) -> list[OrderLine]:
    """Return the lines of so many units that were given, the last ones first.

    Of equal lines those of goods that are not `told` any more.
    """
    gone = _goods_known(order) - told
    given = [line for line in reversed(order.lines) if line.state == COLLECTED]
    found: list[OrderLine] = []
    for sku, quantity in units.items():
        of_article = [line for line in given if line.sku == sku]
        first = [{"sku": other, "quantity": n} for (of, other), n in gone.items() if of == sku]
        found += pickup_goods.part_goods(session, of_article, quantity, first)[0]
    return found


def _goods_known(order: Order) -> Counter[Goods]:
    known = Counter[Goods]()
    for line in order.lines:
        if line.state == COLLECTED:
            known[line.sku, line.substitute_sku] += line.quantity
    return known


def _goods_told(record: OrderRecord) -> Counter[Goods]:
    told = Counter[Goods]()
    for line in record.lines:
        if line.state == COLLECTED:
            told[line.sku, line.substitute.get("sku", "")] += line.quantity
    return told


def _lines(session: Session, order: Order, record: OrderRecord) -> list[Given]:
    """Return the lines of the units that were given and that are not so here yet."""
    found: list[Given] = []
    for one, units in _unknown(order, record.lines):
        taken = [line for line, _substitute in found]
        same = [line for line in order.lines if line.sku == one.sku and line not in taken]
        free = [line for line in same if line.state in PREPARED]
        parts, _wanting = pickup_goods.part_units(session, free, units)
        found += [(part, one.substitute) for part in parts]
    return found


def _unknown(order: Order, told: Collection[OrderLineRecord]) -> list[tuple[OrderLineRecord, int]]:
    """Return the lines that were given, each with how many of its units are not known here yet.

    Of equal lines, those of which the same was given in place of the article are the same.
    """
    known = _goods_known(order)
    left: list[tuple[OrderLineRecord, int]] = []
    for one in told:
        if one.state == COLLECTED:
            same = one.sku, one.substitute.get("sku", "")
            left.append((one, one.quantity - _take(known, same, one.quantity)))
    others = Counter[str]()
    for (sku, _substitute), units in known.items():
        others[sku] += units
    return [(one, units - _take(others, one.sku, units)) for one, units in left]


def _take(units: Counter[Key], key: Key, most: int) -> int:
    """Take up to so many units out of a count, and return how many."""
    taken = min(units[key], most)
    units[key] -= taken
    return taken


def _happen(
    session: Session,
    order: Order,
    event: str,
    lines: list[OrderLine] | None,
    *,
    at: datetime,
    now: datetime,
    reason: str = "",
) -> None:
    if lines is None or lines:
        happened = Happened(type=event, occurred_at=at, reason=reason)
        pickup_steps.happen(session, order, happened, lines=lines, now=now, is_hearsay=True)


def _name(session: Session, line: OrderLine, substitute: Mapping[str, Any]) -> None:
    """Keep what was given in place of an article: that is what may come back."""
    if substitute and not line.substitute_sku:
        variant = select(Variant.id).where(Variant.sku == substitute["sku"])
        line.substitute_id, line.substitute_sku = session.scalar(variant), substitute["sku"]
        line.substitute_label = substitute.get("label") or substitute["sku"]
        line.substitute_price_minor = substitute.get("price_minor")
        session.flush()


def _close(
    session: Session, order: Order, record: OrderRecord, *, at: datetime, now: datetime
) -> None:
    """End the lines of an order that is over and that were not given."""
    refused = {line.sku for line in record.lines if line.state == "refused"}
    left = [line for line in order.lines if line.state in OPEN_LINES]
    back = [line for line in left if line.sku in refused and line.state in PREPARED]
    _happen(session, order, "refused", back, at=at, now=now)
    rest = [line for line in left if line not in back]
    _happen(session, order, CANCELLED, rest, at=at, now=now)
