"""What a customer does with a pickup on the phone: come, put off, let a relative go, choose."""

from collections.abc import Callable

from flask import Response, g, request, url_for

from kiosk.blueprint import phone
from kiosk.phone import order as order_page
from store import arrivals, delegates, laid_aside, pickup_ends, proposals
from store.arrivals import Coming
from store.errors import (
    AlreadyAnswered,
    ExtensionsUsed,
    ForbiddenTransition,
    Invalid,
    NotEnoughStock,
    StoreClosed,
)
from store.web import arriving, auth, counters, pickup_terms
from store.web.api.passing_on import passes_on
from store.web.clock import now
from store.web.extensions import db, limiter, lookups
from store.web.forms import once
from store.web.htmx import see_other
from store.web.stock_words import trust


@phone.post("/p/r/<code>/arrive")
@auth.public
@limiter.limit(lookups)
def arrive(code: str) -> Response:
    """Announce the customer, at the counter or in a car (`by`, `place`); again corrects it.

    While the shop is closed nobody would come: the page says when it opens.
    """
    return _said_on_the_page(_arrive, code)


@phone.post("/p/r/<code>/leave")
@auth.public
@limiter.limit(lookups)
def leave(code: str) -> Response:
    """Note that the customer cannot wait any longer."""
    return _said_on_the_page(_leave, code)


@phone.post("/p/r/<code>/extend")
@auth.public
@limiter.limit(lookups)
def extend(code: str) -> Response:
    """Put the last day off by one tap."""
    return _said_on_the_page(_extend, code)


@phone.post("/p/r/<code>/delegate")
@auth.public
@limiter.limit(lookups)
def delegate(code: str) -> Response:
    """Let a relative (`first_name`) collect the order, with a code for once."""
    return _said_on_the_page(_delegate, code)


@phone.post("/p/r/<code>/delegate/<uid>/withdraw")
@auth.public
@limiter.limit(lookups)
@once
def withdraw_delegate(code: str, uid: str) -> str:
    """Take a relative's code back."""
    found = order_page.find(code)
    delegates.withdraw(db.session(), uid, order=found, now=now())
    return url_for("phone.order", code=found.code)


@phone.post("/p/r/<code>/answer")
@auth.public
@limiter.limit(lookups)
def answer(code: str) -> Response:
    """Choose (`choice`) what happens with a missing article (`question`).

    Where what was chosen has just gone, the customer is asked anew on the same page.
    """
    try:
        return _said_on_the_page(_answer, code)
    except NotEnoughStock:
        db.session.rollback()
        return _said_on_the_page(_ask_again, code)


def _said_on_the_page(act: Callable[..., Response], code: str) -> Response:
    """Act on an order; where it stands otherwise by now, its page says so."""
    try:
        return act(code=code)
    except Invalid as fault:
        db.session.rollback()
        return order_page.page(order_page.find(code), fault=fault)
    except StoreClosed:
        db.session.rollback()
        return order_page.page(order_page.find(code), status=409)
    except (ForbiddenTransition, ExtensionsUsed, AlreadyAnswered):
        db.session.rollback()
        return see_other(url_for("phone.order", code=code))


@once
def _arrive(code: str) -> str:
    found = order_page.find(code)
    coming = Coming(
        by=request.form.get("by", "counter"),
        place=request.form.get("place", ""),
        counter=counters.choose(),
    )
    arrivals.check_in(
        db.session(),
        found,
        store=g.store,
        coming=coming,
        now=now(),
        from_afar=not arriving.is_demo(),
    )
    return url_for("phone.order", code=found.code)


@once
def _leave(code: str) -> str:
    found = order_page.find(code)
    arrivals.leave(db.session(), found.uid, by="customer", now=now())
    return url_for("phone.order", code=found.code)


@once
def _extend(code: str) -> str:
    found = order_page.find(code)
    terms = pickup_terms.terms()
    pickup_ends.extend(db.session(), found.uid, terms=terms, by="customer", now=now())
    return url_for("phone.order", code=found.code)


@once
def _delegate(code: str) -> str:
    found = order_page.find(code)
    delegates.name(db.session(), found.uid, request.form.get("first_name", ""), now=now())
    # an address inside of what is folded unfolds it: the code is what the customer came for
    return url_for("phone.order", code=found.code, _anchor="relative-code")


def _ask_again(code: str) -> Response:
    found, session = order_page.find(code), db.session()
    for asked in proposals.open_for(session, found):
        if asked.uid == request.form.get("question"):
            known = trust(session)
            proposals.ask_again(session, found.uid, asked.line.uid, now=now(), trust=known)
    session.commit()
    raise Invalid(field="choice", problem="gone")


@once
def _answer(code: str) -> str:
    found = order_page.find(code)
    if passes_on():
        arrivals.require_here(found, g.store)  # nobody asks this server for answers kept here
    is_ours = found.store_id == g.store.id
    proposals.answer(
        db.session(),
        found.uid,
        request.form.get("question", ""),
        request.form.get("choice", ""),
        is_ours=is_ours,
        now=now(),
    )
    if is_ours:
        laid_aside.finish(db.session(), found.uid, terms=pickup_terms.terms(), now=now())
    return url_for("phone.order", code=found.code)
