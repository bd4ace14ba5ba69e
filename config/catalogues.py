"""Join translations/LANGUAGE/parts/*.po into the compiled catalogue of each language."""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from config import places

SOURCE = "fr"
"""The language that messages are written in; its catalogue says how it counts.

Its parts say in French what a library says in English."""


def compile_all(folder: Path = places.TRANSLATIONS) -> None:
    """Write LC_MESSAGES/messages.mo for every language under `folder`, and for French."""
    counted = join(folder / SOURCE, SOURCE)
    for language in sorted({path.parent.name for path in folder.glob("*/parts")} - {SOURCE}):
        catalogue = join(folder / language, language)
        write_catalogue(folder / language, catalogue)
        for message in catalogue:
            if message.pluralizable:
                counted.add(message.id, message.id)
    write_catalogue(folder / SOURCE, counted)


def join(folder: Path, language: str) -> Catalog:
    """Return one catalogue with the messages of every part; a later part never silently wins."""
    joined = Catalog(locale=language, domain="messages")
    for part in sorted((folder / "parts").glob("*.po")):
        with part.open("rb") as stream:
            for message in read_po(stream, locale=language):
                if message.id:
                    add(joined, message, part)
    return joined


def add(joined: Catalog, message, part: Path) -> None:
    known = joined.get(message.id, message.context)
    if known is not None and known.string != message.string:
        raise SystemExit(f"{part}: another translation exists for {message.id!r}: {known.string!r}")
    joined.add(message.id, message.string, context=message.context)


def write_catalogue(folder: Path, catalogue: Catalog) -> None:
    target = folder / "LC_MESSAGES" / "messages.mo"
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as stream:
        write_mo(stream, catalogue)


if __name__ == "__main__":
    compile_all()
