"""What a customer did, whatever the channel, the newest first, by pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Integer,
    String,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from store.errors import Invalid
from store.models import (
    Order,
    OrderLine,
    PointsMovement,
    Product,
    Purchase,
    PurchaseLine,
    Store,
    UtcDateTime,
    Variant,
    Visit,
    VisitLine,
)
from store.prepared import Prepared

# of two events at one moment, the kind that stands first here is shown first
KINDS = ("purchase", "order", "visit", "points")
MOST = 200
_END_OF_TIME = datetime.max.replace(microsecond=0, tzinfo=UTC)
_ANY_ID = 2**62


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened; what is not meant for its kind is empty or 0.

    purchase: `text` is its first article (`text_en` in English, if known), `detail` is sale,
    return or correction, `channel` store or web, `count` its lines. order: `text` is its number,
    `detail` its state, `count` its lines. visit: `who` is the assistant, `detail` the outcome,
    `count` the products shown.
    points: `amount` in points, `text` the reason.
    """

    kind: str
    at: datetime
    id: int
    uid: str
    text: str
    text_en: str
    detail: str
    channel: str
    who: str
    count: int
    amount: int
    currency: str
    ended_at: datetime | None
    store: str
    store_code: str
    city: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some events, and the cursor of the page after them, empty at the end."""

    events: Sequence[Event]
    next: str


def page(session: Session, customer_id: int, *, before: str = "", limit: int) -> Page:
    """Return a customer's events before a cursor, or the newest; one query.

    `limit` is at most 200. Raises Invalid when the cursor is not one of ours.
    """
    limit = max(1, min(limit, MOST))
    values = {"customer_id": customer_id, "limit": limit + 1, **_read_cursor(before)}
    found = [_event(row) for row in _EVENTS.all(session, values)]
    return Page(events=found[:limit], next=_cursor(found[limit - 1]) if len(found) > limit else "")


# --- the cursor -------------------------------------------------------------------------------


def _cursor(event: Event) -> str:
    return f"{event.at.isoformat()}~{event.kind}~{event.id}"


def _read_cursor(cursor: str) -> dict[str, Any]:
    """Return up to which id each kind may have events of the cursor's moment."""
    if not cursor:
        return {"at": _END_OF_TIME} | {f"{kind}_id": _ANY_ID for kind in KINDS}
    try:
        at, kind, number = cursor.split("~")
        place, moment = KINDS.index(kind), datetime.fromisoformat(at).astimezone(UTC)
        ids = [0] * place + [min(int(number), _ANY_ID)] + [_ANY_ID] * (len(KINDS) - place - 1)
    except (ValueError, OverflowError) as error:
        raise Invalid(field="before", problem="malformed") from error
    return {"at": moment} | {f"{name}_id": ids[at] for at, name in enumerate(KINDS)}


# --- the statement, built once ----------------------------------------------------------------

_ORDER = Order.__table__
_ORDER_LINE = OrderLine.__table__
_POINTS_MOVEMENT = PointsMovement.__table__
_PRODUCT = Product.__table__
_PURCHASE = Purchase.__table__
_PURCHASE_LINE = PurchaseLine.__table__
_STORE = Store.__table__
_VARIANT = Variant.__table__
_VISIT = Visit.__table__
_VISIT_LINE = VisitLine.__table__
_NOTHING = literal_column("0", Integer)
_SILENT = literal_column("''", String)
_NEVER = cast(null(), UtcDateTime)
_NO_STORE = cast(null(), Integer)
# of the first line, which names a purchase in the language of its source
_IN_ENGLISH = func.coalesce(
    select(_PRODUCT.c.name_en)
    .select_from(_PURCHASE_LINE)
    .outerjoin(_VARIANT, _VARIANT.c.id == _PURCHASE_LINE.c.variant_id)
    .outerjoin(_PRODUCT, _PRODUCT.c.id == _VARIANT.c.product_id)
    .where(_PURCHASE_LINE.c.purchase_id == _PURCHASE.c.id)
    .order_by(_PURCHASE_LINE.c.id)
    .limit(1)
    .scalar_subquery(),
    "",
)


def _part(kind: str, table: Any, at: Any, **columns: Any) -> Any:
    """Select one kind's events under the names that all kinds share."""
    shared: dict[str, Any] = {
        "rank": literal_column(str(KINDS.index(kind)), Integer),
        "at": at,
        "id": table.c.id,
        "uid": _SILENT,
        "text": _SILENT,
        "text_en": _SILENT,
        "detail": _SILENT,
        "channel": _SILENT,
        "who": _SILENT,
        "count": _NOTHING,
        "amount": _NOTHING,
        "currency": _SILENT,
        "ended_at": _NEVER,
        "store_id": _NO_STORE,
    }
    moment = bindparam("at", type_=UtcDateTime)
    # written so that an index on (customer, moment) is walked from the cursor downwards
    older = (at <= moment) & ((at < moment) | (table.c.id < bindparam(f"{kind}_id")))
    query = select(*(column.label(name) for name, column in (shared | columns).items()))
    query = query.where(table.c.customer_id == bindparam("customer_id"), older)
    return query.order_by(at.desc(), table.c.id.desc()).limit(bindparam("limit"))


_PARTS = (
    _part(
        "purchase",
        _PURCHASE,
        _PURCHASE.c.occurred_at,
        uid=_PURCHASE.c.external_id,
        text=_PURCHASE.c.summary,
        text_en=_IN_ENGLISH,
        detail=_PURCHASE.c.kind,
        channel=_PURCHASE.c.channel,
        count=_PURCHASE.c.lines_count,
        amount=_PURCHASE.c.total_minor,
        currency=_PURCHASE.c.currency,
        store_id=_PURCHASE.c.store_id,
    ),
    _part(
        "order",
        _ORDER,
        _ORDER.c.placed_at,
        uid=_ORDER.c.uid,
        text=_ORDER.c.number,
        detail=_ORDER.c.state,
        channel=literal_column("'web'", String),
        count=select(func.count()).where(_ORDER_LINE.c.order_id == _ORDER.c.id).scalar_subquery(),
        amount=_ORDER.c.total_minor,
        currency=_ORDER.c.currency,
        store_id=_ORDER.c.store_id,
    ),
    _part(
        "visit",
        _VISIT,
        _VISIT.c.started_at,
        uid=_VISIT.c.uid,
        text=_VISIT.c.reason,
        detail=_VISIT.c.outcome,
        who=_VISIT.c.staff_name,
        count=select(func.count()).where(_VISIT_LINE.c.visit_id == _VISIT.c.id).scalar_subquery(),
        ended_at=_VISIT.c.ended_at,
        store_id=_VISIT.c.store_id,
    ).where(_VISIT.c.ended_at.is_not(None)),
    _part(
        "points",
        _POINTS_MOVEMENT,
        _POINTS_MOVEMENT.c.occurred_at,
        uid=_POINTS_MOVEMENT.c.source_id,
        text=_POINTS_MOVEMENT.c.reason,
        amount=_POINTS_MOVEMENT.c.points,
    ),
)
_ALL = union_all(*(select(part.subquery()) for part in _PARTS)).subquery()
_EVENTS = Prepared(
    select(
        _ALL,
        _STORE.c.name.label("store"),
        _STORE.c.code.label("store_code"),
        _STORE.c.city,
    )
    .outerjoin(_STORE, _STORE.c.id == _ALL.c.store_id)
    .order_by(_ALL.c.at.desc(), _ALL.c.rank, _ALL.c.id.desc())
    .limit(bindparam("limit"))
)


def _event(row: Any) -> Event:
    known = row._asdict()
    known["kind"] = KINDS[known.pop("rank")]
    del known["store_id"]
    for name in ("store", "store_code", "city"):
        known[name] = known[name] or ""
    return Event(**known)
