"""What a customer's file shows: who they are, what waits for them, what they did in every channel.

The statements are built once and take few columns: a card is asked for while a person waits, and
building a statement costs as much as running it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    Integer,
    Row,
    bindparam,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from store import timeline
from store.consents import Standing, list_standing
from store.errors import NotFound
from store.models import (
    Customer,
    CustomerMonth,
    CustomerVariant,
    Note,
    Order,
    OrderLine,
    PointsMovement,
    Product,
    Purchase,
    PurchaseLine,
    StockLevel,
    Store,
    Variant,
    Visit,
    VisitLine,
)
from store.pickup_states import OPEN
from store.stock import FIGURE_COLUMNS, Figure, Trust, figure_of
from store.timeline import Page

MONTHS = 12
EVENTS = 8
PICKUPS = 5
LAST_PURCHASES, LAST_LINES = 4, 24
LAST, USUAL = 3, 3
USUAL_TIMES = 2  # bought at least so often
NOTES = 4


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who the customer is, with the points and the sums of the last twelve months.

    `points` is the central system's last word and what came after it; `pending` is that part.
    """

    id: int
    uid: str
    first_name: str
    last_name: str
    city: str
    joined_on: date | None
    tier: str
    points: int | None
    pending: int
    purchases: int
    total_minor: int


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An order that is not collected yet; `store` is empty when it waits here."""

    uid: str
    number: str
    state: str
    articles: int
    total_minor: int
    currency: str
    paid: bool
    staging_place: str
    pickup_by: date | None
    store: str


@dataclass(frozen=True, kw_only=True)
class Bought:
    """An article that the customer bought, with the stock of this store."""

    sku: str
    name: str
    name_en: str
    family: str
    tone: str
    price_minor: int
    currency: str
    bought_at: datetime
    times: int
    figure: Figure


@dataclass(frozen=True, kw_only=True)
class Remark:
    """A note, and who wrote it."""

    text: str
    author: str
    written_at: datetime


@dataclass(frozen=True, kw_only=True)
class Open:
    """The visit in progress in this store."""

    uid: str
    started_at: datetime
    shown: int


@dataclass(frozen=True, kw_only=True)
class Card:
    """All that the customer's card shows."""

    person: Person
    consents: Sequence[Standing]
    pickups: Sequence[Waiting]
    events: Page
    last: Sequence[Bought]
    usual: Sequence[Bought]
    notes: Sequence[Remark]
    visit: Open | None


def card(
    session: Session,
    customer_uid: str,
    *,
    store_id: int,
    now: datetime,
    trust: Trust,
    before: str = "",
) -> Card:
    """Return a customer's card as it is in this store; seven queries, whatever there is.

    `before` is the cursor of a page of events, empty for the newest. Raises NotFound; Invalid
    when the cursor is not one of ours.
    """
    person = _person(session, customer_uid, now=now)
    own = {"customer_id": person.id, "store_id": store_id}
    bought = _bought(session, own, now=now, trust=trust)
    return Card(
        person=person,
        consents=list_standing(session, person.id),
        pickups=[_waiting(row) for row in session.execute(_WAITING, own)],
        events=timeline.page(session, person.id, before=before, limit=EVENTS),
        last=_distinct(bought["last"])[:LAST],
        usual=_distinct(bought["usual"])[:USUAL],
        notes=[Remark(**row._mapping) for row in session.execute(_NOTES, own)],
        visit=_open_visit(session, own),
    )


# --- statements, built once -------------------------------------------------------------------

_THIS: BindParameter[int] = bindparam("customer_id")
_PENDING = select(func.coalesce(func.sum(PointsMovement.points), 0)).where(
    PointsMovement.customer_id == Customer.id,
    (Customer.points_at.is_(None)) | (PointsMovement.occurred_at > Customer.points_at),
)
_YEAR = (CustomerMonth.customer_id == Customer.id, CustomerMonth.month > bindparam("month"))
_PERSON = select(
    Customer.id,
    Customer.uid,
    Customer.first_name,
    Customer.last_name,
    Customer.city,
    Customer.joined_on,
    Customer.tier,
    Customer.points_snapshot,
    Customer.points_at,
    _PENDING.scalar_subquery().label("pending"),
    select(func.coalesce(func.sum(CustomerMonth.purchases), 0))
    .where(*_YEAR)
    .scalar_subquery()
    .label("purchases"),
    select(func.coalesce(func.sum(CustomerMonth.total_minor), 0))
    .where(*_YEAR)
    .scalar_subquery()
    .label("total_minor"),
).where(Customer.uid == bindparam("uid"))

_WAITING = (
    select(
        Order.uid,
        Order.number,
        Order.state,
        select(func.coalesce(func.sum(OrderLine.quantity), 0))
        .where(OrderLine.order_id == Order.id, OrderLine.state.not_in(("cancelled", "collected")))
        .scalar_subquery()
        .label("articles"),
        Order.total_minor,
        Order.currency,
        Order.paid,
        Order.staging_place,
        Order.pickup_by,
        Store.name.label("store"),
        (Order.store_id == bindparam("store_id")).label("is_here"),
    )
    .join(Store, Store.id == Order.store_id)
    .where(Order.customer_id == _THIS, Order.state.in_(sorted(OPEN)))
    .order_by((Order.store_id == bindparam("store_id")).desc(), Order.placed_at.desc())
    .limit(PICKUPS)
)

_RECENT = (
    select(Purchase.id, Purchase.occurred_at)
    .where(Purchase.customer_id == _THIS)
    .order_by(Purchase.occurred_at.desc())
    .limit(LAST_PURCHASES)
    .subquery()
)
_LINES = (
    select(
        PurchaseLine.variant_id,
        _RECENT.c.occurred_at.label("bought_at"),
        PurchaseLine.id.label("n"),
    )
    .join(_RECENT, _RECENT.c.id == PurchaseLine.purchase_id)
    .where(PurchaseLine.variant_id.is_not(None), PurchaseLine.quantity > 0)
    .order_by(_RECENT.c.occurred_at.desc(), PurchaseLine.id)
    .limit(LAST_LINES)
    .subquery()
)
_OFTEN = (
    select(CustomerVariant.variant_id, CustomerVariant.times, CustomerVariant.last_at)
    .where(CustomerVariant.customer_id == _THIS, CustomerVariant.times >= USUAL_TIMES)
    .order_by(CustomerVariant.times.desc(), CustomerVariant.last_at.desc())
    .limit(USUAL)
    .subquery()
)


def _picked(kind: str, source: Any, times: Any, bought_at: Any, place: Any) -> Any:
    return select(
        literal_column(f"'{kind}'").label("kind"),
        source.c.variant_id.label("variant_id"),
        times.label("times"),
        bought_at.label("bought_at"),
        place.label("place"),
    )


_NONE = literal_column("0", Integer)
_PICKED = union_all(
    _picked("last", _LINES, _NONE, _LINES.c.bought_at, _LINES.c.n),
    _picked("usual", _OFTEN, _OFTEN.c.times, _OFTEN.c.last_at, _NONE),
).subquery()
_HERE = (StockLevel.variant_id == Variant.id) & (StockLevel.store_id == bindparam("store_id"))
_BOUGHT = (
    select(
        _PICKED,
        Variant.sku,
        Variant.tone,
        Variant.price_minor,
        Variant.currency,
        Product.name,
        Product.name_en,
        Product.family,
        *(getattr(StockLevel, name) for name in FIGURE_COLUMNS),
    )
    .join(Variant, Variant.id == _PICKED.c.variant_id)
    .join(Product, Product.id == Variant.product_id)
    .outerjoin(StockLevel, _HERE)
)

_NOTES = (
    select(Note.text, Note.author, Note.written_at)
    .where(Note.customer_id == _THIS)
    .order_by(Note.written_at.desc(), Note.id.desc())
    .limit(NOTES)
)
_OPEN_VISIT = select(
    Visit.uid,
    Visit.started_at,
    select(func.count()).where(VisitLine.visit_id == Visit.id).scalar_subquery().label("shown"),
).where(
    Visit.customer_id == _THIS,
    Visit.store_id == bindparam("store_id"),
    Visit.ended_at.is_(None),
)


# --- rows -------------------------------------------------------------------------------------


def _person(session: Session, uid: str, *, now: datetime) -> Person:
    # the present month and the eleven before it
    year_ago = (now.year - 1) * 100 + now.month
    row = session.execute(_PERSON, {"uid": uid, "month": year_ago}).one_or_none()
    if row is None:
        raise NotFound(kind="customer", key=uid)
    known = dict(row._mapping)
    snapshot, told_at = known.pop("points_snapshot"), known.pop("points_at")
    has_points = told_at is not None or known["pending"]
    return Person(points=snapshot + known["pending"] if has_points else None, **known)


def _waiting(row: Row[Any]) -> Waiting:
    known = dict(row._mapping)
    is_here = known.pop("is_here")
    return Waiting(**known | {"store": "" if is_here else known["store"]})


def _open_visit(session: Session, own: Mapping[str, int]) -> Open | None:
    row = session.execute(_OPEN_VISIT, own).first()
    return Open(**row._mapping) if row else None


def _bought(
    session: Session, own: Mapping[str, int], *, now: datetime, trust: Trust
) -> dict[str, list[Bought]]:
    """Return the articles of the last purchases and the usual ones, each the first one first."""
    found: dict[str, list[tuple[Any, ...]]] = {"last": [], "usual": []}
    for row in session.execute(_BOUGHT, own):
        order = -row.times, -row.bought_at.timestamp(), row.place
        found[row.kind].append((order, _article(row, now=now, trust=trust)))
    return {
        kind: [article for _, article in sorted(rows, key=lambda pair: pair[0])]
        for kind, rows in found.items()
    }


def _article(row: Row[Any], *, now: datetime, trust: Trust) -> Bought:
    is_counted = row.learnt_at is not None
    return Bought(
        sku=row.sku,
        name=row.name,
        name_en=row.name_en,
        family=row.family,
        tone=row.tone,
        price_minor=row.price_minor,
        currency=row.currency,
        bought_at=row.bought_at,
        times=row.times,
        figure=figure_of(row, now=now, trust=trust) if is_counted else Figure(),
    )


def _distinct(articles: Sequence[Bought]) -> list[Bought]:
    return list({article.sku: article for article in reversed(articles)}.values())[::-1]
