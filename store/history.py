"""What a customer did in every channel: the card's sums and lists, and the timeline.

Everything here is read at each opening of a card, so it is columns, not objects, by statements
made once; each reads a bounded number of rows by an index, however many customers there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from store.models import (
    CustomerMonth,
    CustomerVariant,
    Note,
    Order,
    OrderLine,
    PointsMovement,
    Product,
    Purchase,
    Store,
    Variant,
    Visit,
    VisitLine,
)

OPEN_ORDERS = ("new", "accepted", "picking", "ready", "customer_waiting", "partly_collected")
KINDS = ("purchase", "order", "visit", "points")
PAGE = 8


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that a customer did or that happened to them.

    `kind` is purchase, order, visit or points; `detail` is what that kind has beside the rest:
    a purchase's channel and kind, an order's state, a visit's outcome, a movement's reason.
    """

    kind: str
    id: int
    at: datetime
    place: str = ""  # name of the store
    title: str = ""  # first article, order number, who advised
    detail: str = ""
    channel: str = ""
    articles: int = 0
    amount: int = 0  # minor units, minutes or points, by kind
    currency: str = ""

    @property
    def cursor(self) -> str:
        """Return where a page that ends with this event ends."""
        return f"{self.at.isoformat()}~{KINDS.index(self.kind)}~{self.id}"


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """A page of events, newest first; `next` is the cursor of the rest, empty at the end."""

    events: Sequence[Event]
    next: str


@dataclass(frozen=True, kw_only=True)
class Bought:
    """A variant that the customer bought: how often, and when last."""

    variant_id: int
    sku: str
    name: str
    name_en: str
    family: str
    tone: str
    price_minor: int
    currency: str
    times: int
    last_at: datetime


@dataclass(frozen=True, kw_only=True)
class WaitingOrder:
    """An order that the customer has not collected yet."""

    uid: str
    number: str
    state: str
    store_id: int
    store_name: str
    paid: bool
    total_minor: int
    currency: str
    articles: int
    staging_place: str
    pickup_by: Any
    promised_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Remark:
    """A note of an assistant."""

    uid: str
    text: str
    author: str
    written_at: datetime


@dataclass(frozen=True, kw_only=True)
class OpenVisit:
    """The customer's visit in progress in this store."""

    uid: str
    started_at: datetime
    shown: int


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a customer's card shows beside the person; money is in the last purchase's currency."""

    purchases: int  # of the last twelve months, returns not counted
    total_minor: int
    points_pending: int
    waiting: Sequence[WaitingOrder] = ()
    last: Sequence[Bought] = ()
    usual: Sequence[Bought] = ()
    notes: Sequence[Remark] = ()
    visit: OpenVisit | None = None
    timeline: Timeline = field(default_factory=lambda: Timeline(events=(), next=""))


_CUSTOMER: Any = bindparam("customer")
_YEAR = select(
    func.coalesce(func.sum(CustomerMonth.purchases), 0),
    func.coalesce(func.sum(CustomerMonth.total_minor), 0),
).where(CustomerMonth.customer_id == _CUSTOMER, CustomerMonth.month > bindparam("month"))
_PENDING = select(func.coalesce(func.sum(PointsMovement.points), 0)).where(
    PointsMovement.customer_id == _CUSTOMER, PointsMovement.occurred_at > bindparam("points_at")
)
_ARTICLES = (
    select(func.coalesce(func.sum(OrderLine.quantity), 0))
    .where(OrderLine.order_id == Order.id)
    .scalar_subquery()
)
_WAITING = (
    select(
        Order.uid,
        Order.number,
        Order.state,
        Order.store_id,
        Store.name.label("store_name"),
        Order.paid,
        Order.total_minor,
        Order.currency,
        _ARTICLES.label("articles"),
        Order.staging_place,
        Order.pickup_by,
        Order.promised_at,
    )
    .join(Store, Store.id == Order.store_id)
    .where(Order.customer_id == _CUSTOMER, Order.state.in_(OPEN_ORDERS))
    .order_by(Order.placed_at)
    .limit(5)
)
_BOUGHT = (
    select(
        Variant.id.label("variant_id"),
        Variant.sku,
        Product.name,
        Product.name_en,
        Product.family,
        Variant.tone,
        Variant.price_minor,
        Variant.currency,
        CustomerVariant.times,
        CustomerVariant.last_at,
    )
    .join(Variant, Variant.id == CustomerVariant.variant_id)
    .join(Product, Product.id == Variant.product_id)
    .where(CustomerVariant.customer_id == _CUSTOMER)
)
_LAST = _BOUGHT.order_by(CustomerVariant.last_at.desc(), Variant.id).limit(3)
_USUAL = (
    _BOUGHT.where(CustomerVariant.times > 1)
    .order_by(CustomerVariant.times.desc(), CustomerVariant.last_at.desc(), Variant.id)
    .limit(3)
)
_NOTES = (
    select(Note.uid, Note.text, Note.author, Note.written_at)
    .where(Note.customer_id == _CUSTOMER)
    .order_by(Note.written_at.desc(), Note.id.desc())
    .limit(3)
)
_SHOWN = select(func.count()).where(VisitLine.visit_id == Visit.id).scalar_subquery()
_VISIT = select(Visit.uid, Visit.started_at, _SHOWN.label("shown")).where(
    Visit.customer_id == _CUSTOMER,
    Visit.store_id == bindparam("store"),
    Visit.ended_at.is_(None),
)


def card(
    session: Session,
    customer_id: int,
    *,
    store_id: int,
    points_at: datetime | None,
    now: datetime,
) -> Card:
    """Read a customer's card, in a number of queries that depends on nothing.

    `points_at` is the moment of the central system's last word on the points: what was won or
    spent after it is pending.
    """
    who = {"customer": customer_id}
    purchases, total = session.execute(_YEAR, {**who, "month": _a_year_before(now)}).one()
    since = points_at or datetime.min.replace(tzinfo=now.tzinfo)
    visit = session.execute(_VISIT, {**who, "store": store_id}).one_or_none()
    return Card(
        purchases=int(purchases),
        total_minor=int(total),
        points_pending=int(session.scalar(_PENDING, {**who, "points_at": since}) or 0),
        waiting=_rows(session, WaitingOrder, _WAITING, who),
        last=_rows(session, Bought, _LAST, who),
        usual=_rows(session, Bought, _USUAL, who),
        notes=_rows(session, Remark, _NOTES, who),
        visit=OpenVisit(**visit._mapping) if visit else None,
        timeline=timeline(session, customer_id),
    )


def _rows(session: Session, kind: type[Any], query: Select[Any], values: dict[str, Any]) -> Any:
    return [kind(**row) for row in session.execute(query, values).mappings()]


def _a_year_before(now: datetime) -> int:
    """Return the month a year ago as CustomerMonth counts months; that month itself is out."""
    return (now.year - 1) * 100 + now.month


_EVENTS: tuple[tuple[str, Any, Any, Select[Any]], ...] = (
    (
        "purchase",
        Purchase.occurred_at,
        Purchase.id,
        select(
            Purchase.id,
            Purchase.occurred_at.label("at"),
            func.coalesce(Store.name, "").label("place"),
            Purchase.summary.label("title"),
            Purchase.kind.label("detail"),
            Purchase.channel,
            Purchase.lines_count.label("articles"),
            Purchase.total_minor.label("amount"),
            Purchase.currency,
        )
        .outerjoin(Store, Store.id == Purchase.store_id)
        .where(Purchase.customer_id == _CUSTOMER),
    ),
    (
        "order",
        Order.placed_at,
        Order.id,
        select(
            Order.id,
            Order.placed_at.label("at"),
            Store.name.label("place"),
            Order.number.label("title"),
            Order.state.label("detail"),
            Order.total_minor.label("amount"),
            Order.currency,
        )
        .join(Store, Store.id == Order.store_id)
        .where(Order.customer_id == _CUSTOMER),
    ),
    (
        "visit",
        Visit.started_at,
        Visit.id,
        select(
            Visit.id,
            Visit.started_at.label("at"),
            Store.name.label("place"),
            Visit.staff_name.label("title"),
            Visit.outcome.label("detail"),
            _SHOWN.label("articles"),
            Visit.ended_at.label("ended_at"),
        )
        .join(Store, Store.id == Visit.store_id)
        .where(Visit.customer_id == _CUSTOMER, Visit.ended_at.is_not(None)),
    ),
    (
        "points",
        PointsMovement.occurred_at,
        PointsMovement.id,
        select(
            PointsMovement.id,
            PointsMovement.occurred_at.label("at"),
            PointsMovement.reason.label("detail"),
            PointsMovement.points.label("amount"),
        ).where(PointsMovement.customer_id == _CUSTOMER),
    ),
)


def _paged(at: Any, number: Any, query: Select[Any]) -> tuple[Select[Any], Select[Any]]:
    """Return the query of the first page and the one of a page after a cursor."""
    newest = query.order_by(at.desc(), number.desc()).limit(bindparam("limit"))
    after = or_(
        at < bindparam("before"),
        and_(at == bindparam("before"), bindparam("ties"), number < bindparam("number")),
    )
    return newest, newest.where(after)


_PAGES = {kind: _paged(at, number, query) for kind, at, number, query in _EVENTS}
_EVERY_NUMBER = 2**62


def timeline(
    session: Session, customer_id: int, *, after: str = "", limit: int = PAGE
) -> Timeline:
    """Return a page of what the customer did, newest first; `after` is a former page's `next`.

    Raises ValueError on a cursor that was never given out.
    """
    found: list[Event] = []
    for kind, (first, later) in _PAGES.items():
        values: dict[str, Any] = {"customer": customer_id, "limit": limit + 1}
        if after:
            values |= _after(kind, after)
        rows = session.execute(later if after else first, values).mappings()
        found.extend(_event(kind, dict(row)) for row in rows)
    found.sort(key=lambda event: (event.at, -KINDS.index(event.kind), event.id), reverse=True)
    page = found[:limit]
    return Timeline(events=page, next=page[-1].cursor if len(found) > limit else "")


def _after(kind: str, cursor: str) -> dict[str, Any]:
    """Return what comes after a cursor for events of one kind: of its moment, only what follows."""
    at, place, number = cursor.split("~")
    behind = KINDS.index(kind) - int(place)
    numbers = {True: _EVERY_NUMBER, False: int(number)}
    return {
        "before": datetime.fromisoformat(at),
        "ties": behind >= 0,
        "number": numbers[behind > 0],
    }


def _event(kind: str, row: dict[str, Any]) -> Event:
    ended_at = row.pop("ended_at", None)
    if ended_at is not None:
        row["amount"] = round((ended_at - row["at"]).total_seconds() / 60)
    return Event(kind=kind, **row)


def count(session: Session, customer_id: int) -> int:
    """Return how many events the whole timeline has."""
    whole = [query.order_by(None).subquery() for _, _, _, query in _EVENTS]
    counts = [select(func.count()).select_from(part).scalar_subquery() for part in whole]
    return sum(session.execute(select(*counts), {"customer": customer_id}).one())
