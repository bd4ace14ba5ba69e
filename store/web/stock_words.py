"""A stock figure in words, the same on every screen that customers see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from store import flows, shelf_checks
from store.stock import Elsewhere, Figure, Trust
from store.web import aisle_words, opening_words
from store.web.catalogue import gettext as _
from store.web.catalogue import ngettext
from store.web.clock import now
from store.web.filters import clock_time, day, local, typo


@dataclass(frozen=True, kw_only=True)
class StockWords:
    """What a screen says of a figure: `level` draws the dot, `text` is the word beside it."""

    level: str
    text: str
    available: int
    age: str
    as_of: datetime | None
    counted: str = ""  # when it was counted and what moved since
    where: str = ""  # the aisle
    back: str = ""  # when more is expected


@dataclass(frozen=True, kw_only=True)
class Around:
    """What another shop has, and how many kilometres away (None when not known)."""

    name: str
    kilometres: int | None
    phone: str
    hours: str  # whether it is open, and until when
    stock: StockWords
    code: str = ""


def around(found: Sequence[Elsewhere]) -> list[Around]:
    """Say what other shops have, in the order given."""
    return [
        Around(
            name=one.store.name,
            code=one.store.code,
            kilometres=None if one.kilometres is None else max(1, round(one.kilometres)),
            phone=one.store.phone,
            hours=typo(opening_words.hours(one.store)),
            stock=in_words(one.figure),
        )
        for one in found
    ]


def trust(session: Session) -> Trust:
    """Return how long a figure is believed here, and when the central system was last heard."""
    settings = current_app.config["COMPTOIR"]
    return Trust(
        live_seconds=settings.stock.live_seconds,
        recent_seconds=settings.stock.recent_seconds,
        trust_days=settings.stock.trust_days,
        moved_percent=settings.stock.moved_percent,
        low_level=settings.stock.low_level,
        heard_at=flows.heard_at(session) if settings.sync.hub_url else None,
        is_alone=settings.server.role == "store" and not settings.sync.hub_url,
    )


def in_words(figure: Figure) -> StockWords:
    """Say a figure in the language of the request."""
    return StockWords(
        level=figure.level,
        text=level_text(figure),
        available=figure.available,
        age=figure.age,
        as_of=figure.as_of,
        counted=_counted(figure),
        back=_back(figure),
        where=_where(figure),
    )


def level_text(figure: Figure) -> str:
    """Say in two or three words how much there is; never a number that is not trusted."""
    if figure.level == "in":
        return typo(_("%(n)s en stock", n=figure.available))
    if figure.level == "low":
        return typo(_("Plus que %(n)s", n=figure.available))
    return typo(_("Épuisé") if figure.level == "out" else _("À vérifier"))


def _counted(figure: Figure) -> str:
    if figure.counted_at is None:
        return ""
    is_today = local(figure.counted_at).date() == local(now()).date()
    at = clock_time(figure.counted_at) if is_today else day(figure.counted_at)
    is_seen = figure.source == shelf_checks.SOURCE
    how = _("vu en rayon %(at)s", at=at) if is_seen else _("compté %(at)s", at=at)
    since = _since(-figure.moved_since)
    return typo(f"{how}, {since}" if since else how)


def _since(gone: int) -> str:
    if gone > 0:
        return ngettext("%(num)s vendu depuis", "%(num)s vendus depuis", gone)
    if gone < 0:
        return ngettext("%(num)s entré depuis", "%(num)s entrés depuis", -gone)
    return ""


def why_doubtful(figure: Figure) -> str:
    """Say to staff why a figure is to be checked; empty for one that is trusted."""
    if figure.level != "unknown":
        return ""
    if figure.counted_at is None:
        return typo(_("jamais compté ici"))
    if figure.on_hand < 0:
        return typo(_("plus de sorties que de stock"))
    if figure.age == "stale":
        return typo(_("sans nouvelles depuis trop longtemps"))
    return typo(_("comptage trop ancien"))


def _where(figure: Figure) -> str:
    """Say where it stands, of what a customer may find there."""
    if figure.level not in ("in", "low") or not figure.aisle:
        return ""
    return aisle_words.in_words(figure.aisle)


def _back(figure: Figure) -> str:
    if figure.level not in ("out", "unknown") or not figure.incoming or not figure.incoming_on:
        return ""
    return typo(_("Retour prévu %(day)s", day=day(figure.incoming_on)))
