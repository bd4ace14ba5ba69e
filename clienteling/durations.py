"""How long something took or lasts, in words."""

from store.web.catalogue import gettext as _

MINUTE, HOUR, DAY = 60, 3600, 86400


def duration(seconds: int) -> str:
    """Say how long something took: 45 s, 3 min 40, 1 h 28."""
    if seconds < MINUTE:
        return _("%(n)s s", n=seconds)
    if seconds < HOUR:
        minutes, rest = divmod(seconds, MINUTE)
        return _("%(n)s min %(s)02d", n=minutes, s=rest) if rest else _("%(n)s min", n=minutes)
    return long_duration(seconds)


def long_duration(seconds: int) -> str:
    """Say how long in minutes, hours or days: 28 min, 1 h 28, 2 j."""
    if seconds < HOUR:
        return _("%(n)s min", n=seconds // MINUTE)
    if seconds < DAY:
        hours, rest = divmod(seconds, HOUR)
        return _("%(h)s h %(m)02d", h=hours, m=rest // MINUTE)
    return _("%(n)s j", n=seconds // DAY)
