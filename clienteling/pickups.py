"""One order on the tablet: its sheet, who goes to the customer, and where it lies ready."""

from flask import Response, g, request, url_for

from clienteling import order_sheet
from clienteling.blueprint import tablet
from clienteling.order_sheet import own, said_here
from store import pickup_ends, pickups
from store.web import auth
from store.web.clock import now
from store.web.extensions import db
from store.web.forms import once
from store.web.htmx import for_htmx, is_partial, see_other
from store.web.pickup_terms import terms


@tablet.get("/pickups/<uid>")
@auth.staff()
def handover(uid: str) -> Response:
    """Show an order over the board: to be prepared, handed over, or how it ended.

    A sheet without articles asks again, and is opened anew once they are known.
    """
    if not is_partial():
        return order_sheet.show(uid)
    if own(uid).is_provisional:
        return for_htmx("", status=204)
    return see_other(url_for("tablet.handover", uid=uid))


@tablet.post("/pickups/<uid>/take")
@auth.staff()
@said_here
@once
def take(uid: str) -> str:
    """Say that the person signed in goes to the customer, and show the order."""
    own(uid)
    pickups.take(db.session(), uid, staff=g.staff, now=now())
    return url_for("tablet.handover", uid=uid)


@tablet.post("/pickups/<uid>/prepare")
@auth.staff()
@said_here
@once
def prepare(uid: str) -> str:
    """Note that the order lies ready at a staging place (`place`)."""
    own(uid)
    place = request.form.get("place", "")
    last_day = pickup_ends.last_day(g.store, terms=terms(), now=now())
    pickups.prepare(db.session(), uid, staff=g.staff, place=place, pickup_by=last_day, now=now())
    return url_for("tablet.handover", uid=uid)
