"""Addresses of databases; apart, as who looks at one loads the library of all databases."""

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

KNOWN = ("sqlite", "postgresql")


def is_usable(url: str) -> bool:
    """Tell whether this is the address of a database whose driver is installed."""
    try:
        parsed = make_url(url)
        parsed.get_dialect().import_dbapi()
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError):  # a port is no number
        return False
    return parsed.get_backend_name() in KNOWN
