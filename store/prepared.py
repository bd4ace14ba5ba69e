"""Statements that every page of a screen asks, sent to SQLite without SQLAlchemy's price.

Finding the compiled form of a statement, filling it and wrapping its rows costs 50 to 100 µs a
query, several times what the query takes. Here that is done once. Other databases go the usual
way: there the network costs more.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.orm import Session

Process = Callable[[Any], Any]
_make_row: Any = namedtuple
_KEPT = "connection of prepared statements"


@dataclass(frozen=True, kw_only=True)
class _Form:
    """What SQLite is sent, and how values go in and come out."""

    text: str
    values: Sequence[tuple[str, Any, Process | None]]
    row: Callable[[Sequence[Any]], Any]
    out: Sequence[tuple[int, Process]]


class Prepared:
    """A SELECT whose form is made at its first use; without IN lists, whose form changes."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self.statement = statement
        self._form: _Form | None = None

    def all(self, session: Session, values: Mapping[str, Any]) -> Sequence[Any]:
        """Return the rows as named tuples; what is pending in the session is written before."""
        session.flush()
        connection = _connection_of(session)
        if connection.dialect.name != "sqlite":
            return connection.execute(self.statement, dict(values)).all()
        if self._form is None:
            self._form = _form_of(self.statement, connection.dialect)
        try:
            return _rows(connection, self._form, values)
        except sqlite3.Error:  # again the usual way, which says it in SQLAlchemy's errors
            return connection.execute(self.statement, dict(values)).all()


def _connection_of(session: Session) -> Connection:
    """Return the connection of the transaction in progress, which is asked for ten times a page."""
    transaction = session.get_transaction()
    kept: tuple[Any, Connection] | None = session.info.get(_KEPT)
    if transaction is not None and kept is not None and kept[0] is transaction:
        return kept[1]
    connection = session.connection()
    session.info[_KEPT] = (session.get_transaction(), connection)
    return connection


def _rows(connection: Connection, form: _Form, values: Mapping[str, Any]) -> list[Any]:
    given = [
        process(values.get(name, default)) if process else values.get(name, default)
        for name, default, process in form.values
    ]
    cursor = connection.connection.cursor()
    # who counts or records statements is told of these as well
    for note in connection.dispatch.before_cursor_execute:
        note(connection, cursor, form.text, tuple(given), None, False)
    cursor.execute(form.text, given)
    found = cursor.fetchall()
    cursor.close()
    return [form.row(_read(row, form.out)) for row in found]


def _read(row: Sequence[Any], out: Sequence[tuple[int, Process]]) -> Sequence[Any]:
    if not out:
        return row
    read = list(row)
    for at, process in out:
        read[at] = process(read[at])
    return read


def _form_of(statement: Select[*tuple[Any, ...]], dialect: Dialect) -> _Form:
    compiled: Any = statement.compile(dialect=dialect)
    if "POSTCOMPILE" in compiled.string:
        raise ValueError("an IN list is compiled anew at each execution")
    columns = list(statement.selected_columns)
    processes = [
        column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns
    ]
    row = _make_row("Row", [column.key for column in columns])
    return _Form(
        text=compiled.string,
        values=tuple(
            (
                name,
                compiled.params[name],
                compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect),
            )
            for name in compiled.positiontup
        ),
        row=row._make,
        out=tuple((at, process) for at, process in enumerate(processes) if process),
    )
