"""A CSV file into the database: what is good goes in, the rest goes to a file of refused lines."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from store import changes
from store.database import take_turn, writing
from store.errors import ComptoirError
from store.imports.batches import batches
from store.imports.kinds import Kind, Reading
from store.imports.progress import Advance, counted
from store.imports.tables import OURS, FileRefused, LineRefused, Row, Table, read_rows

BATCH = 500  # records; a transaction each
Describe = Callable[[ComptoirError], str]


@dataclass(frozen=True, kw_only=True)
class Group:
    """The lines of one record, or of what could not become one."""

    rows: tuple[Row, ...]
    record: Any = None
    fault: ComptoirError | None = None


@dataclass
class Outcome:
    """What became of a file; `changed` counts records that were new or said something new."""

    lines: int = 0
    records: int = 0
    changed: int = 0
    refused: int = 0  # lines
    is_cut: bool = False

    @property
    def unchanged(self) -> int:
        """How many records said nothing new."""
        return self.records - self.changed


@dataclass
class Rejects:
    """The refused lines, in a CSV beside the file, written from the first one on."""

    path: Path
    columns: Sequence[str]
    describe: Describe
    _stack: ExitStack = field(default_factory=ExitStack)
    _writer: Any = None

    def __enter__(self) -> "Rejects":
        self.path.unlink(missing_ok=True)  # of an earlier run
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def add(self, row: Row, fault: ComptoirError) -> None:
        """Write one refused line with its number and the reason in words."""
        if self._writer is None:
            stream = self.path.open("w", encoding="utf-8", newline="")
            self._writer = csv.writer(self._stack.enter_context(stream))
            self._writer.writerow([*OURS, *self.columns])
        cells = [row.values.get(name, "") for name in self.columns]
        self._writer.writerow([row.number, self.describe(fault), *cells])


def rejects_path(path: Path) -> Path:
    """Return where the refused lines of a file go."""
    return path.with_name(path.name + ".rejects.csv")


def take_in(
    engine: Engine,
    table: Table,
    kind: Kind,
    *,
    outcome: Outcome,
    reading: Reading,
    describe: Describe,
    advance: Advance,
) -> None:
    """Take in every line that can be, by batches, each a transaction of its own.

    The same file twice changes nothing. After a full disk or a power cut, whole batches are in
    and the same command goes on. `outcome` counts as it goes, so that it is right whatever
    happens; `describe` gives the words for a refused line.
    """
    columns = [name for name in table.columns if name not in OURS]
    with Rejects(rejects_path(table.path), columns, describe) as rejects:
        rows = _counting(counted(read_rows(table), advance), outcome)
        for batch in batches(_groups(rows, kind, reading), BATCH):
            _write(engine, batch, kind, reading, outcome, rejects)


def _counting(rows: Iterable[Row], outcome: Outcome) -> Iterator[Row]:
    for row in rows:
        outcome.lines += 1
        outcome.is_cut |= row.fault is not None and row.fault.problem in ("cut", "open_quote")
        yield row


def _groups(rows: Iterable[Row], kind: Kind, reading: Reading) -> Iterator[Group]:
    """Put together neighbours of one key; a key that comes back later is refused."""
    current, done = "", set[str]()
    for key, held in _neighbours(rows, kind, reading):
        if key != current:
            done.add(current)
        yield _group(held, kind, reading, is_repeated=bool(key) and key in done)
        current = key


def _neighbours(
    rows: Iterable[Row], kind: Kind, reading: Reading
) -> Iterator[tuple[str, list[Row]]]:
    """Yield the lines of each key; one that cannot be read belongs to those on both sides of it."""
    held: list[Row] = []
    unread: list[Row] = []
    current = ""
    for row in rows:
        if not row.values:
            unread.append(row)
            continue
        key = kind.key(row.values, reading)
        if key and key == current:
            held += [*unread, row]
        else:
            yield from _apart(current, held, unread)
            held, current = [row], key
        unread = []
    yield from _apart(current, held, unread)


def _apart(key: str, held: list[Row], unread: list[Row]) -> Iterator[tuple[str, list[Row]]]:
    if held:
        yield key, held
    for row in unread:
        yield "", [row]


def _group(rows: list[Row], kind: Kind, reading: Reading, *, is_repeated: bool) -> Group:
    """Make one record of its lines, or none: with a line missing it would be another record."""
    fault: ComptoirError | None = next((row.fault for row in rows if row.fault), None)
    if is_repeated and fault is None:
        fault = LineRefused(problem="scattered")
    if fault is None:
        try:
            record = kind.build([row.values for row in rows], reading)
            return Group(rows=tuple(rows), record=record)
        except ComptoirError as error:
            fault = error
    return Group(rows=tuple(rows), fault=fault)


def _write(
    engine: Engine,
    batch: Sequence[Group],
    kind: Kind,
    reading: Reading,
    outcome: Outcome,
    rejects: Rejects,
) -> None:
    good = [group for group in batch if group.fault is None]
    faults = {id(group): group.fault for group in batch if group.fault}
    if good:
        with writing(engine) as session:
            take_turn(session, changes.TURN)  # before any row: every other writer does so
            written = kind.write(session, [group.record for group in good], reading)
        faults |= {id(good[place]): error for place, error in written.refused}
        outcome.records += len(good) - len(written.refused)
        outcome.changed += written.changed
    for group in batch:
        fault = faults.get(id(group))
        for row in group.rows if fault else ():
            outcome.refused += 1
            _reject(rejects, row, fault)


def _reject(rejects: Rejects, row: Row, fault: ComptoirError | None) -> None:
    if fault is None:
        return
    try:
        rejects.add(row, fault)
    except OSError as error:
        raise FileRefused(path=rejects.path, problem="unwritable", why=error.strerror) from error
