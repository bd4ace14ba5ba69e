"""What is said about a note before it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass

from store import notes
from store.errors import Invalid
from store.web.catalogue import gettext as _
from store.web.filters import typo


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A note that was not kept: its text, why, and whether it may be kept all the same."""

    text: str
    fault: str
    may_confirm: bool


@dataclass
class Refused(Exception):
    """The note must be mended or confirmed."""

    note: Draft


def reminder() -> str:
    """Say what belongs in a note (CNIL, notices on free-text fields)."""
    return typo(
        _(
            "Rien sur la santé, les opinions, la religion ou l'apparence. "
            "Seulement ce qui aide à mieux servir."
        )
    )


def checked(form: Mapping[str, str]) -> str:
    """Return the text of a form's `note`; raises Refused on a delicate word not `confirmed`."""
    text = form.get("note", "").strip()
    flags = () if form.get("confirmed") else notes.flag(text)
    if flags:
        listed = ", ".join(f"« {flag.word} »" for flag in flags)
        fault = _(
            "%(words)s : est-ce utile pour mieux servir ? La personne peut lire cette note.",
            words=listed,
        )
        raise Refused(Draft(text=text, fault=typo(fault), may_confirm=True))
    return text


def refused(error: Invalid, text: str) -> Refused:
    """Say what is wrong with a note."""
    return Refused(Draft(text=text, fault=fault_of(error), may_confirm=False))


def fault_of(error: Invalid) -> str:
    """Say in a sentence why a note was not kept."""
    words = {
        "empty": _("Écrivez d'abord la note."),
        "too_long": _("La note dépasse %(n)s caractères.", n=notes.LONGEST),
    }
    return typo(words.get(error.problem, _("Cette note n'a pas pu être gardée.")))
