"""The arrival that rings on every tablet, and the colleague who is asked to go."""

from flask import g, request, url_for

from clienteling import paths
from clienteling.blueprint import tablet
from store import arrivals, pickups
from store import staff as people
from store.errors import Invalid
from store.web import auth
from store.web.clock import now
from store.web.extensions import db
from store.web.forms import once


@tablet.post("/pickups/<uid>/entrust")
@auth.staff()
@once
def entrust(uid: str) -> str:
    """Ask a colleague (`to`, a uid) to go to the customer, and show the same page again."""
    pickups.get(db.session(), uid, store=g.store)
    to = people.find(db.session(), request.form.get("to", ""))
    if to is None:
        raise Invalid(field="to", problem="unknown")
    arrivals.entrust(db.session(), uid, to=to, staff=g.staff, now=now())
    return paths.told() or url_for("tablet.pickups")


@tablet.post("/pickups/<uid>/gone")
@auth.staff()
@once
def gone(uid: str) -> str:
    """Note that the customer went away without the goods."""
    pickups.get(db.session(), uid, store=g.store)
    arrivals.leave(db.session(), uid, staff=g.staff, now=now())
    return url_for("tablet.pickups")
