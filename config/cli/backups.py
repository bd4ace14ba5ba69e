"""comptoir backup and restore: a copy taken while running, and the way back."""

from pathlib import Path

import click

from config import backups, dumps, folder
from config.database import file_of, open_engine
from config.settings import Settings
from config.words import _
from store.database import make_engine

FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.command(help=_("Sauvegarder la base de données dans FILE ; le serveur peut tourner."))
@FILE
@click.pass_obj
def backup(settings: Settings, file: Path) -> None:
    engine = open_engine(settings)
    if engine.dialect.name == "sqlite":
        size = backups.copy(file_of(engine), file)
    else:
        size = dumps.copy(engine.url, file)
    click.echo(_("Sauvegardé et relu : %(file)s (%(size)d octets)") % {"file": file, "size": size})


@click.command(help=_("Remettre la base de données de FILE ; le serveur doit être arrêté."))
@FILE
@click.option("--yes", is_flag=True, help=_("Remplacer sans demander."))
@click.pass_obj
def restore(settings: Settings, file: Path, yes: bool) -> None:
    file.stat()
    engine = make_engine(settings.database_url)
    with folder.hold(settings.data_dir):
        click.confirm(_("Remplacer la base de données actuelle ?"), abort=True) if not yes else None
        if engine.dialect.name == "sqlite":
            put_back(file, file_of(engine))
        else:
            dumps.put_back(file, engine.url)
    click.echo(_("Restauré depuis %s. Lancez comptoir doctor, puis comptoir serve.") % file)


def put_back(file: Path, database: Path) -> None:
    """Replace the database by a checked copy; the one before stays beside it."""
    backups.check(file)
    if database.exists():
        before = database.with_name(database.name + ".before-restore")
        backups.copy(database, before)
        click.echo(_("L'ancienne base est gardée : %s") % before)
    fresh = database.with_name(database.name + ".restored")
    backups.copy(file, fresh)
    for leftover in ("-wal", "-shm"):
        database.with_name(database.name + leftover).unlink(missing_ok=True)
    fresh.replace(database)
