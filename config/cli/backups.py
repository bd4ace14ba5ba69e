"""comptoir backup and restore: a copy taken while running, and the way back."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Engine, inspect

from config import attachments, backups, dumps, folder
from config.database import file_of, open_engine
from config.settings import Settings
from config.words import _
from store import restorations
from store.database import make_engine, writing
from store.models import Restoration
from store.web import picture_folder

FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.command(help=_("Sauvegarder la base et les photos dans FILE ; le serveur peut tourner."))
@FILE
@click.pass_obj
def backup(settings: Settings, file: Path) -> None:
    engine = open_engine(settings)
    if engine.dialect.name == "sqlite":
        size = backups.copy(file_of(engine), file, pictures=pictures_of(settings))
    else:
        size = dumps.copy(engine.url, file) + dump_pictures(settings, file)
    click.echo(_("Sauvegardé et relu : %(file)s (%(size)d octets)") % {"file": file, "size": size})


def pictures_of(settings: Settings) -> Path:
    return settings.data_dir / picture_folder.FOLDER


def dump_pictures(settings: Settings, file: Path) -> int:
    """Write the pictures beside a dump of PostgreSQL, which cannot hold them."""
    beside = pictures_beside(file)
    half = beside.with_name(beside.name + ".part")
    half.unlink(missing_ok=True)
    attachments.attach(half, pictures_of(settings))
    half.replace(beside)
    return beside.stat().st_size


def pictures_beside(file: Path) -> Path:
    return file.with_name(file.name + ".pictures")


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
            put_back(file, file_of(engine), pictures_of(settings))
        else:
            dumps.put_back(file, engine.url)
            put_back_pictures(settings, file)
        remember(engine)
    click.echo(_("Restauré depuis %s. Lancez comptoir doctor, puis comptoir serve.") % file)


def remember(engine: Engine) -> None:
    """Let the screens know that what is younger than the copy may be missing."""
    if inspect(engine).has_table(Restoration.__tablename__):  # not in a copy of an older version
        with writing(engine) as session:
            restorations.note(session, now=datetime.now(UTC))


def put_back_pictures(settings: Settings, file: Path) -> None:
    beside = pictures_beside(file)
    if beside.exists():
        copy = settings.data_dir / "pictures.restored"
        shutil.copyfile(beside, copy)
        attachments.take_out(copy, pictures_of(settings))
        copy.unlink()


def put_back(file: Path, database: Path, pictures: Path) -> None:
    """Replace the database by a checked copy, once its pictures lie in their folder.

    The database before stays beside it.
    """
    backups.check(file)
    if database.exists():
        before = database.with_name(database.name + ".before-restore")
        backups.copy(database, before)
        click.echo(_("L'ancienne base est gardée : %s") % before)
    fresh = database.with_name(database.name + ".restored")
    backups.copy(file, fresh)
    attachments.take_out(fresh, pictures)
    for leftover in ("-wal", "-shm"):
        database.with_name(database.name + leftover).unlink(missing_ok=True)
    fresh.replace(database)
