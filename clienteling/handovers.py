"""The handover on the tablet: lines checked one by one, given once, undone by a manager."""

from typing import Any

from flask import Response, g, make_response, render_template, request, url_for

from clienteling import code_faults, named, order_codes, order_sheet, pickup_board
from clienteling import handover_words as say
from clienteling.blueprint import tablet
from clienteling.handover_words import Scanned
from clienteling.order_sheet import own, said_here
from store import delegates, handovers, loyalty
from store import staff as people
from store.errors import ComptoirError, Invalid, Locked, NotFound, WrongPin
from store.handovers import Handing, Outcome
from store.loyalty import FoundCustomer, FoundOrder, FoundVariant, Missing
from store.models import Order, OrderLine, Staff
from store.pickup_states import PREPARED
from store.recognition import Reason
from store.web import auth, errors, pins
from store.web.clock import now
from store.web.extensions import db, limiter, lookups
from store.web.filters import public_name
from store.web.forms import once, shown_again, typed_number
from store.web.htmx import fragment, is_partial
from store.web.stock_words import trust

DIGITS = 4


@tablet.post("/pickups/<uid>/hand-over")
@auth.staff()
def hand_over(uid: str) -> Response:
    """Give the ticked lines (`line`) after a kind of check (`check`).

    All that lie ready must be ticked, unless `partial` says that it is meant: then `rest-LINE` says
    what becomes of what is not given, and `units-LINE` how many units of it are. `back` gives
    nothing: it leads to the lines again, with all that was ticked and typed.
    """
    if "back" in request.form:
        return order_sheet.show(uid)
    return _hand_over(uid)


@said_here
@once
def _hand_over(uid: str) -> str:
    order = own(uid)
    form = request.form
    handing = Handing(
        lines=_outcomes(order),
        check=form.get("check", ""),
        delegate_code=_delegate_code(),
        till_ticket=form.get("till_ticket", ""),
        signature=form.get("signature", ""),
    )
    known = trust(db.session())
    handovers.give(db.session(), uid, handing, staff=g.staff, now=now(), trust=known)
    return url_for("tablet.handover", uid=uid)


def _delegate_code() -> str:
    if request.form.get("who") != "delegate":
        return ""
    code = request.form.get("delegate_code", "").strip()
    if not code:
        raise Invalid(field="delegate_code", problem="empty")
    return code


def _outcomes(order: Order) -> dict[str, Outcome]:
    """Return what becomes of each line; what was ticked is asked for, whoever was quicker."""
    ticked = set(request.form.getlist("line"))
    outcomes = {uid: Outcome() for uid in ticked}
    left = [line for line in order.lines if line.state in PREPARED and line.uid not in ticked]
    if left and "partial" not in request.form:
        raise Invalid(field="lines", problem="unticked")
    for line in left:
        outcomes[line.uid] = _outcome(line)
    return outcomes


def _outcome(line: OrderLine) -> Outcome:
    rest = request.form.get(f"rest-{line.uid}", "")
    if not rest:
        raise Invalid(field="rest", problem="empty")
    units = typed_number(f"units-{line.uid}", digits=DIGITS, field="quantity", otherwise=0)
    return Outcome(given=units, rest=rest)


# --- scanned ----------------------------------------------------------------------------------


@tablet.post("/pickups/<uid>/check")
@auth.staff()
@limiter.limit(lookups)
def check_scan(uid: str) -> Response:
    """Say what a scan at the sheet means; nothing is written before the handover."""
    scanned = _scanned(own(uid))
    if is_partial():
        return fragment("clienteling/_checked.html", scanned=scanned)
    return order_sheet.show(uid, scanned=scanned)


def _scanned(order: Order) -> Scanned:
    found = order_codes.scanned()
    match found:
        case FoundVariant(id=variant_id):
            return _scanned_variant(order, variant_id)
        case FoundOrder(uid=order.uid, delegate=delegate) if delegate:
            return say.scanned_delegate(delegates.get(db.session(), delegate, order=order).code)
        case FoundOrder(uid=order.uid, proof=proof) if proof:
            return say.scanned_proof(proof)
        case FoundCustomer(id=order.customer_id):
            return say.scanned_proof("card")
        case loyalty.Nothing(reason=reason) if reason not in _ANYTHING:
            return say.scanned_nothing(code_faults.of_found(found).title)
    return say.scanned_nothing(say.not_of_this_order())


# what a text may be that is no code: here an article is meant
_ANYTHING = (Reason.ORDER_NUMBER, Reason.UNRECOGNISED, Missing.PRODUCT)


def _scanned_variant(order: Order, variant_id: int) -> Scanned:
    lines = [line for line in order.lines if line.goods_id == variant_id]
    open_lines = [line.uid for line in lines if line.state in PREPARED]
    goods = next((line.goods for line in lines), None)
    if not open_lines or goods is None:
        return say.scanned_stranger(named.of_id(db.session(), variant_id).name)
    return say.scanned_line(named.with_choice(named.variant(goods)), open_lines)


# --- undone -----------------------------------------------------------------------------------


@tablet.get("/pickups/<uid>/reverse", endpoint="reversal")
@auth.staff()
def ask_reason(uid: str) -> Response:
    """Ask a manager why the handover is undone, and for their PIN."""
    return _reversal(uid)


@tablet.post("/pickups/<uid>/reverse", endpoint="reverse")
@auth.staff()
@limiter.limit(lookups)
@shown_again(lambda error, uid: _reversal(uid, error), WrongPin, Locked, NotFound, Invalid)
def reverse(uid: str) -> Response:
    """Undo the handover for a `reason` when a manager's PIN (`who`, `pin`) is right."""
    for field in ("reason", "who", "pin"):
        if not request.form.get(field, "").strip():
            raise Invalid(field=field, problem="empty")  # an empty PIN is no wrong one
    return _reverse(uid, pins.typed(people.sign_in))


@said_here
@once
def _reverse(uid: str, manager: Staff) -> str:
    own(uid)
    reason = request.form.get("reason", "")
    meant = {"reason": reason, "handover": request.form.get("handover", "")}
    handovers.reverse(db.session(), uid, staff=manager, device=g.device, now=now(), **meant)
    return url_for("tablet.handover", uid=uid)


def _reversal(uid: str, refusal: ComptoirError | None = None) -> Response:
    order, fault = own(uid), errors.fault_of(refusal) if refusal else None
    wrong = say.reversal_wrong(refusal)
    last = handovers.find_last(db.session(), order)
    managers = [one for one in people.list_for(db.session(), g.store) if people.may(one, "manager")]
    sheet: dict[str, Any] = {
        "uid": order.uid,
        "number": order.number,
        "public_name": public_name(order.customer_name or order.number),
        "handover": request.form.get("handover") or (last.event.uid if last else ""),
        "managers": managers,
        "who": request.form.get("who") or _first(managers),
        "reasons": say.reversals(),
        "reason": request.form.get("reason", ""),
        "fault": None if wrong else fault,
        "wrong": wrong,
    }
    page = render_template("clienteling/reversal.html", **sheet, **pickup_board.shown())
    return make_response(page, fault.status if fault else 200)


def _first(managers: list[Staff]) -> str:
    mine = [one.uid for one in managers if one.id == g.staff.id]
    return next(iter([*mine, *(one.uid for one in managers)]), "")
