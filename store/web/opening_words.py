"""Whether a shop is open and until when, in words: the same on every screen."""

from datetime import datetime

from store import stores
from store.models import Store
from store.web import moments
from store.web.catalogue import gettext as _
from store.web.catalogue import screen_locale
from store.web.clock import now
from store.web.filters import day, hour, local

WEEK = 7


def closed(store: Store) -> str:
    """Say in a sentence that a shop is closed and when it opens; empty when open or not known."""
    opening = stores.opening(store, now())
    if opening.is_open or not opening.is_known:
        return ""
    how, when = _when(opening.opens_at)
    match how:
        case "never":
            return _("Le magasin est fermé.")
        case "today":
            return _("Le magasin est fermé, il ouvre à %(hour)s.", **when)
        case "weekday":
            return _("Le magasin est fermé, il ouvre %(day)s à %(hour)s.", **when)
        case _:
            return _("Le magasin est fermé, il ouvre le %(day)s à %(hour)s.", **when)


def hours(store: Store) -> str:
    """Say whether a shop is open and until when, or when it opens; empty when not known."""
    opening = stores.opening(store, now())
    if opening.closes_at is not None:
        return _("ouvert jusqu'à %(hour)s", hour=hour(opening.closes_at))
    if not opening.is_known:
        return ""
    how, when = _when(opening.opens_at)
    match how:
        case "never":
            return _("fermé")
        case "today":
            return _("fermé, ouvre à %(hour)s", **when)
        case "weekday":
            return _("fermé, ouvre %(day)s à %(hour)s", **when)
        case _:
            return _("fermé, ouvre le %(day)s à %(hour)s", **when)


def _when(opens_at: datetime | None) -> tuple[str, dict[str, str]]:
    """Return how to say when a shop opens (never, today, weekday, date), with day and hour.

    The day of the week alone would mean the next one of that name.
    """
    if opens_at is None:
        return "never", {}
    opens = local(opens_at)
    days = (opens.date() - local(now()).date()).days
    if days == 0:
        return "today", {"hour": hour(opens)}
    if days < WEEK:
        name = moments.weekday(opens.date(), screen_locale())
        return "weekday", {"day": name, "hour": hour(opens)}
    return "date", {"day": day(opens.date()), "hour": hour(opens)}
