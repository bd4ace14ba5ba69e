"""comptoir demo: a store and a hub with sample data."""

from pathlib import Path

import click

from config.demo import data, running
from config.demo.running import Demo
from config.words import _


@click.command(help=_("Essayer Comptoir : un magasin et un siège avec des données d'exemple."))
@click.option(
    "--data", "home", default="demo", show_default=True, type=click.Path(path_type=Path),
    help=_("Dossier de la démonstration."),
)  # fmt: skip
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help=_("Magasin.")
)
@click.option(
    "--hub-port", default=8001, show_default=True, type=click.IntRange(1, 65535), help=_("Siège.")
)
def demo(home: Path, port: int, hub_port: int) -> None:
    home = home.absolute()
    if not data.is_made(home):
        click.echo(_("Préparation des données d'exemple, une seule fois…"), err=True)
    running.run(Demo(home=home, port=port, hub_port=hub_port), ready=announce, died=tell_death)


def announce(running_demo: Demo) -> None:
    """Print, one a line, where the servers are and what to try."""
    click.echo(f"store {running_demo.store_url}")
    click.echo(f"hub {running_demo.hub_url}")
    click.echo(f"demo {running_demo.store_url}/demo")
    to_try = running_demo.home / data.STORE / data.TO_TRY
    click.echo(to_try.read_text(encoding="utf-8"), nl=False)


def tell_death(name: str, status: int) -> None:
    words = _("Le serveur %(name)s s'est arrêté (%(status)s) ; il redémarre.")
    click.echo(words % {"name": name, "status": status}, err=True)
