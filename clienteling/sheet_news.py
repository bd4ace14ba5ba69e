"""What has become of an order while its sheet is open on a tablet."""

import hashlib

from flask import Response, g, request

from clienteling import pickup_words
from clienteling.blueprint import tablet
from store import pickups
from store.models import Order
from store.pickup_states import CLOSED
from store.web import auth
from store.web.catalogue import gettext as _
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import typo
from store.web.htmx import fragment

MARK_LENGTH = 12


@tablet.get("/pickups/<uid>/news", endpoint="order_news")
@auth.staff(shows=True)
def show(uid: str) -> Response:
    """Say whether an order is no longer as it was drawn (`seen`)."""
    order = pickups.get(db.session(), uid, store=g.store)
    seen = request.args.get("seen", "")[:MARK_LENGTH]
    news = "" if seen == mark(order) else typo(_news(order))
    return fragment("clienteling/_sheet_news.html", uid=uid, seen=seen, news=news)


def mark(order: Order) -> str:
    """Return a mark of all that a sheet shows of an order and others may change."""
    facts = [order.state, order.taken_by_id, order.staging_place]
    facts += [order.arrival_by, order.arrival_place, order.pickup_by]
    lines = [(line.uid, line.state, line.quantity, line.goods_sku) for line in order.lines]
    return hashlib.sha256(repr((facts, lines)).encode()).hexdigest()[:MARK_LENGTH]


def _news(order: Order) -> str:
    if order.state in CLOSED:
        return pickup_words.sheet(order, is_open=False, ended=None, now=now()).done
    if order.state == "customer_waiting" and order.taken_by and order.taken_by_id != g.staff.id:
        return _("%(name)s s'en occupe déjà.", name=order.taken_by.name.partition(" ")[0])
    return _("Cette commande vient de changer.")
