"""The journal of unmet demand in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from clienteling import named
from store import labels
from store.calls import Tally
from store.unmet import Wish
from store.web.catalogue import gettext as _
from store.web.catalogue import ngettext
from store.web.extensions import db
from store.web.filters import typo
from store.web.typography import BETWEEN

ICONS = {"size_absent": "tag", "out_of_stock": "package-open", "refused_substitute": "undo-2"}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One wish of the table; `value` of `most` draws the bar."""

    kind: str
    kind_text: str
    icon: str
    text: str  # as it was typed, or ''
    article: str  # name with size and colour, or ''
    sku: str
    href: str
    times: int
    most: int
    last_at: datetime


def rows(wishes: Sequence[Wish]) -> list[Row]:
    """Return the wishes with the articles that they are about; one query."""
    skus = sorted({wish.sku for wish in wishes if wish.sku})
    known = {one.sku: named.variant(one) for one in labels.find_variants(db.session(), skus)}
    articles = {
        sku: " · ".join(part for part in (one.name, one.choice) if part)
        for sku, one in known.items()
    }
    most = max((wish.times for wish in wishes), default=1)
    return [_row(wish, articles.get(wish.sku, ""), most) for wish in wishes]


def calls_in_words(tally: Tally, *, days: int) -> dict[str, str]:
    """Say how the calls went: how many, how many unanswered, and how long customers waited."""
    if tally.median_seconds is None:
        waited = _("personne n'est encore venu") if tally.calls else ""
    elif tally.median_seconds < 60:
        waited = _("attente médiane %(n)s s", n=tally.median_seconds)
    else:
        waited = _("attente médiane %(n)s min", n=round(tally.median_seconds / 60))
    missed = ngettext("%(num)s sans réponse", "%(num)s sans réponse", tally.unanswered)
    over = ngettext("%(num)s jour", "%(num)s jours", days)
    told = [missed if tally.unanswered else "", waited, over]
    return {"number": str(tally.calls), "text": typo(BETWEEN.join(part for part in told if part))}


def _row(wish: Wish, article: str, most: int) -> Row:
    kinds = {
        "search_without_result": _("Recherche sans résultat"),
        "size_absent": _("Taille ou couleur absente"),
        "out_of_stock": _("Épuisé, retour attendu"),
        "refused_substitute": _("Remplacement refusé"),
    }
    to = url_for("tablet.product", sku=wish.sku) if article else ""
    return Row(
        kind=wish.kind,
        kind_text=typo(kinds.get(wish.kind, _("Autre demande"))),
        icon=ICONS.get(wish.kind, "search-x"),
        text=wish.text,
        article=typo(article),
        sku=wish.sku,
        href=to or url_for("tablet.stock", q=wish.text or wish.sku),
        times=wish.times,
        most=most,
        last_at=wish.last_at,
    )
