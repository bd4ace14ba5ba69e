"""The command `comptoir`: one module per noun, loaded when it is called.

To add a command: one line in COMMANDS.
"""

import gc
import importlib
import sys
from pathlib import Path

import click

from config import __version__, sources
from config.words import _, teach_libraries

COMMANDS = {
    "backup": "config.cli.backups:backup",
    "certificate": "config.cli.certificates:certificate",
    "demo": "config.cli.demo:demo",
    "device": "config.cli.devices:device",
    "doctor": "config.cli.doctor:doctor",
    "import": "config.cli.imports:imports",
    "init": "config.cli.init:init",
    "labels": "config.cli.labels:labels",
    "outbox": "config.cli.outbox:outbox",
    "printer": "config.cli.printers:printer",
    "restore": "config.cli.backups:restore",
    "search": "config.cli.search:search",
    "serve": "config.cli.serve:serve",
    "staff": "config.cli.staff:staff",
    "stock": "config.cli.stock:stock",
    "suggestions": "config.cli.suggestions:suggestions",
    "sync": "config.cli.sync:sync",
    "token": "config.cli.tokens:token",
}
FAULTS = "config.cli.faults"  # and with them all that can fail: for who fails only


class Commands(click.Group):
    """Finds a command by its name; starting one does not pay for the others."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name].split(":")
        gc.disable()  # nothing that is being loaded is garbage: looking for it takes a seventh
        try:
            return getattr(importlib.import_module(module), attribute)
        finally:
            gc.enable()


@click.group(cls=Commands, help=_("Le serveur de la boutique : borne, tablette, téléphone."))
@click.version_option(
    __version__, prog_name="comptoir", message="%(prog)s %(version)s", help=_("Dire la version.")
)
@click.option(
    "--config",
    "file",
    envvar="COMPTOIR_CONFIG",
    type=click.Path(path_type=Path),
    help=_("Fichier de réglages (TOML)."),
)
@click.pass_context
def comptoir(context: click.Context, file: Path | None) -> None:
    context.obj = sources.load(file)


def main() -> None:
    """Run the command line; our own errors end in one clear line and status 1."""
    teach_libraries()
    try:
        comptoir(prog_name="comptoir")
    except Exception as error:
        faults = importlib.import_module(FAULTS)
        if not isinstance(error, faults.KNOWN):
            raise
        for line in faults.describe(error):
            click.echo(line, err=True)
        sys.exit(1)
