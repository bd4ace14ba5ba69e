"""What is done about one line of an order: the same on the walk of a wave and on its sheet."""

from collections.abc import Callable, Mapping

from flask import g, request

from store import incoming, laid_aside, preparing, proposals
from store.errors import Invalid
from store.web.clock import now
from store.web.extensions import db
from store.web.forms import typed_number
from store.web.pickup_terms import terms
from store.web.stock_words import trust

# does it, with the uids of order and line and what was chosen; returns the line to stay at, if any
Act = Callable[[str, str, str], str]


def carry_out(acts: Mapping[str, Act], order_uid: str, line_uid: str) -> str:
    """Do with a line what the form says (`act`: its name, or answer:CHOICE).

    Returns the uid of the line to stay at, empty when it is settled. Raises Invalid for what is
    not among the `acts`, and what their rules raise.
    """
    name, _colon, choice = request.form.get("act", "").partition(":")
    if name not in acts:
        raise Invalid(field="act", problem="unknown")
    return acts[name](order_uid, line_uid, choice)


def _pick(order_uid: str, line_uid: str, _choice: str) -> str:
    preparing.pick(db.session(), order_uid, line_uid, staff=g.staff, now=now())
    return ""


def _put_back(order_uid: str, line_uid: str, _choice: str) -> str:
    preparing.put_back(db.session(), order_uid, line_uid, staff=g.staff, now=now())
    return ""


def _short(order_uid: str, line_uid: str, _choice: str) -> str:
    """Note what lacks and ask the customer at once; staff may answer for them then."""
    missing, reason = typed_number("missing"), request.form.get("reason", "")
    about = {"missing": missing, "reason": reason, "staff": g.staff, "now": now()}
    line = preparing.short(db.session(), order_uid, line_uid, **about)
    return _ask(order_uid, line.uid, "")


def _ask(order_uid: str, line_uid: str, _choice: str) -> str:
    session = db.session()
    known = trust(session)
    proposals.propose(session, order_uid, line_uid, staff=g.staff, now=now(), trust=known)
    return line_uid


def _answer(order_uid: str, line_uid: str, choice: str) -> str:
    """Answer for the customer; what lies aside is ready once nothing of it lacks."""
    session, moment = db.session(), now()
    proposals.answer(session, order_uid, line_uid, choice, staff=g.staff, now=moment)
    laid_aside.finish(session, order_uid, terms=terms(), now=moment)
    return ""


def _receive(order_uid: str, line_uid: str, _choice: str) -> str:
    """Take in what another shop sent; whoever took a part already is told that the rest is here."""
    session, moment = db.session(), now()
    order = incoming.receive(session, order_uid, line_uid, staff=g.staff, now=moment)
    laid_aside.tell_whole(session, order, occasion=line_uid, now=moment)
    return ""


def _fetch(order_uid: str, line_uid: str, _choice: str) -> str:
    laid_aside.fetch(db.session(), order_uid, line_uid, now=now())
    return ""


# what settles a line that lacks, wherever one sees it
_LACKING: dict[str, Act] = {
    "ask": _ask,
    "answer": _answer,
    "found": _pick,
    "receive": _receive,
}
ON_THE_WALK = _LACKING | {"pick": _pick, "put_back": _put_back, "short": _short}
ON_THE_SHEET = _LACKING | {"fetched": _fetch}
