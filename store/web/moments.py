"""Moments and days in words: how old a figure is, and dates as a shop writes them."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton

LIVE = timedelta(seconds=10)
RECENT = timedelta(minutes=15)
RELATIVE = timedelta(hours=1)  # older than this, the clock time says more than "74 min ago"


def age(moment: datetime | None, *, now: datetime) -> str:
    """Return how fresh a figure of `moment` is: live, recent, stale, or unknown without one."""
    if moment is None:
        return "unknown"
    if now - moment <= LIVE:
        return "live"
    return "recent" if now - moment <= RECENT else "stale"


@lru_cache(maxsize=4096)
def day(on: date, locale: Locale) -> str:
    """Return the weekday, day and month: mardi 24 novembre."""
    return _first(format_date(on, "EEEE d MMMM", locale=locale), on, locale)


@lru_cache(maxsize=64)
def weekday(on: date, locale: Locale) -> str:
    """Return the day of the week alone: mardi."""
    return str(format_date(on, "EEEE", locale=locale))


@lru_cache(maxsize=4096)
def short_day(on: date, locale: Locale, *, with_year: bool = False) -> str:
    """Return the day and the short month, and the year when asked: 28 nov., 28 nov. 2019."""
    shown = str(format_skeleton("yMMMd" if with_year else "MMMd", on, locale=locale))
    return _first(shown, on, locale)


@lru_cache(maxsize=4096)
def long_day(on: date, locale: Locale) -> str:
    """Return the day, month and year in full: 28 novembre 2026."""
    return _first(format_date(on, "long", locale=locale), on, locale)


@lru_cache(maxsize=1024)
def month(on: date, locale: Locale) -> str:
    """Return the month and the year: mars 2021."""
    return str(format_skeleton("yMMMM", on, locale=locale))


def clock(at: datetime) -> str:
    """Return the time as data: 14:32."""
    return f"{at:%H:%M}"


def hour(at: datetime, language: str) -> str:
    """Return the time as it stands in a sentence: 14 h 32 or 19 h in French, 14:32 elsewhere."""
    if language != "fr":
        return clock(at)
    return f"{at.hour}\u00a0h" + (f"\u00a0{at.minute:02}" if at.minute else "")


def _first(text: str, on: date, locale: Locale) -> str:
    # French says le 1er, and 2, 3, 4 for the others
    return text.replace("1 ", "1er ", 1) if on.day == 1 and locale.language == "fr" else text
