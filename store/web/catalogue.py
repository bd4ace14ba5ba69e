"""Words of the screen's language for Python code: flask_babel's functions, without their price.

They look for the request, the domain, the locale and the catalogue at each word, 8 µs in all; a
customer's card says sixty. Here language and catalogue are found once for each request.
"""

import re
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from babel import Locale
from flask import Flask, appcontext_popped, appcontext_pushed
from flask_babel import get_domain, get_locale
from flask_babel.speaklater import LazyString

from store.web.typography import elided

_OF_CATALOGUES = "fr"
_WORD = re.compile(r"[^\W\d_][^\W\d_A-Z]{2,}")  # neither a sign of size nor a unit
# one object per language: caches then find it by identity, not by comparing five attributes
_LOCALES: dict[str, Locale] = {}
# of the request in progress: asked for 150 times on a page, where `g` costs ten times as much
_LOCALE: ContextVar[Locale | None] = ContextVar("comptoir_locale", default=None)
_WORDS: ContextVar[Any] = ContextVar("comptoir_words", default=None)


def install(app: Flask) -> None:
    """Find language and catalogue anew for each request of `app`."""
    for change in (appcontext_pushed, appcontext_popped):
        change.connect(_forget_locale, app)


def screen_locale() -> Locale:
    """Return the locale of the request, or French outside of one."""
    found = _LOCALE.get()
    if found is None:
        told = get_locale() or Locale("fr")
        found = _LOCALES.setdefault(told.language, told)
        _LOCALE.set(found)
    return found


def screen_language() -> str:
    """Return the language of the request, such as fr."""
    return str(screen_locale().language)


def _forget_locale(_app: Flask, **_more: Any) -> None:
    _LOCALE.set(None)
    _WORDS.set(None)


def gettext(message: str, /, **values: object) -> str:
    """Return the message in the language of the screen, with its values."""
    text = _translated(words(), message)
    return elided(text, values) % values if values else text


@lru_cache(maxsize=4096)
def _translated(catalogue: Any, message: str) -> str:
    text: str = catalogue.ugettext(message)
    return text


def lazy_gettext(message: str) -> LazyString:
    """Return the message for a table of words: translated each time that it is shown."""
    return LazyString(gettext, message)


def ngettext(singular: str, plural: str, num: int, /, **values: object) -> str:
    """Return the form of the message that fits `num`, with it and the other values."""
    text: str = words().ungettext(singular, plural, num)
    return text % {"num": num, **values}


def goods(word: str) -> str:
    """Return the name of a department, a size or a colour in the language of the screen.

    Sources tell these in one language. Those of a small known list have a name in the others, in
    the catalogue under the context `goods`; any other is said as it was told.
    """
    text: str = words().upgettext("goods", word) if word else ""
    return text


def name_language(name: str, name_en: str) -> str:
    """Return the language that the name of an article is shown in, or nothing for the screen's.

    A catalogue is in French; what has one name in both languages is in English.
    """
    if name == name_en:
        return "en"
    return _OF_CATALOGUES if screen_language() != _OF_CATALOGUES else ""


def goods_language(word: str) -> str:
    """Return the language of a department, a size or a colour that `goods` has no word for.

    Nothing where it is the screen's, and where there is no word to say in it: XL, 38, 50 cl.
    """
    is_said = _WORD.search(word) and goods(word) == word
    return name_language(word, "") if is_said else ""


def words() -> Any:
    """Return the catalogue of the screen's language, one object for each language and server."""
    found = _WORDS.get()
    if found is None:
        found = get_domain().get_translations()
        _WORDS.set(found)
    return found
