"""Goods that left though the web had cancelled them: said where a manager looks, until seen."""

from dataclasses import dataclass

from flask import g, url_for
from flask_babel import gettext as _

from clienteling.blueprint import tablet
from store import handovers, late_notices
from store.models import Order
from store.web import auth
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import day, hour, public_name, typo
from store.web.forms import once

SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class Notice:
    """An order of which goods left so: whose it is, and when and by whom they were given."""

    uid: str
    number: str
    name: str
    text: str


@tablet.post("/sync/late/<uid>", endpoint="see_late")
@auth.staff("manager")
@once
def see(uid: str) -> str:
    """Note that the manager has seen that goods of an order left though it was cancelled."""
    who = {"store": g.store, "staff": g.staff, "device": g.device}
    late_notices.see(db.session(), uid, **who, now=now())
    return url_for("tablet.sync")


@tablet.context_processor
def unseen() -> dict[str, object]:
    """Let the board ask how many of these nobody has seen."""
    return {"late_unseen": lambda: late_notices.count_unseen(db.session(), g.store)}


def list_shown() -> list[Notice]:
    """Return what the sync page shows of them, the newest first."""
    return [_notice(one) for one in late_notices.list_unseen(db.session(), g.store, limit=SHOWN)]


def _notice(order: Order) -> Notice:
    name = public_name(order.customer_name or order.number)
    return Notice(uid=order.uid, number=order.number, name=name, text=typo(_given(order)))


def _given(order: Order) -> str:
    last = handovers.find_last(db.session(), order)
    if last is None:
        return _("Remise par ce magasin.")
    when = {"day": day(last.event.occurred_at), "hour": hour(last.event.occurred_at)}
    if not last.by:
        return _("Remise %(day)s à %(hour)s.", **when)
    return _("Remise %(day)s à %(hour)s par %(name)s.", name=last.by, **when)
