"""What a message tells, as facts that its words and its page are made of."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import json_records, receipts, stores, web_returns
from store.contacts import Reach
from store.message_states import occasion_of
from store.models import CustomerMessage, Order, OrderEvent, OrderLine, Store
from store.pickup_states import OPEN_LINES
from store.web import article_words, moments, ticketing
from store.web.catalogue import gettext as _
from store.web.catalogue import screen_language, screen_locale
from store.web.filters import hour, local, typo

DAYS_SHOWN = 3
MISSING = ("short", "substitute_proposed")
RECEIPTS = ("receipt", "reversed", "returned")  # they tell of goods, not of an order that waits


@dataclass(frozen=True, kw_only=True)
class Item:
    """One article of the order, in the language of the message."""

    name: str
    quantity: int
    total_minor: int
    choice: str = ""  # size and colour
    reason: str = ""  # why it came back, one of web_returns.REASONS


@dataclass(frozen=True, kw_only=True)
class Told:
    """An order as its message speaks of it; `address` is where its page is, or empty."""

    kind: str
    order: Order
    store: Store
    reach: Reach
    items: Sequence[Item]
    missing: Sequence[Item]
    refused: Sequence[Item]  # of a receipt: what was not taken on that occasion
    address: str
    code_text: str  # what the QR holds
    occurred_at: datetime
    openings: Sequence[tuple[str, str]]
    now: datetime

    @property
    def is_receipt(self) -> bool:
        """Whether it says what changed hands, so that nothing is to be paid by now."""
        return self.kind in RECEIPTS

    @property
    def total_minor(self) -> int:
        """What the articles cost together."""
        return sum(item.total_minor for item in self.items)


def told(
    session: Session,
    message: CustomerMessage,
    order: Order,
    reach: Reach,
    *,
    address: str,
    now: datetime,
) -> Told:
    """Return what a message tells; `address` is that of the shop's pages, or empty."""
    event = session.scalar(select(OrderEvent).where(OrderEvent.uid == occasion_of(message)))
    page = f"{address}/p/r/{order.code}" if address else ""
    return Told(
        kind=message.kind,
        order=order,
        store=_shop(session, order, event),
        reach=reach,
        items=_items(session, order, message, event),
        missing=[_item(line) for line in order.lines if line.state in MISSING],
        refused=_refused(session, order, event) if message.kind == "receipt" else (),
        address=page,
        code_text=ticketing.of(order) or order.code,
        occurred_at=_occurred_at(message, event),
        openings=openings(order.store, now=now),
        now=now,
    )


def openings(store: Store, *, now: datetime) -> list[tuple[str, str]]:
    """Return when the shop is open on its next days, as (day, hours) in words."""
    found: dict[str, list[str]] = {}
    moment = now
    while len(found) <= DAYS_SHOWN:
        opening = stores.opening(store, moment)
        opens = moment if opening.is_open else opening.opens_at
        closes = opening.closes_at or (opens and stores.opening(store, opens).closes_at)
        if opens is None or closes is None:
            break
        span = _span(opens, closes, is_open=opening.is_open)
        found.setdefault(_day(opens), []).append(span)
        moment = closes + timedelta(seconds=1)
    return [(day, typo(", ".join(spans))) for day, spans in list(found.items())[:DAYS_SHOWN]]


def _day(at: datetime) -> str:
    return moments.day(local(at).date(), screen_locale())


def _span(opens: datetime, closes: datetime, *, is_open: bool) -> str:
    if is_open:
        return _("jusqu'à %(hour)s", hour=hour(closes))
    return f"{hour(opens)} – {hour(closes)}"


def _occurred_at(message: CustomerMessage, event: OrderEvent | None) -> datetime:
    """Return when happened what the message is about: of an undo, when the goods were given."""
    given_at = json_records.read_time(message.facts.get("given_at"))
    return given_at or (event.occurred_at if event else message.created_at)


def _shop(session: Session, order: Order, event: OrderEvent | None) -> Store:
    """Return the shop that speaks: the one that took goods back, else where the order waits."""
    code = event.details.get("store") if event and event.type == web_returns.RETURNED else None
    found = stores.find_by_code(session, str(code)) if code else None
    return found or order.store


def _items(
    session: Session, order: Order, message: CustomerMessage, event: OrderEvent | None
) -> list[Item]:
    """Return what the message lists: what waits, or of a receipt what was given on that occasion.

    Of an order that is over, all that was ordered; of an undo that left a part, what was undone.
    """
    if message.kind == "reversed":
        return _came_back(order, message.facts.get("undone", ()))
    lines = [line for line in order.lines if line.state in OPEN_LINES] or order.lines
    if message.kind == "returned" and event is not None:
        return _came_back(order, event.details.get("returned", ()))
    if message.kind != "receipt":
        return [_item(line) for line in lines]
    return _given(session, order, event)


def _given(session: Session, order: Order, event: OrderEvent | None) -> list[Item]:
    """Return what the customer still has of a handover; equal lines go to the first ones first."""
    given = [line for line in order.lines if line.state == "collected"]
    before = Counter[str]()
    for handover in receipts.list_standing(session, order):
        if event is not None and handover.event.id == event.id:
            return _of_articles(given, handover.units, after=before)
        before += handover.units
    return [_item(line) for line in given] if event is None else []


def _refused(session: Session, order: Order, event: OrderEvent | None) -> list[Item]:
    """Return what was refused at a handover: that is noted at the same moment."""
    if event is None:
        return []
    then = OrderEvent.order_id == order.id, OrderEvent.occurred_at == event.occurred_at
    units = Counter[str]()
    for one in session.scalars(select(OrderEvent).where(*then, OrderEvent.type == "refused")):
        for line in one.lines or ():
            units[line["sku"]] += line["quantity"]
    return _of_articles([line for line in order.lines if line.state == "refused"], units)


def _of_articles(
    lines: Sequence[OrderLine], units: Mapping[str, int], *, after: Mapping[str, int] | None = None
) -> list[Item]:
    """Return so many units of each article, from its lines; those `after` are passed over."""
    passed, left, found = Counter(after), Counter(units), []
    for line in lines:
        over = min(passed[line.sku], line.quantity)
        many = min(left[line.sku], line.quantity - over)
        passed[line.sku] -= over
        left[line.sku] -= many
        if many:
            found.append(_item(line, many))
    return found


def _came_back(order: Order, goods: Sequence[Mapping[str, Any]]) -> list[Item]:
    """Return what came back, named by what was given; of a return with the reason."""
    lines = {line.goods_sku: line for line in reversed(order.lines)}
    return [
        replace(_item(lines[one["sku"]], one["quantity"]), reason=one.get("reason", ""))
        for one in goods
        if one["sku"] in lines
    ]


def _item(line: OrderLine, quantity: int | None = None) -> Item:
    many = quantity or line.quantity
    variant, label = line.goods, line.goods_label
    if variant is not None:
        product = variant.product
        is_english = screen_language() == "en" and product.name_en
        label = product.name_en if is_english else product.name
    total = many * line.goods_price_minor
    choice = typo(article_words.choice(variant, between=", "))
    return Item(name=typo(label), choice=choice, quantity=many, total_minor=total)
