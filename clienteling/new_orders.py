"""Orders that nobody has taken on: every tablet rings until somebody does."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, g, request, url_for

from clienteling import paths
from clienteling.blueprint import tablet
from clienteling.durations import MINUTE, duration, long_duration
from store import acceptance
from store.acceptance import NewOrder, Unseen
from store.web import acts, auth, order_words
from store.web.catalogue import gettext as _
from store.web.catalogue import ngettext
from store.web.clock import now
from store.web.extensions import db
from store.web.filters import clock_time, grouped, local, short_day, typo
from store.web.forms import once
from store.web.htmx import fragment
from store.web.typography import BETWEEN


@dataclass(frozen=True, kw_only=True)
class Ringing:
    """The new orders as the tablet shows them; `rings` is false while the shop is closed."""

    uids: list[str]
    newest: str  # of all, named or not: each that comes rings anew
    title: str
    text: str
    accept: str  # the word of the button
    stage: str
    rings: bool
    href: str


@tablet.get("/pickups/new", endpoint="new_orders")
@auth.staff(shows=True)
def show() -> Response:
    """Show the orders that nobody has taken on, to be read again."""
    return fragment("clienteling/_new_orders.html")


@tablet.post("/pickups/accept", endpoint="accept_orders")
@auth.staff()
@once
def accept() -> str:
    """Take on the orders that were shown (`uid`, several), and show the same page again."""
    uids = request.form.getlist("uid")[: acceptance.MOST_NAMED]
    acceptance.accept_all(db.session(), uids, store=g.store, staff=g.staff, now=now())
    return paths.told() or url_for("tablet.pickups")


@tablet.context_processor
def around() -> dict[str, Any]:
    """Let every page of the tablet ask what is new."""
    return {"new_orders": _unseen}


def _unseen() -> Ringing | None:
    if not g.get("staff"):
        return None
    times = acts.acceptance_times()
    found = acceptance.find_unseen(db.session(), g.store, times=times, now=now())
    return _ringing(found) if found else None


def _ringing(found: Unseen) -> Ringing:
    uids = [order.uid for order in found.orders]
    return Ringing(
        uids=uids,
        newest=found.newest,
        title=typo(_title(found)),
        text=typo(_text(found)),
        accept=_accept(found),
        stage=found.stage or "closed",
        rings=bool(found.stage),
        href=_href(uids),
    )


def _href(uids: list[str]) -> str:
    if len(uids) == 1:
        return url_for("tablet.handover", uid=uids[0])
    return url_for("tablet.pickups", show="new")


def _title(found: Unseen) -> str:
    many = found.count
    if found.stage in ("manager", "printed"):
        return ngettext(
            "%(num)s commande que personne n'a prise en charge",
            "%(num)s commandes que personne n'a prises en charge",
            many,
        )
    return ngettext("%(num)s nouvelle commande", "%(num)s nouvelles commandes", many)


def _accept(found: Unseen) -> str:
    """Say what the button takes on: what is named, and not what else waits."""
    if found.count > len(found.orders):
        return _("En prendre %(n)s en charge", n=len(found.orders))
    return _("Prendre en charge") if found.count == 1 else _("Tout prendre en charge")


def _text(found: Unseen) -> str:
    seconds = _seconds(found.since)
    wait = duration(seconds) if seconds < MINUTE else long_duration(seconds)
    waits = _("depuis %(wait)s", wait=wait)
    if len(found.orders) > 1:
        return _("%(numbers)s · la plus ancienne %(waits)s", numbers=_numbers(found), waits=waits)
    return BETWEEN.join(part for part in (*_facts(found.orders[0]), waits) if part)


def _seconds(since: datetime) -> int:
    return max(0, int((now() - since).total_seconds()))


def _numbers(found: Unseen) -> str:
    named = ", ".join(grouped(order.number) for order in found.orders[-3:])
    return f"{named}…" if len(found.orders) > 3 else named


def _facts(order: NewOrder) -> list[str]:
    articles = ngettext("%(num)s article", "%(num)s articles", order.articles)
    return [grouped(order.number), order_words.whose(order), articles, _promise(order)]


def _promise(order: NewOrder) -> str:
    if order.promised_at is None:
        return ""
    at = clock_time(order.promised_at)
    if local(order.promised_at).date() == local(now()).date():
        return _("avant %(at)s", at=at)
    return _("avant le %(day)s %(at)s", day=short_day(order.promised_at), at=at)
