"""The hub's own page: the visits that the stores have told, each of them once."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, current_app, g, render_template, request
from flask_babel import gettext as _

from clienteling import return_words, visit_words
from store import disputed_returns
from store import staff as people
from store import visits as records
from store.disputed_returns import SetAside
from store.models import Staff, Visit
from store.web import auth
from store.web.extensions import db
from store.web.filters import public_name
from store.web.typography import BETWEEN

SHOWN = 50

hub = Blueprint("hub", __name__, url_prefix="/hub")


@dataclass(frozen=True, kw_only=True)
class Received:
    """One visit as the hub has it."""

    uid: str
    store: str
    customer: str
    staff: str
    outcome: str
    ended_at: datetime | None
    received_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Disputed:
    """A return that was heard of second, and was not counted."""

    number: str
    units: str
    told: str
    before: str


@hub.get("/visits")
@auth.staff()
def visits() -> str:
    """Show the visits that were received, the newest first, `?before=` a number for older ones.

    Who does not answer for the whole chain sees those of the shop where they are.
    """
    before = request.args.get("before", type=int)
    only = None if _is_head_office(g.staff) else g.store
    rows = records.list_received(db.session(), store=only, before=before, limit=SHOWN + 1)
    disputed = [] if only else disputed_returns.list_set_aside(db.session(), limit=SHOWN)
    settings = current_app.config["COMPTOIR"]
    return render_template(
        "clienteling/hub_visits.html",
        disputed=[_disputed(one) for one in disputed],
        visits=[_received(row) for row in rows[:SHOWN]],
        total=records.count_received(db.session(), store=only),
        only=only,
        older=rows[SHOWN - 1].id if len(rows) > SHOWN else None,
        lock_seconds=settings.staff.lock_seconds,
        is_demo=settings.demo.on,
    )


def _is_head_office(person: Staff) -> bool:
    """Tell whether somebody answers for every shop: customers' visits are not for all to read."""
    return person.store_id is None and people.may(person, "manager")


def _received(visit: Visit) -> Received:
    person = visit.customer
    name = public_name(f"{person.first_name} {person.last_name}") if person else _("Sans carte")
    return Received(
        uid=visit.uid,
        store=visit.store.name,
        customer=name,
        staff=visit.staff_name,
        outcome=visit_words.outcome(visit.outcome),
        ended_at=visit.ended_at,
        received_at=visit.received_at,
    )


def _disputed(one: SetAside) -> Disputed:
    return Disputed(
        number=one.order.number,
        units=BETWEEN.join(f"{units} × {sku}" for sku, units in one.units.items()),
        told=return_words.taken(one.shop, one.at),
        before=return_words.taken(one.first.shop, one.first.at),
    )
