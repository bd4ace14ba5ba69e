"""Goods that left though the web had cancelled them: said where a manager looks, until seen."""

from dataclasses import dataclass

from flask import g, url_for
from flask_babel import gettext as _

from clienteling.blueprint import tablet
from store import handovers, late_notices
from store.handovers import Given
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


def list_shown() -> list[Notice]:
    """Return what the sync page shows of them, the newest first."""
    orders = late_notices.list_unseen(db.session(), g.store, limit=SHOWN)
    given = handovers.list_given(db.session(), orders)
    return [_notice(order, given.get(order.id)) for order in orders]


def _notice(order: Order, given: Given | None) -> Notice:
    name = public_name(order.customer_name or order.number)
    return Notice(uid=order.uid, number=order.number, name=name, text=typo(_given(given)))


def _given(given: Given | None) -> str:
    if given is None:
        return _("Remise par ce magasin.")
    when = {"day": day(given.at), "hour": hour(given.at)}
    if not given.by:
        return _("Remise %(day)s à %(hour)s.", **when)
    return _("Remise %(day)s à %(hour)s par %(name)s.", name=given.by, **when)
