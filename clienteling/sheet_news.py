"""What has become of an order, or of one of its lines, while its sheet is open on a tablet."""

import hashlib
from dataclasses import dataclass

from flask import Response, g, request, url_for

from clienteling import pickup_words
from clienteling.blueprint import tablet
from store import pickup_steps, pickups, waves
from store.models import Order, Wave
from store.pickup_states import CLOSED
from store.web import auth
from store.web.catalogue import gettext as _
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import typo
from store.web.htmx import fragment

MARK_LENGTH = 12


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """An open sheet: where to ask for news of it, and where it is drawn anew, in words too."""

    news_at: str
    path: str
    see: str


@tablet.get("/pickups/<uid>/news", endpoint="order_news")
@auth.staff(shows=True)
def show(uid: str) -> Response:
    """Say whether an order is no longer as it was drawn (`seen`)."""
    order = pickups.get(db.session(), uid, store=g.store)
    seen = _seen()
    news = "" if seen == mark(order) else _news(order)
    return _answer(of_order(order, seen=seen), news)


@tablet.get("/preparing/<uid>/lines/<order_uid>/<line_uid>/news", endpoint="line_news")
@auth.staff(shows=True)
def show_line(uid: str, order_uid: str, line_uid: str) -> Response:
    """Say whether a line of a wave is no longer as drawn (`seen`), since it was answered."""
    wave = waves.get(db.session(), uid, store=g.store)
    order = pickups.get(db.session(), order_uid, store=g.store)
    seen = _seen()
    news = "" if seen == line_mark(order, line_uid) else _news_of_line(order)
    return _answer(of_line(wave, order, line_uid, seen=seen), news)


def of_order(order: Order, *, seen: str = "") -> Sheet:
    """Return the sheet of an order, drawn now unless `seen` is the mark of an older one."""
    return Sheet(
        news_at=url_for("tablet.order_news", uid=order.uid, seen=seen or mark(order)),
        path=url_for("tablet.handover", uid=order.uid),
        see=_("Voir où elle en est"),
    )


def of_line(wave: Wave, order: Order, line_uid: str, *, seen: str = "") -> Sheet:
    """Return the sheet of a line over a wave, drawn now unless `seen` is an older mark.

    Of a line that is gone nothing can be drawn but the wave.
    """
    where = {"uid": wave.uid, "order_uid": order.uid, "line_uid": line_uid}
    is_there = pickup_steps.find_line(order, line_uid) is not None
    path = url_for("tablet.wave_line", **where)
    return Sheet(
        news_at=url_for("tablet.line_news", **where, seen=seen or line_mark(order, line_uid)),
        path=path if is_there else url_for("tablet.wave", uid=wave.uid),
        see=_("Voir où il en est"),
    )


def _seen() -> str:
    return request.args.get("seen", "")[:MARK_LENGTH]


def _answer(sheet: Sheet, news: str) -> Response:
    return fragment("clienteling/_sheet_news.html", sheet=sheet, news=typo(news))


def mark(order: Order) -> str:
    """Return a mark of all that a sheet shows of an order and others may change."""
    facts = [order.state, order.taken_by_id, order.staging_place]
    facts += [order.arrival_by, order.arrival_place, order.pickup_by]
    lines = [(line.uid, line.state, line.quantity, line.goods_sku) for line in order.lines]
    return _mark(facts, lines)


def line_mark(order: Order, line_uid: str) -> str:
    """Return a mark of all that a sheet shows of a line and others may change, gone or not."""
    line = pickup_steps.find_line(order, line_uid)
    facts = (line.state, line.quantity, line.checked, line.goods_sku) if line else ()
    return _mark(order.state in CLOSED, *facts)


def _mark(*facts: object) -> str:
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:MARK_LENGTH]


def _news_of_line(order: Order) -> str:
    return _news(order) if order.state in CLOSED else _("Cet article vient de changer.")


def _news(order: Order) -> str:
    if order.state in CLOSED:
        return pickup_words.sheet(order, is_open=False, ended=None, now=now()).done
    if order.state == "customer_waiting" and order.taken_by and order.taken_by_id != g.staff.id:
        return _("%(name)s s'en occupe déjà.", name=order.taken_by.name.partition(" ")[0])
    return _("Cette commande vient de changer.")
