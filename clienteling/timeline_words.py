"""What a customer did, in the words of the timeline."""

from dataclasses import dataclass
from datetime import datetime

from store.timeline import Event
from store.web.catalogue import gettext as _
from store.web.catalogue import lazy_gettext, ngettext, screen_language
from store.web.filters import grouped, money, signed, typo

MINUTE = 60


@dataclass(frozen=True, kw_only=True)
class Line:
    """One event of the timeline."""

    kind: str
    icon: str
    title: str
    text: str
    figure: str
    on: datetime


def line(event: Event) -> Line:
    """Say one event."""
    return _EVENTS[event.kind](event)


def _purchase(event: Event) -> Line:
    is_web = event.channel == "web"
    others = event.count - 1
    text = event.text_en if screen_language() == "en" and event.text_en else event.text
    if text and others > 0:
        rest = ngettext("et %(num)s autre", "et %(num)s autres", others)
        text = f"{text} {rest}"
    return Line(
        kind="web" if is_web else "store",
        icon=_purchase_icon(event, is_web),
        title=typo(_purchase_title(event, is_web)),
        text=typo(text),
        figure=money(event.amount, event.currency),
        on=event.at,
    )


def _purchase_icon(event: Event, is_web: bool) -> str:
    if event.detail == "return":
        return "undo-2"
    return "globe" if is_web else "store"


def _purchase_title(event: Event, is_web: bool) -> str:
    town = event.city or event.store
    if event.detail == "correction":
        return _("Correction de compte")
    if event.detail == "return":
        return _("Retour à %(town)s", town=town) if town else _("Retour")
    if is_web:
        return _("Achat sur le site")
    return _("Achat à %(town)s", town=town) if town else _("Achat")


def _order(event: Event) -> Line:
    where = {"town": event.city or event.store, "number": grouped(event.text)}
    return Line(
        kind="web",
        icon="globe",
        title=_("Commande sur le site"),
        text=typo(_("Retrait à %(town)s · n° %(number)s", **where)),
        figure=money(event.amount, event.currency),
        on=event.at,
    )


def _past_visit(event: Event) -> Line:
    minutes = int(((event.ended_at or event.at) - event.at).total_seconds()) // MINUTE
    name = event.who.partition(" ")[0]
    title = _("Visite conseillée par %(name)s", name=name) if name else _("Visite")
    facts = [outcome_text(event.detail)]
    if event.count:
        facts.append(ngettext("%(num)s article montré", "%(num)s articles montrés", event.count))
    return Line(
        kind="ok",
        icon="calendar-check",
        title=typo(title),
        text=typo(" · ".join(fact for fact in facts if fact)),
        figure=typo(_("%(n)s min", n=minutes)),
        on=event.at,
    )


def _points_moved(event: Event) -> Line:
    return Line(
        kind="",
        icon="star",
        title=_("Points gagnés") if event.amount >= 0 else _("Points utilisés"),
        text=typo(event.text),
        figure=signed(event.amount),
        on=event.at,
    )


def outcome_text(outcome: str) -> str:
    """Say how a visit ended; empty when nobody said."""
    return typo(str(_OUTCOMES.get(outcome, "")))


_OUTCOMES = {
    "bought": lazy_gettext("Achat"),
    "set_aside": lazy_gettext("Mis de côté"),
    "thinking": lazy_gettext("Réflexion"),
    "not_found": lazy_gettext("Pas trouvé"),
    "left_size": lazy_gettext("Pas trouvé : la taille"),
    "left_price": lazy_gettext("Pas trouvé : le prix"),
    "left_stock": lazy_gettext("Pas trouvé : le stock"),
    "left_wait": lazy_gettext("Pas trouvé : l'attente"),
}
_EVENTS = {
    "purchase": _purchase,
    "order": _order,
    "visit": _past_visit,
    "points": _points_moved,
}
