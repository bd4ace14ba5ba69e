"""The board of pickups, and the arrival that rings."""

from datetime import date, datetime
from typing import Any

from flask import Response, g, render_template, request

from clienteling import board_words as say
from clienteling.blueprint import tablet
from clienteling.board_words import COLUMNS, Column
from store import pickups, words
from store.pickups import Pickup
from store.web import auth
from store.web.clock import now
from store.web.extensions import db
from store.web.htmx import fragment

SHOWN_DONE = 20
LONGEST_SEARCH = 200


@tablet.get("/pickups", endpoint="pickups")
@auth.staff()
def show_board() -> str:
    """Show the store's pickups in columns, those that `q` names when it is given."""
    return render_template("clienteling/pickups.html", **shown())


@tablet.get("/pickups/board")
@auth.staff()
def board() -> Response:
    """Answer the columns alone, as they are now."""
    return fragment("clienteling/_board.html", **shown())


@tablet.get("/pickups/arrivals")
@auth.staff()
def arrivals() -> Response:
    """Answer who has arrived, and how many for the rail."""
    return fragment("clienteling/_arrivals.html", oob=True)


def shown() -> dict[str, Any]:
    """Return what the board shows; a sheet over it shows the same."""
    query = request.args.get("q", "")[:LONGEST_SEARCH].strip()
    since, moment = pickups.day_start(g.store, now()), now()
    waiting = pickups.list_open(db.session(), g.store.id)
    done = pickups.list_done(db.session(), g.store.id, since=since, limit=SHOWN_DONE)
    day = pickups.day(db.session(), g.store.id, since=since)
    columns = _columns([one for one in (*waiting, *done) if _is_named(one, query)], moment)
    if not query:
        columns["done"] = Column(count=day.collected, pickups=columns["done"].pickups)
    return {"columns": columns, "lead": say.lead(day), "query": query}


def _is_named(pickup: Pickup, query: str) -> bool:
    told = words.fold(f"{pickup.number} {pickup.customer_name} {pickup.staging_place}")
    return all(part in told for part in words.fold(query).split())


def _columns(rows: list[Pickup], moment: datetime) -> dict[str, Column]:
    today = pickups.today_in(g.store, moment)
    sorted_rows: dict[str, list[Pickup]] = {key: [] for key in COLUMNS}
    for row in rows:
        sorted_rows[row.column(now=moment, today=today)].append(row)
    sorted_rows["waiting"].sort(key=lambda row: (row.taken_by != "", row.arrived_at or moment))
    return {key: _column(key, found, moment, today) for key, found in sorted_rows.items()}


def _column(key: str, rows: list[Pickup], moment: datetime, today: date) -> Column:
    tickets = [say.ticket(row, key, now=moment, today=today) for row in rows]
    return Column(count=len(rows), pickups=tickets)
