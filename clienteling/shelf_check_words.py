"""Shelf checks in words: what is asked, why, and what was seen."""

from dataclasses import dataclass
from datetime import datetime

from flask import g, url_for

from clienteling import named
from clienteling.named import Article
from store import shelf_checks
from store.errors import Invalid
from store.models import ShelfCheck
from store.web.catalogue import gettext as _
from store.web.catalogue import ngettext
from store.web.extensions import db
from store.web.filters import clock_time, typo


@dataclass(frozen=True, kw_only=True)
class Task:
    """One line of the list of tasks."""

    product: Article
    name: str  # with size and colour: somebody walks to the shelf with it
    why: str
    asked_at: datetime
    href: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class Question:
    """How many stand there? `expected` is offered as the first answer, `yes` are its words."""

    uid: str
    why: str
    asked_at: datetime
    expected: int
    yes: str
    aside: str  # what lies prepared and is not to be counted, in words


def tasks(chosen_sku: str) -> list[Task]:
    """Return the open tasks of the store, the oldest first."""
    found = shelf_checks.list_open(db.session(), g.store.id)
    return [_task(task, task.variant.sku == chosen_sku) for task in found]


def _task(task: ShelfCheck, is_chosen: bool) -> Task:
    article = named.variant(task.variant)
    return Task(
        product=article,
        name=named.with_choice(article),
        why=why(task),
        asked_at=task.asked_at,
        href=url_for("tablet.product", sku=article.sku),
        current=is_chosen,
    )


def question(task: ShelfCheck) -> Question:
    """Return what is asked of whoever goes to the shelf."""
    figure = shelf_checks.expected(db.session(), task.variant_id, store_id=task.store_id)
    aside = ngettext(
        "Sans compter %(num)s déjà en casier pour un retrait.",
        "Sans compter les %(num)s déjà en casier pour des retraits.",
        figure.aside,
    )
    return Question(
        uid=task.uid,
        why=why(task),
        asked_at=task.asked_at,
        expected=figure.on_shelf,
        yes=typo(_("Oui, %(n)s", n=figure.on_shelf)),
        aside=typo(aside) if figure.aside else "",
    )


def why(task: ShelfCheck) -> str:
    """Say why somebody should look."""
    if task.reason == "customer":
        return typo(_("Demandé par un client"))
    if task.reason == "negative":
        return typo(_("Plus de sorties que de stock"))
    if task.reason == "promised":
        return typo(_("Promis, mais il en manque"))
    if task.asked_by is None:
        return typo(_("Chiffre à vérifier"))
    return typo(_("Demandé par %(name)s", name=task.asked_by.name.partition(" ")[0]))


def answered(uid: str) -> str:
    """Say what was seen, once it is written down; empty for a task of elsewhere."""
    task = shelf_checks.find_answered(db.session(), uid, store_id=g.store.id)
    if task is None or task.answered_at is None:
        return ""
    at, who = clock_time(task.answered_at), (task.answered_by.name if task.answered_by else "")
    seen = _("%(n)s vus à %(at)s par %(name)s.", n=task.seen, at=at, name=who.partition(" ")[0])
    return typo(f"{seen} {_('Enregistré ici, transmis au siège dès que le lien est là.')}")


def fault_of(error: Invalid) -> str:
    """Say what is wrong with a number that was typed."""
    if error.problem == "empty":
        return typo(_("Dites combien vous en voyez, même zéro."))
    return typo(_("Ce nombre n'est pas possible : de 0 à %(n)s.", n=shelf_checks.MOST_SEEN))
