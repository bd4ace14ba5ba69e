"""When something will be ready, and until when nothing new is, in the words of the tablet."""

from datetime import datetime

from store import promises
from store.models import Store
from store.web.catalogue import gettext as _
from store.web.filters import clock_time, day, local, typo


def moment(at: datetime, *, now: datetime) -> str:
    """Say a moment to come as it stands in a sentence: the day, then the time."""
    if local(at).date() == local(now).date():
        return typo(_("aujourd'hui à %(at)s", at=clock_time(at)))
    return typo(_("%(day)s à %(at)s", day=day(at), at=clock_time(at)))


def paused(store: Store, *, now: datetime) -> str:
    """Say until when the shop prepares nothing new, empty when it does."""
    until = store.pickups_paused_until
    if until is None or not promises.is_paused(store, now=now):
        return ""
    return moment(until, now=now)
