"""comptoir suggestions: what the product pages suggest."""

import time
from dataclasses import asdict

import click

from config.cli.context import json_option, opened, print_json
from config.settings import Settings
from config.words import _
from store import also_bought


@click.group(help=_("Ce que les fiches proposent à côté d'un article."))
def suggestions() -> None:
    """The group of all commands about suggestions."""


@suggestions.command("refresh", help=_("Recompter ce qui s'achète ensemble ; sinon chaque jour."))
@json_option
@click.pass_obj
def refresh(settings: Settings, as_json: bool) -> None:
    started = time.monotonic()
    with opened(settings) as engine:
        counted = also_bought.count(engine)
    figures = asdict(counted) | {"seconds": round(time.monotonic() - started, 2)}
    if as_json:
        print_json(figures)
        return
    sentence = _("%(pairs)s paires dans %(baskets)s achats, %(seconds)s s.")
    click.echo(sentence % figures)
