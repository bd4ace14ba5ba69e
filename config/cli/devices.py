"""comptoir device: the kiosks and tablets of the shop."""

import click
from sqlalchemy.orm import Session

from config.cli.context import (
    find_store,
    is_yes,
    json_option,
    now,
    print_json,
    print_list,
    reading,
    writing,
)
from config.settings import Settings
from config.words import _
from store import codes, devices, screens
from store.errors import Invalid, NotFound
from store.models import Device

KINDS = {"kiosk": _("borne"), "tablet": _("tablette"), "printer": _("imprimante")}
STATES = {"revoked": _("révoqué"), "enrolled": _("inscrit"), "waiting": _("attend son code")}


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
    shown = answer | {"code": codes.grouped(code)}
    click.echo(_("Sur l'appareil, ouvrez %(url)s et tapez %(code)s") % shown)


@device.command("list", help=_("Lister les appareils."))
@json_option
@click.pass_obj
def list_all(settings: Settings, as_json: bool) -> None:
    with reading(settings) as session:
        rows = [describe(each) for each in devices.list_all(session)]
    if as_json:
        print_json(rows)
        return
    print_list([_line(row) for row in rows], none=_("Aucun appareil : comptoir device enrol."))


def _line(row: dict[str, str]) -> str:
    shown = {**row, "kind": KINDS.get(row["kind"], row["kind"]), "state": STATES[row["state"]]}
    return "\t".join(shown.values())


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


SETTABLE = _(
    "Régler une borne : browse_idle_seconds, personal_idle_seconds, countdown_seconds, "
    "confirmation_seconds, more_time_factor (un nombre), closed et follows_hours (oui ou non)."
)


@device.command("set", help=SETTABLE)
@click.argument("uid", metavar="ID")
@click.argument("pairs", metavar=_("NOM=VALEUR…"), nargs=-1, required=True)
@click.pass_obj
def set_kiosk(settings: Settings, uid: str, pairs: tuple[str, ...]) -> None:
    with writing(settings) as session:
        found = screens.get_kiosk(session, uid)
        for pair in pairs:
            name, _equals, value = pair.partition("=")
            SWITCHES.get(name, _set_seconds)(session, found, name, value)
            click.echo(f"{found.name}\t{name}\t{value}")


def _set_seconds(session: Session, found: Device, name: str, value: str) -> None:
    if not (value.isascii() and value.isdigit()):
        raise Invalid(field=name, problem="not_a_number", value=value)
    screens.set_times(session, found, {name: int(value)}, now=now())


def _set_closed(session: Session, found: Device, name: str, value: str) -> None:
    screens.close(session, found, closed=is_yes(name, value), now=now())


def _set_hours(session: Session, found: Device, name: str, value: str) -> None:
    screens.follow_hours(session, found, follows=is_yes(name, value), now=now())


SWITCHES = {"closed": _set_closed, "follows_hours": _set_hours}


@device.command(help=_("Retirer tout de suite son accès à un appareil."))
@click.argument("uid", metavar="ID")
@click.pass_obj
def revoke(settings: Settings, uid: str) -> None:
    with writing(settings) as session:
        devices.revoke(session, uid, now=now())
    click.echo(_("Révoqué : %s") % uid)
