"""What most commands start from: the settings, the database, the shop."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from config.database import open_engine
from config.settings import Settings
from config.words import _
from store import database, yes_or_no
from store.errors import Invalid, NotFound
from store.models import Store

json_option = click.option("--json", "as_json", is_flag=True, help="JSON.")
strict_option = click.option(
    "--strict",
    is_flag=True,
    help=_("Finir par le code 1 au moindre refus ; le reste entre quand même."),
)


@contextmanager
def opened(settings: Settings) -> Iterator[Engine]:
    """Give the engine of an initialised server, closed at the end."""
    engine = open_engine(settings)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def writing(settings: Settings) -> Iterator[Session]:
    """Give a session that is committed, once, when the command succeeds."""
    with opened(settings) as engine, database.writing(engine) as session:
        yield session


@contextmanager
def reading(settings: Settings) -> Iterator[Session]:
    """Give a session that takes no write lock."""
    with opened(settings) as engine, database.reading(engine) as session:
        yield session


def find_store(session: Session, code: str) -> Store | None:
    """Return the shop called `code`; without a code, the only one there is.

    Raises NotFound when no shop has the code.
    """
    if code:
        store = session.scalar(select(Store).where(Store.code == code))
        if store is None:
            raise NotFound(kind="store", key=code)
        return store
    stores = session.scalars(select(Store).limit(2)).all()
    return stores[0] if len(stores) == 1 else None


def ask_pin() -> str:
    """Let somebody type a PIN twice, unseen."""
    again = _("Le même PIN, encore une fois")
    return str(click.prompt(_("PIN (4 à 8 chiffres)"), hide_input=True, confirmation_prompt=again))


def is_yes(name: str, answer: str) -> bool:
    """Return what "oui", "no" and the like mean, in either language. Raises Invalid."""
    meant = yes_or_no.read(answer)
    if meant is None:
        problem = "not_yes_or_no" if answer.strip() else "empty"
        raise Invalid(field=name, problem=problem, value=answer.strip())
    return meant


def agree(question: str) -> None:
    """Go on only when somebody says yes; no answer is a no. Raises Abort."""
    asked = f"{question} [{_('o/N')}]"
    if not click.prompt(asked, default="n", show_default=False, value_proc=_answer):
        raise click.Abort


def _answer(typed: str) -> bool:
    meant = yes_or_no.read(typed)
    if meant is None:
        raise click.UsageError(_("Répondez par oui ou par non."))
    return meant


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def print_list(lines: Sequence[str], *, none: str) -> None:
    """Print a list; where it is empty say so, beside the answer that another program reads."""
    for line in lines:
        click.echo(line)
    if not lines:
        click.echo(none, err=True)


def print_json(value: Any) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str))
