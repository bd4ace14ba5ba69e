"""Time zones by their name in the IANA database, as `Europe/Paris`."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def is_known(name: str) -> bool:
    """Tell whether this machine knows a zone of this name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of zones
        return False
    return True
