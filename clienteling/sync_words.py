"""What goes to and comes from the central system, in the words of the sync page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from clienteling import return_words
from store import disputed_returns, models
from store.flows import Flow, Status
from store.models import OutboxMessage
from store.outbox import BY_HAND, NO_ANSWER
from store.web.filters import clock_time, grouped, public_name, typo
from store.web.typography import BETWEEN

LATE_SECONDS = 60
MANY_TRIES = 4
ICONS = {
    "visit": "notebook-pen",
    "order": "shopping-bag",
    "order_event": "package-check",
    "stock_movements": "boxes",
    "consent": "shield-check",
    "back_in_stock": "bell",
}
DEVICE_ICONS = {
    "kiosk": "monitor-smartphone",
    "tablet": "tablet",
    "labels": "tags",
    "printer": "printer",
}


@dataclass(frozen=True, kw_only=True)
class Message:
    """What the banner says."""

    kind: str
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class FlowRow:
    """One direction of the exchange; `state` is ok, late or bad."""

    name: str
    text: str
    state: str
    lag: str
    at: datetime | None
    fault: str


@dataclass(frozen=True, kw_only=True)
class Badge:
    """How a fact stands."""

    text: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Item:
    """One fact that waits or was set aside."""

    icon: str
    title: str
    text: str
    state: Badge
    reason: str
    uid: str
    may_retry: bool
    waits: bool


@dataclass(frozen=True, kw_only=True)
class Device:
    """An appliance of the shop, and when it was last seen."""

    icon: str
    name: str
    at: datetime | None


def message(status: Status, *, is_alone: bool) -> Message | None:
    """Say what matters most, or nothing when all is well."""
    if is_alone:
        return _message(
            "ok",
            _("Ce magasin travaille seul."),
            _("Aucun système central n'est réglé : tout reste ici."),
        )
    if any(flow.state == "failing" for flow in status.flows):
        return _message(
            "warn",
            _("La vente continue."),
            _("Ce qui attend partira dès que le siège répondra. Aucune donnée n'est perdue."),
        )
    if status.set_aside:
        title = ngettext(
            "%(num)s envoi est mis de côté.",
            "%(num)s envois sont mis de côté.",
            status.set_aside,
        )
        return _message("warn", title, _("Lisez pourquoi, puis relancez."))
    return None


def _message(kind: str, title: str, text: str) -> Message:
    return Message(kind=kind, title=typo(title), text=typo(text))


def flow_row(flow: Flow) -> FlowRow:
    """Return one direction in words."""
    names = {"push": _("Vers le siège"), "pull": _("Depuis le siège")}
    texts = {
        "push": _("Visites, remises, stock, consentements"),
        "pull": _("Clients, articles, stock, commandes"),
    }
    return FlowRow(
        name=names[flow.flow],
        text=texts[flow.flow],
        state=_flow_state(flow),
        lag=_lag(flow),
        at=flow.last_success_at,
        fault=typo(reason(flow.last_error)) if flow.state == "failing" else "",
    )


def _lag(flow: Flow) -> str:
    if flow.state == "failing":
        return _("sans réponse")
    if flow.state == "never" and not flow.lag_seconds:
        return _("rien encore")
    return duration(flow.lag_seconds)


def _flow_state(flow: Flow) -> str:
    if flow.state == "failing":
        return "bad"
    is_late = flow.lag_seconds is not None and flow.lag_seconds > LATE_SECONDS
    has_pulled = flow.flow == "push" or flow.state != "never"
    return "ok" if has_pulled and not is_late else "late"


def device(row: models.Device, *, at: datetime | None) -> Device:
    """Return an appliance of the shop with when it was last seen."""
    return Device(icon=DEVICE_ICONS.get(row.kind, "monitor-smartphone"), name=row.name, at=at)


def duration(seconds: float | None) -> str:
    """Return a time span in its greatest unit: 38 s, 12 min, 5 h, 3 j."""
    if seconds is None:
        return "–"
    for size, words in ((86400, _("%(n)s j")), (3600, _("%(n)s h")), (60, _("%(n)s min"))):
        if seconds >= size:
            return typo(words % {"n": int(seconds // size)})
    return typo(_("%(n)s s", n=int(seconds)))


def item(row: OutboxMessage, *, numbers: Mapping[str, str]) -> Item:
    """Return a fact in words: what it is, whose, how it stands and why.

    `numbers` are those of orders by uid: what is told of one names it by its uid alone.
    """
    return Item(
        icon=ICONS.get(row.kind, "send"),
        title=typo(_title(row)),
        text=typo(_whose(row, numbers)),
        state=_badge(row),
        reason=typo(reason(row.last_error)),
        uid=row.uid,
        waits=row.state == "pending",
        may_retry=row.state == "set_aside" or (row.state == "pending" and row.attempts > 0),
    )


def _title(row: OutboxMessage) -> str:
    if row.kind == "order_event":
        events = {
            "arrived": _("Arrivée d'un client"),
            "collected": _("Remise d'une commande"),
            "ready": _("Commande prête"),
            "cancelled": _("Commande annulée"),
            "returned": _("Retour d'une commande"),
        }
        return events.get(str(row.payload.get("type")), _("Suivi d'une commande"))
    kinds = {
        "visit": _("Compte rendu de visite"),
        "order": _("Commande prise ici"),
        "stock_movements": _("Mouvement de stock"),
        "consent": _("Consentement"),
        "back_in_stock": _("Retour d'un article à annoncer"),
    }
    return kinds.get(row.kind, row.kind)


def _whose(row: OutboxMessage, numbers: Mapping[str, str]) -> str:
    when = clock_time(row.created_at)
    who = public_name((row.payload.get("customer") or {}).get("name") or "")
    if row.kind == "stock_movements":
        moved = row.payload.get("items") or [{}]
        who = _("Article %(sku)s", sku=moved[0].get("sku", ""))
    elif row.kind == "back_in_stock":
        who = _("Article %(sku)s", sku=row.payload.get("sku", ""))
    elif row.kind in ("order", "order_event"):
        number = row.payload.get("number") or numbers.get(str(row.payload.get("order")), "")
        who = _("Commande %(number)s", number=grouped(number)) if number else who
    elif row.kind == "visit" and not who:
        who = _("Sans carte")
    return f"{who}{BETWEEN}{when}" if who else when


def _badge(row: OutboxMessage) -> Badge:
    if row.state == "set_aside":
        return Badge(text=_("mis de côté"), kind="danger")
    if row.state == "claimed":
        return Badge(text=_("envoi…"), kind="brand")
    if row.attempts == 0:
        return Badge(text=_("en attente"), kind="off")
    tries = ngettext("%(num)s essai", "%(num)s essais", row.attempts)
    return Badge(text=tries, kind="danger" if row.attempts >= MANY_TRIES else "warn")


def reason(error: str) -> str:
    """Return why something did not leave, in words that help; what is not known as it was said."""
    if not error:
        return ""
    if error.startswith(BY_HAND):
        return _("Mis de côté par %(who)s.", who=error.removeprefix(f"{BY_HAND}: "))
    if error.startswith(NO_ANSWER):
        return _("Le siège n'a pas répondu à temps.")
    if before := disputed_returns.read(error):
        return return_words.dispute(before)
    status = re.match(r"(\d{3})\b", error)
    if status is None:
        is_name = re.fullmatch(r"[A-Za-z]+(Error|Timeout)?", error)
        return _("Le siège est injoignable.") if is_name else error
    return _reason_of(int(status[1]), error)


def _reason_of(status: int, error: str) -> str:
    if status in (401, 403):
        return _("Le siège refuse le jeton de ce magasin. Il faut le renouveler.")
    if status == 429:
        return _("Le siège demande d'attendre.")
    if status >= 500:
        return _("Le siège est en panne (%(status)s).", status=status)
    if status < 400:
        return _("Ce n'est pas le siège qui répond (%(status)s).", status=status)
    return _("Refusé par le siège : %(why)s", why=error)
