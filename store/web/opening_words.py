"""Whether a shop is open and until when, in words: the same on every screen."""

from store import stores
from store.models import Store
from store.web import moments
from store.web.catalogue import gettext as _
from store.web.catalogue import screen_locale
from store.web.clock import now
from store.web.filters import hour, local


def hours(store: Store) -> str:
    """Say whether a shop is open and until when, or when it opens; empty when not known."""
    opening = stores.opening(store, now())
    if opening.closes_at is not None:
        return _("ouvert jusqu'à %(hour)s", hour=hour(opening.closes_at))
    if opening.opens_at is None:
        return ""
    opens = local(opening.opens_at)
    if opens.date() == local(now()).date():
        return _("fermé, ouvre à %(hour)s", hour=hour(opens))
    weekday = moments.weekday(opens.date(), screen_locale())
    return _("fermé, ouvre %(day)s à %(hour)s", day=weekday, hour=hour(opens))
