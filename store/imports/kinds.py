"""What an import of one kind of file is: its columns, how lines become records, how they go in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from store.imports.batches import Written
from store.imports.fields import Values
from store.imports.tables import Column


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a file does not say by itself."""

    source: str  # where lines without a source column come from
    zone: ZoneInfo  # of times without a zone
    as_of: datetime  # of facts without a time: when the file was written
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One import; lines that follow one another with the same `key` make one record."""

    columns: tuple[Column, ...]
    key: Callable[[Values, Reading], str]
    build: Callable[[Sequence[Values], Reading], Any]  # raises Invalid
    write: Callable[[Session, Sequence[Any], Reading], Written]


def alone(_values: Values, _reading: Reading) -> str:
    """Say that each line is a record of its own."""
    return ""
