"""comptoir device: the kiosks and tablets of the shop."""

import click

from config.cli.context import find_store, json_option, now, print_json, reading, writing
from config.settings import Settings
from config.words import _
from store import devices
from store.errors import NotFound
from store.models import Device


@click.group(help=_("Les appareils : inscrire, lister, révoquer."))
def device() -> None: ...


@device.command(help=_("Préparer un appareil et montrer le code à y taper, valable 15 minutes."))
@click.argument("kind", type=click.Choice(devices.KINDS))
@click.argument("name")
@click.option("--store", "store_code", help=_("Code du magasin ; sans lui, celui du serveur."))
@json_option
@click.pass_obj
def enrol(settings: Settings, kind: str, name: str, store_code: str, as_json: bool) -> None:
    with writing(settings) as session:
        shop = find_store(session, store_code or settings.store.code)
        if shop is None:
            raise NotFound(kind="store", key=settings.store.code)
        made, code = devices.issue_code(session, kind=kind, name=name, store=shop, now=now())
        answer = {"id": made.uid, "code": code, "url": f"{settings.address}/enrol"}
    if as_json:
        print_json(answer)
        return
    click.echo(_("Sur l'appareil, ouvrez %(url)s et tapez %(code)s") % answer)


@device.command("list", help=_("Lister les appareils."))
@json_option
@click.pass_obj
def list_all(settings: Settings, as_json: bool) -> None:
    with reading(settings) as session:
        rows = [describe(each) for each in devices.list_all(session)]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo("\t".join(row.values()))


def describe(each: Device) -> dict[str, str]:
    return {
        "id": each.uid,
        "kind": each.kind,
        "name": each.name,
        "store": each.store.code,
        "state": state_of(each),
    }


def state_of(each: Device) -> str:
    if each.revoked_at:
        return "revoked"
    return "enrolled" if each.enrolled_at else "waiting"


@device.command(help=_("Retirer tout de suite son accès à un appareil."))
@click.argument("uid", metavar="ID")
@click.pass_obj
def revoke(settings: Settings, uid: str) -> None:
    with writing(settings) as session:
        devices.revoke(session, uid, now=now())
    click.echo(_("Révoqué : %s") % uid)
