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
    Connection,
    Integer,
    and_,
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
LAST_PURCHASES, LAST_LINES = 4, 16
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
    """Return a customer's card as it is in this store; six queries, whatever there is.

    `before` is the cursor of a page of events, empty for the newest. Raises NotFound; Invalid
    when the cursor is not one of ours.
    """
    session.flush()
    connection = session.connection()  # the session itself has nothing to add to these rows
    person, visit = _person(connection, customer_uid, store_id=store_id, now=now)
    own = {"customer_id": person.id, "store_id": store_id}
    bought = _bought(connection, own, now=now, trust=trust)
    return Card(
        person=person,
        consents=list_standing(session, person.id),
        pickups=[_waiting(row) for row in connection.execute(_WAITING, own)],
        events=timeline.page(session, person.id, before=before, limit=EVENTS),
        last=bought["last"],
        usual=bought["usual"],
        notes=[Remark(**row._mapping) for row in connection.execute(_NOTES, own)],
        visit=visit,
    )


# --- statements, built once -------------------------------------------------------------------

# tables, not models: what the session adds to rows of a model costs more than the query
_CUSTOMER = Customer.__table__
_CUSTOMER_MONTH = CustomerMonth.__table__
_CUSTOMER_VARIANT = CustomerVariant.__table__
_NOTE = Note.__table__
_ORDER = Order.__table__
_ORDER_LINE = OrderLine.__table__
_POINTS_MOVEMENT = PointsMovement.__table__
_PRODUCT = Product.__table__
_PURCHASE = Purchase.__table__
_PURCHASE_LINE = PurchaseLine.__table__
_STOCK_LEVEL = StockLevel.__table__
_STORE = Store.__table__
_VARIANT = Variant.__table__
_VISIT = Visit.__table__
_VISIT_LINE = VisitLine.__table__
_THIS: BindParameter[int] = bindparam("customer_id")
_PENDING = select(func.coalesce(func.sum(_POINTS_MOVEMENT.c.points), 0)).where(
    _POINTS_MOVEMENT.c.customer_id == _CUSTOMER.c.id,
    (_CUSTOMER.c.points_at.is_(None)) | (_POINTS_MOVEMENT.c.occurred_at > _CUSTOMER.c.points_at),
)
_YEAR = (
    _CUSTOMER_MONTH.c.customer_id == _CUSTOMER.c.id,
    _CUSTOMER_MONTH.c.month > bindparam("month"),
)
# one at most: the database holds no second one
_IN_PROGRESS = and_(
    _VISIT.c.customer_id == _CUSTOMER.c.id,
    _VISIT.c.store_id == bindparam("store_id"),
    _VISIT.c.ended_at.is_(None),
)
_PERSON = (
    select(
        _CUSTOMER.c.id,
        _CUSTOMER.c.uid,
        _CUSTOMER.c.first_name,
        _CUSTOMER.c.last_name,
        _CUSTOMER.c.city,
        _CUSTOMER.c.joined_on,
        _CUSTOMER.c.tier,
        _CUSTOMER.c.points_snapshot,
        _CUSTOMER.c.points_at,
        _PENDING.scalar_subquery().label("pending"),
        select(func.coalesce(func.sum(_CUSTOMER_MONTH.c.purchases), 0))
        .where(*_YEAR)
        .scalar_subquery()
        .label("purchases"),
        select(func.coalesce(func.sum(_CUSTOMER_MONTH.c.total_minor), 0))
        .where(*_YEAR)
        .scalar_subquery()
        .label("total_minor"),
        _VISIT.c.uid.label("visit_uid"),
        _VISIT.c.started_at,
        select(func.count())
        .where(_VISIT_LINE.c.visit_id == _VISIT.c.id)
        .scalar_subquery()
        .label("shown"),
    )
    .outerjoin(_VISIT, _IN_PROGRESS)
    .where(_CUSTOMER.c.uid == bindparam("uid"))
)

_WAITING = (
    select(
        _ORDER.c.uid,
        _ORDER.c.number,
        _ORDER.c.state,
        select(func.coalesce(func.sum(_ORDER_LINE.c.quantity), 0))
        .where(
            _ORDER_LINE.c.order_id == _ORDER.c.id,
            _ORDER_LINE.c.state.not_in(("cancelled", "collected")),
        )
        .scalar_subquery()
        .label("articles"),
        _ORDER.c.total_minor,
        _ORDER.c.currency,
        _ORDER.c.paid,
        _ORDER.c.staging_place,
        _ORDER.c.pickup_by,
        _STORE.c.name.label("store"),
        (_ORDER.c.store_id == bindparam("store_id")).label("is_here"),
    )
    .join(_STORE, _STORE.c.id == _ORDER.c.store_id)
    .where(_ORDER.c.customer_id == _THIS, _ORDER.c.state.in_(sorted(OPEN)))
    .order_by((_ORDER.c.store_id == bindparam("store_id")).desc(), _ORDER.c.placed_at.desc())
    .limit(PICKUPS)
)

_RECENT = (
    select(_PURCHASE.c.id, _PURCHASE.c.occurred_at)
    .where(_PURCHASE.c.customer_id == _THIS)
    .order_by(_PURCHASE.c.occurred_at.desc())
    .limit(LAST_PURCHASES)
    .subquery()
)
_LINES = (
    select(
        _PURCHASE_LINE.c.variant_id,
        _RECENT.c.occurred_at.label("bought_at"),
        _PURCHASE_LINE.c.id.label("n"),
    )
    .join(_RECENT, _RECENT.c.id == _PURCHASE_LINE.c.purchase_id)
    .where(_PURCHASE_LINE.c.variant_id.is_not(None), _PURCHASE_LINE.c.quantity > 0)
    .order_by(_RECENT.c.occurred_at.desc(), _PURCHASE_LINE.c.id)
    .limit(LAST_LINES)
    .subquery()
)
_OFTEN = (
    select(_CUSTOMER_VARIANT.c.variant_id, _CUSTOMER_VARIANT.c.times, _CUSTOMER_VARIANT.c.last_at)
    .where(_CUSTOMER_VARIANT.c.customer_id == _THIS, _CUSTOMER_VARIANT.c.times >= USUAL_TIMES)
    .order_by(_CUSTOMER_VARIANT.c.times.desc(), _CUSTOMER_VARIANT.c.last_at.desc())
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
_HERE = (_STOCK_LEVEL.c.variant_id == _VARIANT.c.id) & (
    _STOCK_LEVEL.c.store_id == bindparam("store_id")
)
_BOUGHT = (
    select(
        _PICKED,
        _VARIANT.c.sku,
        _VARIANT.c.tone,
        _VARIANT.c.price_minor,
        _VARIANT.c.currency,
        _PRODUCT.c.name,
        _PRODUCT.c.name_en,
        _PRODUCT.c.family,
        *(_STOCK_LEVEL.c[name] for name in FIGURE_COLUMNS),
    )
    .join(_VARIANT, _VARIANT.c.id == _PICKED.c.variant_id)
    .join(_PRODUCT, _PRODUCT.c.id == _VARIANT.c.product_id)
    .outerjoin(_STOCK_LEVEL, _HERE)
)

_NOTES = (
    select(_NOTE.c.text, _NOTE.c.author, _NOTE.c.written_at)
    .where(_NOTE.c.customer_id == _THIS)
    .order_by(_NOTE.c.written_at.desc(), _NOTE.c.id.desc())
    .limit(NOTES)
)


# --- rows -------------------------------------------------------------------------------------


def _person(
    connection: Connection, uid: str, *, store_id: int, now: datetime
) -> tuple[Person, Open | None]:
    # the present month and the eleven before it
    year_ago = (now.year - 1) * 100 + now.month
    values = {"uid": uid, "store_id": store_id, "month": year_ago}
    row = connection.execute(_PERSON, values).one_or_none()
    if row is None:
        raise NotFound(kind="customer", key=uid)
    known = dict(row._mapping)
    visit = {name: known.pop(name) for name in ("visit_uid", "started_at", "shown")}
    snapshot, told_at = known.pop("points_snapshot"), known.pop("points_at")
    has_points = told_at is not None or known["pending"]
    person = Person(points=snapshot + known["pending"] if has_points else None, **known)
    return person, Open(uid=visit.pop("visit_uid"), **visit) if visit["visit_uid"] else None


def _waiting(row: Any) -> Waiting:
    known = dict(row._mapping)
    is_here = known.pop("is_here")
    return Waiting(**known | {"store": "" if is_here else known["store"]})


def _bought(
    connection: Connection, own: Mapping[str, int], *, now: datetime, trust: Trust
) -> dict[str, list[Bought]]:
    """Return the articles of the last purchases and the usual ones, each the first one first."""
    rows = connection.execute(_BOUGHT, own).all()
    rows = sorted(rows, key=lambda row: (-row.times, -row.bought_at.timestamp(), row.place))
    return {
        kind: [_article(row, now=now, trust=trust) for row in _distinct(rows, kind)[:most]]
        for kind, most in (("last", LAST), ("usual", USUAL))
    }


def _article(row: Any, *, now: datetime, trust: Trust) -> Bought:
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


def _distinct(rows: Sequence[Any], kind: str) -> list[Any]:
    """Return the first row of each article among those of one kind."""
    first: dict[str, Any] = {}
    for row in rows:
        if row.kind == kind:
            first.setdefault(row.sku, row)
    return list(first.values())
