"""comptoir sync: the exchange with the central system."""

import os
import signal
import threading
from dataclasses import asdict

import click

from config.cli.context import json_option, now, print_json, reading
from config.database import open_engine
from config.exchange import make_worker
from config.settings import Settings
from config.words import _
from store import flows
from store.sync import Syncing


@click.group(help=_("L'échange avec le système central : lancer, voir l'état."))
def sync() -> None: ...


@sync.command(help=_("Échanger sans le serveur, jusqu'à Ctrl-C, ou une seule fois."))
@click.option("--once", is_flag=True, help=_("Un seul passage."))
@json_option
@click.pass_obj
def run(settings: Settings, once: bool, as_json: bool) -> None:
    worker = make_worker(settings, open_engine(settings), name=f"command-{os.getpid()}")
    if worker is None:
        raise click.ClickException(
            _("Aucun système central : donnez son adresse par COMPTOIR_SYNC__HUB_URL.")
        )
    if once:
        run_once(worker, as_json)
    else:
        run_until_told(worker)


def run_once(worker: Syncing, as_json: bool) -> None:
    done = worker.run_once(now())
    if as_json:
        print_json(asdict(done))
    else:
        sentence = _(
            "Envoyés : %(delivered)d, à renvoyer : %(retried)d, mis de côté : %(set_aside)d, "
            "reçus : %(pulled)d, refusés : %(refused)d"
        )
        click.echo(sentence % asdict(done))
    if done.error:
        raise click.ClickException(_("L'échange s'est arrêté : %s") % done.error)


def run_until_told(worker: Syncing) -> None:
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    worker.start()
    told.wait()
    worker.stop()


@sync.command(help=_("Montrer l'état de chaque flux."))
@json_option
@click.pass_obj
def status(settings: Settings, as_json: bool) -> None:
    with reading(settings) as session:
        found = flows.status(session, now=now())
    if as_json:
        print_json(asdict(found))
        return
    for flow in found.flows:
        print_flow(flow)
    counts = {"waiting": found.waiting, "set_aside": found.set_aside}
    click.echo(_("En attente : %(waiting)d, mis de côté : %(set_aside)d") % counts)


def print_flow(flow: flows.Flow) -> None:
    names = {"push": _("envoi"), "pull": _("réception")}
    states = {"ok": _("en ordre"), "failing": _("en panne"), "never": _("jamais essayé")}
    line = f"{names[flow.flow]} : {states[flow.state]}"
    if flow.last_success_at:
        line += _(", dernier succès %s") % f"{flow.last_success_at:%Y-%m-%d %H:%M:%S} UTC"
    if flow.lag_seconds is not None:
        line += _(", retard %d s") % flow.lag_seconds
    if flow.last_error:
        line += f" ({flow.last_error})"
    click.echo(line)
