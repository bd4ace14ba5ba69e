"""Customers who ask for an assistant: the tablets ring, one goes, and what is unanswered escalates.

Nothing of the customer is in a call but what stood on the screen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from store import changes
from store.database import affected, take_turn
from store.errors import CallEnded, CallTaken, NotFound
from store.models import AssistanceCall, Device, Product, Staff, Variant
from store.prepared import Prepared
from store.stages import Stages

PREFIX = "call:"
ABOUT = ("", "product", "list", "search", "pickup", "card", "reservation")


@dataclass(frozen=True, kw_only=True)
class Times(Stages):
    """How long a call waits before it rings louder, before it is called unanswered, and at most."""

    louder: timedelta = timedelta(seconds=60)
    unanswered: timedelta = timedelta(seconds=120)
    over: timedelta = timedelta(seconds=600)


@dataclass(frozen=True, kw_only=True)
class Call:
    """Somebody waits at a screen since `at`; `stage` is ringing, louder or unanswered."""

    uid: str
    device_name: str
    at: datetime
    stage: str
    about: str
    articles: int
    sku: str
    product: str
    product_en: str
    size: str
    colour: str


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How the calls of some time went; `median_seconds` until somebody went, None without one."""

    calls: int
    unanswered: int
    median_seconds: int | None


def _waiting() -> Select[Any]:
    call, device = AssistanceCall.__table__.c, Device.__table__.c
    variant, product = Variant.__table__.c, Product.__table__.c
    return (
        select(
            call.uid,
            device.name.label("device_name"),
            call.called_at.label("at"),
            call.about,
            call.articles,
            func.coalesce(variant.sku, "").label("sku"),
            func.coalesce(product.name, "").label("product"),
            func.coalesce(product.name_en, "").label("product_en"),
            func.coalesce(variant.size, "").label("size"),
            func.coalesce(variant.colour, "").label("colour"),
        )
        .join(Device.__table__, device.id == call.device_id)
        .outerjoin(Variant.__table__, variant.id == call.variant_id)
        .outerjoin(Product.__table__, product.id == variant.product_id)
        .where(call.store_id == bindparam("store_id"), call.ended_at.is_(None))
        .where(call.taken_at.is_(None), call.called_at > bindparam("since"))
        .order_by(call.called_at.desc(), call.id.desc())
    )


# asked by every page of every tablet: built once, since that costs more than to run it
_WAITING = Prepared(_waiting())


def ring(
    session: Session,
    device: Device,
    *,
    about: str = "",
    variant_id: int | None = None,
    articles: int = 0,
    times: Times,
    now: datetime,
) -> AssistanceCall:
    """Tell every tablet of the shop that a customer at this device asks for an assistant.

    `about` is what stood on the screen. While nobody has gone, a second call is the same call.
    """
    take_turn(session, changes.TURN)
    open_one = session.scalar(
        select(AssistanceCall).where(
            AssistanceCall.device_id == device.id,
            AssistanceCall.taken_at.is_(None),
            AssistanceCall.ended_at.is_(None),
            AssistanceCall.called_at > now - times.over,
        )
    )
    if open_one is not None:
        return open_one
    call = AssistanceCall(store_id=device.store_id, device_id=device.id, called_at=now)
    call.about = about if about in ABOUT else ""
    call.variant_id, call.articles = variant_id, articles
    session.add(call)
    session.flush()
    changes.record(session, "staff", PREFIX + call.uid, now=now)
    return call


def take(session: Session, uid: str, *, staff: Staff, now: datetime) -> AssistanceCall:
    """Note who goes to the customer; the first one does, and may say so twice.

    Raises NotFound; CallTaken with the name of the colleague; CallEnded when nobody waits any more.
    """
    waiting = AssistanceCall.taken_at.is_(None), AssistanceCall.ended_at.is_(None)
    mine = _change(session, uid, *waiting, taken_by_id=staff.id, taken_at=now)
    call = get(session, uid)
    if mine:
        changes.record(session, "staff", PREFIX + uid, now=now)
    elif call.ended_at is not None:
        raise CallEnded(ended_at=call.ended_at)
    elif call.taken_by is not None and call.taken_by_id != staff.id:
        raise CallTaken(by=call.taken_by.name)
    return call


def cancel(session: Session, uid: str, *, now: datetime) -> None:
    """Let the tablets fall silent: the customer needs nobody any more. Again does nothing."""
    if _change(session, uid, AssistanceCall.ended_at.is_(None), ended_at=now, ended_by="visitor"):
        changes.record(session, "staff", PREFIX + uid, now=now)


def get(session: Session, uid: str) -> AssistanceCall:
    """Return a call as it is now; raise NotFound."""
    fresh = {"populate_existing": True}
    query = select(AssistanceCall).where(AssistanceCall.uid == uid)
    found = session.scalar(query.execution_options(**fresh))
    if found is None:
        raise NotFound(kind="call", key=uid)
    return found


def list_waiting(session: Session, store_id: int, *, times: Times, now: datetime) -> Sequence[Call]:
    """Return the calls of a shop to which nobody goes yet, newest first; one query."""
    values = {"store_id": store_id, "since": now - times.over}
    rows = _WAITING.all(session, values)
    return [Call(**row._asdict(), stage=times.reached(now - row.at)) for row in rows]


def tally(session: Session, store_id: int, *, since: datetime, until: datetime) -> Tally:
    """Return how the calls of a shop went; one that the customer took back is none unanswered."""
    here = AssistanceCall.store_id == store_id, AssistanceCall.called_at.between(since, until)
    call = AssistanceCall
    rows = session.execute(select(call.called_at, call.taken_at, call.ended_by).where(*here)).all()
    waits = [(row.taken_at - row.called_at).total_seconds() for row in rows if row.taken_at]
    unanswered = sum(row.taken_at is None and row.ended_by != "visitor" for row in rows)
    middle = int(median(waits)) if waits else None
    return Tally(calls=len(rows), unanswered=unanswered, median_seconds=middle)


def forget(session: Session, *, before: datetime) -> None:
    """Drop the calls older than that moment."""
    session.execute(delete(AssistanceCall).where(AssistanceCall.called_at < before))


def _change(session: Session, uid: str, *which: Any, **values: Any) -> bool:
    take_turn(session, changes.TURN)
    statement = update(AssistanceCall).where(AssistanceCall.uid == uid, *which)
    return affected(session, statement.values(values)) == 1
