"""Everything that is said in French is said in English too."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from config import catalogues, places

METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
FOLDERS = ("config", "kiosk", "clienteling", "store", "templates")


@pytest.fixture(scope="module")
def english():
    return catalogues.join(places.TRANSLATIONS / "en", "en")


def said(root: Path) -> list[tuple[str, str]]:
    """Every message of the code with its place, singular and plural together."""
    return [
        (f"{folder}/{name}:{line}", message)
        for folder in FOLDERS
        for name, line, message, _comments, _context in extract_from_dir(
            root / folder, METHODS, keywords=KEYWORDS
        )
    ]


def test_every_message_has_an_english_text(english, root: Path):
    silent = [
        (place, message)
        for place, message in said(root)
        if not (known := english.get(message)) or not all(strings(known.string))
    ]

    assert silent == []


def strings(translation: str | tuple[str, ...]) -> tuple[str, ...]:
    return (translation,) if isinstance(translation, str) else tuple(translation)


def test_every_english_text_keeps_the_places_of_its_values(english):
    faults = [
        (message.id, [str(error) for error in message.check()])
        for message in english
        if message.id and list(message.check())
    ]

    assert faults == []
