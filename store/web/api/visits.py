"""Visits that stores have closed."""

from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import selectinload

from store import as_records, visits
from store.json_records import Json, moment, read_visit, write_time, write_visit
from store.models import Store, Visit
from store.web.api import cursors
from store.web.api.calls import reads, writes
from store.web.api.passing_on import passes_on
from store.web.api.schema_words import TIME, Schema, text
from store.web.clock import now
from store.web.extensions import db

WHERE: dict[str, Schema] = {"store": text(64), "since": TIME}


@writes(
    "POST",
    "/visits",
    scope="visits:write",
    body="VisitBody",
    answers={200: "Visit", 201: "Visit"},
)
def post_visit(body: Json) -> tuple[int, Json]:
    """Tell a closed visit; the same id twice is one visit."""
    told = read_visit(body)
    visit, is_new = visits.receive(db.session(), told, now=now(), tells=passes_on())
    return (201 if is_new else 200), write(visit)


@reads("/visits", scope="visits:read", answer="VisitPage", query={**WHERE, **cursors.PAGING})
def list_visits(query: dict[str, Any]) -> Json:
    """List closed visits that ended at or after `since`, the oldest end first."""
    limit = cursors.limit_of(query)
    order = (Visit.ended_at, Visit.id)
    rows = select(Visit).options(selectinload(Visit.lines)).where(Visit.ended_at.is_not(None))
    rows = rows.order_by(*order).limit(limit + 1)
    if query.get("store"):
        rows = rows.join(Visit.store).where(Store.code == query["store"].strip().upper())
    if query.get("since"):
        rows = rows.where(Visit.ended_at >= moment(query["since"]))
    if query.get("cursor"):
        ended_at, number = cursors.read(query["cursor"], str, int)
        rows = rows.where(tuple_(*order) > tuple_(cursors.moment(ended_at), number))
    found = db.session().scalars(rows).all()
    last = found[limit - 1] if len(found) > limit else None
    return {
        "items": [write(visit) for visit in found[:limit]],
        "next": cursors.write(str(write_time(last.ended_at)), last.id) if last else None,
    }


def write(visit: Visit) -> Json:
    """Return a visit, with the time at which this server received it."""
    told = write_visit(as_records.of_visit(visit))
    return {**told, "received_at": write_time(visit.received_at)}
