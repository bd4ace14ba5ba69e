"""Preparing on the tablet: a wave is walked by aisle, each unit scanned into its basket."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, flash, g, make_response, render_template, request, url_for

from clienteling import (
    line_acts,
    named,
    preparing_faults,
    promise_words,
    proposal_words,
    sheet_news,
    transfer_words,
)
from clienteling import preparing_words as say
from clienteling.blueprint import tablet
from clienteling.preparing_words import Said
from clienteling.proposal_words import Answer
from store import (
    awaited,
    loyalty,
    messages,
    pickup_ends,
    pickup_steps,
    pickups,
    preparing,
    proposals,
    staging,
    waves,
)
from store.errors import ComptoirError, Invalid, WrongArticle
from store.loyalty import FoundVariant
from store.models import Order, OrderLine, Wave
from store.pickup_board import Pickup
from store.web import auth, scanning
from store.web.catalogue import gettext as _
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import typo
from store.web.forms import once, shown_again
from store.web.htmx import is_partial, page_or_block
from store.web.pickup_terms import terms

MOST_CHIPS = 8  # of units that lack, to be touched; more are typed
CHANGED, GONE = 409, 410  # a sheet of a line that is gone: acted on, or only looked at


# --- the queue --------------------------------------------------------------------------------


@tablet.get("/preparing", endpoint="preparing")
@auth.staff()
def show_queue() -> Response:
    """Show what waits to be prepared and the waves under way.

    The next few are ticked, unless `order` (several) says which, or `chosen` that a page does.
    """
    return _queue()


@tablet.post("/preparing", endpoint="start_wave")
@auth.staff()
@shown_again(lambda error: _queue(error=error), ComptoirError)
@once
def start() -> str:
    """Take the ticked orders (`order`, several) on together."""
    uids = request.form.getlist("order")
    wave = waves.start(db.session(), g.store, order_uids=uids, staff=g.staff, now=now())
    return url_for("tablet.wave", uid=wave.uid)


def _queue(*, error: ComptoirError | None = None) -> Response:
    session, moment = db.session(), now()
    found = waves.list_waiting(session, g.store)
    chosen = request.values.getlist("order")
    if not chosen and "chosen" not in request.values:
        chosen = [one.uid for one in found if _is_to_walk(one)][: waves.USUAL]
    under_way = waves.list_underway(session, g.store)
    fault = preparing_faults.fault(error) if error else None
    return page_or_block(
        "clienteling/preparing.html",
        "queue",
        status=fault.status if fault else 200,
        orders=[say.waiting(one, is_chosen=one.uid in chosen, now=moment) for one in found],
        rounds=[say.underway(one, staff_id=g.staff.id) for one in under_way],
        paused=promise_words.paused(g.store, now=moment),
        fault=fault,
    )


def _is_to_walk(found: Pickup) -> bool:
    """Tell whether something of an order is to be taken, and nobody is waited for first."""
    return found.is_answered or (found.state != "problem" and not found.awaited)


# --- a wave -----------------------------------------------------------------------------------


@tablet.get("/preparing/<uid>", endpoint="wave")
@auth.staff()
def show_wave(uid: str) -> Response:
    """Show what is to be taken where, and how far each basket is."""
    return _wave(_own(uid))


@tablet.post("/preparing/<uid>/scan", endpoint="scan_article")
@auth.staff()
@shown_again(lambda error, uid: _refuse(uid, error), ComptoirError)
def scan(uid: str) -> Response:
    """Count a scanned article (`code`) into its basket, or lay a whole basket down at a place."""
    answer = _scan(uid)
    if not is_partial():
        return answer
    return _wave(_own(uid), said=g.get("said"))


@once
def _scan(uid: str) -> str:
    wave = _own(uid)
    place = scanning.scanned_place(db.session(), g.store)
    g.said = _lay_whole(wave, place.name) if place else _count(wave)
    if not is_partial():
        flash(g.said.title)
    return url_for("tablet.wave", uid=wave.uid)


def _count(wave: Wave) -> Said:
    if not any(scanning.readings()):
        return _nothing_typed()
    code = scanning.scanned_code()
    found = loyalty.find(db.session(), code, store=g.store)
    if not isinstance(found, FoundVariant):
        raise WrongArticle(sku="")
    counted = preparing.scan(db.session(), wave, found.id, sku=found.sku, staff=g.staff, now=now())
    return say.scanned(counted)


def _nothing_typed() -> Said:
    title, text = _("Aucun code reçu"), _("Scannez l'article, ou saisissez son code.")
    return Said(kind="danger", icon="circle-alert", title=typo(title), text=typo(text))


def _lay_whole(wave: Wave, place: str) -> Said:
    """Lay down the one basket that is whole."""
    found = waves.baskets(db.session(), wave)
    whole = [basket.order for basket in found if say.state_of(basket.order) == "whole"]
    if len(whole) != 1:
        raise Invalid(field="place", problem="several" if whole else "nothing_whole")
    return say.laid(_lay_down(whole[0].uid, place))


def _refuse(uid: str, error: ComptoirError, order_uid: str = "") -> Response:
    place = request.form.get("place", "")
    typed = {order_uid: place} if place else {}
    return _wave(
        _own(uid),
        said=preparing_faults.refused(error),
        status=preparing_faults.fault(error).status,
        typed=typed,
    )


@tablet.post("/preparing/<uid>/take-over", endpoint="take_over_wave")
@auth.staff()
@once
def take_over(uid: str) -> str:
    """Go on with a colleague's wave."""
    waves.take_over(db.session(), uid, store=g.store, staff=g.staff, now=now())
    return url_for("tablet.wave", uid=uid)


@tablet.post("/preparing/<uid>/end", endpoint="end_wave")
@auth.staff()
@once
def end(uid: str) -> str:
    """Give back what is not ready; what was scanned stays so."""
    waves.end(db.session(), uid, store=g.store, now=now())
    return url_for("tablet.preparing")


@tablet.post("/preparing/<uid>/baskets/<order_uid>", endpoint="lay_down")
@auth.staff()
@shown_again(lambda error, uid, order_uid: _refuse(uid, error, order_uid), ComptoirError)
@once
def lay_down(uid: str, order_uid: str) -> str:
    """Lay a basket down at a staging place (`place`); `aside` when something is still asked."""
    wave, place = _own(uid), request.form.get("place", "")
    _order(order_uid)
    if "aside" in request.form:
        order = preparing.lay_aside(db.session(), order_uid, place=place, now=now())
    else:
        order = _lay_down(order_uid, place)
    flash(say.laid(order).title if "aside" not in request.form else say.aside(order))
    return _after(wave)


@tablet.post("/preparing/<uid>/baskets/<order_uid>/empty", endpoint="empty_basket")
@auth.staff()
@once
def empty_basket(uid: str, order_uid: str) -> str:
    """Note that the basket of an order that was ended or made ready elsewhere is empty."""
    wave = _own(uid)
    waves.empty(db.session(), wave, order_uid, now=now())
    return _after(wave)


def _after(wave: Wave) -> str:
    """Return where to go when a basket has left: on with the wave, or to the queue."""
    if wave.ended_at is None:
        return url_for("tablet.wave", uid=wave.uid)
    return url_for("tablet.preparing")


def _lay_down(order_uid: str, place: str) -> Order:
    last_day = pickup_ends.last_day(g.store, terms=terms(), now=now())
    return preparing.lay_down(
        db.session(), order_uid, place=place, staff=g.staff, pickup_by=last_day, now=now()
    )


def _own(uid: str) -> Wave:
    return waves.get(db.session(), uid, store=g.store)


def _order(uid: str) -> Order:
    return pickups.get(db.session(), uid, store=g.store)


def _wave(
    wave: Wave,
    *,
    said: Said | None = None,
    status: int = 200,
    typed: Mapping[str, str] | None = None,
) -> Response:
    context = wave_page(wave) | {"said": said, "oob": is_partial(), "typed": typed or {}}
    return page_or_block("clienteling/wave.html", "wave", status=status, **context)


def wave_page(wave: Wave) -> dict[str, Any]:
    """Return what the page of a wave needs."""
    session = db.session()
    found = list(waves.baskets(session, wave))
    goods = list(waves.goods(session, wave, found))
    suggested = staging.suggest_all(session, g.store, [one.order for one in found])
    coming = _awaited([one.order for one in found])
    return {
        "wave": wave,
        "title": say.title(found),
        "lead": say.lead(goods, by=wave.staff.name if wave.staff else ""),
        "is_over": not any(one.is_open for one in found),
        "is_mine": wave.staff_id == g.staff.id,
        "rows": say.rows(goods),
        "baskets": [
            say.basket(one, suggested=place, awaited=coming)
            for one, place in zip(found, suggested, strict=True)
        ],
        "places": [place.name for place in staging.list_places(session, g.store) if place.free],
    }


def _awaited(orders: Sequence[Order]) -> dict[int, str]:
    """Say from where the lines come that other shops send."""
    uids = [
        order.uid
        for order in orders
        if any(line.state == "awaiting_transfer" for line in order.lines)
    ]
    return transfer_words.by_line(awaited.list_awaited(db.session(), uids))


# --- one line ---------------------------------------------------------------------------------


@tablet.get("/preparing/<uid>/lines/<order_uid>/<line_uid>", endpoint="wave_line")
@auth.staff()
def show_line(uid: str, order_uid: str, line_uid: str) -> Response:
    """Show one line over the wave: tell that it lacks, or settle what lacks."""
    return _line_page(uid, order_uid, line_uid)


@tablet.post("/preparing/<uid>/lines/<order_uid>/<line_uid>", endpoint="act_on_line")
@auth.staff()
@shown_again(lambda error, **line: _refuse_line(error, **line), ComptoirError)
@once
def act_on_line(uid: str, order_uid: str, line_uid: str) -> str:
    """Do with a line what `act` says: see line_acts.ON_THE_WALK."""
    _own(uid), _order(order_uid)
    stays = line_acts.carry_out(line_acts.ON_THE_WALK, order_uid, line_uid)
    where = {"uid": uid, "order_uid": order_uid, "line_uid": stays}
    return url_for("tablet.wave_line", **where) if stays else url_for("tablet.wave", uid=uid)


def _refuse_line(error: ComptoirError, **line: str) -> Response:
    fault, wrong = preparing_faults.fault(error), preparing_faults.line_wrong(error)
    return _line_page(**line, fault=None if wrong else fault, wrong=wrong, status=fault.status)


def _line_page(
    uid: str,
    order_uid: str,
    line_uid: str,
    *,
    fault: Any = None,
    wrong: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    """Answer the sheet of a line, or the wave where the line is gone: its customer has answered."""
    wave, order = _own(uid), _order(order_uid)
    line = pickup_steps.find_line(order, line_uid)
    if line is None:
        status = CHANGED if request.method == "POST" else GONE
        return _wave(wave, said=say.changed(), status=status)
    page = render_template(
        "clienteling/missing.html",
        order=order,
        line=line,
        article=named.of_line(line),
        state=say.line_state(line, _awaited([order])),
        reasons=say.reasons(),
        sent=request.values,
        missing=request.values.get("missing") or line.quantity - line.checked or "",
        amounts=range(1, line.quantity + 1) if line.quantity <= MOST_CHIPS else (),
        answers=_answers(order, line),
        sheet=sheet_news.of_line(wave, order, line_uid),
        asked=say.asked(messages.list_of(db.session(), order)),
        fault=fault,
        wrong=wrong or {},
        said=None,
        typed={},
        **wave_page(wave),
    )
    return make_response(page, status)


def _answers(order: Order, line: OrderLine) -> list[Answer]:
    asked = proposals.open_for(db.session(), order)
    found = [one for one in asked if one.line is line or one.line.uid == line.uid]
    return proposal_words.answers(found[0], currency=order.currency) if found else []
