"""Printers and papers in words."""

from dataclasses import dataclass

from store import printing
from store.errors import Invalid
from store.models import PrintJob
from store.web.catalogue import gettext as _
from store.web.catalogue import ngettext
from store.web.filters import grouped, typo


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What keeps papers from coming out: a title, and what to do."""

    title: str
    text: str


def state(name: str) -> str:
    """Say how a printer is."""
    words = {
        "": _("jamais interrogée"),
        "ok": _("prête"),
        "paper_low": _("bientôt plus de papier"),
        "paper_out": _("plus de papier"),
        "cover_open": _("capot ouvert"),
        "offline": _("hors ligne"),
        "not_reached": _("injoignable"),
        "fault": _("en panne"),
    }
    return words.get(name, name)


def badge(name: str) -> str:
    """Return the kind of badge that a state gets."""
    if name == "ok":
        return "ok"
    return "" if name == "" else "warn" if name == "paper_low" else "danger"


def trouble(found: printing.Trouble) -> Trouble:
    """Say which printers cannot print, and what waits for that."""
    named = [
        _("%(name)s : %(state)s", name=one.device.name, state=state(one.state))
        for one in found.printers
    ]
    title = ", ".join(named) or _("Impression à vérifier")
    parts = []
    if found.waiting:
        parts.append(
            ngettext("%(num)s papier attend.", "%(num)s papiers attendent.", found.waiting)
        )
    if found.unsure:
        parts.append(
            ngettext(
                "%(num)s papier est peut-être sorti.",
                "%(num)s papiers sont peut-être sortis.",
                found.unsure,
            )
        )
    if not found.is_covered:
        parts.append(_("Rien ne sort avant qu'une imprimante soit prête."))
    elif found.printers and not parts:
        parts.append(_("L'imprimante suivante prend le relais."))
    return Trouble(title=typo(title), text=typo(" ".join(parts)))


def title(job: PrintJob) -> str:
    """Say which paper it is."""
    number = grouped(job.order.number) if job.order else ""
    words = {
        "slip": _("Bon de la %(number)s", number=number),
        "unaccepted": _("Commande non prise en charge %(number)s", number=number),
        "receipt": _("Reçu de la %(number)s", number=number),
        "test": _("Impression d'essai"),
    }
    return words.get(job.kind, job.kind)


def why(job: PrintJob) -> str:
    """Say why a paper has not come out."""
    if job.state == "unsure":
        where = job.printed_by.name if job.printed_by else ""
        if job.last_error == "interrupted":
            return _("envoi interrompu")
        return _("envoyé à %(name)s, sans réponse", name=where) if where else _("sans réponse")
    if job.state == "claimed":
        return _("en cours")
    return state(job.last_error) if job.last_error else _("en attente")


def widths() -> list[tuple[int, str]]:
    """Return the widths of printers and how each is said."""
    return [
        (576, typo(_("80 mm (576 points)"))),
        (512, typo(_("80 mm (512 points)"))),
        (384, typo(_("58 mm (384 points)"))),
    ]


def errors(fault: Invalid) -> dict[str, str]:
    """Return what is wrong by field, in words."""
    words = {
        ("name", "empty"): _("Donnez un nom à l'imprimante."),
        ("name", "too_long"): _("Ce nom est trop long."),
        ("address", "malformed"): _("Une adresse comme 192.168.1.50 ou 192.168.1.50:9100."),
        ("address", "taken"): _("Cette imprimante est déjà là."),
        ("dots", "unknown"): _("Choisissez la largeur du papier."),
    }
    text = words.get((fault.field, fault.problem), "")
    return {fault.field: typo(text)} if text else {}
