"""CSV files as people send them: packed or not, with any usual separator and encoding.

A file is looked through once before anything is taken from it, so that one which is broken as a
whole is refused as a whole.
"""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO

from store.errors import ComptoirError

CHUNK_BYTES = 1 << 20
SEPARATORS = ",;\t|"
SPACE = 32  # signs below it are no writing
GZIP, ZIP = b"\x1f\x8b", b"PK"
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# columns of our own file of refused lines, so that a mended one can be sent back as it is
OURS = ("line", "reason")


class FileRefused(ComptoirError):
    """A file cannot be taken in as it is; nothing was (`path`, `problem` is a key, and details).

    missing, unreadable (`why`), empty, spreadsheet, not_text, truncated, damaged,
    columns (`missing`, `found`), line (`line`, `fault`).
    """

    path: Path
    problem: str


class LineRefused(ComptoirError):
    """A line has not the shape of the others.

    `problem` is fields, cut, quote, open_quote (to line `last`) or scattered.
    """

    problem: str


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column that an import understands, under its own name or another."""

    name: str
    is_required: bool = False
    others: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Table:
    """A readable file: how it is written, and which columns it has, by our names."""

    path: Path
    encoding: str
    separator: str
    columns: tuple[str, ...]
    unknown_columns: tuple[str, ...]
    lines: int
    ends_openly: bool  # the last line has no end


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a table; `number` counts from 1, the line of column names included."""

    number: int
    values: Mapping[str, str]
    fault: LineRefused | None = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class _Bytes:
    """What a look through the whole file tells."""

    lines: int
    is_utf_8: bool
    ends_openly: bool


def open_table(path: Path, columns: Sequence[Column]) -> Table:
    """Look through a file and return how to read it; raises FileRefused."""
    with _faults(path):
        head = _head(path)
        looked = _look_through(path)
    encoding = _encoding(head, looked)
    header = _header(path, encoding)
    if any(ord(sign) < SPACE and sign != "\t" for sign in header.rstrip("\r\n")):
        raise FileRefused(path=path, problem="not_text")
    separator = max(SEPARATORS, key=header.count)
    given = next(csv.reader([header], delimiter=separator), [])
    names = tuple(_our_name(name, columns) for name in given)
    wanted = [column.name for column in columns if column.is_required]
    missing = [name for name in wanted if name not in names]
    if missing:
        raise FileRefused(path=path, problem="columns", missing=missing, found=given)
    known = {column.name for column in columns} | set(OURS)
    return Table(
        path=path,
        encoding=encoding,
        separator=separator,
        columns=names,
        unknown_columns=tuple(name for name in names if name not in known),
        lines=looked.lines,
        ends_openly=looked.ends_openly,
    )


def read_rows(table: Table) -> Iterator[Row]:
    """Yield the lines below the column names; one with a fault carries it.

    A quotation mark that is never closed swallows the lines below it: its row says how many.
    """
    with _faults(table.path), open_text(table) as stream:
        reader = csv.reader(stream, delimiter=table.separator, strict=True)
        next(reader)
        while True:
            number = reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error:
                last = reader.line_num
                fault = LineRefused(problem="quote" if last <= number else "open_quote", last=last)
                yield Row(number=number, values={}, fault=fault)
                continue
            if cells is None:
                return
            if cells:
                is_last = reader.line_num >= table.lines
                yield _row(table, number, cells, is_last=is_last)


def read_values(table: Table) -> Iterator[tuple[int, list[str]]]:
    """Yield line numbers and bare cells, fast; raises FileRefused at the first bad line."""
    width = len(table.columns)
    with _faults(table.path), open_text(table) as stream:
        reader = csv.reader(stream, delimiter=table.separator, strict=True)
        next(reader)
        try:
            for cells in reader:
                if len(cells) != width:
                    fault = LineRefused(problem="fields", expected=width, found=len(cells))
                    raise _bad_line(table.path, reader.line_num, fault)
                yield reader.line_num, cells
        except csv.Error as error:
            fault = LineRefused(problem="quote")
            raise _bad_line(table.path, reader.line_num, fault) from error


def _bad_line(path: Path, line: int, fault: ComptoirError) -> FileRefused:
    return FileRefused(path=path, problem="line", line=line, fault=fault)


def _row(table: Table, number: int, cells: list[str], *, is_last: bool) -> Row:
    values = dict(zip(table.columns, (cell.strip() for cell in cells), strict=False))
    if len(cells) == len(table.columns):
        return Row(number=number, values=values)
    is_cut = is_last and table.ends_openly and len(cells) < len(table.columns)
    fault = LineRefused(
        problem="cut" if is_cut else "fields", expected=len(table.columns), found=len(cells)
    )
    return Row(number=number, values=values, fault=fault)


@contextmanager
def open_text(table: Table) -> Iterator[IO[str]]:
    """Give the file as text, unpacked; a character cut in two at its end is left out."""
    with _open_bytes(table.path) as stream, _as_text(stream, table.encoding, "") as text:
        yield text


@contextmanager
def _as_text(
    stream: BinaryIO | gzip.GzipFile, encoding: str, newline: str | None
) -> Iterator[IO[str]]:
    text = io.TextIOWrapper(stream, encoding, errors="ignore", newline=newline)
    try:
        yield text
    finally:
        text.detach()  # whoever opened the stream closes it


@contextmanager
def _open_bytes(path: Path) -> Iterator[BinaryIO | gzip.GzipFile]:
    with path.open("rb") as plain:
        is_packed = plain.read(2) == GZIP
        plain.seek(0)
        if not is_packed:
            yield plain
            return
        with gzip.open(plain) as unpacked:
            yield unpacked


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    """Say what is wrong with a file in the place of what the system says."""
    try:
        yield
    except (FileNotFoundError, IsADirectoryError) as error:
        raise FileRefused(path=path, problem="missing") from error
    except EOFError as error:
        raise FileRefused(path=path, problem="truncated") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise FileRefused(path=path, problem="damaged") from error
    except OSError as error:
        raise FileRefused(path=path, problem="unreadable", why=error.strerror) from error


def _head(path: Path) -> bytes:
    with _open_bytes(path) as stream:
        head = stream.read(CHUNK_BYTES)
    if not head.strip():
        raise FileRefused(path=path, problem="empty")
    if head.startswith(ZIP):
        raise FileRefused(path=path, problem="spreadsheet")
    if b"\0" in head and not head.startswith(UTF_16):
        raise FileRefused(path=path, problem="not_text")
    return head


def _look_through(path: Path) -> _Bytes:
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines, is_utf_8, last = 0, True, b""
    with _open_bytes(path) as stream:
        while chunk := stream.read(CHUNK_BYTES):
            lines += chunk.count(b"\n")
            last = chunk[-1:]
            is_utf_8 = is_utf_8 and _decodes(decoder, chunk)
    ends_openly = last not in (b"\n", b"\0")
    return _Bytes(lines=lines + ends_openly, is_utf_8=is_utf_8, ends_openly=ends_openly)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes) -> bool:
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    return True


def _encoding(head: bytes, looked: _Bytes) -> str:
    if head.startswith(UTF_16):
        return "utf-16"
    # what French spreadsheets write when they do not write UTF-8; a superset of Latin-1's letters
    return "utf-8-sig" if looked.is_utf_8 else "cp1252"


def _header(path: Path, encoding: str) -> str:
    with _open_bytes(path) as stream, _as_text(stream, encoding, None) as text:
        return text.readline().rstrip("\n")


def _our_name(name: str, columns: Sequence[Column]) -> str:
    plain = "_".join(name.strip().lower().split())
    for column in columns:
        if plain in (column.name, *column.others):
            return column.name
    return plain
