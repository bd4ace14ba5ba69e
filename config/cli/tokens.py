"""comptoir token: the keys of other programs to the machine API."""

import click

from config.cli.context import json_option, now, print_json, print_list, reading, writing
from config.settings import Settings
from config.words import _
from store import tokens


@click.group(help=_("Les jetons de l'interface machine : créer, lister, révoquer."))
def token() -> None: ...


@token.command(help=_("Créer un jeton ; il n'est montré que cette fois."))
@click.option("--name", required=True, help=_("À qui il est donné."))
@click.option(
    "--scope",
    "scopes",
    required=True,
    multiple=True,
    type=click.Choice(tokens.SCOPES),
    help=_("Ce qu'il permet ; peut être répété."),
)
@json_option
@click.pass_obj
def create(settings: Settings, name: str, scopes: tuple[str, ...], as_json: bool) -> None:
    with writing(settings) as session:
        secret = tokens.create(session, name=name, scopes=scopes, now=now())[1]
    if as_json:
        print_json({"token": secret})
        return
    click.echo(secret)
    click.echo(_("Notez-le maintenant : il ne sera plus montré."), err=True)


@token.command("list", help=_("Lister les jetons, sans leur secret."))
@json_option
@click.pass_obj
def list_all(settings: Settings, as_json: bool) -> None:
    with reading(settings) as session:
        rows = [
            {"name": each.name, "scopes": each.scopes, "revoked": each.revoked_at is not None}
            for each in tokens.list_all(session)
        ]
    if as_json:
        print_json(rows)
        return
    states = {True: _("révoqué"), False: _("valable")}
    lines = [f"{row['name']}\t{' '.join(row['scopes'])}\t{states[row['revoked']]}" for row in rows]
    print_list(lines, none=_("Aucun jeton : comptoir token create."))


@token.command(help=_("Retirer tous les jetons de ce nom."))
@click.option("--name", required=True, help=_("À qui il a été donné."))
@click.pass_obj
def revoke(settings: Settings, name: str) -> None:
    with writing(settings) as session:
        number = tokens.revoke(session, name, now=now())
    click.echo(_("Jetons révoqués : %d") % number)
