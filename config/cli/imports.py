"""comptoir import: what a shop already has, from CSV files."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from config.cli.context import json_option, now, print_json, strict_option
from config.cli.import_words import describe, notices
from config.cli.pictures import take_in_pictures
from config.database import open_engine
from config.settings import Settings
from config.words import _, ngettext
from store import also_bought
from store.errors import DiskFull
from store.imports import customers, orders, products, purchases, stock, stores, taking_in
from store.imports.kinds import Kind, Reading
from store.imports.online_retail import lines as online_retail_lines
from store.imports.online_retail import taking_in as online_retail
from store.imports.progress import Advance
from store.imports.tables import Table, open_table

KINDS = {
    "products": (products.KIND, _("Des produits, une ligne par déclinaison.")),
    "stores": (stores.KIND, _("Des magasins.")),
    "stock": (stock.KIND, _("Du stock : des comptages, ou des entrées et sorties.")),
    "customers": (customers.KIND, _("Des clients.")),
    "purchases": (purchases.KIND, _("Des achats, une ligne par article.")),
    "orders": (orders.KIND, _("Des commandes à retirer, une ligne par article.")),
}
SOURCE = "csv"

file_argument = click.argument("file", type=click.Path(path_type=Path))


@click.group(help=_("Faire entrer des fichiers CSV ou CSV.gz."))
def imports() -> None:
    """The group of all imports."""


def add_command(name: str, kind: Kind, help_text: str) -> None:
    """Give one kind of file its command."""

    @imports.command(name, help=f"{help_text}\n\n{columns_help(kind)}")
    @click.option("--source", default=SOURCE, show_default=True, help=_("D'où vient le fichier."))
    @strict_option
    @json_option
    @file_argument
    @click.pass_obj
    def command(settings: Settings, file: Path, source: str, strict: bool, as_json: bool) -> None:
        outcome = take_in_file(settings, kind, file, source=source, as_json=as_json)
        if outcome.is_cut or (outcome.refused and (strict or not outcome.records)):
            raise SystemExit(1)


def columns_help(kind: Kind) -> str:
    """Say which columns a file has; those that it must have carry a star."""
    names = ", ".join(column.name + "*" * column.is_required for column in kind.columns)
    return _("Colonnes (* obligatoire) : %s") % names


for name, (kind, help_text) in KINDS.items():
    add_command(name, kind, help_text)
imports.add_command(take_in_pictures)


def take_in_file(
    settings: Settings, kind: Kind, file: Path, *, source: str, as_json: bool
) -> taking_in.Outcome:
    """Take one CSV file in and say what became of it."""
    engine = open_engine(settings)
    table = open_table(file, kind.columns)
    tell_notices(table)
    outcome = taking_in.Outcome()
    with progress(table.lines, file) as advance, counting_on_full_disk(outcome):
        taking_in.take_in(
            engine, table, kind, outcome=outcome, reading=reading_of(settings, file, source),
            describe=describe, advance=advance,
        )  # fmt: skip
    if kind is purchases.KIND and outcome.changed:
        also_bought.count(engine)
    if as_json:
        print_json({**asdict(outcome), "rejects": str(rejects_of(file, outcome) or "")})
    else:
        tell(file, outcome)
    return outcome


def reading_of(settings: Settings, file: Path, source: str) -> Reading:
    """Return what the file does not say: its zone, its date, where it comes from."""
    written_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    zone = ZoneInfo(settings.store.time_zone)
    return Reading(source=source, zone=zone, as_of=written_at, now=now())


@contextmanager
def progress(lines: int, file: Path) -> Iterator[Advance]:
    """Draw a bar on the error stream, so that answers can be piped."""
    with click.progressbar(length=lines, label=file.name, file=sys.stderr) as bar:
        yield bar.update


@contextmanager
def counting_on_full_disk(outcome: taking_in.Outcome) -> Iterator[None]:
    try:
        yield
    except DiskFull:
        sentence = _("%s enregistrements sont entrés et le restent ; relancez la même commande.")
        click.echo(sentence % outcome.records, err=True)
        raise


def tell_notices(table: Table) -> None:
    for sentence in notices(table):
        click.echo(sentence, err=True)


def rejects_of(file: Path, outcome: taking_in.Outcome) -> Path | None:
    return taking_in.rejects_path(file) if outcome.refused else None


def tell(file: Path, outcome: taking_in.Outcome) -> None:
    """Say in a few lines what was read, what changed, what was refused and where it is."""
    numbers = asdict(outcome) | {"unchanged": outcome.unchanged}
    click.echo(
        _("Lignes lues : %(lines)s. Enregistrements écrits : %(changed)s, connus : %(unchanged)s.")
        % numbers
    )
    if not outcome.changed:
        click.echo(_("Rien n'a changé."))
    if outcome.refused:
        sentence = ngettext(
            "%(num)s ligne refusée, avec sa raison, dans %(file)s",
            "%(num)s lignes refusées, avec leur raison, dans %(file)s",
            outcome.refused,
        )
        click.echo(sentence % {"num": outcome.refused, "file": taking_in.rejects_path(file)})
    if outcome.is_cut:
        sentence = _(
            "Le fichier n'a pas été lu jusqu'au bout : redemandez-le, puis relancez la commande."
        )
        click.echo(sentence, err=True)


@imports.command("online-retail", help=_("Le fichier UCI Online Retail, comme il est publié."))
@json_option
@file_argument
@click.pass_obj
def take_in_online_retail(settings: Settings, file: Path, as_json: bool) -> None:
    started = time.monotonic()
    engine = open_engine(settings)
    table = online_retail_lines.find(file)
    tell_notices(table)
    with progress(online_retail.PASSES * (table.lines - 1), file) as advance:
        outcome = online_retail.take_in(engine, table, now=now(), advance=advance)
    if outcome.added:
        also_bought.count(engine)
    figures = asdict(outcome) | {"seconds": round(time.monotonic() - started, 2)}
    if as_json:
        print_json(figures)
    else:
        tell_online_retail(figures)


def tell_online_retail(figures: dict[str, float]) -> None:
    """Say what the file holds and what of it was new."""
    click.echo(
        _(
            "%(lines)s lignes : %(invoices)s factures dont %(returns)s retours, %(customers)s "
            "clients, %(products)s produits, %(anonymous_lines)s lignes sans client."
        )
        % figures
    )
    click.echo(_("Total : %s GBP") % f"{figures['total_minor'] / 100:.2f}")
    if figures["added"]:
        click.echo(_("%(added)s factures écrites en %(seconds)s s.") % figures)
    else:
        click.echo(_("Rien n'a changé : tout était déjà là."))
