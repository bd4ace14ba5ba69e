"""CSV files as people send them."""

import gzip
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from store.errors import ComptoirError
from store.imports import taking_in
from store.imports.kinds import Kind, Reading
from store.imports.tables import open_table

NOW = datetime(2026, 11, 21, 13, 32, tzinfo=UTC)
READING = Reading(source="csv", zone=ZoneInfo("Europe/Paris"), as_of=NOW, now=NOW)


def write(folder: Path, text: str, *, name: str = "file.csv", encoding: str = "utf-8") -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def pack(folder: Path, text: str, *, name: str = "file.csv.gz") -> Path:
    """Write a packed file and return its path."""
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()))
    return path


def take_in(engine: Engine, kind: Kind, path: Path) -> taking_in.Outcome:
    """Import a file; a refused line is described by its problem."""
    outcome = taking_in.Outcome()
    taking_in.take_in(
        engine,
        open_table(path, kind.columns),
        kind,
        outcome=outcome,
        reading=READING,
        describe=problem,
        advance=lambda _lines: None,
    )
    return outcome


def problem(error: ComptoirError) -> str:
    return f"{error.data.get('field', '')}:{error.data.get('problem', type(error).__name__)}"


def rejects(path: Path) -> list[str]:
    """Return the lines of the file of refused lines, without its header; none without it."""
    beside = taking_in.rejects_path(path)
    return beside.read_text(encoding="utf-8").splitlines()[1:] if beside.exists() else []
