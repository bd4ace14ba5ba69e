"""The statements of a customer's card, built once, with few columns.

A card is asked for while a person waits, and building a statement costs as much as running it.
"""

from typing import Any

from sqlalchemy import (
    BindParameter,
    Integer,
    String,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from store.models import (
    Consent,
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
from store.openings import LAST_ACTION
from store.pickup_states import OPEN
from store.prepared import Prepared
from store.stock import FIGURE_COLUMNS

PICKUPS = 5
LAST_PURCHASES, LAST_LINES = 4, 16
LAST, USUAL = 3, 3
USUAL_TIMES = 2  # bought at least so often
NOTES = 4

# tables, not models: what the session adds to rows of a model costs more than the query
_CONSENT = Consent.__table__
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
PERSON = Prepared(
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
        LAST_ACTION.label("last_action"),
    )
    .outerjoin(_VISIT, _IN_PROGRESS)
    .where(_CUSTOMER.c.uid == bindparam("uid"))
)

WAITING = Prepared(
    select(
        _ORDER.c.uid,
        _ORDER.c.number,
        _ORDER.c.state,
        select(func.coalesce(func.sum(_ORDER_LINE.c.quantity), 0))
        .where(
            _ORDER_LINE.c.order_id == _ORDER.c.id,
            _ORDER_LINE.c.state != "cancelled",
            _ORDER_LINE.c.state != "collected",
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
    # not IN, which SQLAlchemy compiles anew at each execution
    .where(_ORDER.c.customer_id == _THIS, or_(*(_ORDER.c.state == one for one in sorted(OPEN))))
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
_LAST = (
    select(
        _LINES.c.variant_id,
        func.max(_LINES.c.bought_at).label("bought_at"),
        func.max(_LINES.c.n).label("n"),
    )
    .group_by(_LINES.c.variant_id)
    .order_by(func.max(_LINES.c.bought_at).desc(), func.max(_LINES.c.n))
    .limit(LAST)
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
    _picked("last", _LAST, _NONE, _LAST.c.bought_at, _LAST.c.n),
    _picked("usual", _OFTEN, _OFTEN.c.times, _OFTEN.c.last_at, _NONE),
).subquery()
_HERE = (_STOCK_LEVEL.c.variant_id == _VARIANT.c.id) & (
    _STOCK_LEVEL.c.store_id == bindparam("store_id")
)
BOUGHT = Prepared(
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
    select(
        _NOTE.c.text,
        _NOTE.c.author,
        literal_column("''", String).label("state"),
        _NOTE.c.written_at.label("at"),
        _NOTE.c.id,
        literal_column("1", Integer).label("is_note"),
    )
    .where(_NOTE.c.customer_id == _THIS)
    .order_by(_NOTE.c.written_at.desc(), _NOTE.c.id.desc())
    .limit(NOTES)
    .subquery()
)
_STATED = select(
    _CONSENT.c.purpose,
    _CONSENT.c.channel,
    _CONSENT.c.state,
    _CONSENT.c.stated_at,
    _CONSENT.c.id,
    literal_column("0", Integer),
).where(_CONSENT.c.customer_id == _THIS)
# notes and consents in one query; of two consents of a moment the withdrawal is laid over the other
_EVERY = union_all(select(_NOTES), _STATED).subquery()
SAID = Prepared(select(_EVERY).order_by(_EVERY.c.at, _EVERY.c.state, _EVERY.c.id))
