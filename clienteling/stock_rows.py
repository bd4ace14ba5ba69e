"""One article in every store, in words: the rows of the tablet's table and their sums."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g

from store.models import Store
from store.stock import Elsewhere, Figure
from store.web import opening_words, stock_words
from store.web.catalogue import gettext as _
from store.web.catalogue import ngettext
from store.web.filters import day, short_day, typo


@dataclass(frozen=True, kw_only=True)
class Row:
    """One store of the table; `value` of `most` draws the bar."""

    name: str
    text: str
    level: str
    quantity: str
    value: int
    most: int
    reserved: int
    safety: str  # what is kept back, in words, or ''
    coming: str  # what is on its way there, in words, or ''
    as_of: datetime | None
    here: bool
    phone: str = ""


def rows(here: Figure, elsewhere: Sequence[Elsewhere]) -> list[Row]:
    """Return a row for each store, our own first."""
    figures = [here, *(one.figure for one in elsewhere)]
    most = max(max(figure.available for figure in figures), 1)
    own = _row(g.store, here, most, text=_here(here), is_here=True)
    return [own, *(_row(one.store, one.figure, most, text=_where(one)) for one in elsewhere)]


def totals(here: Figure, elsewhere: Sequence[Elsewhere]) -> dict[str, Any]:
    """Return the sums; what is to be checked is not counted on."""
    everywhere = [here, *(one.figure for one in elsewhere)]
    sure = [figure.available for figure in everywhere if figure.level != "unknown"]
    return {"here": _quantity(here), "network": sum(sure), "incoming": here.incoming or None}


def incoming(here: Figure) -> dict[str, str] | None:
    """Say what is on its way here, and when it comes."""
    if not here.incoming:
        return None
    title = ngettext("%(num)s en route pour ici", "%(num)s en route pour ici", here.incoming)
    on = _("arrivée %(day)s", day=day(here.incoming_on)) if here.incoming_on else ""
    return {"title": typo(title), "text": typo(on)}


def _row(store: Store, figure: Figure, most: int, *, text: str, is_here: bool = False) -> Row:
    return Row(
        name=store.name,
        text=typo(text),
        level=figure.level,
        quantity=_quantity(figure),
        value=figure.available,
        most=most,
        reserved=figure.reserved,
        safety=_safety(figure),
        coming="" if is_here else _coming(figure),
        as_of=figure.as_of,
        here=is_here,
        phone=store.phone if figure.level == "unknown" and not is_here else "",
    )


def _quantity(figure: Figure) -> str:
    """Return the figure, with a question mark where nobody should count on it."""
    if figure.level != "unknown":
        return str(figure.available)
    return typo(f"{figure.available} ?") if figure.counted_at else "?"


def _here(figure: Figure) -> str:
    doubt = stock_words.why_doubtful(figure)
    return f"{_('ici')} · {doubt}" if doubt else _("ici")


def _where(one: Elsewhere) -> str:
    opening = opening_words.hours(one.store)
    if one.kilometres is None:
        return opening
    distance = _("%(n)s km", n=max(1, round(one.kilometres)))
    return f"{distance} · {opening}" if opening else distance


def _safety(figure: Figure) -> str:
    if not figure.safety_stock:
        return ""
    kept = ngettext("%(num)s de sécurité", "%(num)s de sécurité", figure.safety_stock)
    return typo(kept)


def _coming(figure: Figure) -> str:
    if not figure.incoming:
        return ""
    if figure.incoming_on is None:
        return typo(ngettext("%(num)s en route", "%(num)s en route", figure.incoming))
    on = short_day(figure.incoming_on)
    return typo(_("%(n)s en route, %(day)s", n=figure.incoming, day=on))
