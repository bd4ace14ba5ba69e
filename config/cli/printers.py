"""comptoir printer: the ticket printers of the shop."""

import click
from flask import Flask
from flask_babel import force_locale

from clienteling import printer_words
from config.app import create_app
from config.cli.context import json_option, now, print_json, print_list, reading, writing
from config.printing import open_door
from config.settings import Settings
from config.words import _, language
from store import printers, stores
from store.models import Printer
from store.web.tickets import trials
from store.web.tickets.spool import Told

PRINTED = {
    "yes": _("l'essai est sorti"),
    "no": _("rien n'est sorti"),
    "unsure": _("il n'est pas sûr que l'essai soit sorti"),
}


@click.group(help=_("Les imprimantes de bons : ajouter, lister, essayer."))
def printer() -> None: ...


@printer.command(help=_("Ajouter une imprimante à son adresse, 192.168.1.50 ou 192.168.1.50:9100."))
@click.argument("name", metavar=_("NOM"))
@click.argument("address", metavar=_("ADRESSE"))
@click.option("--dots", type=int, default=576, show_default=True, help=_("Largeur en points."))
@json_option
@click.pass_obj
def add(settings: Settings, name: str, address: str, dots: int, as_json: bool) -> None:
    with writing(settings) as session:
        shop = stores.get_own(session, settings.store.code)
        facts = {"name": name, "address": address, "dots": dots}
        made = describe(printers.pair(session, **facts, store=shop, now=now()))
    if as_json:
        print_json(made)
    else:
        click.echo(_("Ajoutée : %(name)s, %(address)s") % made)


@printer.command("list", help=_("Lister les imprimantes et leur état."))
@json_option
@click.pass_obj
def list_all(settings: Settings, as_json: bool) -> None:
    with reading(settings) as session:
        shop = stores.get_own(session, settings.store.code)
        rows = [describe(each) for each in printers.list_all(session, shop)]
    if as_json:
        print_json(rows)
        return
    lines = ["\t".join(str(value or "-") for value in row.values()) for row in rows]
    print_list(lines, none=_("Aucune imprimante : comptoir printer add."))


@printer.command(
    help=_("Imprimer un essai, et dire dans quel état est l'imprimante ; sans ID, la première.")
)
@click.argument("uid", metavar="[ID]", required=False)
@json_option
@click.pass_obj
def test(settings: Settings, uid: str | None, as_json: bool) -> None:
    app = create_app(settings)
    with reading(settings) as session:
        shop = stores.get_own(session, settings.store.code)
        known = printers.list_all(session, shop)
        chosen = printers.get(session, uid, store=shop) if uid else next(iter(known), None)
        if chosen is None:
            raise click.ClickException(_("Aucune imprimante : comptoir printer add."))
        with app.app_context():
            picture = trials.draw(chosen, shop, now=now())
        row, door = describe(chosen), open_door(settings)(chosen.host, chosen.port)
    with door as spool:
        told = (
            spool.put("test", picture) if spool.state in printers.FIT else Told(state=spool.state)
        )
    answer = {**row, "state": told.state, "printed": told.printed or "no"}
    if as_json:
        print_json(answer)
    else:
        how = f"{state_in_words(app, told.state)}, {PRINTED[told.printed or 'no']}"
        click.echo(_("%(name)s : %(state)s") % {"name": row["name"], "state": how})
    if told.printed != "yes":
        raise click.ClickException(
            _("Voyez l'imprimante : courant, réseau, papier, capot, adresse.")
        )


def state_in_words(app: Flask, state: str) -> str:
    """Say how a printer is as the tablet does, in the language of the command."""
    with app.app_context(), force_locale(language()):
        return printer_words.state(state)


def describe(each: Printer) -> dict[str, str | int | None]:
    return {
        "id": each.device.uid,
        "name": each.device.name,
        "address": f"{each.host}:{each.port}",
        "dots": each.dots,
        "state": each.state,
        "asked_at": each.asked_at.isoformat() if each.asked_at else None,
    }
