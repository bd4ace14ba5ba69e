"""comptoir search: the search words of the catalogue."""

import click

from config.cli.context import json_option, print_json, writing
from config.settings import Settings
from config.words import _
from store import search_index


@click.group(help=_("La recherche : ses mots."))
def search() -> None: ...


@search.command(help=_("Refaire les mots de tous les articles, d'après les articles."))
@json_option
@click.pass_obj
def rebuild(settings: Settings, as_json: bool) -> None:
    with writing(settings) as session:
        count = search_index.rebuild(session)
    if as_json:
        print_json({"products": count})
        return
    click.echo(_("Articles relus : %d") % count)
