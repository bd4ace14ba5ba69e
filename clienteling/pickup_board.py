"""The board of pickups: who waits, what is to be prepared by when, found by anything."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock
from typing import Any

from flask import Response, current_app, flash, g, render_template, request, url_for

from clienteling import board_words as say
from clienteling import transfer_words
from clienteling.blueprint import tablet
from clienteling.board_words import COLUMNS, Column
from store import awaited, changes, late_notices, pickup_search, pickups, printers, printing
from store.pickups import Pickup
from store.web import auth, forms
from store.web.catalogue import gettext as _
from store.web.catalogue import ngettext, screen_language
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import typo
from store.web.forms import once
from store.web.htmx import fragment

SHOWN_DONE = 20
LONGEST_SEARCH = 200
CURRENT_SECONDS = 5  # a board is drawn anew after that: it says how long things last
BOARDS_KEPT = 8  # 200 kB each
DRAWING = "comptoir_boards"


@tablet.get("/pickups", endpoint="pickups")
@auth.staff()
def show_board() -> str:
    """Show the store's pickups in columns: those that `q` finds, of the kind `show`."""
    return render_template("clienteling/pickups.html", **shown())


@tablet.get("/pickups/board")
@auth.staff()
def board() -> Response:
    """Answer the columns and what counts their orders, as they are now."""
    return fragment("clienteling/_board_news.html", oob=True, **shown())


@tablet.get("/pickups/print", endpoint="choose_slips")
@auth.staff()
def choose_slips() -> str:
    """Show the board to choose from it of which orders the slips are printed."""
    has_printer = bool(printers.list_all(db.session(), g.store))
    return render_template("clienteling/choose_slips.html", has_printer=has_printer, **shown())


@tablet.post("/pickups/print", endpoint="print_slips")
@auth.staff()
@once
def print_slips() -> str:
    """Let the slips of the chosen orders be printed (`uid`, several)."""
    uids = request.form.getlist("uid")[: printing.MOST_AT_ONCE]
    made = printing.add_slips(
        db.session(), uids, store=g.store, occasion=forms.form_uid(), now=now()
    )
    flash(typo(_slips_said(made)))
    return url_for("tablet.pickups")


@tablet.get("/pickups/arrivals")
@auth.staff(shows=True)
def arrivals() -> Response:
    """Answer who has arrived, and how many for the rail."""
    return fragment("clienteling/_arrivals.html", oob=True)


def _slips_said(made: int) -> str:
    if not made:
        return _("Rien à imprimer : choisissez des commandes.")
    return ngettext("%(num)s bon part à l'imprimante", "%(num)s bons partent à l'imprimante", made)


@dataclass
class Boards:
    """Boards as they were drawn, for tablets that show the same: thirty ask at every change."""

    drawn: OrderedDict[Any, dict[str, Any]] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def get(self, key: Any, draw: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Return what was drawn for this key, or draw it: one thread does, the others wait."""
        with self.lock:
            if key not in self.drawn:
                self.drawn[key] = draw()
            while len(self.drawn) > BOARDS_KEPT:
                self.drawn.popitem(last=False)
            return self.drawn[key]


def shown() -> dict[str, Any]:
    """Return the drawn board and what stands around it; a sheet over it shows the same."""
    query = request.args.get("q", "")[:LONGEST_SEARCH].strip()
    show = request.args.get("show", "")
    show = show if show in say.FILTERS else ""
    # read before the orders: what changes meanwhile is drawn under the next number
    number = changes.last_number(db.session())
    current = int(now().timestamp()) // CURRENT_SECONDS
    choosing = request.endpoint == "tablet.choose_slips"
    key = (g.store.id, screen_language(), query, show, choosing, number, current)
    boards: Boards = current_app.extensions.setdefault(DRAWING, Boards())
    return boards.get(key, lambda: _drawn(query, show, choosing=choosing))


def _drawn(query: str, show: str, *, choosing: bool) -> dict[str, Any]:
    moment = now()
    today = pickups.today_in(g.store, moment)
    rows, day = _found(query, moment)
    kinds = {row.uid: say.kinds(row, now=moment, today=today) for row in rows}
    counts = {name: sum(name in each for each in kinds.values()) for name in say.FILTERS}
    chosen = [row for row in rows if not show or show in kinds[row.uid]]
    columns = _columns(chosen, moment, today)
    if not query and not show:
        columns["done"] = Column(count=day.collected, pickups=columns["done"].pickups)
    board = render_template(
        "clienteling/_board.html", columns=columns, query=query, show=show, choosing=choosing
    )
    late = late_notices.count_unseen(db.session(), g.store)
    around = {"query": query, "show": show, "filters": say.filters(counts), "lead": say.lead(day)}
    return {"board": board, "late_unseen": late, **around}


def _found(query: str, moment: datetime) -> tuple[list[Pickup], pickups.Day]:
    session, shop = db.session(), g.store
    since = pickups.day_start(shop, moment)
    day = pickups.day(session, shop.id, since=since)
    if not query:
        done = pickups.list_done(session, shop.id, since=since, limit=SHOWN_DONE)
        return [*pickups.list_open(session, shop.id), *done], day
    uids = pickup_search.find(session, shop.id, query, now=moment)
    return list(pickups.list_by_uid(session, shop.id, uids)), day


def _columns(rows: Sequence[Pickup], moment: datetime, today: date) -> dict[str, Column]:
    sorted_rows: dict[str, list[Pickup]] = {key: [] for key in COLUMNS}
    for row in rows:
        sorted_rows[row.column(now=moment, today=today)].append(row)
    sorted_rows["waiting"].sort(key=lambda row: (row.taken_by != "", row.arrived_at or moment))
    for key in ("to_prepare", "late"):
        sorted_rows[key].sort(key=lambda row: not row.is_answered)
    coming = _awaited(rows)
    return {
        key: Column(
            count=len(found),
            pickups=[
                say.ticket(row, key, now=moment, today=today, awaited=coming.get(row.uid, ""))
                for row in found
            ],
        )
        for key, found in sorted_rows.items()
    }


def _awaited(rows: Sequence[Pickup]) -> dict[str, str]:
    """Say what orders await from other shops."""
    uids = [row.uid for row in rows if row.awaited]
    return transfer_words.by_order(awaited.list_awaited(db.session(), uids))
