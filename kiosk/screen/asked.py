"""What a search's address asks for, and the addresses that ask a little otherwise."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request

from store import programmes, recognition, search, words
from store.recognition import LabelCode, ProductCode, Reason, Unknown
from store.search import Filters
from store.web import scanning
from store.web.scanning import Words

LAST_PAGE = 200
_PRICE = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")
_ADDRESS = re.compile(r"\s*[a-z][a-z0-9+.\-]{1,15}://|\s*www\.", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A text and how it is narrowed; `text` is what is shown, `code` what is looked for instead.

    `fault` says what is wrong with the text, in words for the screen.
    """

    text: str
    filters: Filters
    price: str
    page: int
    code: str = ""
    fault: Words | None = None

    @property
    def query(self) -> dict[str, Any]:
        """Return the arguments of this search's address, its page aside."""
        wanted = self.filters
        told = {
            "q": self.text,
            "here": "1" if wanted.in_stock else "",
            "category": wanted.category,
            "size": wanted.size,
            "colour": wanted.colour,
            "price": self.price,
        }
        return {name: value for name, value in told.items() if value}

    @property
    def chosen(self) -> int:
        """Return how many filters of the sheet are set."""
        wanted = self.filters
        return sum(map(bool, (wanted.category, wanted.size, wanted.colour, self.price)))

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was asked for yet."""
        return not self.text and not self.chosen and not self.filters.in_stock


def read() -> Asked:
    """Return what the request asks for; nothing in an address makes it fail."""
    text = _readable("q")
    price = _PRICE.fullmatch(_readable("price"))
    low, high = (int(price[1]), int(price[2])) if price else (0, 0)
    code, fault = _code(text) if _ADDRESS.match(text) else ("", scanning.misread(text))
    return Asked(
        text=text,
        filters=Filters(
            in_stock=bool(request.values.get("here")),
            category=_readable("category"),
            size=_readable("size"),
            colour=_readable("colour"),
            price_from_minor=low,
            price_to_minor=high,
        ),
        price=f"{low}-{high}" if low or high else "",
        page=min(max(request.args.get("page", 1, int), 1), LAST_PAGE),
        code=code,
        fault=fault,
    )


def _readable(name: str) -> str:
    """Return what can be shown and looked for of a text from an address."""
    return words.readable(request.values.get(name, "")[: search.LONGEST_TEXT]).strip()


def _code(text: str) -> tuple[str, Words | None]:
    """Return the article that an address is about; another shop's is never opened."""
    settings = current_app.config["COMPTOIR"]
    found = recognition.recognise(
        text,
        programme_patterns=programmes.parse(settings.loyalty.programme_cards),
        own_hosts={request.host, urlsplit(settings.address).netloc},
    )
    match found:
        case ProductCode():
            return found.gtins[0], None
        case LabelCode():
            return found.reference, None
        case Unknown():
            return "", scanning.WORDS[found.reason]
    return "", scanning.WORDS[Reason.OTHER_QR]
