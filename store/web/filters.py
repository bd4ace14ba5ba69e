"""What templates call to show money, moments, names and files; installed once on the app."""

import re
from collections.abc import Callable
from contextvars import ContextVar
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from babel import Locale
from babel.numbers import format_currency, format_decimal, get_currency_precision
from flask import Flask, appcontext_popped, appcontext_pushed, request
from flask_babel import get_timezone
from markupsafe import Markup, escape

from store.web import catalogue, clock, drawing, moments
from store.web.catalogue import gettext, screen_language, screen_locale
from store.web.typography import Text, elided, english, french

TONES = 10
_HIDDEN = "••"
_MINUS = "\u2212"
_NARROW = "\u202f"
_HARD = "\u00a0"
_FRENCH_NUMBER = re.compile(r"(?:\+33|0)([1-9]\d{8})")
_SEPARATORS = re.compile(r"(?<=33)\s*\(0\)|[\s.()/-]")
# A French shop shows days and hours as in Europe, whatever the language of the screen.
_FORMATS = {"en": Locale("en", "GB")}
# of the request in progress
_ZONE: ContextVar[ZoneInfo | None] = ContextVar("comptoir_zone", default=None)


class Trusted(Markup):
    """Words of our own catalogues: not escaped, as what is put into them is."""


def install(app: Flask) -> None:
    """Give the templates of `app` the filters, `asset`, and words in French typography."""
    environment: Any = app.jinja_env
    environment.filters.update(FILTERS)
    environment.globals.update(asset=assets(app), keep=drawing.kept(screen_language))
    environment.globals["url_for"] = drawing.addresses(app)
    environment.context_class = drawing.QuickContext
    environment.get_template = drawing.loaded(environment)
    environment.install_gettext_callables(translated, translated_plural, newstyle=True)
    # Jinja's own wrapper costs 25 µs a call, a third of the time of a page
    environment.globals["_"] = said
    # and its chained globals are compared in Python at each import, 17 of them on a card
    environment.make_globals = lambda given: {**environment.globals, **(given or {})}
    app.context_processor(language)
    for change in (appcontext_pushed, appcontext_popped):
        change.connect(_forget_zone, app)
    catalogue.install(app)


def language() -> dict[str, Any]:
    """Return what every page knows: `lang`, `text_dir`, `now` and the store's `zone`."""
    locale = screen_locale()
    return {
        "lang": locale.language,
        "text_dir": locale.text_direction,
        "now": clock.now(),
        "zone": str(_zone()),
    }


def _forget_zone(_app: Flask, **_more: Any) -> None:
    _ZONE.set(None)


def typo(text: Text) -> Text:
    """Return `text` with the typography of the screen's language."""
    dressed = french if screen_locale().language == "fr" else english
    return type(text)(dressed(str(text)))  # markup stays markup


def said(message: str, /, **values: object) -> Markup:
    """Return `message` as a template shows it: translated, with its typography and its values."""
    text = _said(catalogue.words(), message)
    told = elided(text, values) % values if "%" in text else text
    return typo(told) if values and "«" in message else told  # a value may bring quotes into quotes


@lru_cache(maxsize=4096)
def _said(_catalogue: Any, message: str) -> Trusted:
    return Trusted(translated(message))


def translated(message: str) -> str:
    """Return `message` in the language of the screen, with its typography."""
    return typo(gettext(message))


def translated_plural(singular: str, plural: str, num: int) -> str:
    """Return the form of the message that fits `num`, with its typography; Jinja puts values in."""
    told: str = catalogue.words().ungettext(singular, plural, num)
    return typo(told)


def spoken(text: str, language: str) -> Markup:
    """Return `text` marked as being in `language`, to be read aloud as such; '' marks nothing."""
    if not language:
        return escape(text)
    return Markup('<span lang="{}">{}</span>').format(language, text)


def money(minor: int, currency: str = "EUR") -> str:
    """Return an amount in minor units as a price: 10,95 € or €10.95."""
    return _money(minor, currency, own_formats())


@lru_cache(maxsize=8192)
def _money(minor: int, currency: str, locale: Locale) -> str:
    amount = minor / 10 ** get_currency_precision(currency)
    # Babel's French writes the pound as £GB; a shop writes £.
    return format_currency(amount, currency, locale=locale).replace("£GB", "£").replace("-", _MINUS)


def thousands(number: int | float) -> str:
    """Return a number with its groups of three apart."""
    return _thousands(number, own_formats())


@lru_cache(maxsize=4096)
def _thousands(number: int | float, locale: Locale) -> str:
    return format_decimal(number, locale=locale).replace("-", _MINUS)


def signed(number: int) -> str:
    """Return a movement with its sign, as on a points statement: + 100 or − 216."""
    return f"{'+' if number >= 0 else _MINUS}{_NARROW}{thousands(abs(number))}"


def grouped(code: str) -> str:
    """Return an order number or a code in groups of three: 482 915.

    One of other signs than digits is left as the web shop writes it: WEB-90001.
    """
    if len(code) % 3 or len(code) < 6 or not code.isdecimal():
        return code
    return _NARROW.join(code[at : at + 3] for at in range(0, len(code), 3))


def age(moment: datetime | None) -> str:
    """Return how fresh a figure is: live, recent, stale or unknown."""
    return moments.age(moment, now=clock.now())


def ago(moment: datetime | None) -> str:
    """Return since when a figure holds: just now, seconds, minutes, then clock time or date."""
    now = clock.now()
    if moment is None:
        return typo(gettext("heure inconnue"))
    seconds = max(0, int((now - moment).total_seconds()))
    if seconds < 1:
        return typo(gettext("à l'instant"))
    if seconds < 60:
        return typo(gettext("il y a %(n)s s")) % {"n": seconds}
    if seconds < moments.RELATIVE.total_seconds():
        return typo(gettext("il y a %(n)s min")) % {"n": seconds // 60}
    if local(moment).date() == local(now).date():
        return typo(gettext("à %(time)s")) % {"time": moments.clock(local(moment))}
    return typo(gettext("le %(day)s")) % {"day": short_day(moment)}


def local(moment: datetime) -> datetime:
    """Return an aware moment in the store's zone."""
    return moment.astimezone(_zone())


def _zone() -> ZoneInfo:
    found = _ZONE.get()
    if found is None:
        found = ZoneInfo(str(get_timezone() or "UTC"))  # several times as quick as pytz
        _ZONE.set(found)
    return found


def day(on: date) -> str:
    """Return the weekday, day and month: mardi 24 novembre."""
    return moments.day(_local_date(on), own_formats())


def short_day(on: date) -> str:
    """Return the day and the short month, with the year when it is not this year's."""
    shown = _local_date(on)
    with_year = shown.year != local(clock.now()).year
    return moments.short_day(shown, own_formats(), with_year=with_year)


def long_day(on: date) -> str:
    """Return the day, month and year in full: 28 novembre 2026."""
    return moments.long_day(_local_date(on), own_formats())


def month(on: date) -> str:
    """Return the month and the year: mars 2021."""
    return moments.month(_local_date(on), own_formats())


def clock_time(moment: datetime) -> str:
    """Return the time as data, in the store's zone: 14:32."""
    return moments.clock(local(moment))


def hour(moment: datetime) -> str:
    """Return the time for a sentence, in the store's zone: 14 h 32."""
    return moments.hour(local(moment), screen_locale().language)


def iso(moment: datetime) -> str:
    """Return the moment as the `datetime` attribute of a time element wants it."""
    return moment.isoformat(timespec="seconds")


def initials(name: str) -> str:
    """Return the first letters of the first and the last word of a name: CR."""
    words = _words(name)
    return "".join(
        word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)
    ).upper()


def public_name(name: str) -> str:
    """Return the first name and an initial, fit for a screen that others can see: Camille R.

    Words without a letter, such as a symbol before the name, are left out.
    """
    words = _words(name)
    return f"{words[0]} {words[1][0].upper()}." if len(words) > 1 else "".join(words)


def _words(name: str) -> list[str]:
    return [word for word in name.split() if any(map(str.isalpha, word))] or name.split()


def in_sentence(name: str) -> str:
    """Return a shop's name for the middle of a sentence: in quotes when it begins as a word would.

    A shop may be called "été 85".
    """
    if not (name[:1].islower() or name[:1].isdigit()):
        return name
    return typo(gettext("« %(name)s »", name=name))


def telephone(number: str) -> str:
    """Return a shop's French number in pairs, 01 99 00 01 01; one of elsewhere as it was told."""
    found = _FRENCH_NUMBER.fullmatch(_SEPARATORS.sub("", number))
    if found is None:
        return number
    digits = f"0{found[1]}"
    return _HARD.join(digits[at : at + 2] for at in range(0, 10, 2))


def masked_phone(number: str) -> str:
    """Return a phone number with its middle hidden: 06 •• •• •• 42."""
    digits = "".join(filter(str.isdigit, number))
    if number.startswith("+33"):
        digits = "0" + digits.removeprefix("33")
    hidden = " ".join([_HIDDEN] * max(1, (len(digits) - 4) // 2))
    return f"{digits[:2]} {hidden} {digits[-2:]}" if len(digits) > 4 else _HIDDEN


def masked_email(address: str) -> str:
    """Return an address of which only the first letter and the domain are left."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}{_HIDDEN}@{domain}" if domain else _HIDDEN


def tone(reference: str) -> int:
    """Return which of the ten tones a reference without a known colour gets."""
    return crc32(reference.encode()) % TONES


def assets(app: Flask) -> Callable[[str], str]:
    """Return the function that gives templates the address of a static file.

    The address changes when the file's content does.
    """
    known: dict[str, str] = {}

    def asset(name: str) -> str:
        path = known.get(name)
        if path is None:
            digest = _digest(str(app.static_folder), name)
            path = known[name] = f"{app.static_url_path}/{name}?v={digest}"
        return request.script_root + path

    return asset


def _digest(folder: str, name: str) -> str:
    path = Path(folder, name)
    return f"{crc32(path.read_bytes()):08x}" if path.is_file() else "absent"


def _local_date(on: date) -> date:
    return local(on).date() if isinstance(on, datetime) else on


def own_formats() -> Locale:
    """Return how days, hours and sums are written on the screen: in English, as in Europe."""
    locale = screen_locale()
    return _FORMATS.get(locale.language, locale)


FILTERS: dict[str, Callable[..., Any]] = {
    "age": age,
    "ago": ago,
    "clock": clock_time,
    "day": day,
    "goods": catalogue.goods,
    "goods_language": catalogue.goods_language,
    "grouped": grouped,
    "hour": hour,
    "initials": initials,
    "iso": iso,
    "long_day": long_day,
    "masked_email": masked_email,
    "masked_phone": masked_phone,
    "money": money,
    "month": month,
    "public_name": public_name,
    "short_day": short_day,
    "signed": signed,
    "spoken": spoken,
    "telephone": telephone,
    "thousands": thousands,
    "tone": tone,
    "in_sentence": in_sentence,
    "typo": typo,
}
