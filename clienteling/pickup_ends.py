"""Orders that nobody fetches: put off, opened again, and their goods brought back to the shelf."""

from flask import Response, flash, g, url_for
from flask_babel import gettext as _

from clienteling import end_words as say
from clienteling.blueprint import tablet
from clienteling.order_sheet import own, said_here
from store import incoming, pickup_ends, shelf_returns
from store.pickup_states import OPEN
from store.web import auth
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import grouped, typo
from store.web.forms import once
from store.web.htmx import page_or_block
from store.web.pickup_terms import terms


@tablet.post("/pickups/<uid>/extend")
@auth.staff()
@said_here
@once
def extend_pickup(uid: str) -> str:
    """Put the last day of an order off, as far as the shop does."""
    own(uid)
    pickup_ends.extend(db.session(), uid, terms=terms(), staff=g.staff, now=now())
    return url_for("tablet.handover", uid=uid)


@tablet.post("/pickups/<uid>/reopen")
@auth.staff()
@said_here
@once
def reopen_pickup(uid: str) -> str:
    """Keep an order again that was not fetched in time."""
    own(uid)
    pickup_ends.reopen(db.session(), uid, terms=terms(), staff=g.staff, now=now())
    return url_for("tablet.handover", uid=uid)


# --- back on the shelf ------------------------------------------------------------------------


@tablet.get("/shelf-returns", endpoint="shelf_returns")
@auth.staff()
def list_returns() -> Response:
    """Show what lies at a staging place for nobody any more."""
    return page_or_block("clienteling/shelf_returns.html", "list", **_tasks())


@tablet.post("/shelf-returns/<uid>", endpoint="shelf_return")
@auth.staff()
@once
def finish(uid: str) -> str:
    """Note that the goods of an order are back on their shelf."""
    task = shelf_returns.finish(db.session(), uid, store=g.store, staff=g.staff, now=now())
    flash(typo(_("%(place)s est libre.", place=task.place) if task.place else _("C'est rangé.")))
    return url_for("tablet.shelf_returns")


@tablet.post("/transfers/<uid>", endpoint="take_in_transfer")
@auth.staff()
@once
def take_in(uid: str) -> str:
    """Note that goods have come from another shop for which no order waits any more."""
    who = {"store": g.store, "staff": g.staff}
    order = incoming.take_in(db.session(), uid, **who, now=now())
    if order is None or order.state not in OPEN:
        flash(typo(_("C'est en stock : à remettre en rayon.")))
        return url_for("tablet.shelf_returns")
    flash(typo(_("C'est en stock, pour la commande %(number)s.", number=grouped(order.number))))
    return url_for("tablet.handover", uid=order.uid)


def _tasks() -> dict[str, object]:
    session = db.session()
    tasks = shelf_returns.list_open(session, g.store.id)
    strays = incoming.list_strays(session, g.store, now=now())
    return {
        "tasks": say.tasks(session, tasks, store_id=g.store.id),
        "strays": say.strays(strays, g.store),
    }


@tablet.context_processor
def waiting() -> dict[str, object]:
    """Let the pages of pickups ask how many tasks there are, and what may come for nobody."""
    return {"shelf_returns_waiting": _waiting}


def _waiting() -> int:
    if not g.get("staff"):
        return 0
    strays = incoming.list_strays(db.session(), g.store, now=now())
    return shelf_returns.count_open(db.session(), g.store.id) + len(strays)
