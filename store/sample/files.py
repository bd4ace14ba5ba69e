"""The files of the sample, as they lie beside this module."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from store.imports.online_retail import lines

HERE = Path(__file__).resolve().parent
SALES = HERE / "sales.csv.gz"


class Name(NamedTuple):
    """What a code is called in French; codes of one reference are colours of one product."""

    sku: str
    reference: str
    name: str
    colour: str


def names() -> dict[str, Name]:
    """Return the French names by code."""
    return {row["sku"]: Name(**row) for row in _rows("names_fr.csv")}


def stores() -> list[dict[str, str]]:
    """Return the shops, the one of the demo first."""
    return list(_rows("stores.csv"))


def people() -> list[dict[str, str]]:
    """Return invented first and last names, the customer of the demo first."""
    return list(_rows("people.csv"))


def notes() -> list[str]:
    """Return invented notes of assistants about customers."""
    return [row["note"] for row in _rows("notes.csv")]


def looks() -> list[dict[str, str]]:
    """Return which words of a name mean which object, department and tone."""
    return list(_rows("looks.csv"))


def invented() -> list[dict[str, str]]:
    """Return goods that the seller never had, in sizes and colours, one row per variant."""
    return list(_rows("invented.csv"))


def home_store() -> str:
    """Return the code of the shop in which the demo plays."""
    return stores()[0]["code"]


def sales() -> list[lines.Line]:
    """Return the sold, returned and corrected lines."""
    return list(lines.read(lines.find(SALES)))


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)
