"""What lacks, settled on the sheet of its order: asked, answered for the customer, found, come."""

from flask import g, request, url_for

from clienteling.blueprint import tablet
from clienteling.order_sheet import own, said_here
from store import incoming, laid_aside, preparing, proposals
from store.errors import Invalid
from store.web import auth
from store.web.clock import now
from store.web.extensions import db
from store.web.forms import once
from store.web.pickup_terms import terms
from store.web.stock_words import trust


@tablet.post("/pickups/<uid>/lines/<line_uid>", endpoint="settle_line")
@auth.staff()
@said_here
@once
def settle(uid: str, line_uid: str) -> str:
    """Do with a line that lacks what `do` says: ask, answer:CHOICE, found, receive or fetched."""
    own(uid)
    session, moment = db.session(), now()
    do, _colon, choice = request.form.get("do", "").partition(":")
    match do:
        case "ask":
            known = trust(session)
            proposals.propose(session, uid, line_uid, staff=g.staff, now=moment, trust=known)
        case "answer":
            proposals.answer(session, uid, line_uid, choice, staff=g.staff, now=moment)
            laid_aside.finish(session, uid, terms=terms(), now=moment)
        case "found":
            preparing.pick(session, uid, line_uid, staff=g.staff, now=moment)
        case "receive":
            order = incoming.receive(session, uid, line_uid, staff=g.staff, now=moment)
            laid_aside.tell_whole(session, order, occasion=line_uid, now=moment)
        case "fetched":
            laid_aside.fetch(session, uid, line_uid, now=moment)
        case _:
            raise Invalid(field="do", problem="unknown")
    return url_for("tablet.handover", uid=uid)
