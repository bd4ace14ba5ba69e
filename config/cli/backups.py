"""comptoir backup and restore: a copy taken while running, and the way back."""

from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Engine

from config import attachments, backups, dumps, folder
from config.cli.context import agree, opened
from config.database import file_of, made
from config.settings import Settings
from config.words import _
from store import migrations, restorations
from store.database import writing
from store.errors import SchemaTooNew
from store.models import Base

FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.command(
    help=_("Sauvegarder la base, les photos et la clé des QR dans FILE ; le serveur peut tourner.")
)
@FILE
@click.pass_obj
def backup(settings: Settings, file: Path) -> None:
    with opened(settings) as engine:
        if engine.dialect.name == "sqlite":
            size = backups.copy(file_of(engine), file, data=settings.data_dir)
        else:
            size = dumps.copy(engine.url, file) + dump_attachments(settings, file)
    click.echo(_("Sauvegardé et relu : %(file)s (%(size)d octets)") % {"file": file, "size": size})


def dump_attachments(settings: Settings, file: Path) -> int:
    """Write pictures and key beside a dump of PostgreSQL, which cannot hold them."""
    beside = attachments_beside(file)
    half = beside.with_name(beside.name + ".part")
    half.unlink(missing_ok=True)
    attachments.attach(half, settings.data_dir)
    half.replace(beside)
    return beside.stat().st_size


def attachments_beside(file: Path) -> Path:
    return file.with_name(file.name + ".pictures")


@click.command(help=_("Remettre la base de données de FILE ; le serveur doit être arrêté."))
@FILE
@click.option("--yes", is_flag=True, help=_("Remplacer sans demander."))
@click.pass_obj
def restore(settings: Settings, file: Path, yes: bool) -> None:
    file.stat()
    with folder.hold(settings.data_dir), made(settings.database_url) as engine:
        if not yes:
            agree(_("Remplacer la base de données actuelle ?"))
        if engine.dialect.name == "sqlite":
            put_back(file, file_of(engine), settings.data_dir)
        else:
            put_back_dump(settings, file, engine)
            put_back_attachments(settings, file)
        remember(engine)
    click.echo(_("Restauré depuis %s. Lancez comptoir doctor, puis comptoir serve.") % file)


def put_back_dump(settings: Settings, file: Path, engine: Engine) -> None:
    """Replace a PostgreSQL database by a dump; one of the database before stays in the folder."""
    tables = [*Base.metadata.tables, "alembic_version"]
    with dumps.unpacked(file, settings.data_dir) as script:
        if migrations.current_revision(engine) is not None:
            before = settings.data_dir / "before-restore.dump"  # may be what is put back
            dumps.copy(engine.url, before)
            tell_kept(before)
        dumps.put_back(script, engine.url, tables=tables, revisions=migrations.REVISIONS)


def tell_kept(before: Path) -> None:
    click.echo(_("L'ancienne base est gardée : %s") % before)


def remember(engine: Engine) -> None:
    """Bring a copy of an older version forward, and let the screens know what may be missing."""
    migrations.upgrade(engine)
    with writing(engine) as session:
        restorations.note(session, now=datetime.now(UTC))


def put_back_attachments(settings: Settings, file: Path) -> None:
    beside = attachments_beside(file)
    if beside.exists():
        copy = settings.data_dir / "attachments.restored"
        copy.unlink(missing_ok=True)
        folder.write_private(copy, beside.read_bytes())
        attachments.take_out(copy, settings.data_dir)
        copy.unlink()


def put_back(file: Path, database: Path, data: Path) -> None:
    """Replace the database by a checked copy, once its pictures and its key lie in the folder.

    The database before stays beside it. Raises BackupUnusable, or SchemaTooNew for a copy that a
    newer version has made.
    """
    revision = backups.check(file)
    if revision not in migrations.REVISIONS:
        raise SchemaTooNew(found=revision, known=migrations.REVISIONS[-1])
    fresh = database.with_name(database.name + ".restored")
    backups.copy(file, fresh)
    if database.exists():
        before = database.with_name(database.name + ".before-restore")  # may be what is put back
        backups.copy(database, before)
        tell_kept(before)
    attachments.take_out(fresh, data)
    for leftover in ("-wal", "-shm"):
        database.with_name(database.name + leftover).unlink(missing_ok=True)
    fresh.replace(database)
