"""A visit in the words of its account."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app

from clienteling import named
from clienteling.customer_words import full_name
from store.models import Visit, VisitLine
from store.visits import LEFT
from store.web.catalogue import gettext as _
from store.web.clock import now
from store.web.filters import public_name, typo
from store.web.typography import BETWEEN

MINUTE = 60


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of several answers."""

    value: str
    text: str
    icon: str = ""


@dataclass(frozen=True, kw_only=True)
class Account:
    """What is known of a visit, as its form shows it."""

    uid: str
    started_at: datetime
    minutes: int
    staff: str
    reason: str
    outcome: str
    why: str
    next_step: str
    note: str
    saved_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Closed:
    """A recorded visit: what was said, and how far its account has come."""

    uid: str
    title: str
    text: str
    kind: str
    icon: str
    is_settled: bool


def account(visit: Visit, told: dict[str, str]) -> Account:
    """Return the visit's account; `told` is what was typed and is not kept yet."""
    outcome = told.get("outcome", visit.outcome)
    why = told.get("why", outcome if outcome in LEFT else "")
    return Account(
        uid=visit.uid,
        started_at=visit.started_at,
        minutes=minutes_of(visit),
        staff=visit.staff_name.partition(" ")[0],
        reason=told.get("reason", visit.reason),
        outcome="not_found" if outcome in LEFT else outcome,
        why=why,
        next_step=told.get("next_step", visit.next_step),
        note=told.get("note", visit.note),
        saved_at=visit.drafted_at,
    )


def minutes_of(visit: Visit) -> int:
    """Return how long the visit has lasted."""
    until = visit.ended_at or now()
    return max(0, int((until - visit.started_at).total_seconds()) // MINUTE)


def choices() -> dict[str, Any]:
    """Return every answer that the form offers."""
    return {
        "reasons": [
            _choice("gift", _("Cadeau")),
            _choice("pickup", _("Retrait")),
            _choice("home", _("Maison")),
            _choice("exchange", _("Échange ou retour")),
            _choice("browse", _("Juste regarder")),
        ],
        "outcomes": [
            _choice("bought", _("Achat"), "shopping-bag"),
            _choice("set_aside", _("Mis de côté"), "bookmark"),
            _choice("thinking", _("Réflexion"), "hourglass"),
            _choice("not_found", _("Pas trouvé"), "search-x"),
        ],
        "why": [
            _choice("left_size", _("La taille")),
            _choice("left_price", _("Le prix")),
            _choice("left_stock", _("Le stock")),
            _choice("left_wait", _("L'attente")),
        ],
        "next_steps": [
            _choice("call_back", _("Rappeler")),
            _choice("tell_when_back", _("Prévenir du retour")),
            _choice("appointment", _("Rendez-vous")),
            _choice("none", _("Rien")),
        ],
        "actions": [("shown", _("Montré")), ("tried", _("Essayé")), ("wanted", _("Voulu"))],
    }


def outcome(key: str) -> str:
    """Return how a visit ended, or what was missing, in words; a key from elsewhere as it is."""
    known = choices()
    words: dict[str, str] = {each.value: each.text for each in (*known["outcomes"], *known["why"])}
    if key in LEFT:
        return f"{words['not_found']}{BETWEEN}{words[key]}"
    return words.get(key, key)


def _choice(value: str, text: str, icon: str = "") -> Choice:
    return Choice(value=value, text=typo(text), icon=icon)


def shown(line: VisitLine) -> dict[str, Any]:
    """Return an article of the visit and what became of it."""
    known = line.variant
    article = named.variant(known) if known else named.unknown(line.sku, line.sku)
    return {"article": article, "action": line.kind}


def closed(visit: Visit, delivery: str) -> Closed:
    """Say that a visit is recorded, and whether the central system has it."""
    who = public_name(full_name(visit.customer)) if visit.customer else ""
    title = _("Visite de %(name)s enregistrée.", name=who) if who else _("Visite enregistrée.")
    text, kind, icon = _delivery(delivery)
    return Closed(
        uid=visit.uid,
        title=typo(title),
        text=typo(text),
        kind=kind,
        icon=icon,
        is_settled=delivery not in ("pending", "claimed"),
    )


def _delivery(state: str) -> tuple[str, str, str]:
    """Return the words, the kind and the icon of how far a fact has come."""
    if not current_app.config["COMPTOIR"].sync.hub_url:
        return _("Gardée dans ce magasin."), "ok", "check"
    words = {
        "delivered": (_("Transmise au siège."), "ok", "circle-check"),
        "set_aside": (_("Le siège l'a refusée : voyez la page Synchro."), "warn", "circle-alert"),
    }
    return words.get(state, (_("Sera transmise au siège."), "info", "cloud-upload"))
