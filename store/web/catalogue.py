"""Words of the screen's language for Python code: flask_babel's functions, without their price.

They look for the request, the domain, the locale and the catalogue at each word, 8 µs in all; a
customer's card says sixty. Here the catalogue of a language is found once.
"""

from typing import Any

from flask import current_app
from flask_babel import get_domain

from store.web.filters import screen_locale

_CATALOGUES = "comptoir_catalogues"


def gettext(message: str, /, **values: object) -> str:
    """Return the message in the language of the screen, with its values."""
    text: str = _catalogue().ugettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, num: int, /, **values: object) -> str:
    """Return the form of the message that fits `num`, with it and the other values."""
    text: str = _catalogue().ungettext(singular, plural, num)
    return text % {"num": num, **values}


def _catalogue() -> Any:
    known = current_app.extensions.setdefault(_CATALOGUES, {})
    language = screen_locale().language
    if language not in known:
        known[language] = get_domain().get_translations()
    return known[language]
