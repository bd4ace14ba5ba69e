"""What the tablet says of labels: why one is not right, and how far a picture has come."""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from clienteling import named
from clienteling.named import Article
from store import paperless
from store.label_faces import Face
from store.labels import Stale
from store.models import LabelPrint, PaperlessLabel, Variant
from store.web.filters import ago, clock_time, day, local, money, thousands, typo
from store.web.typography import BETWEEN


@dataclass(frozen=True, kw_only=True)
class Row:
    """One article whose paper label may be printed; `was` is what the shelf says now."""

    product: Article
    price: str
    was: str
    why: str
    kind: str  # of its badge
    may_print: bool
    chosen: bool
    withdrawn: bool = False


@dataclass(frozen=True, kw_only=True)
class Sheets:
    """What was printed in one go."""

    uid: str
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One electronic label."""

    uid: str
    name: str
    line: str
    model: str
    state: str
    badge: str
    kind: str
    at: datetime | None
    why: str
    notes: list[str]
    is_free: bool
    width: int
    height: int


def stale_row(one: Stale) -> Row:
    """Say why a label on the shelf is to be changed."""
    was = one.printed
    price = money(one.face.price_minor, one.face.currency)
    why, kind = {
        "price": (_("Prix changé"), "danger"),
        "name": (_("Nom changé"), "warn"),
        "withdrawn": (_("Retiré : à décrocher"), "warn"),
        "no_price": (_("Sans prix"), "warn"),
    }.get(one.why, (_("Mention changée"), ""))
    return Row(
        product=named.variant(one.variant),
        price=price,
        was=money(was.price_minor, one.face.currency) if one.why == "price" else "",
        why=typo(why),
        kind=kind,
        may_print=not one.face.problem,
        chosen=not one.face.problem,
        withdrawn=one.why == "withdrawn",
    )


def row(variant: Variant, face: Face, *, is_printed: bool, chosen: bool) -> Row:
    """Say whether an article has a label and may have one."""
    problems = {
        "no_price": (_("Sans prix : pas d'étiquette"), "warn"),
        "withdrawn": (_("Retiré de la vente"), "warn"),
        "long_address": (_("Adresse trop longue pour le QR"), "warn"),
    }
    usual = (_("Déjà imprimée"), "") if is_printed else (_("Jamais imprimée"), "brand")
    why, kind = problems.get(face.problem, usual)
    return Row(
        product=named.variant(variant),
        price=money(face.price_minor, face.currency),
        was="",
        why=typo(why),
        kind=kind,
        may_print=not face.problem,
        chosen=chosen and not face.problem,
    )


def sheets(one: LabelPrint) -> Sheets:
    """Say what was printed, when and by whom."""
    count = ngettext("%(num)s étiquette", "%(num)s étiquettes", one.labels)
    by = one.made_by.name.partition(" ")[0] if one.made_by else ""
    when = f"{day(local(one.made_at))}, {clock_time(one.made_at)}"
    return Sheets(
        uid=one.uid, title=typo(count), text=BETWEEN.join(part for part in (when, by) if part)
    )


def fault(problem: str) -> str:
    """Say why nothing was printed."""
    return typo(
        {
            "empty": _("Rien n'est coché : choisissez au moins une étiquette."),
            "no_price": _("Rien à imprimer : ces articles n'ont pas de prix, ou sont retirés."),
            "too_many": _("C'est trop à la fois : 500 étiquettes au plus."),
        }.get(problem, "")
    )


def refused(faces: list[Face]) -> str:
    """Name the articles that got no label."""
    names = ", ".join(face.name for face in faces[:3])
    more = f" +{len(faces) - 3}" if len(faces) > 3 else ""
    return typo(_("Sans étiquette, faute de prix : %(names)s", names=names + more)) if faces else ""


def panel(label: PaperlessLabel, face: Face | None, *, now: datetime) -> Panel:
    """Say what a label stands before and how far its picture has come."""
    state = paperless.state(label, face)
    badge, kind = _badge(state)
    width, height = paperless.MODELS[label.model]
    return Panel(
        uid=label.uid,
        name=typo(named.variant(label.variant).name if label.variant else _("Étiquette libre")),
        line=_line(label),
        model=f"{width} × {height}",
        state=state,
        badge=typo(badge),
        kind=kind,
        at={"shown": label.shown_at, "sent": label.handed_at, "failed": label.failed_at}.get(state),
        why=_why(label) if state == "failed" else "",
        notes=_notes(label, now),
        is_free=label.variant is None,
        width=width,
        height=height,
    )


def _badge(state: str) -> tuple[str, str]:
    return {
        "shown": (_("Affichée"), "ok"),
        "sent": (_("Transmise, attend son réveil"), "brand"),
        "to_send": (_("À envoyer"), "warn"),
        "failed": (_("En échec"), "danger"),
    }[state]


def _line(label: PaperlessLabel) -> str:
    mac = label.mac.removeprefix("0000")
    return f"{label.variant.sku}{BETWEEN}{mac}" if label.variant else mac


def _why(label: PaperlessLabel) -> str:
    known = {
        paperless.NOT_REACHED: _("Le point d'accès des étiquettes ne répond pas."),
        paperless.TOO_SLOW: _("Le point d'accès a mis trop de temps à répondre."),
        "busy": _("Le point d'accès est occupé."),
        "unknown_mac": _(
            "Le point d'accès ne connaît pas cette étiquette : réveillez-la près de lui."
        ),
        "not_taken": _("Le point d'accès n'a pas gardé l'image."),
    }
    reason = known.get(label.last_error) or _(
        "Le point d'accès a répondu : %(words)s.", words=label.last_error
    )
    tries = ngettext("%(num)s essai", "%(num)s essais", label.attempts)
    again = _("prochain à %(time)s", time=clock_time(label.next_attempt_at))
    return typo(f"{reason} {tries}, {again}.")


def _notes(label: PaperlessLabel, now: datetime) -> list[str]:
    notes = []
    below = current_app.config["COMPTOIR"].labels.low_battery_mv
    if paperless.is_battery_low(label, below_mv=below):
        notes.append(
            _(
                "Pile faible : %(volts)s V",
                volts=thousands(round((label.battery_mv or 0) / 1000, 1)),
            )
        )
    if label.seen_at and now - label.seen_at > paperless.LOST_AFTER:
        notes.append(_("Pas vue depuis : %(when)s", when=ago(label.seen_at)))
    return [typo(note) for note in notes]
