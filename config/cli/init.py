"""comptoir init: the data folder, the database, the shop and its first manager."""

import click
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from config import folder
from config.cli.context import ask_pin, find_store
from config.database import is_missing, made
from config.settings import Settings
from config.words import _
from store import database, migrations, staff
from store.models import Staff, Store


@click.command(help=_("Préparer le dossier, la base de données et la première personne."))
@click.option("--store", "code", help=_("Code du magasin."))
@click.option("--store-name", default="", help=_("Nom du magasin."))
@click.option("--manager", default="responsable", help=_("Code de la première personne."))
@click.option("--name", default="", help=_("Son nom."))
@click.option("--pin", help=_("Son PIN, de 4 à 8 chiffres ; demandé s'il manque."))
@click.pass_obj
def init(
    settings: Settings, code: str | None, store_name: str, manager: str, name: str, pin: str | None
) -> None:
    folder.secret_key(settings.data_dir)
    with made(settings.database_url) as engine:
        prepare(engine)
        with database.writing(engine) as session:
            shop = open_store(session, code or settings.store.code, store_name, settings)
            if session.scalar(select(Staff.id).limit(1)):
                click.echo(_("Le personnel existe déjà : rien n'est changé."))
                return
            secret = pin or ask_pin()
            person = staff.add(
                session, code=manager, name=name or manager, pin=secret, role="manager", store=shop
            )
            click.echo(_("Première personne : %s") % person.code)


def prepare(engine: Engine) -> None:
    """Make or bring up to date the tables."""
    fresh = is_missing(engine) or migrations.current_revision(engine) is None
    migrations.upgrade(engine)
    sentence = _("Base de données créée : %s") if fresh else _("Base de données à jour : %s")
    click.echo(sentence % engine.url.render_as_string(hide_password=True))


def open_store(session: Session, code: str, name: str, settings: Settings) -> Store | None:
    """Return the shop of this server, made when it is not there; a hub has none."""
    if settings.server.role == "hub" or not code:
        return find_store(session, "")
    shop = session.scalar(select(Store).where(Store.code == code))
    if shop is None:
        shop = Store(code=code, name=name or code, time_zone=settings.store.time_zone)
        session.add(shop)
        session.flush()
        click.echo(_("Magasin créé : %s") % code)
    return shop
