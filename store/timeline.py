"""What a customer did, whatever the channel, the newest first, by pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Integer,
    Row,
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
    Purchase,
    Store,
    UtcDateTime,
    Visit,
    VisitLine,
)

# of two events at one moment, the kind that stands first here is shown first
KINDS = ("purchase", "order", "visit", "points")
MOST = 200
_END_OF_TIME = datetime.max.replace(microsecond=0, tzinfo=UTC)
_ANY_ID = 2**62


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened; what is not meant for its kind is empty or 0.

    purchase: `text` is its first article, `detail` is sale, return or correction, `channel`
    store or web, `count` its lines. order: `text` is its number, `detail` its state, `count` its
    lines. visit: `who` is the assistant, `detail` the outcome, `count` the products shown.
    points: `amount` in points, `text` the reason.
    """

    kind: str
    at: datetime
    id: int
    uid: str
    text: str
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
    found = [_event(row) for row in session.execute(_EVENTS, values)]
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

_NOTHING = literal_column("0", Integer)
_SILENT = literal_column("''", String)
_NEVER = cast(null(), UtcDateTime)
_NO_STORE = cast(null(), Integer)


def _part(kind: str, model: Any, at: Any, **columns: Any) -> Any:
    """Select one kind's events under the names that all kinds share."""
    shared: dict[str, Any] = {
        "rank": literal_column(str(KINDS.index(kind)), Integer),
        "at": at,
        "id": model.id,
        "uid": _SILENT,
        "text": _SILENT,
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
    older = (at <= moment) & ((at < moment) | (model.id < bindparam(f"{kind}_id")))
    query = select(*(column.label(name) for name, column in (shared | columns).items()))
    query = query.where(model.customer_id == bindparam("customer_id"), older)
    return query.order_by(at.desc(), model.id.desc()).limit(bindparam("limit"))


_PARTS = (
    _part(
        "purchase",
        Purchase,
        Purchase.occurred_at,
        uid=Purchase.external_id,
        text=Purchase.summary,
        detail=Purchase.kind,
        channel=Purchase.channel,
        count=Purchase.lines_count,
        amount=Purchase.total_minor,
        currency=Purchase.currency,
        store_id=Purchase.store_id,
    ),
    _part(
        "order",
        Order,
        Order.placed_at,
        uid=Order.uid,
        text=Order.number,
        detail=Order.state,
        channel=literal_column("'web'", String),
        count=select(func.count()).where(OrderLine.order_id == Order.id).scalar_subquery(),
        amount=Order.total_minor,
        currency=Order.currency,
        store_id=Order.store_id,
    ),
    _part(
        "visit",
        Visit,
        Visit.started_at,
        uid=Visit.uid,
        text=Visit.reason,
        detail=Visit.outcome,
        who=Visit.staff_name,
        count=select(func.count()).where(VisitLine.visit_id == Visit.id).scalar_subquery(),
        ended_at=Visit.ended_at,
        store_id=Visit.store_id,
    ).where(Visit.ended_at.is_not(None)),
    _part(
        "points",
        PointsMovement,
        PointsMovement.occurred_at,
        uid=PointsMovement.source_id,
        text=PointsMovement.reason,
        amount=PointsMovement.points,
    ),
)
_ALL = union_all(*(select(part.subquery()) for part in _PARTS)).subquery()
_EVENTS = (
    select(
        _ALL,
        Store.name.label("store"),
        Store.code.label("store_code"),
        Store.city,
    )
    .outerjoin(Store, Store.id == _ALL.c.store_id)
    .order_by(_ALL.c.at.desc(), _ALL.c.rank, _ALL.c.id.desc())
    .limit(bindparam("limit"))
)


def _event(row: Row[Any]) -> Event:
    known = dict(row._mapping)
    known["kind"] = KINDS[known.pop("rank")]
    del known["store_id"]
    for name in ("store", "store_code", "city"):
        known[name] = known[name] or ""
    return Event(**known)
