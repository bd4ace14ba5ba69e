"""The sheet of one order over the board: prepared, taken in hand, handed over."""

from dataclasses import dataclass
from typing import Any

from flask import Response, g, make_response, render_template, request, url_for

from clienteling import messages, named, pickup_board
from clienteling import pickup_words as say
from clienteling.blueprint import tablet
from clienteling.named import Article
from store import pickup_ends, pickups
from store.errors import AlreadyTaken, ComptoirError, ForbiddenTransition, Invalid
from store.models import Order, OrderLine
from store.pickup_states import PREPARED, TO_PREPARE
from store.web import auth, errors
from store.web.clock import now
from store.web.extensions import db
from store.web.forms import once
from store.web.pickup_terms import terms

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
    last_day = pickup_ends.last_day(g.store, terms=terms(), now=now())
    pickups.prepare(db.session(), uid, staff=g.staff, place=place, pickup_by=last_day, now=now())
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
        told=messages.of_order(order),
        **pickup_board.shown(),
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
