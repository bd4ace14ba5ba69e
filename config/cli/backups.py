"""comptoir backup and restore: a copy taken while running, and the way back."""

import shutil
import subprocess
from pathlib import Path

import click
from sqlalchemy import Engine

from config import backups, folder
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
        size = dump(engine, file)
    click.echo(_("Sauvegardé et relu : %(file)s (%(size)d octets)") % {"file": file, "size": size})


def dump(engine: Engine, file: Path) -> int:
    """Copy a PostgreSQL database with its own tool, and read the copy's table of contents."""
    run_tool("pg_dump", "--format=custom", f"--file={file}", address(engine))
    run_tool("pg_restore", "--list", str(file))
    return file.stat().st_size


def run_tool(name: str, *arguments: str) -> None:
    program = shutil.which(name)
    if program is None:
        raise click.ClickException(
            _("Il faut l'outil %s de PostgreSQL pour sauvegarder ou restaurer cette base.") % name
        )
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    if done.returncode:
        raise click.ClickException(f"{name} : {done.stderr.strip()}")


def address(engine: Engine) -> str:
    plain = engine.url.set(drivername="postgresql")
    return plain.render_as_string(hide_password=False)


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
            run_tool(
                "pg_restore",
                "--clean",
                "--if-exists",
                "--single-transaction",
                f"--dbname={address(engine)}",
                str(file),
            )
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
