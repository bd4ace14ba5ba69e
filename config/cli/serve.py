"""comptoir serve: the server with its sync worker."""

from dataclasses import replace

import click

from config import serving
from config.settings import Settings
from config.words import _


@click.command(help=_("Lancer le serveur ; SIGTERM ou Ctrl-C l'arrête."))
@click.option("--host", help=_("Adresse d'écoute."))
@click.option("--port", type=click.IntRange(1, 65535), help=_("Port d'écoute."))
@click.pass_obj
def serve(settings: Settings, host: str | None, port: int | None) -> None:
    door = replace(
        settings.server,
        host=host or settings.server.host,
        port=port or settings.server.port,
    )
    serving.serve(replace(settings, server=door), ready=announce)


def announce(settings: Settings) -> None:
    click.echo(_("Comptoir répond sur %s") % settings.address)
