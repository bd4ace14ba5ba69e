"""The sheet of one order over the board: its lines, what may be done, or how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, g, make_response, render_template, request, url_for

from clienteling import (
    arrival_words,
    handover_words,
    messages,
    named,
    pickup_board,
    return_words,
    settling_words,
    sheet_news,
)
from clienteling import pickup_words as say
from clienteling.handover_words import Scanned
from clienteling.named import Article
from clienteling.settling_words import Settling
from store import (
    arrivals,
    delegates,
    disputed_returns,
    handovers,
    pickup_ends,
    pickups,
    shelf_returns,
    web_returns,
)
from store.errors import (
    AlreadyAnswered,
    AlreadyTaken,
    ComptoirError,
    DelegateGone,
    ForbiddenTransition,
    Invalid,
    NotAllowed,
    NotAllScanned,
    NotEnoughStock,
)
from store.models import Delegate, Order, OrderEvent, OrderLine
from store.pickup_states import COLLECTABLE, HAPPENINGS, PREPARED, TO_PREPARE
from store.web import addresses, errors, forms, qr
from store.web.clock import now
from store.web.extensions import db
from store.web.pickup_terms import terms


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of an order on its sheet; `asks` is whether it must be said what becomes of it."""

    uid: str
    product: Article
    instead_of: str
    quantity: int
    price_minor: int
    currency: str
    ticked: bool
    is_open: bool
    is_done: bool
    state: str
    asks: bool
    wrong: str
    units: str
    rest: str
    settling: Settling


def own(uid: str) -> Order:
    """Return an order of this shop."""
    return pickups.get(db.session(), uid, store=g.store)


def show(
    uid: str, *, refusal: ComptoirError | None = None, scanned: Scanned | None = None
) -> Response:
    """Answer the sheet of an order; `refusal` is what could not be done to it just now."""
    order = own(uid)
    asks = _asks(order, refusal)
    fault = errors.fault_of(refusal) if refusal else None
    wrong = handover_words.wrong(refusal)
    is_open = pickups.is_collectable(order)
    settling = settling_words.of_lines(order)
    page = render_template(
        "clienteling/handover.html",
        order=say.sheet(order, is_open=is_open, ended=_end_of(order), now=now()),
        is_to_prepare=order.state in TO_PREPARE,
        lines=[_line(order, line, settling[line.id], asks=asks) for line in order.lines],
        asks=asks,
        fault=None if wrong or _lacks_rest(refusal) or refusal is None else _said(refusal),
        wrong=wrong,
        sheet=sheet_news.of_order(order),
        taken_by=_colleague(order),
        place=request.values.get("place", order.staging_place),
        rests=handover_words.rests(),
        put_off=_put_off(order),
        scanned=scanned,
        told=messages.of_order(order),
        waits=arrival_words.on_sheet(order),
        **_given(order),
        **(_proof(order) if is_open else _ended(order)),
        **pickup_board.shown(),
    )
    return make_response(page, fault.status if fault else 200)


def _asks(order: Order, refusal: ComptoirError | None) -> bool:
    """Tell whether it must be said what becomes of what is not ticked.

    Who goes back to the lines (`back`) is not asked, nor is anybody of an order that is over.
    """
    is_partial = "partial" in request.values and "back" not in request.form
    return pickups.is_collectable(order) and (is_partial or _lacks_rest(refusal))


def _lacks_rest(refusal: ComptoirError | None) -> bool:
    return isinstance(refusal, Invalid) and (refusal.field, refusal.problem) == ("rest", "empty")


def _said(refusal: ComptoirError) -> handover_words.Refusal | errors.Fault:
    return handover_words.fault(refusal) or errors.fault_of(refusal)


def _line(order: Order, line: OrderLine, settling: Settling, *, asks: bool) -> Line:
    is_open = line.state in PREPARED and pickups.is_collectable(order)
    ticked = line.uid in request.values.getlist("line")
    return Line(
        uid=line.uid,
        product=named.of_line(line),
        instead_of=named.ordered(line) if line.substitute_sku else "",
        quantity=line.quantity,
        price_minor=line.goods_price_minor,
        currency=order.currency,
        ticked=ticked,
        is_open=is_open,
        is_done=line.state == "collected",
        state=settling.state or say.line_state(line),
        asks=asks and is_open and not ticked,
        wrong=_wrong_rest(line),
        units=request.values.get(f"units-{line.uid}", "0"),
        rest=request.values.get(f"rest-{line.uid}", ""),
        settling=settling,
    )


def _wrong_rest(line: OrderLine) -> str:
    """Say that it was not said what becomes of a line, once that was asked (`partial`: asked)."""
    was_asked = request.values.get("partial") == "asked"
    is_said = request.values.get(f"rest-{line.uid}", "")
    return "" if is_said or not was_asked else handover_words.unsaid_rest()


def _proof(order: Order) -> dict[str, Any]:
    """Return how the customer was recognised so far, and what is still to be said."""
    live = delegates.list_live(db.session(), order)
    shown = _shown(order, live)
    code = request.form.get("delegate_code") or (shown.delegate.code if shown.delegate else "")
    return {
        "checks": say.checks(),
        "check": request.values.get("check") or shown.check,
        "proof": shown.proof,
        "who": request.values.get("who") or ("delegate" if code else "customer"),
        "delegate_code": code,
        "delegates": [one.first_name for one in live],
        "needs_ticket": handovers.needs_ticket(order),
        "till_ticket": request.values.get("till_ticket", ""),
        "signature": request.form.get("signature", ""),
    }


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What whoever collects has shown: to this tablet (`proof`, `delegate`), or as they arrived."""

    proof: say.Proof | None = None
    check: str = ""
    delegate: Delegate | None = None


def _shown(order: Order, live: Sequence[Delegate]) -> Shown:
    here, sent = request.args.get("proof", ""), request.args.get("delegate", "")
    if here in say.PROVEN:
        delegate = next((one for one in live if one.uid == sent), None)
        if sent and delegate is None:
            return Shown()
        return Shown(proof=say.shown_here(here, delegate), check=here, delegate=delegate)
    if order.state != "customer_waiting":
        return Shown()
    arrived = pickups.find_event(db.session(), order, "arrived")
    came = arrivals.find_delegate(db.session(), order)
    if arrived is None or arrived.identity_check not in say.PROVEN or (came and came not in live):
        return Shown()
    return Shown(proof=say.proof(arrived, came), check=arrived.identity_check, delegate=came)


def _end_of(order: Order) -> OrderEvent | None:
    """Return the event that tells who cancelled an order, None where none does."""
    if order.state != "cancelled":
        return None
    return pickups.find_event(db.session(), order, "cancelled")


def _given(order: Order) -> dict[str, Any]:
    """Return how goods of the order were handed over last, if any were, and what came back."""
    given = None
    if any(line.state == "collected" for line in order.lines):
        given = handovers.find_last(db.session(), order)
    if given is None:
        return {"given": None, "may_reverse": False}
    link = addresses.printed(url_for("phone.receipt_printed", code=order.code))
    back = web_returns.list_returned(db.session(), order)
    return {
        "given": handover_words.given(order, given),
        "receipt": qr.svg(link, handover_words.receipt_label(), border=0),
        "returned": handover_words.returned(back),
        "may_reverse": not back and order.state in HAPPENINGS["handover_reversed"].orders,
    }


def _ended(order: Order) -> dict[str, Any]:
    """Return what may still be done with an order that is over."""
    if order.state in TO_PREPARE:
        return {}
    session = db.session()
    return {
        "disputes": [
            return_words.dispute(one) for one in disputed_returns.list_by_order(session, order)
        ],
        "may_return": any(one.left for one in web_returns.list_returnable(session, order)),
        "may_reopen": order.state == "expired",
        "task": shelf_returns.find_open(session, order),
    }


def _put_off(order: Order) -> str:
    """Say until when one touch keeps the order, or nothing."""
    if order.state not in COLLECTABLE:
        return ""
    until = pickup_ends.extended_to(order, terms=terms(), now=now())
    return handover_words.put_off(until)


def _colleague(order: Order) -> str:
    """Return the first name of the colleague who went to the customer, unless it is oneself."""
    if order.taken_by is None or order.taken_by_id == g.staff.id:
        return ""
    return order.taken_by.name.partition(" ")[0] if order.state == "customer_waiting" else ""


# what is refused is said on the sheet itself, which shows how the order stands by now
said_here = forms.shown_again(
    lambda refusal, uid, *_, **__: show(uid, refusal=refusal),
    *(Invalid, ForbiddenTransition, AlreadyTaken, AlreadyAnswered),
    *(DelegateGone, NotAllowed, NotAllScanned, NotEnoughStock),
)
