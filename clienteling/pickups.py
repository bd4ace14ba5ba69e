"""The board of pickups, the arrival that rings, and the handover."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Response, g, make_response, render_template, request, url_for

from clienteling import named
from clienteling import pickup_words as say
from clienteling.blueprint import tablet
from clienteling.named import Article
from clienteling.pickup_words import COLUMNS, Column
from store import pickups, words
from store.errors import AlreadyTaken, ComptoirError, ForbiddenTransition, Invalid
from store.models import Order, OrderLine
from store.pickup_states import PREPARED, TO_PREPARE
from store.pickups import Pickup
from store.web import auth, errors
from store.web.clock import now
from store.web.extensions import db
from store.web.forms import once
from store.web.htmx import fragment

SHOWN_DONE = 20
LONGEST_SEARCH = 200
# said on the sheet itself, which shows how the order stands by now
SAID_HERE = (Invalid, ForbiddenTransition, AlreadyTaken)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of an order on its sheet."""

    uid: str
    product: Article
    quantity: int
    price_minor: int
    currency: str
    ticked: bool
    is_open: bool
    is_done: bool
    state: str


# --- the board --------------------------------------------------------------------------------


@tablet.get("/pickups", endpoint="pickups")
@auth.staff()
def show_board() -> str:
    """Show the store's pickups in columns, those that `q` names when it is given."""
    return render_template("clienteling/pickups.html", **_board())


@tablet.get("/pickups/board")
@auth.staff()
def board() -> Response:
    """Answer the columns alone, as they are now."""
    return fragment("clienteling/_board.html", **_board())


@tablet.get("/pickups/arrivals")
@auth.staff()
def arrivals() -> Response:
    """Answer who has arrived, and how many for the rail."""
    return fragment("clienteling/_arrivals.html", oob=True)


def _board() -> dict[str, Any]:
    query = request.args.get("q", "")[:LONGEST_SEARCH].strip()
    since, moment = pickups.day_start(g.store, now()), now()
    waiting = pickups.list_open(db.session(), g.store.id)
    done = pickups.list_done(db.session(), g.store.id, since=since, limit=SHOWN_DONE)
    day = pickups.day(db.session(), g.store.id, since=since)
    shown = _columns([one for one in (*waiting, *done) if _is_named(one, query)], moment)
    if not query:
        shown["done"] = Column(count=day.collected, pickups=shown["done"].pickups)
    return {"columns": shown, "lead": say.lead(day), "query": query}


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


# --- the sheet of one order -------------------------------------------------------------------


@tablet.get("/pickups/<uid>")
@auth.staff()
def handover(uid: str) -> Response:
    """Show an order over the board: to be prepared, handed over, or how it ended."""
    return _sheet(uid)


@tablet.post("/pickups/<uid>/take")
@auth.staff()
def take(uid: str) -> Response:
    """Say that the person signed in goes to the customer, and show the order."""
    return _said_on_the_sheet(_take, uid)


@tablet.post("/pickups/<uid>/prepare")
@auth.staff()
def prepare(uid: str) -> Response:
    """Note that the order lies ready at a staging place (`place`)."""
    return _said_on_the_sheet(_prepare, uid)


@tablet.post("/pickups/<uid>/hand-over")
@auth.staff()
def hand_over(uid: str) -> Response:
    """Give the ticked lines (`line`) after a kind of check (`check`).

    All that lie ready must be ticked, unless `partial` says that it is meant.
    """
    return _said_on_the_sheet(_hand_over, uid)


@once
def _take(uid: str) -> str:
    _own(uid)
    pickups.take(db.session(), uid, staff=g.staff, now=now())
    return url_for("tablet.handover", uid=uid)


@once
def _prepare(uid: str) -> str:
    _own(uid)
    place = request.form.get("place", "")
    pickups.prepare(db.session(), uid, staff=g.staff, place=place, now=now())
    return url_for("tablet.handover", uid=uid)


@once
def _hand_over(uid: str) -> str:
    order = _own(uid)
    ticked = set(request.form.getlist("line"))
    lie_ready = {line.uid for line in order.lines if line.state in PREPARED}
    if "partial" not in request.form and lie_ready - ticked:
        raise Invalid(field="lines", problem="unticked")
    pickups.hand_over(
        db.session(),
        uid,
        line_uids=ticked,
        staff=g.staff,
        check=request.form.get("check", ""),
        now=now(),
    )
    return url_for("tablet.handover", uid=uid)


def _said_on_the_sheet(act: Any, uid: str) -> Response:
    """Act on an order; a refusal is said on its sheet, which shows how things stand."""
    try:
        return act(uid)
    except SAID_HERE as refusal:
        db.session.rollback()
        return _sheet(uid, refusal=refusal)


def _own(uid: str) -> Order:
    return pickups.get(db.session(), uid, store=g.store)


def _sheet(uid: str, *, refusal: ComptoirError | None = None) -> Response:
    order = _own(uid)
    arrived = pickups.find_event(db.session(), order, "arrived")
    proof = say.proof(arrived)
    fault = errors.fault_of(refusal) if refusal else None
    page = render_template(
        "clienteling/handover.html",
        order=say.sheet(order, is_open=pickups.is_collectable(order), now=now()),
        is_to_prepare=order.state in TO_PREPARE,
        lines=[_line(order, line) for line in order.lines],
        checks=say.checks(),
        check=request.form.get("check") or (arrived.identity_check if arrived and proof else ""),
        proof=proof,
        fault=say.fault_on_sheet(refusal) or fault if refusal else None,
        taken_by=_colleague(order),
        place=request.form.get("place", ""),
        **_board(),
    )
    return make_response(page, fault.status if fault else 200)


def _line(order: Order, line: OrderLine) -> Line:
    article = named.variant(line.variant) if line.variant else named.unknown(line.sku, line.label)
    is_open = line.state in PREPARED and pickups.is_collectable(order)
    return Line(
        uid=line.uid,
        product=article,
        quantity=line.quantity,
        price_minor=line.unit_price_minor,
        currency=order.currency,
        ticked=line.uid in request.form.getlist("line"),
        is_open=is_open,
        is_done=line.state == "collected",
        state=say.line_state(line),
    )


def _colleague(order: Order) -> str:
    """Return the first name of the colleague who went to the customer, unless it is oneself."""
    if order.taken_by is None or order.taken_by_id == g.staff.id:
        return ""
    return order.taken_by.name.partition(" ")[0] if order.state == "customer_waiting" else ""
