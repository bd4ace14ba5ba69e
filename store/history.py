"""What a customer's file shows: who they are, what waits for them, what they did anywhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from store import card_statements as statements
from store import timeline
from store.consents import Standing, Stated, standing_of
from store.errors import FileClosed, NotFound
from store.openings import OPENED, Hands
from store.stock import Figure, Trust, figure_of
from store.timeline import Page

EVENTS = 8


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
    hands: Hands,
    now: datetime,
    trust: Trust,
    before: str = "",
) -> Card:
    """Return a customer's card as it is in this store; five queries, whatever there is.

    `before` is the cursor of a page of events, empty for the newest. Raises NotFound; FileClosed
    when it is not open in these hands; Invalid when the cursor is not one of ours.
    """
    given = {"uid": customer_uid, "store_id": store_id, **hands.values(now=now)}
    person, visit = _person(session, given, now=now)
    own = {"customer_id": person.id, "store_id": store_id}
    bought = _bought(session, own, now=now, trust=trust)
    notes, stated = _said(session, own)
    return Card(
        person=person,
        consents=standing_of(stated),
        pickups=[_waiting(row) for row in statements.WAITING.all(session, own)],
        events=timeline.page(session, person.id, before=before, limit=EVENTS),
        last=bought["last"],
        usual=bought["usual"],
        notes=notes,
        visit=visit,
    )


# --- rows -------------------------------------------------------------------------------------


def _person(
    session: Session, given: Mapping[str, Any], *, now: datetime
) -> tuple[Person, Open | None]:
    # the present month and the eleven before it
    year_ago = (now.year - 1) * 100 + now.month
    rows = statements.PERSON.all(session, {**given, "month": year_ago})
    if not rows:
        raise NotFound(kind="customer", key=given["uid"])
    (row,) = rows
    if row.last_action != OPENED:
        raise FileClosed(key=given["uid"])
    known = row._asdict()
    del known["last_action"]
    visit = {name: known.pop(name) for name in ("visit_uid", "started_at", "shown")}
    snapshot, told_at = known.pop("points_snapshot"), known.pop("points_at")
    has_points = told_at is not None or known["pending"]
    person = Person(points=snapshot + known["pending"] if has_points else None, **known)
    return person, Open(uid=visit.pop("visit_uid"), **visit) if visit["visit_uid"] else None


def _waiting(row: Any) -> Waiting:
    known = row._asdict()
    is_here = known.pop("is_here")
    return Waiting(**known | {"store": "" if is_here else known["store"]})


def _bought(
    session: Session, own: Mapping[str, int], *, now: datetime, trust: Trust
) -> dict[str, list[Bought]]:
    """Return the articles of the last purchases and the usual ones, each the first one first."""
    rows = statements.BOUGHT.all(session, own)
    rows = sorted(rows, key=lambda row: (-row.times, -row.bought_at.timestamp(), row.place))
    return {
        kind: [_article(row, now=now, trust=trust) for row in rows if row.kind == kind]
        for kind in ("last", "usual")
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


def _said(session: Session, own: Mapping[str, int]) -> tuple[list[Remark], list[Stated]]:
    """Return the newest notes, the latest first, and the consents in their order."""
    rows = [tuple(row) for row in statements.SAID.all(session, own)]
    notes = [
        Remark(text=text, author=author, written_at=at)
        for text, author, _state, at, _id, is_note in reversed(rows)
        if is_note
    ]
    return notes, [row[:4] for row in rows if not row[5]]
