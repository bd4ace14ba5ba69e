"""Whether a shop is open and until when, in words: the same on every screen."""

from datetime import datetime

from store import stores
from store.models import Store
from store.web import moments
from store.web.catalogue import gettext as _
from store.web.catalogue import screen_locale
from store.web.clock import now
from store.web.filters import hour, local


def closed(store: Store) -> str:
    """Say in a sentence that a shop is closed and when it opens; empty when open or not known."""
    opening = stores.opening(store, now())
    return closed_until(opening.opens_at) if opening.opens_at else ""


def closed_until(opens_at: datetime) -> str:
    """Say in a sentence that the shop is closed, and when it opens."""
    day, at = _day_and_hour(opens_at)
    if not day:
        return _("Le magasin est fermé, il ouvre à %(hour)s.", hour=at)
    return _("Le magasin est fermé, il ouvre %(day)s à %(hour)s.", day=day, hour=at)


def hours(store: Store) -> str:
    """Say whether a shop is open and until when, or when it opens; empty when not known."""
    opening = stores.opening(store, now())
    if opening.closes_at is not None:
        return _("ouvert jusqu'à %(hour)s", hour=hour(opening.closes_at))
    if opening.opens_at is None:
        return ""
    day, at = _day_and_hour(opening.opens_at)
    if not day:
        return _("fermé, ouvre à %(hour)s", hour=at)
    return _("fermé, ouvre %(day)s à %(hour)s", day=day, hour=at)


def _day_and_hour(opens_at: datetime) -> tuple[str, str]:
    """Return the day of the week, empty when it is today, and the hour."""
    opens = local(opens_at)
    if opens.date() == local(now()).date():
        return "", hour(opens)
    return moments.weekday(opens.date(), screen_locale()), hour(opens)
