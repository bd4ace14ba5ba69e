"""comptoir staff: the people who may sign in."""

import click
from sqlalchemy import select

from config.cli.context import ask_pin, find_store, json_option, now, print_json, reading, writing
from config.settings import Settings
from config.words import _
from store import codes
from store import staff as people
from store.models import Staff

ROLES = {
    "assistant": _("conseiller"),
    "manager": _("responsable"),
    "administrator": _("administration"),
}


@click.group(help=_("Le personnel : ajouter, lister, désactiver."))
def staff() -> None: ...


@staff.command(help=_("Ajouter une personne. CODE : son nom court, unique."))
@click.argument("code")
@click.option("--name", help=_("Nom affiché."))
@click.option("--role", type=click.Choice(people.ROLES), default="assistant", help=_("Rôle."))
@click.option("--pin", help=_("Son PIN, de 4 à 8 chiffres ; demandé s'il manque."))
@click.option("--store", "store_code", help=_("Code du magasin ; sans lui, celui du serveur."))
@click.pass_obj
def add(
    settings: Settings, code: str, name: str | None, role: str, pin: str | None, store_code: str
) -> None:
    with reading(settings) as session:
        people.require_free(session, code)
    secret = pin or ask_pin()
    with writing(settings) as session:
        shop = find_store(session, store_code or settings.store.code)
        person = people.add(
            session, code=code, name=name or code, pin=secret, role=role, store=shop
        )
        added = {"code": person.code, "role": person.role}
    click.echo(_("Ajouté : %(code)s (%(role)s)") % added)


@staff.command("list", help=_("Lister le personnel."))
@json_option
@click.pass_obj
def list_all(settings: Settings, as_json: bool) -> None:
    with reading(settings) as session:
        rows = [describe(each) for each in session.scalars(select(Staff).order_by(Staff.code))]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        state = _("actif") if row["active"] else _("désactivé")
        role = ROLES.get(str(row["role"]), row["role"])
        click.echo(f"{row['code']}\t{role}\t{row['name']}\t{row['store'] or '*'}\t{state}")


def describe(person: Staff) -> dict[str, str | bool | None]:
    return {
        "code": person.code,
        "name": person.name,
        "role": person.role,
        "store": person.store.code if person.store else None,
        "active": person.disabled_at is None,
    }


@staff.command(help=_("Retirer tout de suite son accès à une personne."))
@click.argument("code")
@click.pass_obj
def disable(settings: Settings, code: str) -> None:
    with writing(settings) as session:
        people.disable(session, code, now=now())
    click.echo(_("Désactivé : %s") % code)


@staff.command(help=_("Faire un badge à une personne ; celui d'avant n'ouvre plus rien."))
@click.argument("code")
@json_option
@click.pass_obj
def badge(settings: Settings, code: str, as_json: bool) -> None:
    made = codes.generate(codes.Kind.BADGE)
    with writing(settings) as session:
        people.set_badge(people.get_by_code(session, code), made)
    if as_json:
        print_json({"code": code, "badge": made})
        return
    click.echo(codes.grouped(made))
    click.echo(_("Notez-le maintenant : il ne sera plus montré."), err=True)
