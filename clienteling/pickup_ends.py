"""Orders that nobody fetches: put off, opened again, and their goods brought back to the shelf."""

from flask import Response, flash, g, url_for
from flask_babel import gettext as _

from clienteling import end_words as say
from clienteling.blueprint import tablet
from clienteling.order_sheet import own, said_here
from store import pickup_ends, shelf_returns
from store.web import auth
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import typo
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


def _tasks() -> dict[str, object]:
    tasks = shelf_returns.list_open(db.session(), g.store.id)
    return {"tasks": say.tasks(db.session(), tasks, store_id=g.store.id)}


@tablet.context_processor
def waiting() -> dict[str, object]:
    """Let the pages of pickups ask how many tasks there are."""
    return {"shelf_returns_waiting": _waiting}


def _waiting() -> int:
    return shelf_returns.count_open(db.session(), g.store.id) if g.get("staff") else 0
